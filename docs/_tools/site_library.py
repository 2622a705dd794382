"""The page of the library, made from signatures and docstrings: what ``import erp_bridge`` offers."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
from collections.abc import Iterator
from enum import Enum

from pydantic import BaseModel

MODULES = {
    "erp_bridge": "What an integrator imports.",
    "erp_bridge.blocking": "The same ERPs without `async`.",
    "erp_bridge.events": "What a program that embeds the engine may listen to.",
    "erp_bridge.adapter_api": "What an adapter's author imports besides.",
}
NAMES = {"erp_bridge.blocking": ("connect", "BlockingErp")}


def page() -> str:
    """The whole page; its words are those of the code, in English."""
    return "\n".join(["# Library\n", *(line for module in MODULES for line in _module(module))]) + "\n"


def _module(name: str) -> Iterator[str]:
    home = importlib.import_module(name)
    yield f"## `{name}`\n"
    yield f"{MODULES[name]}\n"
    values = {each: getattr(home, each) for each in NAMES.get(name, getattr(home, "__all__", ()))}
    for each, value in sorted(values.items(), key=lambda item: (_rank(item[1]), item[0].lower())):
        if inspect.ismodule(value):
            continue
        yield from _entry(name, each, value)


def _rank(value: object) -> int:
    if inspect.isroutine(value):
        return 0
    if isinstance(value, type):
        return 3 if issubclass(value, BaseException) else 2 if issubclass(value, Enum) else 1
    return 4


def _entry(module: str, name: str, value: object) -> Iterator[str]:
    yield f"### `{name}` {{ #{module.replace('.', '-')}-{name} }}\n"
    if inspect.isroutine(value):
        yield f"```python\n{_signature(name, value)}\n```\n"
    if isinstance(value, type) or inspect.isroutine(value):
        yield f"{prose(inspect.getdoc(value) or '')}\n"
    if isinstance(value, type):
        yield from _members(value)


def _members(cls: type) -> Iterator[str]:
    if issubclass(cls, Enum):
        yield ", ".join(f"`{member.value}`" for member in cls.__members__.values()) + "\n"
        return
    fields = list(cls.model_fields) if issubclass(cls, BaseModel) else []
    if dataclasses.is_dataclass(cls):
        fields = [field.name for field in dataclasses.fields(cls)]
    if fields:
        types = {
            key: note for base in reversed(cls.__mro__) for key, note in vars(base).get("__annotations__", {}).items()
        }
        yield "\n".join(f"- `{name}`: `{types.get(name, '')}`" for name in fields) + "\n"
    for name, member in vars(cls).items():
        if name.startswith("_") or name in fields or name.startswith("model_"):
            continue
        found = getattr(member, "__func__", member)
        if inspect.isfunction(found):
            yield f"```python\n{_signature(name, found)}\n```\n"
            yield f"{prose(inspect.getdoc(found) or '')}\n"
        elif isinstance(member, property):
            yield f"`{name}`\n: {prose(inspect.getdoc(member) or 'Read only.')}\n"


def _signature(name: str, value: object) -> str:
    try:
        text = str(inspect.signature(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        text = "(...)"
    text = re.sub(r"'([^']*)'", r"\1", text).replace("(self, ", "(").replace("(self)", "()")
    text = re.sub(r"(= [A-Z]\w+)\((?:[^()]|\([^()]*\))+\)", r"\1()", text)  # a default's own fields say nothing
    word = "async def" if inspect.iscoroutinefunction(value) else "def"
    return f"{word} {name}{text}"


def prose(text: str) -> str:
    """A docstring as Markdown: roles and double backticks become code."""
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text)
    return text.replace("``", "`")
