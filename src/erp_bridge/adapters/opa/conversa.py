"""A conversation as Opa! lists it, turned into values. Pure; nothing here raises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from erp_bridge.core.text import clean

Row = Mapping[str, Any]

#: Codes of a conversation's status; any other is shown as it came.
STATUS: Mapping[str, str] = {"AG": "aguardando", "EA": "em atendimento", "PS": "pausado", "F": "finalizado"}


@dataclass(frozen=True)
class Conversa:
    """``agente`` is None for a conversation that only the bot had, or whose agent is no longer there."""

    id: str
    protocolo: str
    status: str
    canal: str | None = None
    agente: str | None = None
    inicio: datetime | None = None
    fim: datetime | None = None

    def em_palavras(self, zone: tzinfo) -> str:
        """Channel, agent and times in one line, as a person would write it into a ticket."""
        parts = [f"Atendimento Opa! {self.protocolo}"]
        parts += [f"canal {self.canal}"] if self.canal else []
        parts += [f"agente {self.agente}"] if self.agente else []
        if self.inicio:
            start, end = self.inicio.astimezone(zone), self.fim.astimezone(zone) if self.fim else None
            text = f"de {start:%d/%m/%Y %H:%M}"
            if end:
                text += f" a {end:%H:%M}" if end.date() == start.date() else f" a {end:%d/%m/%Y %H:%M}"
            parts.append(text)
        return ", ".join(parts)


def read(row: Row, agentes: Mapping[str, str], zone: tzinfo) -> Conversa:
    """``agentes`` are names by id; a time without an offset is taken as one of ``zone``."""
    code = text(row.get("status"))
    return Conversa(
        id=text(row.get("_id")),
        protocolo=text(row.get("protocolo")),
        status=STATUS.get(code, code),
        canal=text(row.get("canal")) or None,
        agente=agentes.get(agent_id(row)),
        inicio=_moment(row.get("date"), zone),
        fim=_moment(row.get("fim"), zone),
    )


def agent_id(row: Row) -> str:
    """The id of the one who attended; a missing one means the bot (quirk 14)."""
    found = row.get("id_atendente")
    return text(found.get("_id")) if isinstance(found, Mapping) else text(found)


def name_of(row: Row) -> str:
    """An agent's name. Under which name the field stands is not publicly known."""
    return text(row.get("nome")) or text(row.get("name"))


def text(value: Any) -> str:
    return " ".join(clean(value).split()) if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _moment(value: Any, zone: tzinfo) -> datetime | None:
    try:
        found = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None
    return found.replace(tzinfo=zone) if found is not None and found.tzinfo is None else found
