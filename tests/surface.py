"""The public surface as lines of text: every name that may be imported, with what a caller relies on.

``python tests/surface.py`` writes it to ``surface.txt``, which is done with each release. Until the next one, what
differs from that file must be named in the changelog: see ``test_surface.py``.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
import types
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from pydantic import BaseModel

STORED = Path(__file__).with_name("surface.txt")
CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"
MODULES = ("erp_bridge", "erp_bridge.adapter_api", "erp_bridge.testing", "erp_bridge.events")


def surface() -> list[str]:
    """One line for each name and each of its members, sorted."""
    lines: set[str] = set()
    for module in MODULES:
        home = importlib.import_module(module)
        for name in getattr(home, "__all__", None) or _own_names(home):
            lines.update(_lines(f"{module}.{name}", getattr(home, name)))
    return sorted(lines)


def _own_names(module: types.ModuleType) -> list[str]:
    return [
        name for name, value in vars(module).items() if isinstance(value, type) and value.__module__ == module.__name__
    ]


def _lines(path: str, value: object) -> Iterator[str]:
    if isinstance(value, types.ModuleType):
        yield f"{path} module"
    elif isinstance(value, type):
        yield f"{path} class({', '.join(base.__name__ for base in value.__bases__)})"
        yield from _members(path, value)
    elif callable(value):
        yield f"{path} {_signature(value)}"
    else:
        yield f"{path} value"


def _members(path: str, cls: type) -> Iterator[str]:
    if issubclass(cls, Enum):
        yield from (f"{path}.{name} = {member.value!r}" for name, member in cls.__members__.items())
        return
    if issubclass(cls, BaseModel):
        for name, field in cls.model_fields.items():
            yield f"{path}.{name}: {_type(cls, name)}{'' if field.is_required() else ' = ...'}"
    elif dataclasses.is_dataclass(cls):
        yield f"{path}{_signature(cls)}"
    elif "__init__" in vars(cls):
        yield f"{path}{_signature(cls.__init__)}"
    for name, member in vars(cls).items():
        if name.startswith("_") or name.startswith("model_"):
            continue
        if isinstance(member, property):
            yield f"{path}.{name} property"
        elif inspect.isfunction(member) or isinstance(member, classmethod | staticmethod):
            yield f"{path}.{name}{_signature(getattr(member, '__func__', member))}"


def _type(cls: type, name: str) -> str:
    for base in cls.__mro__:
        if name in vars(base).get("__annotations__", {}):
            return str(vars(base)["__annotations__"][name])
    return "?"


def _signature(value: object) -> str:
    try:
        text = str(inspect.signature(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return "(...)"
    return re.sub(r" at 0x[0-9a-f]+|<factory>|<object object>", "...", text)


def changed(before: list[str], after: list[str]) -> set[str]:
    """The names, as they are imported, of which a line came, went or reads otherwise."""
    return {_name(line) for line in set(before) ^ set(after)}


def _name(line: str) -> str:
    path = re.split(r"[ (:]", line, maxsplit=1)[0]
    module = max((m for m in MODULES if path.startswith(f"{m}.")), key=len)
    return path.removeprefix(f"{module}.").partition(".")[0]


def unnamed(names: set[str], changelog: str) -> set[str]:
    """Those that the section about what is not released yet does not name between backticks."""
    section = changelog.partition("## [Unreleased]")[2].partition("\n## [")[0]
    told = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", section))))
    return names - told


if __name__ == "__main__":
    STORED.write_text("\n".join(surface()) + "\n", encoding="utf-8")
