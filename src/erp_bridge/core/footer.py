"""The footer that ends every record the bridge writes, and by which it knows it again.

```
<the text itself>

-- erp_bridge
[ref matriz 123/m789 prot 202607581197]
Maria · 01/09/2026 08:00 · matriz
* Prioridade: alta
```

The first line under the rule names where the record comes from; the second who wrote it and when, in the source's
local time; lines with a star hold what the target has no field for. What a person adds below stays part of the text.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from erp_bridge.core.text import clean

RULE = "-- erp_bridge"
_ERP, _ID, _PART = r"[A-Za-z0-9_.-]+", r"[^\s/\]]+", r"[^\s\]]+"
_REF = re.compile(rf"\[ref +(?P<erp>{_ERP}) +(?P<id>{_ID})(?:/(?P<part>{_PART}))? +prot +(?P<prot>\S.*)\]")
_SHORT = re.compile(rf"\[ref +(?P<erp>{_ERP}) +(?P<id>{_ID})/(?P<part>{_PART})\]\s*\Z")
_TIME = re.compile(r"\d{2}/\d{2}/\d{4}\s+\d{2}:\d{2}\b")
_NOTE = "* "
_NONE = "-"


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _numbered(protocolo: str | None) -> str | None:
    line = _one_line(protocolo or "")
    return line if line not in ("", _NONE) else None


#: What stands under the rule is read line by line, so nothing in it may break a line.
Line = Annotated[str, AfterValidator(_one_line)]
Lines = Annotated[tuple[Line, ...], AfterValidator(lambda lines: tuple(filter(None, lines)))]


class Ref(BaseModel):
    """The record that a text was copied from: ERP, ticket and, for a movement, its id (``m789``, ``t12``, ``s3``).

    Only what can be read back is accepted: a reference that cannot be found again would double its record.
    """

    model_config = ConfigDict(frozen=True, regex_engine="python-re")

    erp: str = Field(pattern=rf"^{_ERP}\Z")
    id: str = Field(pattern=rf"^{_ID}\Z")
    part: str | None = Field(default=None, pattern=rf"^{_PART}\Z")

    def __str__(self) -> str:
        return f"{self.erp} {self.id}/{self.part}" if self.part else f"{self.erp} {self.id}"


def record_of(part: str) -> str:
    """The record that a piece belongs to: ``m5.2`` is the second piece of ``m5``."""
    return part.partition(".")[0]


class Footer(BaseModel):
    """What stands under the rule. ``assinatura`` is the line ``<autor> · <dd/mm/aaaa hh:mm> · <erp>`` as written."""

    model_config = ConfigDict(frozen=True)

    ref: Ref
    protocolo: Annotated[str | None, AfterValidator(_numbered)] = None
    assinatura: Line = ""
    notas: Lines = ()

    def __str__(self) -> str:
        lines = [RULE, f"[ref {self.ref} prot {self.protocolo or _NONE}]"]
        if self.assinatura:
            lines.append(self.assinatura)
        lines += [f"{_NOTE}{nota}" for nota in self.notas]
        return "\n".join(lines)


def join(text: str, footer: Footer | None) -> str:
    """The text as it is stored: with the footer at its end."""
    if footer is None:
        return text
    return f"{text}\n\n{footer}" if text else str(footer)


def split(stored: str) -> tuple[str, Footer | None]:
    """The text without the last footer in it, and that footer; ``(stored, None)`` where there is none.

    Line ends, blanks around lines and a lost ``·`` do not matter; text that somebody added below the footer is kept.
    """
    if RULE not in stored:
        return stored, None
    lines = stored.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for start in range(len(lines) - 1, -1, -1):
        if lines[start].strip() != RULE or start + 1 >= len(lines):
            continue
        match = _REF.fullmatch(lines[start + 1].strip())
        if match is None:
            continue
        signature, notes, rest = _read_tail(lines[start + 2 :], match["erp"])
        body = "\n".join(lines[:start]).rstrip("\n ")
        below = "\n".join(rest).strip()
        footer = Footer(
            ref=Ref(erp=match["erp"], id=match["id"], part=match["part"]),
            protocolo=match["prot"],
            assinatura=signature,
            notas=notes,
        )
        return ("\n\n".join(part for part in (body, below) if part), footer)
    return stored, None


def label(description: str, ref: Ref, room: int) -> str:
    """A file's description, cut so that ``[ref matriz 123/f12]`` fits in behind it: its marker, within ``room``."""
    marker = f"[ref {ref}]"
    return f"{_one_line(description)[: max(0, room - len(marker) - 1)]} {marker}".strip()


def read_label(description: str) -> Ref | None:
    """The marker at the end of a file's description, if the bridge wrote one."""
    match = _SHORT.search(description)
    return Ref(erp=match["erp"], id=match["id"], part=match["part"]) if match else None


def fit(text: str, footer: Footer | None, max_text: int) -> tuple[str, str]:
    """Cut ``text`` so that it and its footer stay within ``max_text`` characters: (what fits, the rest)."""
    if len(join(text, footer)) <= max_text:
        return text, ""
    room = max_text - len(join("x", footer)) + 1
    if room <= 0:
        raise ValueError(f"max_text={max_text} leaves no room beside the footer")
    return text[:room], text[room:]


def _read_tail(lines: list[str], erp: str) -> tuple[str, tuple[str, ...], list[str]]:
    signature = ""
    if lines and _TIME.search(lines[0]) and lines[0].rstrip().endswith(erp):
        signature, lines = lines[0], lines[1:]
    notes: list[str] = []
    while lines and lines[0].strip().startswith(_NOTE):
        notes.append(lines[0].strip()[len(_NOTE) :])
        lines = lines[1:]
    return signature, tuple(notes), lines
