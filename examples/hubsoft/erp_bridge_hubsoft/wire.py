"""Hubsoft's records as they come: the same ticket in two shapes (quirk 8), read into one. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from erp_bridge.adapter_api import text

_YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?.*")
_DAY_FIRST = re.compile(r"(\d{2})/(\d{2})/(\d{4})(?: (\d{2}):(\d{2})(?::(\d{2}))?)?")
#: Characters of a day without an hour.
_A_DAY = 10


@dataclass(frozen=True)
class TicketRow:
    """A ticket; ``""`` is what the ERP does not say."""

    id: str
    protocolo: str
    descricao: str
    status: str
    closed_how: str
    opened: datetime | None
    closed: datetime | None
    day_only: bool  # the times are midnights of the right days
    is_closed: bool
    type_id: str
    type_name: str
    client_code: str
    client_name: str
    client_document: str
    service_id: str
    service_name: str
    service_status: str
    orders: tuple[Mapping[str, object], ...]
    hidden: bool  # a draft, or deleted


def ticket(row: Mapping[str, object], zone: ZoneInfo) -> TicketRow:
    """The long list nests client and service and gives ids; the calls about one client give names."""
    nested, client = inner(row, "cliente_servico"), inner(row, "cliente") or inner(row, "cliente_servico", "cliente")
    kind, service = inner(row, "tipo_atendimento"), inner(row, "servico") or nested
    orders = row.get("ordens_servico")
    return TicketRow(
        id=column(row, "id_atendimento"),
        protocolo=column(row, "protocolo"),
        descricao=column(row, "descricao_abertura"),
        status=column(inner(row, "status"), "descricao") or column(row, "status"),
        closed_how=column(row, "status_fechamento"),
        opened=instant(row, "data_cadastro", zone),
        closed=instant(row, "data_fechamento", zone),
        day_only=len(column(row, "data_cadastro")) <= _A_DAY,
        is_closed=bool(column(row, "data_fechamento")),
        type_id=column(row, "id_tipo_atendimento") or column(kind, "id_tipo_atendimento"),
        type_name=column(kind, "descricao") or column(row, "tipo_atendimento"),
        client_code=column(client, "codigo_cliente"),
        client_name=column(client, "nome_razaosocial"),
        client_document=column(client, "cpf_cnpj"),
        service_id=column(service, "id_cliente_servico") or column(row, "id_cliente_servico"),
        service_name=column(service, "nome"),
        service_status=column(service, "status_prefixo"),
        orders=tuple(order for order in orders if isinstance(order, Mapping)) if isinstance(orders, list) else (),
        hidden=bool(row.get("rascunho")) or bool(column(row, "deleted_at")),
    )


def column(row: Mapping[str, object], name: str) -> str:
    """A value as text: ids come as numbers in one call and as text in the other."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return text.clean(str(value)).strip(" ")


def inner(row: Mapping[str, object], *path: str) -> Mapping[str, object]:
    """An object within an object; an empty one where there is none."""
    for name in path:
        value = row.get(name)
        row = value if isinstance(value, Mapping) else {}
    return row


def instant(row: Mapping[str, object], name: str, zone: ZoneInfo) -> datetime | None:
    """The moment in a column: by the milliseconds beside it where they are given, else by its local time."""
    stamp = row.get(f"{name}_timestamp")
    if isinstance(stamp, int) and not isinstance(stamp, bool):
        with suppress(ValueError, OverflowError, OSError):
            return datetime.fromtimestamp(stamp / 1000, UTC).astimezone(zone)
    return local(column(row, name), zone)


def local(words: str, zone: ZoneInfo) -> datetime | None:
    """Both orders of day and year occur (quirk 2). A day alone is its midnight.

    Of an hour that occurs twice the first is meant; one that never was is the next valid one.
    """
    if match := _YEAR_FIRST.fullmatch(words):
        year, month, day = match[1], match[2], match[3]
    elif match := _DAY_FIRST.fullmatch(words):
        day, month, year = match[1], match[2], match[3]
    else:
        return None
    try:
        naive = datetime(int(year), int(month), int(day), int(match[4] or 0), int(match[5] or 0), int(match[6] or 0))
        return naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    except (ValueError, OverflowError):
        return None
