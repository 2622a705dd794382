"""Keyed digests: what the store keeps instead of values. Pure, given the key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from erp_bridge.core.model import Atendimento
from erp_bridge.core.text import NORMAL_FORM, normal
from erp_bridge.sync import fields

#: Digests of one side of a link, by field.
Base = dict[str, str]

#: Stands as a base after a write that somebody overtook: equal to no digest, so that the next pass sees the edit.
OVERTAKEN = "overtaken"


class Digester:
    """BLAKE2b with the key of this store, so that nobody without it can test a guessed name or document."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, kind: str, value: str) -> str:
        """``<version of the normal form>:<32 hex digits>`` over a value of that kind."""
        raw = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
        return f"{NORMAL_FORM}:{hashlib.blake2b(raw, key=self._key, digest_size=16).hexdigest()}"

    def field(self, atendimento: Atendimento, campo: str) -> str:
        return self.of(campo, fields.own_value(atendimento, campo))

    def base(self, atendimento: Atendimento, campos: Iterable[str]) -> Base:
        return {campo: self.field(atendimento, campo) for campo in campos}

    def text(self, texto: str) -> str:
        return self.of("descricao", normal(texto))

    def protocolo(self, protocolo: str) -> str:
        return self.of("protocolo", protocolo)

    def check_value(self) -> str:
        """What the store keeps to tell whether it was opened with the right key."""
        return self.of("check", "erp_bridge")

    def unchanged(self, atendimento: Atendimento, campo: str, base: Base) -> bool:
        """Whether the field still has the value that the base was made of."""
        return base.get(campo) == self.field(atendimento, campo)
