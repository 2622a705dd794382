"""CPF and CNPJ: one written form, and their check digits.

Since July 2026 a CNPJ may carry letters in its first twelve places; each counts as its ASCII code minus 48.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import mul

_CNPJ_WITH_LETTERS = re.compile(r"[0-9A-Z]{12}[0-9]{2}")


def normalise(text: str | None) -> str | None:
    """The document without dots, dashes, blanks and a label before it; ``None`` when nothing is left."""
    if not text:
        return None
    compact = re.sub(r"[\W_]", "", text).upper()
    if not is_valid(compact):  # "CPF 123.456.789-09" has the shape of a CNPJ with letters
        compact = re.sub(r"^(CPF|CNPJ)+", "", compact)
    if _CNPJ_WITH_LETTERS.fullmatch(compact):
        return compact
    return re.sub(r"[^0-9]", "", compact) or None


def is_valid(documento: str) -> bool:
    """Whether a normalised document has the length and check digits of a CPF (11) or a CNPJ (14)."""
    if len(set(documento)) == 1:
        return False
    if re.fullmatch(r"[0-9]{11}", documento):
        return all(_check_digit(documento[:n], top=n + 1) == documento[n] for n in (9, 10))
    if _CNPJ_WITH_LETTERS.fullmatch(documento):
        return all(_check_digit(documento[:n], top=9) == documento[n] for n in (12, 13))
    return False


def _check_digit(head: str, *, top: int) -> str:
    """Modulo 11 with weights 2, 3, … ``top`` from the right, starting again at 2."""
    weights, zero = _weights(len(head), top)
    rest = (sum(map(mul, head.encode("ascii"), weights)) - zero) % 11
    return "0" if rest < 2 else str(11 - rest)


@lru_cache(maxsize=8)
def _weights(length: int, top: int) -> tuple[tuple[int, ...], int]:
    """From the left, and what they make of zeros, which count as their ASCII code above."""
    weights = tuple(2 + place % (top - 1) for place in reversed(range(length)))
    return weights, ord("0") * sum(weights)
