"""People, contracts, service tags, titles and the tenant's lists. Where a row's shape is not public it says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from erp_bridge.sandbox.voalle.reads import page_of, paged
from erp_bridge.sandbox.voalle.replies import Refusal
from erp_bridge.sandbox.voalle.request import Call
from erp_bridge.sandbox.voalle.solicitations import IN_FORCE
from erp_bridge.sandbox.voalle.store import Row, Store
from erp_bridge.sandbox.voalle.values import flag, number, text

Show = Callable[[Row], Row]


class Catalogues:
    """Reading calls beside the service desk, and the one that records a credit or charge."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # --- people

    def person(self, call: Call) -> Row:
        """One person by document; of several with the same one, the first who is a client and active."""
        digits = _digits(call.last)
        found = [row for row in self._store.tables["people"].values() if digits and row["tx_id"] == digits]
        if not found:
            raise Refusal("Pessoa não encontrada")
        row = min(found, key=lambda row: (not row["client"], row["status"] != 1, row["id"]))
        return {
            "id": row["id"], "name": row["name"], "name2": row["name_2"], "txId": row["tx_id"], "email": row["email"],
            "status": row["status"],  # 1 active, 0 not: values not public
            "phone": row["phone"], "cellPhone": row["cell_phone_1"], "birthDate": None,
            "mainAddress": {
                "streetType": "", "street": row["street"], "number": row["number"], "addressComplement": "",
                "neighborhood": row["neighborhood"], "city": row["city"], "state": row["state"],
                "postalCode": row["postal_code"], "latitude": row["lat"], "longitude": row["lng"],
            },
            "titles": [self._title(title) for title in self._titles(row["id"], only_open=True)],
        }  # fmt: skip

    def clients(self, call: Call) -> Row:
        """All clients; ``Filter`` looks into names and documents."""
        people = (row for row in self._store.tables["people"].values() if row["client"])
        return self._page(call, people, self._client, ("name", "name_2", "tx_id"))

    def _client(self, row: Row) -> Row:
        pj_code = self._store.options.pj_code
        return {
            "id": row["id"], "name": row["name"], "name2": row["name_2"], "txId": row["tx_id"],
            "txIdFormated": row["tx_id"], "typeTxId": pj_code if row["company"] else 3 - pj_code,  # quirk 10
            "client": True, "status": row["status"], "situation": row["status"], "email": row["email"],
            "phone": row["phone"], "cellPhone1": row["cell_phone_1"], "street": row["street"],
            "number": row["number"], "neighborhood": row["neighborhood"], "city": row["city"],
            "state": row["state"], "postalCode": row["postal_code"],
        }  # fmt: skip

    # --- contracts and what hangs on them

    def contracts(self, call: Call) -> Row:
        """A POST that pages in its body, from 0 or from 1 (quirk 5). Shape of the rows not public."""
        body, first = call.body, self._store.options.first_contract_page
        raw = body.get("page")
        try:
            page = first if raw in (None, "") else int(str(raw))
        except ValueError:
            page = -1
        if page < first:
            raise Refusal(f"Página inválida: {raw}")
        size = min(number(body, "pageSize") or 20, self._store.options.max_page_size)
        people, digits = self._store.tables["people"], _digits(text(body, "txId"))
        kind, wanted = number(body, "txIdType"), text(body, "contractNumber").strip()
        pj_code = self._store.options.pj_code
        rows = [
            row
            for row in self._store.tables["contracts"].values()
            if (owner := people.get(row["client_id"])) is not None
            and (not digits or owner["tx_id"] == digits)
            and (kind is None or kind == (pj_code if owner["company"] else 3 - pj_code))  # quirk 10
            and wanted in ("", row["contract_number"])
            and (not flag(body, "onlyActiveContracts") or row["status"] in IN_FORCE)
        ]
        start = (page - first) * size
        return paged([self._contract(row) for row in rows[start : start + size]], len(rows), page, size)

    def _contract(self, row: Row) -> Row:
        owner = self._store.tables["people"][row["client_id"]]
        return {
            "id": row["id"], "contractNumber": row["contract_number"], "description": row["description"],
            "status": row["status"], "clientId": row["client_id"],
            "client": {"id": owner["id"], "name": owner["name"], "txId": owner["tx_id"]},
            "beginningDate": row["beginning_date"], "finalDate": row["final_date"], "amount": row["amount"],
        }  # fmt: skip

    def tags(self, call: Call) -> Row:
        """Service tags of one document: id and description."""
        return self._page(call, self._tags_of(call), _tag_line, ("description",))

    def tags_info(self, call: Call) -> Row:
        """The same with contract and connection. Shape not public but for ``contractId``."""
        return self._page(call, self._tags_of(call), self._tag, ("service_tag", "description"))

    def _tags_of(self, call: Call) -> list[Row]:
        digits, tables = _digits(call.query.get("txid", "")), self._store.tables
        if not digits:
            raise Refusal("Informe o txId")
        owners = {row["id"] for row in tables["people"].values() if row["tx_id"] == digits}
        mine = {row["id"] for row in tables["contracts"].values() if row["client_id"] in owners}
        return [row for row in tables["contract_service_tags"].values() if row["contract_id"] in mine]

    def _tag(self, row: Row) -> Row:
        tables = self._store.tables
        contract = tables["contracts"][row["contract_id"]]
        found = (c for c in tables["authentication_contracts"].values() if c["service_tag_id"] == row["id"])
        connection = next(found, None)
        return {
            "id": row["id"], "serviceTag": row["service_tag"], "description": row["description"],
            "active": row["active"], "contractId": contract["id"], "contractNumber": contract["contract_number"],
            "contractStatus": contract["status"], "clientId": contract["client_id"],
            "authenticationContract": connection
            and {
                "id": connection["id"], "user": connection["user"], "active": connection["active"],
                "password": connection["password"],  # it is shown; nobody but the ERP has any business with it
                "accessPoint": self._store.name_of(
                    "authentication_access_points", connection["authentication_access_point_id"]
                ),
            },
        }  # fmt: skip

    def access_points_of_client(self, call: Call) -> list[Row]:
        client_id = number({"id": call.last}, "id")
        if client_id not in self._store.tables["people"]:
            raise Refusal("Cliente não encontrado")
        contracts = {c["id"] for c in self._store.tables["contracts"].values() if c["client_id"] == client_id}
        return self._access_points(contracts)

    def access_point_of_contract(self, call: Call) -> Row:
        contract_id = number({"id": call.last}, "id")
        if contract_id not in self._store.tables["contracts"]:
            raise Refusal("Contrato não encontrado")
        found = self._access_points({contract_id})
        if not found:
            raise Refusal("O contrato não possui ponto de acesso")
        return found[0]

    def _access_points(self, contracts: set[int]) -> list[Row]:
        tables = self._store.tables
        ids = {
            c["authentication_access_point_id"]: None
            for c in tables["authentication_contracts"].values()
            if c["contract_id"] in contracts
        }
        points = [tables["authentication_access_points"][id_] for id_ in ids]
        return [
            {
                "title": point["title"], "inMaintenance": point["maintenance"] is not None,
                "maintenance": point["maintenance"], "active": point["active"],
            }
            for point in points
        ]  # fmt: skip

    # --- money

    def open_titles(self, call: Call) -> list[Row]:
        return self._titles_by_document(call, only_open=True)

    def titles(self, call: Call) -> list[Row]:
        return self._titles_by_document(call, only_open=False)

    def _titles_by_document(self, call: Call, *, only_open: bool) -> list[Row]:
        digits = _digits(call.last)
        owners = [row["id"] for row in self._store.tables["people"].values() if digits and row["tx_id"] == digits]
        if not owners:
            raise Refusal("Pessoa não encontrada")
        return [self._title(row) for id_ in owners for row in self._titles(id_, only_open=only_open)]

    def _titles(self, client_id: int, *, only_open: bool) -> Iterable[Row]:
        for row in self._store.tables["financial_receivable_titles"].values():
            if row["client_id"] == client_id and not (only_open and row["payment_date"]):
                yield row

    def _title(self, row: Row) -> Row:
        balance = 0.0 if row["payment_date"] else row["title_amount"]
        return {
            "id": row["id"],
            "billet": {
                "bankTitleNumber": None, "balance": balance, "title": row["title"], "issueDate": row["issue_date"],
                "expirationDate": row["expiration_date"], "processingDate": row["issue_date"],
                "amount": {
                    "value": row["title_amount"], "finalValue": row["title_amount"], "discount": 0.0, "fine": 0.0,
                    "interest": 0.0,
                },
            },
        }  # fmt: skip

    def eventual_value(self, call: Call) -> Row:
        """A one-off credit or charge on a contract: written down as it came."""
        contract_id = number(call.body, "contractId")
        if contract_id not in self._store.tables["contracts"]:
            raise Refusal("Contrato não encontrado")
        id_ = self._store.insert("contract_eventual_values", {"contract_id": contract_id, "sent": dict(call.body)})
        return {"id": id_, "message": "Valor eventual cadastrado com sucesso."}  # shape not public

    # --- the tenant's lists

    def incident_types(self, call: Call) -> Row:
        """With ``incident=true`` those of the service desk, which all of them are here."""
        active = (row for row in self._store.tables["incident_types"].values() if row["active"])
        return self._page(call, active, _titled("code"))

    def listing(self, table: str, *extra: str) -> Callable[[Call], Row]:
        """The call that pages through one table of titles."""
        return lambda call: self._page(call, self._store.tables[table].values(), _titled(*extra))

    def places(self, call: Call) -> Row:
        columns = ("id", "description", "code")
        rows = self._store.tables["companies_places"].values()
        return self._page(call, rows, lambda row: {name: row[name] for name in columns}, ("description",))

    def _page(self, call: Call, rows: Iterable[Row], show: Show, searched: tuple[str, ...] = ("title",)) -> Row:
        page, size = page_of(call.query, self._store.options.max_page_size)
        needle = call.query.get("filter", "").strip().casefold()
        found = [row for row in rows if not needle or any(needle in str(row[name]).casefold() for name in searched)]
        more = int(call.orders["more_rows"].get("extra", 3)) if "more_rows" in call.orders else 0
        start = (page - 1) * size
        return paged([show(row) for row in found[start : start + size + more]], len(found), page, size)


def _titled(*extra: str) -> Show:
    columns: tuple[str, ...] = ("id", "title", *extra)
    return lambda row: {name: row[name] for name in columns}


def _digits(value: Any) -> str:
    return re.sub(r"\D", "", str(value))


def _tag_line(row: Row) -> Row:
    return {"id": row["id"], "description": row["description"]}
