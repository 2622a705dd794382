"""Text in normal form: what counts as a difference between two systems, and what does not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

#: Version of :func:`normal`. A digest carries it, so that a change of the form is not taken for an edit.
NORMAL_FORM = 1

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
#: Makes another byte of each of those control characters, and of no other: what it leaves alone holds none.
_SPOILED = bytes(byte ^ bool(_CONTROL.match(chr(byte))) for byte in range(256))


def clean(text: str) -> str:
    """Text that any ERP and any JSON can carry: no lone surrogates, no control characters but line end and tab."""
    if "\n" not in text and text.isprintable():  # codes, dates and names
        return text
    try:
        latin = text.encode("latin-1")  # texts of several lines; a third of the time that a pattern takes
        if latin.translate(_SPOILED) == latin:
            return text
    except UnicodeEncodeError:
        if _UNFIT.search(text) is None:
            return text
    return _CONTROL.sub("", text.encode("utf-8", "replace").decode("utf-8"))


def normal(text: str) -> str:
    """Composed (NFC), line ends as ``\\n``, no blanks at line ends, no empty lines around."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def fold(name: str) -> str:
    """A name for comparison: without case, accents and extra blanks."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())


def same_but_for_losses(sent: str, stored: str) -> bool:
    """Whether ``stored`` is ``sent`` after known losses: replaced characters, cut-off, blanks and line ends.

    A character outside ASCII may have become one to four ``?``, U+FFFD, or nothing. An empty text is only like itself.
    """
    kept, got = _squeeze(sent), _squeeze(stored)
    if not got or not kept:
        return normal(sent) == normal(stored)
    if kept.startswith(got):
        return True
    reached = {0}  # how far in `got` each way of reading the losses has come
    for char in kept:
        if len(got) in reached:
            return True
        reached = {place for start in reached for place in _steps(char, got, start)}
    return len(got) in reached


def _squeeze(text: str) -> str:
    """With one blank for any run of plain ones; those outside ASCII may be lost like any other character."""
    return " ".join(filter(None, re.split(r"[ \t\n\r\f\v]+", unicodedata.normalize("NFC", text))))


def _steps(char: str, got: str, start: int) -> Iterator[int]:
    if got[start : start + 1] == char:
        yield start + 1
    if char == " " and got[start - 1 : start] in ("", " "):  # two blanks met where a character was lost
        yield start
    if ord(char) > 126:
        yield start
        if char.isspace() and got[start : start + 1] == " ":
            yield start + 1
        for width in range(1, 5):
            if got[start + width - 1 : start + width] not in ("?", "\ufffd"):
                break
            yield start + width
