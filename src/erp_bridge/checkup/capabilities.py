"""What an ERP may be able to do, in words, and what is said of what it cannot."""

from __future__ import annotations

from collections.abc import Mapping

from erp_bridge.checkup.findings import Examined, State
from erp_bridge.core.adapter import Adapter, Capability
from erp_bridge.i18n import N_, _

#: Without these an ERP cannot take full part in a pair.
FOR_SYNC = {Capability.CHANGED_SINCE, Capability.CREATE, Capability.ADD_MOVEMENT, Capability.SET_STATUS}

MEANINGS: Mapping[Capability, str] = {
    Capability.CHANGED_SINCE: N_("list what has changed"),
    Capability.OPEN_TICKETS: N_("list the open tickets"),
    Capability.GET: N_("read a ticket"),
    Capability.FIND_BY_PROTOCOLO: N_("find a ticket by its protocolo"),
    Capability.TICKETS_OF_CLIENT: N_("list a client's tickets"),
    Capability.CREATE: N_("open a ticket"),
    Capability.UPDATE: N_("change fields of a ticket"),
    Capability.MOVEMENTS: N_("read the messages of a ticket"),
    Capability.ADD_MOVEMENT: N_("write a message"),
    Capability.MOVEMENT_STATUS: N_("set a status by a message"),
    Capability.SET_STATUS: N_("set a status"),
    Capability.FORWARD: N_("forward a ticket to a department"),
    Capability.SET_LABEL: N_("label a ticket"),
    Capability.FILES: N_("list the files of a ticket"),
    Capability.FILES_OF: N_("list the files of many tickets at once"),
    Capability.ATTACH: N_("attach a file"),
    Capability.DOWNLOAD: N_("read the content of a file"),
    Capability.WORK_ORDERS: N_("list the work orders of a ticket"),
    Capability.FIND_CLIENT: N_("find a client by CPF or CNPJ"),
    Capability.SEARCH_CLIENTS: N_("search clients by name"),
    Capability.CONTRACTS: N_("list a client's contracts, logins or plans"),
    Capability.VOCABULARY: N_("list subjects, departments and other terms"),
    Capability.PARAMETERS: N_("tell what a subject demands"),
    Capability.INSPECT: N_("tell what its own user may not see"),
    Capability.TICKETS_BETWEEN: N_("list the past by the day of opening"),
    Capability.GET_MANY: N_("read many tickets in one request"),
    Capability.CLIENTS_BY_DOCUMENTS: N_("find many clients in one request"),
    Capability.POST_TICKET: N_("open a series of tickets and read them back together"),
    Capability.POST_MOVEMENT: N_("write a series of messages and read them back together"),
    Capability.CONTRACT_FEE: N_("tell the monthly fee of a contract"),
    Capability.INVOICES: N_("list the open invoices of a client"),
    Capability.BOOK_DISCOUNT: N_("book a discount"),
}


def tell(seen: Examined, erp: Adapter) -> None:
    missing = sorted(set(Capability) - erp.capabilities)
    detail = _("without: {names}", names=", ".join(missing)) if missing else _("all")
    lacks = sorted(FOR_SYNC & set(missing))
    if lacks:
        advice = _(
            "a pair needs {names}: see the README of the adapter {kind} for what makes them available",
            names=", ".join(lacks), kind=erp.kind,
        )  # fmt: skip
        seen.say(N_("capabilities"), State.WARNING, detail, advice)
    else:
        seen.say(N_("capabilities"), State.OK, detail)
