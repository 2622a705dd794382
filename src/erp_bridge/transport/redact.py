"""Nothing personal and nothing secret in a log line.

Values are masked by the name they stand under, and by their look wherever they stand. Where a pattern cannot tell
a telephone from another number of ten digits, both go: a log without a protocolo is a nuisance, one with a client's
number is a breach.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, MutableMapping
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "[redacted]"
_DEEPEST = 8
_SHORTEST_SECRET = 4  # shorter ones would tear ordinary words apart

#: A key whose name, in lower case and without punctuation, contains one of these is masked whatever it holds.
_KEYS = re.compile(
    "token|senha|passw|secret|authorization|cookie|apikey|credential"
    "|cpf|cnpj|documento|fone|celular|whatsapp|email"
    "|mensagem|menssagem|message|texto|titulo|descri|solucao|observacao"
    "|nomecli|nomecontato|razao|fantasia|contato|endereco"
)

_PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"\b(basic|bearer|digest)\s+[\w.~+/=:-]{4,}", rf"\1 {MASK}"),
        (
            r"((?:token|senha|passw|secret|authorization|api_?key)\w{0,20}[\"']?\s{0,2}[:=]\s{0,2}[\"']?)(?!basic|bearer|digest)"
            r"[^\s\"',;&}]+",
            rf"\1{MASK}",
        ),
        (r"(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*", MASK),  # JSON web token
        (r"[0-9a-f]{32,}", MASK),  # the hash of an IXC token, and keys of that kind
        (r"(?<![^\s@\"<>])[^\s@\"<>]+@[^\s@\"<>]+", MASK),  # e-mail, and user and password in an address
        (r"(?<![0-9a-z])[0-9a-z]{2}\.?[0-9a-z]{3}\.?[0-9a-z]{3}[/.]?[0-9a-z]{4}[-–]?\d{2}(?![0-9a-z])", MASK),  # CNPJ
        (r"(?<!\d)\d{2}[.\s]\d{3}[.\s]\d{3}[/.\s]?\d{4}[-–.\s]?\d{2}(?!\d)", MASK),  # CNPJ, with blanks
        (r"(?<!\d)\d{3}[.\s]\d{3}[.\s]\d{3}[-–./\s]?\d{2}(?!\d)", MASK),  # CPF
        (r"(?<!\d)\d{9}-\d{2}(?!\d)", MASK),  # CPF, half formatted
        (r"(?<!\d)\d{10,14}(?!\d)", MASK),  # CPF, CNPJ or telephone, bare
        (r"(?<!\d)9\d{8}(?!\d)", MASK),  # mobile without its area
        (
            r"(?<!\d)(?:\+?55[-–.\s]{0,2})?(?:\(\s?0?\d{2}\s?\)|0?\d{2}[-–.\s])[-–.\s]{0,2}(?:9[-–.\s]?)?\d{4}[-–.\s]?\d{4}(?!\d)",
            MASK,
        ),  # telephone with its area
        (r"(?<!\d)(?:(?:9[-–.\s])?|9?)\d{4}[-–.\s]\d{4}(?!\d)", MASK),  # telephone without
    )
)


class Redactor:
    """Masks what must not be logged; it learns the literal secrets of each ERP from :meth:`remember`."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._literal: re.Pattern[str] | None = None

    def remember(self, *secrets: str) -> None:
        """Mask these texts from now on, also where they stand in base64 or in an address."""
        for secret in secrets:
            if len(secret) >= _SHORTEST_SECRET:
                self._secrets.update((secret, quote(secret, safe=""), quote_plus(secret), *_in_base64(secret)))
        longest_first = sorted(self._secrets, key=len, reverse=True)
        self._literal = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def __call__(self, logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """The structlog processor."""
        return {self.text(str(key)): self._under(str(key), value, 0) for key, value in event.items()}

    def text(self, text: str) -> str:
        """``text`` with everything masked that looks secret or personal."""
        if self._literal is not None:
            text = self._literal.sub(MASK, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def _under(self, key: str, value: object, depth: int) -> object:
        if value is None or isinstance(value, bool) or value == "":
            return value
        if _KEYS.search(re.sub(r"[^a-z]", "", key.lower())):
            return MASK
        return self._value(value, depth)

    def _value(self, value: object, depth: int) -> object:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, bytes | bytearray):
            return f"<{len(value)} bytes>"
        if isinstance(value, int | float):
            whole = f"{value:.0f}"  # the digits of a fraction are no number of anybody
            return value if self.text(whole) == whole else MASK
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping | list | tuple | set | frozenset):
            if depth >= _DEEPEST:
                return "…"
            if isinstance(value, Mapping):
                return {self.text(str(key)): self._under(str(key), item, depth + 1) for key, item in value.items()}
            return [self._value(item, depth + 1) for item in value]
        return self.text(str(value))


def _in_base64(secret: str) -> set[str]:
    """How ``secret`` looks inside a longer base64 text, at each of the three places it can fall on."""
    data = secret.encode()
    found: set[str] = set()
    for offset in range(3):
        whole = base64.b64encode(bytes(offset) + data)
        # Leave out the signs that also hold bits of what stands before or after.
        first = (offset * 8 + 5) // 6
        last = (offset + len(data)) * 8 // 6
        core = whole[first:last].decode()
        found.update((core, core.replace("+", "-").replace("/", "_")))
    return {core for core in found if len(core) >= _SHORTEST_SECRET}


#: The one of this process: every logger runs through it.
redactor = Redactor()
