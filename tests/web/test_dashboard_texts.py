"""Every text of the pages exists in both languages, and what is translated is used."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

from erp_bridge import i18n
from erp_bridge.i18n import pt_br_web
from erp_bridge.service import web

FOLDER = Path(web.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
MODULES = sorted(FOLDER.glob("*.py"))


def marked() -> Iterator[tuple[str, str]]:
    for path in TEMPLATES:
        for call in Environment().parse(path.read_text()).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "_":
                (text,) = call.args
                assert isinstance(text, nodes.Const), f"{path.name}: a text that is put together finds no translation"
                yield path.name, text.value
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
                (argument,) = node.args
                assert isinstance(argument, ast.Constant), path.name
                yield path.name, argument.value


def test_every_text_has_a_translation() -> None:
    said = {text for catalogue in i18n.SAID for text in catalogue} | set(pt_br_web.TEXTS)
    assert [(where, text) for where, text in marked() if text not in said] == []
    assert len(list(marked())) > 150


def test_nothing_is_translated_that_is_not_said() -> None:
    assert set(pt_br_web.TEXTS) - {text for _, text in marked()} == set()


def test_translations_keep_the_places_to_fill_in() -> None:
    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for msgid, text in {**pt_br_web.TEXTS, **pt_br_web.MESSAGES}.items():
        assert places(text) == places(msgid), msgid
        assert text.strip(), msgid
        assert text.count("`") == msgid.count("`"), msgid


def test_portuguese_does_not_slip_into_english() -> None:
    for where, text in marked():
        assert not re.findall("[áàâãéêíóôõúç]", text), where


def test_templates_say_nothing_that_is_not_marked() -> None:
    """Words between tags that no call translates: names of the program and of languages only."""
    allowed = {"erp-bridge", "·", "›", "×", "–", ":", ";", "[", "]", "→", ",", ".", "(", ")", "⇄"}
    for path in TEMPLATES:
        bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text(), flags=re.DOTALL)
        text = re.sub(r"<!doctype[^>]*>|<[^>]*>", " ", bare)
        assert set(text.split()) - allowed <= {"#"}, path.name
