"""Every text of the command line exists in Portuguese, and so does every message from the layers below."""

from __future__ import annotations

import ast
import re
import string
from collections import ChainMap
from collections.abc import Iterator
from pathlib import Path

import erp_bridge
from erp_bridge import i18n

SOURCE = Path(erp_bridge.__file__).parent
TEXTS = dict(ChainMap(*i18n.SAID))
MESSAGES = dict(ChainMap(*i18n.MESSAGES))
MARKED = [path for part in ("cli", "checkup", "report", "testing") for path in sorted((SOURCE / part).glob("*.py"))]


def marked_texts() -> Iterator[tuple[str, str]]:
    for path in MARKED:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "N_"):
                [argument] = node.args
                if isinstance(argument, ast.Constant):
                    yield f"{path.name}:{node.lineno}", argument.value


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_marked_text_is_translated() -> None:
    missing = [(where, text) for where, text in marked_texts() if text not in TEXTS]
    assert not missing


def test_only_texts_and_names_are_translated() -> None:
    """``_(f"...")`` would never find its translation."""
    for path in MARKED:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "N_"):
                assert not isinstance(node.args[0], ast.JoinedStr), f"{path.name}:{node.lineno}"


def test_nothing_is_translated_that_is_not_used() -> None:
    assert set(TEXTS) == {text for _, text in marked_texts()}


def test_no_text_is_translated_twice() -> None:
    assert len(TEXTS) == sum(map(len, i18n.SAID))


def test_translations_keep_the_places_to_fill_in() -> None:
    for msgid, text in {**TEXTS, **MESSAGES}.items():
        assert places(text) == places(msgid), msgid
        assert text.strip(), msgid


#: What makes messages for people. ``ValueError`` reaches them from settings only, as pydantic's complaint.
MAKERS = {
    "ConfigError", "Refused", "Unavailable", "Uncertain", "AuthError", "Malformed", "NotFound", "StoreError",
    "GateClosed", "PairHeld", "LeaseLost", "say",
}  # fmt: skip
SETTINGS = [*sorted((SOURCE / "config").glob("*.py")), SOURCE / "core" / "settings.py"]
LAYERS = [
    *SETTINGS, *sorted((SOURCE / "adapters").rglob("*.py")), *sorted((SOURCE / "transport").glob("*.py")),
    *sorted((SOURCE / "sync").rglob("*.py")),
]  # fmt: skip


def messages_of(path: Path) -> Iterator[tuple[int, str]]:
    """What is raised there, and what is put together as ``reason`` or ``text`` to be raised; X1X for each value."""
    makers = MAKERS | {"ValueError"} if path in SETTINGS else MAKERS
    for node in ast.walk(ast.parse(path.read_text())):
        texts: list[ast.expr] = []
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            texts = node.args if name in makers else []
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            texts = [node.value] if node.targets[0].id in ("reason", "text") else []
        for argument in texts:
            text = pattern(argument)
            if text and " " in text.replace("X1X", "").strip(" :"):
                yield node.lineno, text


def pattern(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "X1X" for v in node.values)
    return None


def test_messages_from_below_are_translated() -> None:
    missing = [
        (f"{path.parent.name}/{path.name}:{line}", text)
        for path in LAYERS
        for line, text in messages_of(path)
        if not understood(text)
    ]
    assert not missing


def understood(text: str) -> bool:
    i18n.use("pt-BR")
    try:
        return i18n.rendered(text) != text
    finally:
        i18n.use("en")


def test_a_finished_message_is_translated_with_what_it_holds() -> None:
    i18n.use("pt-BR")
    try:
        line = "bridge.toml: line 12: pair.x.diretion: there is no such key; did you mean 'direction'?"
        assert (
            i18n.rendered(line)
            == "bridge.toml: linha 12: pair.x.diretion: esta chave não existe; quis dizer 'direction'?"
        )
        assert i18n.rendered("an unknown text") == "an unknown text"
    finally:
        i18n.use("en")


def test_the_language_follows_the_environment() -> None:
    assert i18n.from_environment({"LANG": "pt_BR.UTF-8"}) == "pt-BR"
    assert i18n.from_environment({"LC_ALL": "C", "LANG": "pt_BR.UTF-8"}) == "en"
    assert i18n.from_environment({"LC_ALL": "", "LC_MESSAGES": "pt_BR", "LANG": "en_US"}) == "pt-BR"
    assert i18n.from_environment({}) == "en"


def test_portuguese_does_not_slip_into_english() -> None:
    accents = re.compile("[áàâãéêíóôõúç]")
    for where, text in marked_texts():
        words = accents.findall(text.replace("áéíõç", ""))
        assert not words, where
