"""What is wrong with a configuration, said with key, line, reason and the nearest valid word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path as File
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from zoneinfo import available_timezones

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from erp_bridge.config import lines as line_index
from erp_bridge.config.lines import Path
from erp_bridge.core.errors import ConfigError


@dataclass(frozen=True)
class Problem:
    """One thing to correct. ``path`` is the key as it would be written (``pair.suporte.policy.prioridade``)."""

    path: str
    line: int
    message: str
    nearest: str | None = None

    def __str__(self) -> str:
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        where = f"line {self.line}: {self.path}" if self.path else f"line {self.line}"
        return f"{where}: {self.message}{hint}"


class InvalidConfig(ConfigError):
    """The configuration holds errors: correct the lines named here."""

    def __init__(self, file: File, problems: Iterable[Problem]) -> None:
        self.file = file
        self.problems = tuple(sorted(problems, key=lambda p: (p.line, p.path)))
        super().__init__("\n".join(f"{file}: {problem}" for problem in self.problems))


class Findings:
    """Collects problems, one for each key: the first word said of a key stands."""

    def __init__(self, lines: dict[Path, int]) -> None:
        self._lines = lines
        self._found: dict[Path, Problem] = {}

    def __len__(self) -> int:
        return len(self._found)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self._found.values())

    def say(self, path: Path, message: str, *, wrong: str | None = None, known: Iterable[str] = ()) -> None:
        """A problem with that key; ``known`` are the words of which the nearest to ``wrong`` is offered."""
        if any(path == said[: len(path)] for said in self._found):
            return
        nearest = nearest_word(wrong, known) if wrong is not None else None
        self._found[path] = Problem(dotted(path), line_index.nearest(self._lines, path), message, nearest)

    def say_all(self, error: ValidationError, model: type[BaseModel], data: Mapping[str, Any], at: Path) -> None:
        """Every complaint that pydantic has of one table."""
        for detail in error.errors(include_url=False):
            path = _in_file(detail, data)
            message, known = _explain(detail, model, path)
            wrong = path[-1] if detail["type"] == "extra_forbidden" and path else _text(detail["input"])
            self.say((*at, *path), message, wrong=wrong, known=known)


def dotted(path: Path) -> str:
    """A key path as it is written in TOML."""
    return ".".join(part if re.fullmatch(r"[\w-]+", part) else f'"{part}"' for part in path)


def nearest_word(wrong: str, known: Iterable[str]) -> str | None:
    """The known word most like the wrong one; None when nothing is known, or when it is that word already."""
    found = difflib.get_close_matches(wrong.casefold(), list(known), n=1, cutoff=0.0)
    return found[0] if found and found[0] != wrong else None


def keys_of(model: type[BaseModel], path: Path = ()) -> tuple[str, ...]:
    """The keys of the table that stands at ``path`` under ``model``; its name is none, that is in its header."""
    places: list[Any] = [model]
    for part in path:
        places = [inner for place in places for inner in _inside(place, part)]
    keys = (key for place in places for option in options(place) for key in _fields(option))
    return tuple(key for key in keys if path or key != "name")


def options(annotation: Any) -> list[Any]:
    """The types that an annotation allows: the members of a union, without ``Annotated``."""
    if get_origin(annotation) is Annotated:
        return options(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [option for member in get_args(annotation) for option in options(member)]
    return [annotation]


def _fields(annotation: Any) -> tuple[str, ...]:
    is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return tuple(f.alias or name for name, f in annotation.model_fields.items()) if is_model else ()


def _inside(annotation: Any, part: str) -> list[Any]:
    inner: list[Any] = []
    for option in options(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            inner += [f.annotation for name, f in option.model_fields.items() if part in (name, f.alias)]
        elif isinstance(get_origin(option), type) and issubclass(get_origin(option), Mapping):
            inner.append(get_args(option)[1])
        elif get_origin(option) in (tuple, list):
            inner.append(get_args(option)[0])
    return inner


def _in_file(detail: ErrorDetails, data: Mapping[str, Any]) -> Path:
    """Pydantic's place of an error without the steps that exist in types only (members of a union)."""
    path: list[str] = []
    here: Any = data
    steps = [step for step in detail["loc"] if step != "[key]"]
    for number, step in enumerate(steps):
        inside = step in here if isinstance(here, Mapping) else isinstance(here, list) and isinstance(step, int)
        if inside:
            here = here[step]
            path.append(str(step))
        elif detail["type"] == "missing" and number == len(steps) - 1:
            path.append(str(step))
    return tuple(path)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _explain(detail: ErrorDetails, model: type[BaseModel], path: Path) -> tuple[str, tuple[str, ...]]:
    """What to tell the user of one of pydantic's errors, and the words that would have been right."""
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        return "there is no such key", keys_of(model, path[:-1])
    if kind in ("literal_error", "enum"):
        words = tuple(re.findall(r"'([^']*)'", str(context["expected"])))
        return f"must be one of {', '.join(words)}", words
    if kind == "value_error":
        return str(context["error"]), tuple(sorted(available_timezones())) if path[-1:] == ("timezone",) else ()
    limits = {
        "greater_than": ("must be more than", "gt"),
        "greater_than_equal": ("must be at least", "ge"),
        "less_than": ("must be less than", "lt"),
        "less_than_equal": ("must be at most", "le"),
    }
    if kind in limits:
        words_of_limit, name = limits[kind]
        return f"{words_of_limit} {context[name]}", ()
    for beginning, message in _MESSAGES.items():
        if kind.startswith(beginning):
            return message, ()
    return detail["msg"], ()


_MESSAGES = {
    "missing": "this key is required",
    "int": "must be a whole number",
    "float": "must be a number",
    "finite_number": "must be a number",
    "bool": "must be true or false",
    "string_pattern": "holds a character that is not allowed here, or lacks a part",
    "string": "must be a text in quotes",
    "date": "must be a day: since = 2026-01-01",
    "tuple": "must be a list",
    "list": "must be a list",
    "dict": "must be a table",
    "mapping": "must be a table",
    "model": "must be a table",
}
