"""What the service desk shows: one ticket, its history, the tickets of a client, and the internal list of all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from erp_bridge.sandbox.voalle.replies import Refusal, Status
from erp_bridge.sandbox.voalle.request import Call
from erp_bridge.sandbox.voalle.solicitations import person
from erp_bridge.sandbox.voalle.store import Row, Store
from erp_bridge.sandbox.voalle.values import flag, internal_date, number, written_date


class Reads:
    """Nothing here tells when a ticket was changed (quirks 15, 25)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def data(self, call: Call) -> Row:
        """One ticket. A POST whose parameters stand in the query string (quirk 6); by either id (quirk 20)."""
        store = self._store
        assignment, incident = store.ticket(number(call.query, "assignmentid"), number(call.query, "protocol"))
        answer: Row = {
            "protocol": incident["protocol"],
            "assignmentId": assignment["id"],
            "incidentType": self._named("incident_types", incident["incident_type_id"]),
            "incidentStatus": self._named("incident_status", incident["incident_status_id"]),
            "requestor": person(store, assignment["requestor_id"]),
            "client": person(store, incident["client_id"]),
            "beginningDate": self._date(assignment["beginning_date"]),
            "finalDate": self._date(assignment["final_date"]),  # quirk 22
            "criticity": assignment["priority"],  # that this is the priority is not public
            "contractServiceTag": self._tag(incident),
            "catalogService": self._named("catalog_services", incident["catalog_service_id"]),
            "catalogServiceItem": self._named("catalog_services_items", incident["catalog_service_item_id"]),
            "catalogServiceItemClass": None,
            "sectorArea": self._named("teams", incident["team_id"]),  # shape not public: the team's area
            "team": self._named("teams", incident["team_id"]),
            "responsible": person(store, assignment["responsible_id"]),
            "companyPlace": self._place(assignment["company_place_id"]),
        }
        if store.options.texts_in_data:
            answer |= {"title": assignment["title"], "description": assignment["description"]}
        return answer

    def history(self, call: Call) -> list[Row]:
        """All that was said, oldest first. The first entry is the opening, with the title and text of that time."""
        store = self._store
        assignment, _ = store.ticket(number(call.query, "assignmentid"))
        rows = store.tables["reports"]
        return [self._entry(rows[id_]) for id_ in store.reports_of[assignment["id"]] if id_ in rows]

    def _entry(self, row: Row) -> Row:
        who, team = person(self._store, row["person_id"]), self._store.tables["teams"].get(row["team_id"] or 0)
        return {
            "id": row["id"],
            "typeOperation": row["type_operation"],  # values not public
            "title": row["title"],
            "description": row["description"],
            "beginningDate": self._date(row["created"]),
            "finalDate": self._date(row["created"]),
            "private": row["private"],
            "personId": row["person_id"],
            "person": who,
            "teamId": row["team_id"],
            "team": {"id": team["id"], "name": team["title"]} if team else None,
        }

    def of_client(self, call: Call) -> Row:
        """The tickets of one client, newest first, not paged; open ones only unless ``allAssignments`` is true."""
        store, everything = self._store, flag(call.query, "allassignments")
        client_id = number({"clientId": call.last}, "clientId")
        if client_id not in store.tables["people"]:
            raise Refusal("Cliente não encontrado")
        pairs = self._pairs(reversed(store.by_client[client_id]))
        rows = [self._listed(a, i) for a, i in pairs if everything or not store.is_closed(i)]
        return {"data": rows, "totalRecords": len(rows)}

    def _listed(self, assignment: Row, incident: Row) -> Row:
        """Quirk 16: the status as a text, and dates under names that the single read does not have."""
        tag = self._tag(incident)
        return {
            "assignmentId": assignment["id"],
            "protocol": incident["protocol"],
            "title": assignment["title"],
            "status": self._store.name_of("incident_status", incident["incident_status_id"]),
            "team": self._store.name_of("teams", incident["team_id"]),
            "sectorArea": self._store.name_of("teams", incident["team_id"]),
            "beginningData": self._date(assignment["beginning_date"]),
            "finalData": self._date(assignment["final_date"]),
            "contractServiceTag": tag["serviceTag"] if tag else None,
        }

    # --- the internal API of the web pages

    def all(self, call: Call) -> Row:
        """Paged and filtered by a JSON text. It can filter on the opening, not on a change (quirk 15)."""
        low, high = _window(call.query.get("filter", ""))
        pairs = [
            (a, i)
            for a, i in self._pairs(list(self._store.tables["assignments"]))
            if low <= a["beginning_date"] and (not high or a["beginning_date"] <= high)
        ]
        pairs.sort(key=lambda pair: pair[1]["id"], reverse=_descending(call.query.get("orderby", "")))
        page, size = page_of(call.query, self._store.options.max_page_size)
        more = int(call.orders.get("more_rows", {}).get("extra", 3)) if "more_rows" in call.orders else 0
        start = (page - 1) * size
        return paged([self._internal(a, i) for a, i in pairs[start : start + size + more]], len(pairs), page, size)

    def _internal(self, assignment: Row, incident: Row) -> Row:
        return {
            "id": incident["id"],
            "protocol": incident["protocol"],
            "clientId": incident["client_id"],
            "client": person(self._store, incident["client_id"]),
            "teamId": incident["team_id"],
            "team": self._named("teams", incident["team_id"]),
            "incidentStatusId": incident["incident_status_id"],
            "incidentStatus": self._named("incident_status", incident["incident_status_id"]),
            "assignment": {
                "id": assignment["id"],
                "title": assignment["title"],
                "assignmentType": "Solicitação",
                "progress": assignment["progress"],
                "beginningDate": internal_date(assignment["beginning_date"]),
                "finalDate": internal_date(assignment["final_date"]),
                "responsibleId": assignment["responsible_id"],
                "responsible": person(self._store, assignment["responsible_id"]),
                "requestorId": assignment["requestor_id"],
                "requestor": person(self._store, assignment["requestor_id"]),
                "inExecution": False,
            },
            "assignmentIncidents": {"incidentType": {"solicitationType": incident["matrix_type"]}},
        }

    # --- pieces

    def _pairs(self, ids: Iterable[int]) -> Iterable[tuple[Row, Row]]:
        tables = self._store.tables
        for id_ in ids:
            assignment, incident = tables["assignments"].get(id_), tables["assignment_incidents"].get(id_)
            if assignment and incident and not assignment["deleted"]:
                yield assignment, incident

    def _named(self, table: str, id_: int | None) -> Row | None:
        row = self._store.tables[table].get(-1 if id_ is None else id_)
        return None if row is None else {"id": row["id"], "title": row["title"]}

    def _tag(self, incident: Row) -> Row | None:
        row = self._store.tables["contract_service_tags"].get(incident["contract_service_tag_id"] or 0)
        return row and {"id": row["id"], "title": row["description"], "serviceTag": row["service_tag"]}

    def _place(self, id_: int | None) -> Row | None:
        row = self._store.tables["companies_places"].get(id_ or 0)
        return row and {"id": row["id"], "description": row["description"]}

    def _date(self, stored: str | None) -> str | None:
        return written_date(stored, self._store.zone, self._store.options.zulu)


def page_of(query: dict[str, Any], largest: int, names: tuple[str, str] = ("page", "pagesize")) -> tuple[int, int]:
    """Number and size of the page asked for; the first is 1 (quirk 5)."""
    page, size = number(query, names[0]), number(query, names[1])
    if query.get(names[0]) not in (None, "") and (page is None or page < 1):
        raise Refusal("A página deve ser maior que zero")
    return page or 1, min(max(size or 20, 1), largest)


def paged(rows: list[Row], total: int, page: int, size: int) -> Row:
    """A page as all paged calls answer it."""
    return {"data": rows, "totalRecords": total, "page": page, "pageSize": size, "totalPages": -(-total // size)}


def _window(text: str) -> tuple[str, str]:
    """The bounds on ``assignment.beginningDate`` in a filter; "" stands for none. Other filters are not simulated."""
    if not text or text == "null":
        return "", ""
    low = high = ""
    try:
        for value in json.loads(text)["Values"]:
            if value["PropertyName"] != "assignment.beginningDate":
                raise Status(400)
            moment = str(value["Value"]).replace("T", " ")
            operation = str(value["Operation"]).casefold()
            if operation == "greaterthanorequals":
                low = moment
            elif operation == "lessthanorequals":
                high = moment
            else:
                raise Status(400)
    except (ValueError, KeyError, TypeError):
        raise Status(400) from None
    return low, high


def _descending(text: str) -> bool:
    """Whether an ``OrderBy`` such as ``[{"PropertyName": "id", "Dir": "d"}]`` turns the order round."""
    if not text or text == "null":
        return False
    try:
        (order,) = json.loads(text)
        if order["PropertyName"] != "id":
            raise Status(400)
        return str(order["Dir"]).casefold().startswith("d")
    except (ValueError, KeyError, TypeError):
        raise Status(400) from None
