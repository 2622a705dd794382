"""One HTTP reply, read tolerantly: the ERPs announce charsets and content types that are not true."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from erp_bridge.core.errors import Malformed

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WRONG_ADDRESS = "check that url is the address of this ERP, and that no other server answers in its place"
_HINTS = {
    "JSON of another form": "check the version of the ERP",
    "broken JSON": "it was cut off or damaged on the way: try again",
}


@dataclass(frozen=True)
class Reply:
    """What the ERP answered. ``headers`` have lower-case names; a name that came twice is joined with a comma."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)  # bodies hold personal data
    erp: str | None = None
    operation: str | None = None

    def text(self, charset: str = "utf-8") -> str:
        """The body as text. Never raises.

        What fits ``charset``, else the charset the reply declares, is read so. The rest is taken for UTF-8 in which
        every foreign byte is Windows-1252: that reads pure latin-1 rightly, and also a page of UTF-8 with one
        latin-1 record in it, where decoding all of it as latin-1 would spoil the accents of every other record.
        """
        for bom, encoding in _BOMS:
            if self.content.startswith(bom):
                return self.content[len(bom) :].decode(encoding, "replace")
        if _is_latin(charset):
            return self.content.decode("cp1252", _FOREIGN_BYTES)
        for name in (charset, self._declared_charset()):
            if name and not _is_latin(name):
                try:
                    return self.content.decode(name)
                except (LookupError, ValueError):  # no such charset, or not written in it
                    continue
        return self.content.decode("utf-8", _FOREIGN_BYTES)

    def json(self, charset: str = "utf-8") -> Any:
        """The body as JSON, whatever its content type says. Raises ``Malformed``."""
        try:
            return json.loads(self.text(charset), strict=False)  # raw line ends inside strings do occur
        except (ValueError, RecursionError):
            raise self.malformed() from None

    def malformed(self, expected: str = "JSON") -> Malformed:
        """The error for a reply that is not ``expected``; its text says what came instead and what to check."""
        looks = self.looks
        hint = _HINTS.get(looks, _WRONG_ADDRESS)
        text = f"the answer (HTTP {self.status}) is {looks} and not {expected}: {hint}"
        return Malformed(text, erp=self.erp, operation=self.operation)

    @property
    def is_html(self) -> bool:
        """Whether the body is HTML: by its look, not by its content type."""
        return re.match(rb"<(!doctype|!--|[a-z][a-z0-9]*[\s/>])", self._start.lower()) is not None

    @property
    def looks(self) -> str:
        """What the body appears to be, in words."""
        if not self._start:
            return "empty"
        if self.is_html:
            return "an HTML page"
        if self._start[:1] not in b"{[":
            return "plain text"
        try:
            json.loads(self.text(), strict=False)
        except (ValueError, RecursionError):
            return "broken JSON"
        return "JSON of another form"

    @property
    def _start(self) -> bytes:
        return self.content[:1000].removeprefix(codecs.BOM_UTF8).lstrip()

    def _declared_charset(self) -> str | None:
        match = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", self.headers.get("content-type", ""), re.IGNORECASE)
        return match[1] if match else None


def _is_latin(charset: str) -> bool:
    """What is called ISO-8859-1 in the wild is Windows-1252: the same, with printable signs in 0x80 to 0x9F."""
    try:
        return codecs.lookup(charset).name in ("iso8859-1", "cp1252")
    except LookupError:
        return False


def _read_foreign_bytes(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(_WINDOWS[byte] for byte in error.object[error.start : error.end]), error.end


#: Windows-1252 by byte; the five bytes without a sign there are what latin-1 makes of them.
_WINDOWS = [
    chr(byte) if sign == "\ufffd" else sign for byte, sign in enumerate(bytes(range(256)).decode("cp1252", "replace"))
]
_FOREIGN_BYTES = "erp_bridge.foreign_bytes"
codecs.register_error(_FOREIGN_BYTES, _read_foreign_bytes)
