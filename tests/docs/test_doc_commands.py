"""Every command that a page shows is run as it stands, and prints what the page shows."""

from __future__ import annotations

import re
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner

from docs.pages import DOCS, Step, fences, pages, portuguese, prepared, shows, steps
from docs.shell import shell
from erp_bridge import i18n
from erp_bridge.cli.main import cli
from erp_bridge.core.footer import split
from support.clock import FakeClock
from support.httpclient import forget_logging
from support.ports import free_port
from support.two import Two, two_erps

#: What a command may end with: done, and done with something that waits.
FINE = (0, 3)
HOWTO = [page for page in pages() if page.parent.name == "howto" and steps(page.read_text(encoding="utf-8"))]


# --- pages that presuppose a configuration -----------------------------------------------------------------------


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Two]:
    """The folder of a reader who has done the tutorial: two ERPs and a ``bridge.toml``."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "ERP_BRIDGE_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("erp_bridge.transport.network.SystemClock", FakeClock)
    with two_erps(tmp_path, FakeClock().now(), monkeypatch) as both:
        yield both
    i18n.use("en")
    forget_logging()


def run(step: Step) -> str:
    """Run it as a shell would; erp-bridge itself in this process, which spares a second each time."""
    if step.command.startswith("erp-bridge "):
        done = CliRunner().invoke(cli, shlex.split(step.command)[1:], prog_name="erp-bridge")
        assert done.exit_code in FINE, f"{step.command}: {done.output}"
        return done.output
    plain = subprocess.run(["bash", "-c", step.command], capture_output=True, text=True, check=True)
    return plain.stdout


def conflict(two: Two, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A status that both teams have changed since the last pass."""
    path = Path("bridge.toml")
    path.write_text(path.read_text() + '[pair.suporte.policy]\ndefault = "ask"\n')
    run(Step("erp-bridge sync suporte", ()))
    left, right = two
    rows = right.simulator.tables["ocorrencias"].items()
    twins = {split(row["descri_oco"])[1].ref.id: id for id, row in rows if "[ref matriz" in row["descri_oco"]}
    one = next(id for id in twins if left.simulator.tables["su_ticket"][int(id)]["su_status"] in ("N", "P"))
    left.simulator.people.set_status(one, "S", "Resolvido")
    right.simulator.people.set_status(twins[one], "01ANDAMENT")
    run(Step("erp-bridge sync suporte", ()))
    from erp_bridge.config import load
    from erp_bridge.sync.store.database import open_database
    from erp_bridge.sync.store.waiting import Kind, listed

    state = load().state
    db = open_database(state.database_url(), key=state.key, key_file=state.key_file)
    with db.write(None) as tx:  # a reader's list begins at 1
        from sqlalchemy import delete, update

        from erp_bridge.sync.store.schema import waiting

        [found] = listed(tx, "suporte", Kind.CONFLICT)
        tx.execute(delete(waiting).where(waiting.c.id == 1))
        tx.execute(update(waiting).where(waiting.c.id == found.id).values(id=1))
    db.close()


def postgres(two: Two, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty database, named by the environment."""
    from support.postgres import running

    try:
        server = stack.enter_context(running())
    except FileNotFoundError:
        pytest.skip("there is no PostgreSQL on this machine")
    run(Step("erp-bridge sync suporte", ()))
    address = server.url(stack.enter_context(server.database())).replace("postgresql://", "postgresql+psycopg://", 1)
    monkeypatch.setenv("BRIDGE_DB", address)


PREPARE: dict[str, Callable[[Two, ExitStack, pytest.MonkeyPatch], None]] = {"conflict": conflict, "postgres": postgres}


@pytest.mark.parametrize("page", HOWTO, ids=lambda page: page.stem)
def test_the_commands_of_a_page_work(page: Path, two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    text = page.read_text(encoding="utf-8")
    with ExitStack() as stack:
        if prepared(text):
            PREPARE[prepared(text)](two, stack, monkeypatch)
        for step in steps(text):
            printed = run(step)
            assert shows(printed, step.shown), f"$ {step.command}\n{printed}"


# --- the tutorial, from an empty folder ----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_tutorial_works_as_it_stands(tmp_path: Path) -> None:
    """A newcomer's shell: real processes, real time; only the ports are others, if these should be taken."""
    began = time.monotonic()
    with shell(tmp_path, {port: str(free_port()) for port in ("8001", "8002")}) as bash:
        for step in steps((DOCS / "tutorial.md").read_text(encoding="utf-8")):
            status, printed = bash.run(step.command)
            assert status in FINE, f"$ {step.command}\n{printed}"
            assert shows(printed, step.shown), f"$ {step.command}\n{printed}"
    assert time.monotonic() - began < 600  # ten minutes are promised


# --- both languages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(DOCS).as_posix())
def test_both_languages_show_the_same(page: Path) -> None:
    english, other = (path.read_text(encoding="utf-8") for path in (page, portuguese(page)))
    assert [step.command for step in steps(english)] == [step.command for step in steps(other)]
    assert prepared(english) == prepared(other)
    for text in (english, other):
        for source in fences(text, "python"):
            compile(source, page.name, "exec")

    def without_words(text: str, language: str) -> list[str]:
        return [re.sub(r"\s*#.*", "", block) for block in fences(text, language)]

    for language in ("python", "toml", "ini", "sh"):
        assert without_words(english, language) == without_words(other, language)
    for mark in ("\n## ", "\n- ", "\n| "):
        assert english.count(mark) == other.count(mark), mark
    links = [re.findall(r"\]\(([^)]+)\)", text) for text in (english, other)]
    assert links[0] == [link.replace(".pt-BR.md", ".md") for link in links[1]]


def test_the_runner_can_fail() -> None:
    assert shows("created  0 1\nx\n", ("created 0 1", "..."))
    assert not shows("created  0 2\nx\n", ("created 0 1", "..."))
    assert not shows("a\nb\n", ("a",))
    assert [step.command for step in steps("```console\n$ a\nout\n$ b\n```\n```sh\n$ c\n```\n")] == ["a", "b"]
