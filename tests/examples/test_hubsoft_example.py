"""The example is what a third party would make: public imports only, found by its entry point, a partner in a sync."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

import erp_bridge
from erp_bridge import Atendimento, Prioridade, Status, Termo, adapter_api
from erp_bridge.adapters import registry
from erp_bridge.config import load
from erp_bridge.sandbox.ixc import IxcSimulator
from erp_bridge.sandbox.world import demo_vocabulary, generate
from erp_bridge.sync.engine import PassOptions
from erp_bridge.sync.report import PassReport
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.side import Side
from erp_bridge.testing import run
from erp_bridge.transport.network import Network
from support.clock import FakeClock

HUBSOFT = Path(erp_bridge.__file__).parents[2] / "examples" / "hubsoft"
PROJECT = tomllib.loads((HUBSOFT / "pyproject.toml").read_text())
SECRETS = ("client_secret", "user", "password")
PUBLIC = {
    "erp_bridge": set(erp_bridge.__all__),
    "erp_bridge.adapter_api": set(adapter_api.__all__),
    "erp_bridge.testing": {"Bench", "BenchClock", "People", "conformance"},
}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As pip would leave it: the package on the path, and beside it what its ``pyproject.toml`` says of itself."""
    info = tmp_path / "site" / "erp_bridge_hubsoft-0.1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: erp-bridge-hubsoft\nVersion: 0.1.0\n")
    [(group, points)] = PROJECT["project"]["entry-points"].items()
    (info / "entry_points.txt").write_text(
        "\n".join([f"[{group}]", *(f"{name} = {value}" for name, value in points.items())])
    )
    for path in (HUBSOFT / "tests", HUBSOFT, info.parent):
        monkeypatch.syspath_prepend(path)
    _forget()
    yield
    _forget()


def _forget() -> None:
    registry.names.cache_clear()
    registry.plugin.cache_clear()


def test_it_imports_what_is_public_and_nothing_else() -> None:
    for path in [*HUBSOFT.rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert not [a.name for a in node.names if a.name.startswith("erp_bridge.")], path.name
            elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "erp_bridge":
                assert node.module in PUBLIC, (path.name, node.module)
                assert {alias.name for alias in node.names} <= PUBLIC[node.module], path.name


def test_the_test_server_knows_nothing_of_the_adapter() -> None:
    assert "erp_bridge" not in (HUBSOFT / "tests" / "fake_hubsoft.py").read_text(encoding="utf-8")


@pytest.mark.usefixtures("installed")
def test_an_entry_point_is_all_it_takes(tmp_path: Path) -> None:
    assert "hubsoft" in registry.names()
    file = tmp_path / "bridge.toml"
    [configuration] = re.findall(r"^```toml\n(.*?)^```", (HUBSOFT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    file.write_text(configuration)
    settings = load(file).erp["filial"]
    erp = erp_bridge.connect(settings.model_copy(update=dict.fromkeys(SECRETS, adapter_api.Secret("x"))))
    assert (erp.name, erp.kind) == ("filial", "hubsoft")


@pytest.mark.usefixtures("installed")
async def test_it_has_the_level_that_its_page_says() -> None:
    from test_hubsoft_conformance import bench

    report = await run(bench)
    assert report.passed
    assert f"The conformance kit gives it **{report.level}**" in (HUBSOFT / "README.md").read_text()


# --- the table of quirks ---------------------------------------------------------------------------------------------


def quirks() -> list[list[str]]:
    [section] = re.findall(
        r"^## Quirks$(.*?)(?=^## )", (HUBSOFT / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    rows = [line for line in section.splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def test_every_quirk_is_complete_and_its_tests_exist() -> None:
    defined = {
        path.stem: set(re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8")))
        for path in (HUBSOFT / "tests").glob("test_*.py")
    }
    found = quirks()
    assert [int(row[0]) for row in found] == list(range(1, 17))
    for _number, *cells in found:
        assert len(cells) == 4
        assert all(cells)
        module = ""
        for where, name in re.findall(r"(?:(\w+): )?`(\w[\w.]*)`", cells[-1]):
            module = where or module
            assert name in defined[f"test_hubsoft_{module}"] or (module, name) == ("conformance", "people.hidden"), name


def test_every_quirk_that_the_code_names_is_in_the_table() -> None:
    numbers = {int(row[0]) for row in quirks()}
    for path in HUBSOFT.rglob("*.py"):
        for text in re.findall(r"quirks? (\d+)", path.read_text(encoding="utf-8")):
            assert int(text) in numbers, path.name


# --- in a sync -------------------------------------------------------------------------------------------------------

CONFIG = """
[state]
url = "sqlite:///bridge.db"
[erp.matriz]
adapter = "ixc"
url = "http://matriz.test"
token = "file:token"
timezone = "America/Sao_Paulo"
requests_per_minute = 1000000
[erp.filial]
adapter = "hubsoft"
url = "http://filial.test"
client_id = "3"
client_secret = "file:client_secret"
user = "file:user"
password = "file:password"
timezone = "America/Sao_Paulo"
requests_per_minute = 1000000
[erp.filial.vocab.assunto]
"109" = "sem conexao"
"132" = "financeiro"
[pair.suporte]
left = "matriz"
right = "filial"
since = 2026-01-01
[pair.suporte.fallback]
assunto = "financeiro"
departamento = "suporte tecnico"
"""


class HubsoftPair:
    """IXC on the left, the example's Hubsoft on the right; they share one client."""

    def __init__(self, folder: Path) -> None:
        from fake_hubsoft import FakeHubsoft

        self.clock = FakeClock(datetime(2026, 9, 15, 18, 0, tzinfo=UTC))
        self.world = generate(1, now=self.clock.now(), clients=3, left=0, right=0)
        self.ixc = IxcSimulator(self.world, side="left", now=self.clock.now)
        self.hub = FakeHubsoft(self.clock.now)
        self.hub.clients[1204]["cpf_cnpj"] = re.sub(
            r"\D", "", next(iter(self.ixc.tables["cliente"].values()))["cnpj_cpf"]
        )
        del self.hub.clients[1204]["servicos"][1]
        words = ("segredo-do-cliente", "ponte@provedor.example", "senha-da-ponte")
        for name, word in (("token", self.ixc.token), *zip(SECRETS, words, strict=True)):
            (folder / name).write_text(word)
        vocabulary = "".join(
            f"[erp.matriz.vocab.{kind}]\n" + "".join(f'"{id}" = "{name}"\n' for id, name in terms.items())
            for kind, terms in demo_vocabulary(self.world, "left", "ixc").items()
        )
        self.file = folder / "bridge.toml"
        self.file.write_text(CONFIG + vocabulary, encoding="utf-8")

    def wire(self, url: str) -> httpx2.AsyncBaseTransport:
        return httpx2.ASGITransport(app=self.ixc.app if "matriz" in url else self.hub.app)

    @asynccontextmanager
    async def bridge(self) -> AsyncIterator[Bridge]:
        async with Bridge(load(self.file), Network(clock=self.clock, wire=self.wire)) as bridge:
            yield bridge

    async def sync(self) -> PassReport:
        self.clock.advance(60)
        async with self.bridge() as bridge:
            return await bridge.sync("suporte", PassOptions())


@pytest.mark.usefixtures("installed")
async def test_a_pair_with_it_carries_tickets_both_ways_and_rests(tmp_path: Path) -> None:
    pair = HubsoftPair(tmp_path)
    first = pair.hub.add(service=11000, descricao="Sem sinal desde cedo", opened=pair.clock.now() - timedelta(hours=1))
    report = await pair.sync()
    assert [*report.created.values()] == [1, 0], report
    [(number, twin)] = pair.ixc.tables["su_ticket"].items()
    assert "Sem sinal desde cedo" in twin["menssagem"]
    assert f"[ref filial {first} prot {first}]" in twin["menssagem"]

    pair.hub.close(first)
    report = await pair.sync()
    assert report.updated[Side.LEFT] == 1, report
    assert pair.ixc.tables["su_ticket"][number]["su_status"] == "S"

    async with pair.bridge() as bridge:
        matriz = await bridge.erp("matriz")
        client = await matriz.find_client(pair.hub.clients[1204]["cpf_cnpj"])
        opened = await matriz.create(
            Atendimento(
                cliente=client, assunto=Termo(nome="sem conexao"), departamento=Termo(nome="suporte tecnico"),
                titulo="Lento", descricao="Lento à noite.", prioridade=Prioridade.NORMAL, status=Status.NOVO,
            )
        )  # fmt: skip
    report = await pair.sync()
    assert report.created[Side.RIGHT] == 1, report
    [copy] = [ticket for ticket in pair.hub.tickets.values() if ticket["protocolo"] != first]
    assert "Lento à noite." in copy["descricao_abertura"]
    assert f"[ref matriz {opened.id} " in copy["descricao_abertura"]
    assert copy["type"] == 109

    idle = await pair.sync()
    assert [*idle.created.values(), *idle.updated.values()] == [0, 0, 0, 0]
    assert len(pair.hub.tickets) == len(pair.ixc.tables["su_ticket"]) == 2
