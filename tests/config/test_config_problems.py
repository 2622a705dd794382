"""Every way to write a wrong bridge.toml, and what the user is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.example_toml import FULL, with_line
from erp_bridge.config import InvalidConfig, Problem, load, loads
from erp_bridge.core.errors import ConfigError

# id: (line of the example that is replaced, what stands there instead, key, nearest, part of the message)
BROKEN = {
    "misspelt key of a pair": ("direction =", 'diretion = "both"', "pair.suporte.diretion", "direction", "no such key"),
    "misspelt key of state": ("url = ", 'ulr = "sqlite:///b.db"', "state.ulr", "url", "no such key"),
    "misspelt shared key of an ERP": ("page_size", "pagesize = 200", "erp.matriz.pagesize", "page_size", "no such key"),
    "misspelt key of one adapter": ("movements", 'movement = "comment"', "erp.filial.movement", "movements", "no such"),
    "key of another adapter": ("movements", 'token = "env:X"', "erp.filial.token", "timezone", "no such key"),
    "misspelt query": ("cargos ", 'cargo = "01QCARGOS0"', "erp.filial.queries.cargo", "cargos", "no such key"),
    "misspelt submethod key": (
        'submethod = "atendimento.exemploComentar"', 'submetod = "a.b"',
        "erp.filial.submethods.comentar.submetod", "submethod", "no such key",
    ),
    "misspelt submethod": (
        "[erp.filial.submethods.comentar]", "[erp.filial.submethods.comenta]",
        "erp.filial.submethods.comenta", "comentar", "no such key",
    ),
    "misspelt top table": ("[pair.suporte]", "[pairs.suporte]", "pairs", "pair", "no such table"),
    "name inside a table": ("forward", 'name = "x"', "pair.suporte.name", "enabled", "no such key"),
    "unknown adapter": ('adapter  = "ixc"', 'adapter = "icx"', "erp.matriz.adapter", "ixc", "no such adapter"),
    "bare token": ("token ", 'token = "61:abcdef"', "erp.matriz.token", None, "env:MATRIZ_TOKEN"),
    "bare password": ("password", 'password = "hunter2"', "erp.filial.password", None, "env:FILIAL_PASSWORD"),
    "password in an ERP's address": (
        'url      = "https://ixc', 'url = "https://api:hunter2@ixc.example.net"', "erp.matriz.url", None, "refused",
    ),
    "password in the store's address": (
        "url = ", 'url = "postgresql+psycopg://bridge:hunter2@db/bridge"', "state.url", None, "refused",
    ),
    "password as a parameter of the store's address": (
        "url = ", 'url = "postgresql+psycopg://db/bridge?user=a&password=hunter2"', "state.url", None, "refused",
    ),
    "unknown store": ("url = ", 'url = "mysql://db/bridge"', "state.url", None, "sqlite:///"),
    "address without a scheme": (
        'url      = "https://ixc', 'url = "ixc.example.net"', "erp.matriz.url", None, "https://",
    ),
    "unknown time zone": (
        "timezone", 'timezone = "America/SaoPaulo"', "erp.matriz.timezone", "America/Sao_Paulo", "time zone",
    ),
    "wrong duration": ("timeout", 'timeout = "30 sekunden"', "erp.matriz.timeout", None, "a duration"),
    "wrong duration of a pair": ("interval", 'interval = "soon"', "pair.suporte.interval", None, "a duration"),
    "zero interval": ("interval", 'interval = "0s"', "pair.suporte.interval", None, "longer than zero"),
    "text for a number": ("page_size", 'page_size = "many"', "erp.matriz.page_size", None, "whole number"),
    "number out of range": (
        "max_concurrency", "max_concurrency = 99", "erp.matriz.max_concurrency", None, "at most 20",
    ),
    "negative limit": ("max_create", "max_create = -1", "pair.suporte.max_create", None, "at least 0"),
    "text for a switch": ("enabled", 'enabled = "perhaps"', "pair.suporte.enabled", None, "true or false"),
    "unknown kind of vocabulary": (
        "[erp.matriz.vocab.assunto]", "[erp.matriz.vocab.asunto]", "erp.matriz.vocab.asunto", "assunto", "vocabulary",
    ),
    "unknown status in a vocabulary": (
        '"01PENDENTE"', '"01PENDENTE" = "pendnte"', "erp.filial.vocab.status.01PENDENTE", "pendente", "one of",
    ),
    "pair with an unknown left": ("left", 'left = "matris"', "pair.suporte.left", "matriz", "[erp.matris]"),
    "pair with an unknown right": ("right", 'right = "fillial"', "pair.suporte.right", "filial", "[erp.fillial]"),
    "pair of one ERP": ("right", 'right = "matriz"', "pair.suporte.right", None, "two different"),
    "unknown direction": (
        "direction", 'direction = "left-to-rigth"', "pair.suporte.direction", "left-to-right", "one of",
    ),
    "since with an hour": ("since", "since = 2026-01-01T08:00:00", "pair.suporte.since", None, "without an hour"),
    "since as words": ("since", 'since = "yesterday"', "pair.suporte.since", None, "a day"),
    "unknown reopen": ("reopen", 'reopen = "nevr"', "pair.suporte.reopen", "never", "one of"),
    "unknown adopt": ("adopt", 'adopt = "footers"', "pair.suporte.adopt", "footer", "one of"),
    "unknown client rule": (
        "unknown_client", 'unknown_client = "skp"', "pair.suporte.unknown_client", "skip", "one of",
    ),
    "unknown trigger": ("trigger", 'trigger = ["proceso"]', "pair.suporte.trigger.0", "processo", "one of"),
    "unknown scope": (
        "departamento = []", "departamentos = []", "pair.suporte.scope.departamentos", "departamento", "no such",
    ),
    "scope that is no list": (
        "departamento = []", 'departamento = "x"', "pair.suporte.scope.departamento", None, "a list",
    ),
    "unknown fallback kind": (
        'assunto = "outros"', 'asunto = "outros"', "pair.suporte.fallback.asunto", "assunto", "no such",
    ),
    "unknown fallback status": (
        'assunto = "outros"', 'status = "pendent"', "pair.suporte.fallback.status", "pendente", "one of",
    ),
    "policy for a field that is not there": (
        'prioridade = "left"', 'prioritade = "left"', "pair.suporte.policy.prioritade", "prioridade", "no such field",
    ),
    "unknown policy": ('default = "newest"', 'default = "newset"', "pair.suporte.policy.default", "newest", "one of"),
    "unknown policy of a field": (
        'prioridade = "left"', 'prioridade = "lefty"', "pair.suporte.policy.prioridade", "left", "one of",
    ),
    "transform that is no path": ("forward", 'transform = "my module"', "pair.suporte.transform", None, "not allowed"),
}  # fmt: skip


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InvalidConfig) as caught:
        loads(text)
    return caught.value.problems


@pytest.mark.parametrize(("old", "new", "key", "nearest", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_a_wrong_line_is_named(old: str, new: str, key: str, nearest: str | None, words: str) -> None:
    text, line = with_line(old, new)
    [problem] = [p for p in problems_of(text) if p.path == key]
    assert (problem.line, problem.nearest) == (line, nearest)
    assert words in problem.message
    assert "hunter2" not in str(problem)
    assert "61:abcdef" not in str(problem)


def test_one_wrong_line_is_one_problem_unless_it_leaves_a_gap() -> None:
    """A misspelt word is said once, not once for the table, once for the key and once for the value."""
    leaves_a_gap = {"key of another adapter", "misspelt top table", "misspelt submethod key"}
    for name, (old, new, *_rest) in BROKEN.items():
        if name not in leaves_a_gap:
            assert len(problems_of(with_line(old, new)[0])) == 1, name


def test_a_missing_key_is_told_at_its_table() -> None:
    text, line = with_line("timezone", "")
    [problem] = problems_of(text)
    assert (problem.path, problem.line) == ("erp.matriz.timezone", text.split("\n").index("[erp.matriz]") + 1)
    assert "required" in problem.message
    assert line > problem.line


def test_all_problems_come_at_once_in_the_order_of_the_file() -> None:
    text = FULL
    for old, new in (("direction", 'diretion = "both"'), ("token ", 'token = "61:abc"'), ("reopen", 'reopen = "nevr"')):
        number = next(n for n, line in enumerate(text.split("\n")) if line.startswith(old))
        lines = text.split("\n")
        text = "\n".join([*lines[:number], new, *lines[number + 1 :]])
    found = problems_of(text)
    assert [p.path for p in found] == ["erp.matriz.token", "pair.suporte.diretion", "pair.suporte.reopen"]
    assert [p.line for p in found] == sorted(p.line for p in found)


def test_the_text_of_the_error_is_one_line_for_each_problem() -> None:
    text = with_line("direction", 'diretion = "both"\nreopn = "never"')[0]
    with pytest.raises(InvalidConfig) as caught:
        loads(text, Path("my.toml"))
    assert str(caught.value).split("\n") == [
        "my.toml: line 58: pair.suporte.diretion: there is no such key; did you mean 'direction'?",
        "my.toml: line 59: pair.suporte.reopn: there is no such key; did you mean 'reopen'?",
    ]


@pytest.mark.parametrize(
    ("old", "new", "offset"),
    [
        ("page_size", "page_size = = 3", 0),
        ("page_size", 'page_size = "open', 0),
        ("[erp.matriz.vocab.assunto]", "[erp.matriz", 0),
        ("page_size", "page_size = 1\npage_size = 2", 1),
    ],
)
def test_broken_toml_names_its_line(old: str, new: str, offset: int) -> None:
    text, line = with_line(old, new)
    [problem] = problems_of(text)
    assert problem.line == line + offset
    assert "not TOML" in problem.message


def test_toml_that_breaks_off_names_the_last_line() -> None:
    [problem] = problems_of('[state]\nurl = """sqlite')
    assert problem.line == 2


def test_an_empty_file_configures_nothing() -> None:
    [problem] = problems_of("")
    assert problem.path == "erp"


def test_a_value_where_tables_belong() -> None:
    text = 'erp = 3\n[pair]\nsuporte = "x"\n'
    assert [(p.path, p.line) for p in problems_of(text)] == [("erp", 1), ("pair.suporte", 3)]


@pytest.mark.parametrize(
    ("name", "content"), [("absent.toml", None), ("latin1.toml", "# configuração".encode("latin-1")), ("folder", "dir")]
)
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, content: bytes | str | None) -> None:
    path = tmp_path / name
    if content == "dir":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=name):
        load(path)


HUB = """
[erp.{name}]
adapter = "ixc"
url = "https://{name}.example.net"
token = "env:T"
timezone = "America/Sao_Paulo"
"""


def pairs(*rows: str) -> str:
    """Rows such as ``a b forward`` or ``a>b`` as a configuration with ERPs a, b, c and d."""
    text = "".join(HUB.format(name=name) for name in "abcd")
    for number, row in enumerate(rows):
        ends, *options = row.split(" ")
        left, right = ends.split("-" if "-" in ends else ">")
        text += f'\n[pair.p{number}]\nleft = "{left}"\nright = "{right}"\n'
        text += 'direction = "left-to-right"\n' if ">" in ends else ""
        text += "forward = true\n" if "forward" in options else ""
        text += "enabled = false\n" if "off" in options else ""
    return text


@pytest.mark.parametrize(
    "rows",
    [
        ("a-b", "b-c", "c-a forward"),
        ("a-b forward", "b-c forward", "c-a forward"),
        ("a-b forward", "a-b forward"),
        ("a>b", "b>c forward", "c>a forward"),
        ("a>b", "b>c forward", "a>c"),
        ("a-b", "b-c forward", "c-d forward", "d-a"),
    ],
)
def test_forwarding_in_a_circle_is_refused(rows: tuple[str, ...]) -> None:
    found = problems_of(pairs(*rows))
    assert found
    assert all(p.path.endswith(".forward") and "circle" in p.message for p in found)
    assert {p.path for p in found} <= {f"pair.p{n}.forward" for n, row in enumerate(rows) if "forward" in row}


@pytest.mark.parametrize(
    "rows",
    [
        ("a-b", "b-c", "c-a"),
        ("a-b", "b-c forward"),
        ("a-b", "b-c forward", "c-d forward"),
        ("a-b", "a-c forward", "a-d forward"),
        ("a-b", "b-c", "c-a forward off"),
        ("a>b", "c>b", "a>c forward"),
        ("a>b", "b>c forward"),
    ],
)
def test_chains_and_stars_may_forward(rows: tuple[str, ...]) -> None:
    assert len(loads(pairs(*rows)).pair) == len(rows)
