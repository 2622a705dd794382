"""The line of every key, whatever way it is written."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.example_toml import FULL
from erp_bridge.config.lines import index, nearest

ODD = '''# a comment with [brackets] and "quotes"
top = 1
"quoted key" = 'literal # not a comment'
[a.b]          # [not.a.table]
x = """first
[c]
last"""  # y = 2
y = [
  "one", # comment ]
  { in = "}" },
]
z.deep."er" = { k = 1, l = [2, 3] }
[ "spaced" . name ]
k = \'\'\'it\'s\'\'\'
esc = "say \\"hi\\" [d]"
q = """ends in a quote""""
after = 2026-01-01T10:00:00
'''


def test_every_form_of_key_has_its_line() -> None:
    tomllib.loads(ODD)
    lines = index(ODD)
    assert {
        ("top",): 2, ("quoted key",): 3, ("a",): 4, ("a", "b"): 4, ("a", "b", "x"): 5, ("a", "b", "y"): 8,
        ("a", "b", "y", "1", "in"): 10, ("a", "b", "z", "deep", "er"): 12, ("a", "b", "z", "deep", "er", "l"): 12,
        ("spaced", "name"): 13, ("spaced", "name", "k"): 14, ("spaced", "name", "esc"): 15, ("spaced", "name", "q"): 16,
        ("spaced", "name", "after"): 17,
    }.items() <= lines.items()  # fmt: skip


def test_what_is_not_written_is_told_at_the_table_around_it() -> None:
    lines = index(ODD)
    assert nearest(lines, ("a", "b", "missing")) == 4
    assert nearest(lines, ("nowhere",)) == 1


def paths(value: object, at: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    found = {at} if at else set()
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        found |= paths(inner, (*at, str(key)))
    return found


@pytest.mark.parametrize("text", [FULL, ODD], ids=["the example", "odd forms"])
def test_it_finds_the_keys_that_the_parser_finds(text: str) -> None:
    assert paths(tomllib.loads(text)) == set(index(text))


@given(st.lists(st.text(max_size=20), min_size=1, max_size=8))
def test_values_never_shift_the_lines(values: list[str]) -> None:
    def quoted(value: str) -> str:
        return '"' + "".join(f"\\U{ord(c):08x}" if not 0xD800 <= ord(c) < 0xE000 else "?" for c in value) + '"'

    text = "".join(f"k{n} = {quoted(value)}\n" for n, value in enumerate(values))
    assert index(text) == {(f"k{n}",): n + 1 for n in range(len(values))}
