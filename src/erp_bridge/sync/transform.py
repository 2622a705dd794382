"""A pair's own step: the function that ``transform`` names, applied to each record before it is carried over.

It is applied to what is *carried*, never to what is compared: digests and echoes stay those of the ERPs' own values,
so that a function that changes does not look like an edit. See :class:`Passage` for what it is given.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from erp_bridge.core.errors import ConfigError
from erp_bridge.core.model import Atendimento, Movimentacao

#: What a function may change. The rest says which record it is, whose, when and how it stands: that is not its to say.
TICKET_FIELDS = frozenset({
    "titulo", "descricao", "assunto", "departamento", "responsavel", "prioridade", "canal", "status_complementar",
    "processo", "interacao_pendente", "data_reservada", "melhor_horario", "origem", "origem_endereco", "endereco",
    "contato", "script", "primeiro_contato",
})  # fmt: skip
MOVEMENT_FIELDS = frozenset({"texto", "visibilidade", "autor"})

#: The function named when ``transform`` names a module only.
USUAL_NAME = "transform"

Record = TypeVar("Record", Atendimento, Movimentacao)


@dataclass(frozen=True)
class Passage:
    """Where a record is going: the pair, and the names of both ERPs as they stand in ``bridge.toml``."""

    pair: str
    source: str
    target: str


class Failed(Exception):
    """The function did not give a record that can be carried. ``why`` tells it without a word of the record."""

    def __init__(self, function: str, why: str) -> None:
        super().__init__(f"{function}: {why}")
        self.function = function
        self.why = why


@dataclass(frozen=True)
class Transform:
    """A function that was found. ``version`` is a digest of its module's source: another source, other results."""

    path: str
    function: Callable[[Atendimento | Movimentacao, Passage], object]
    version: str

    def of(self, record: Record, passage: Passage) -> Record:
        """The record as it is to be carried. Raises :class:`Failed`."""
        try:
            given = self.function(record, passage)
        except Exception as error:  # whatever somebody's function does, the pass goes on
            raise Failed(self.path, f"{type(error).__name__}{_place(error, self.function)}") from error
        if not isinstance(given, type(record)):
            raise Failed(self.path, f"it gave {type(given).__name__} for {type(record).__name__}")
        if given is record:
            return record
        allowed = TICKET_FIELDS if isinstance(record, Atendimento) else MOVEMENT_FIELDS
        names = type(record).model_fields
        changed = sorted(campo for campo in names if getattr(given, campo) != getattr(record, campo))
        barred = [campo for campo in changed if campo not in allowed]
        if barred:
            raise Failed(self.path, f"it changed {', '.join(barred)}")
        try:
            return type(record).model_validate({campo: getattr(given, campo) for campo in names})
        except ValidationError as error:
            wrong = ", ".join(sorted({str(place["loc"][0]) for place in error.errors() if place["loc"]}))
            raise Failed(self.path, f"it left no valid {wrong}") from error


def load(path: str, folder: Path) -> Transform:
    """The function at ``package.module:function``; modules beside the configuration are found too.

    Raises ``ConfigError`` when there is none, or when it cannot be called with a record and a :class:`Passage`.
    """
    name, _, function = path.partition(":")
    try:
        module = _imported(name, folder)
    except Exception as error:  # a module may do anything when it is imported
        reason = f"transform {path!r}: the module cannot be imported: {type(error).__name__}: {error}"
        raise ConfigError(reason) from error
    found = getattr(module, function or USUAL_NAME, None)
    if not callable(found):
        raise ConfigError(f"transform {path!r}: the module has no function {function or USUAL_NAME!r}")
    if inspect.iscoroutinefunction(found):
        raise ConfigError(f"transform {path!r}: the function is async; a plain one is needed")
    try:
        inspect.signature(found).bind(None, None)
    except TypeError:
        raise ConfigError(f"transform {path!r}: the function must take two arguments: record, passage") from None
    except ValueError:
        pass  # some callables written in C do not tell
    return Transform(path, found, _version(module))


def _imported(name: str, folder: Path) -> object:
    place = str(folder.resolve())
    if place in sys.path:
        return importlib.import_module(name)
    sys.path.append(place)
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(place)


def _version(module: object) -> str:
    try:
        source = inspect.getsource(module)  # type: ignore[arg-type]
    except (OSError, TypeError):
        return ""
    return hashlib.blake2b(source.encode(), digest_size=8).hexdigest()


def _place(error: Exception, function: Callable[..., object]) -> str:
    """Where in the function's own file it went wrong. The error's text may hold personal data and is left out."""
    code = getattr(function, "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if code is not None and frame.filename == code.co_filename]
    return f" in line {lines[-1]}" if lines else ""
