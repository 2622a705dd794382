"""The writing calls of the service desk: open, report, note, reclassify, forward."""

from __future__ import annotations

from typing import Any

from erp_bridge.sandbox.voalle import store as kinds
from erp_bridge.sandbox.voalle.replies import Refusal
from erp_bridge.sandbox.voalle.request import Call
from erp_bridge.sandbox.voalle.store import Row, Store
from erp_bridge.sandbox.voalle.values import flag, given_date, number, text

#: ``contracts.status`` of contracts in force; 4 Cancelado and 9 Encerrado are not.
IN_FORCE = frozenset({1, 2, 3, 5, 6, 7})
#: ``matrixType`` of tickets about the provider's own network.
INTERNAL = 2


class Solicitations:
    """Everything is written under the integration's user (quirk 13). Nothing recognises a call repeated (quirk 23)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # --- opening

    def open_detailed(self, call: Call) -> Row:
        """A ticket with full classification. With a closing status it is opened and closed at once (quirk 19)."""
        body, store = call.body, self._store
        assignment = body.get("assignment")
        if not isinstance(assignment, dict):
            raise Refusal("Informe os dados do atendimento (assignment)")
        title = text(assignment, "title")
        if not title.strip():
            raise Refusal("O título é obrigatório")
        report = assignment.get("report")
        report = report if isinstance(report, dict) else {}
        internal = number(body, "matrixType") == INTERNAL
        type_id = self._known(body, "incidentTypeId", "incident_types", "Tipo de solicitação")
        if type_id is None:
            raise Refusal("O tipo de solicitação é obrigatório")
        if not store.tables["incident_types"][type_id]["active"]:
            raise Refusal("O tipo de solicitação está inativo")
        status_id = self._status(body)
        client_id = self._client(body, required=not internal)
        dates = {
            name: given_date(assignment.get(key), store.zone, store.options.zulu)
            for name, key in (("beginning_date", "beginningDate"), ("final_date", "finalDate"))
        }
        columns = {
            "title": store.text(title),
            "description": text(assignment, "description"),
            "priority": number(assignment, "priority") or 0,
            "company_place_id": self._known(assignment, "companyPlaceId", "companies_places", "Local"),
            "beginning_date": dates["beginning_date"] or store.stamp(),
            "final_date": dates["final_date"],  # the forecast (quirk 22)
            "requestor_id": self._known(body, "personId", "people", "Solicitante") or client_id,
            "created_by": store.integration["id"],
            "client_id": client_id,
            "incident_status_id": status_id,
            "incident_type_id": type_id,
            "team_id": self._team(body, type_id, internal),
            "contract_service_tag_id": self._tag(body, client_id),
            "catalog_service_id": self._known(body, "catalogServiceId", "catalog_services", "Serviço"),
            "catalog_service_item_id": self._known(
                body, "catalogServiceItemId", "catalog_services_items", "Item de serviço"
            ),
            "service_level_agreement_id": self._known(
                body, "serviceLevelAgreementId", "service_level_agreements", "SLA"
            ),
            "authentication_access_point_id": self._access_point(body),
            "matrix_type": INTERNAL if internal else 1,
        }
        # The first report stands in the history in place of the ticket's own text when it has one.
        opening = text(report, "description") or columns["description"]
        return self._opened(columns, str(opening))

    def open_short(self, call: Call) -> Row:
        """A ticket with a text only; its type and title are the tenant's usual ones. ``close`` closes it at once."""
        body, store = call.body, self._store
        client_id = self._client(body, required=True)
        type_id = next(id_ for id_, row in store.tables["incident_types"].items() if row["active"])
        contract_id = self._known(body, "contractId", "contracts", "Contrato")
        if contract_id and store.tables["contracts"][contract_id]["client_id"] != client_id:
            raise Refusal("O contrato não pertence ao cliente")
        columns = {
            "title": store.tables["incident_types"][type_id]["title"],
            "description": text(body, "description"),
            "requestor_id": client_id,
            "created_by": store.integration["id"],
            "client_id": client_id,
            "incident_status_id": self._closing_status() if flag(body, "close") else 1,  # quirk 19
            "incident_type_id": type_id,
            "team_id": store.tables["incident_types"][type_id]["team_id"],
            "contract_service_tag_id": self._tag(body, client_id),
        }
        return self._opened(columns, columns["description"])

    def _opened(self, columns: Row, opening: str) -> Row:
        id_ = self._store.add_ticket(columns, opening=opening, person_id=self._store.integration["person_id"])
        protocol = self._store.tables["assignment_incidents"][id_]["protocol"]
        return {"protocol": protocol, "assignmentId": id_, "message": "Solicitação aberta com sucesso."}  # quirk 20

    # --- what happens later

    def report(self, call: Call) -> Row:
        """A report, which also sets the status: the current one has to be sent again to stay (quirk 17)."""
        body, store = call.body, self._store
        assignment, incident = self._ticket(body)
        status_id = self._status(body)
        columns: Row = {"incident_status_id": status_id}
        for name in ("progress", "priority"):
            if body.get(name) not in (None, ""):
                columns[name] = number(body, name) or 0
        description = text(body, "description")
        if not description.strip():
            raise Refusal("A descrição do relato é obrigatória")
        store.add_report(
            assignment["id"],
            description,
            person_id=store.integration["person_id"],
            private=flag(body, "privateReport"),
        )
        store.change(assignment["id"], **columns)
        return {
            "protocol": incident["protocol"], "assignmentId": assignment["id"],
            "message": "Relato cadastrado com sucesso.",
        }  # fmt: skip

    def note(self, call: Call) -> Row:
        """A note: no status, no flag that makes it private."""
        body, store = call.body, self._store
        assignment, _ = self._ticket({"assignmentId": body.get("assignmentId")})
        self._known(body, "personId", "people", "Pessoa")
        description = text(body, "description")
        if not description.strip():
            raise Refusal("A descrição da nota é obrigatória")
        id_ = store.add_report(
            assignment["id"],
            description,
            title=store.text(text(body, "title")) or "Nota",
            kind=kinds.NOTE,
            person_id=store.integration["person_id"],  # quirk 13
        )
        if store.options.note_modifies:
            store.change(assignment["id"])
        return {"id": id_, "message": "Nota cadastrada com sucesso."}  # shape not public

    def maintain(self, call: Call) -> Row:
        """Another type, by its code, found by protocol only (quirk 20); the report is optional."""
        body, store = call.body, self._store
        assignment, incident = self._ticket({"protocol": body.get("protocol")})
        columns: Row = {}
        code = text(body, "incidentTypeCode").strip()
        if code:
            type_id = self._by_code("incident_types", code, "Tipo de solicitação")
            columns["incident_type_id"] = type_id
        matrix = text(body, "solicitationServiceMatrixCode").strip()
        if matrix:
            columns["solicitation_service_matrix_code"] = matrix
        if not columns:
            raise Refusal("Nenhuma alteração informada")
        if text(body, "report").strip():
            store.add_report(
                assignment["id"], text(body, "report"), kind=kinds.CHANGE, person_id=store.integration["person_id"]
            )
        store.change(assignment["id"], **columns)
        return {"protocol": incident["protocol"], "message": "Solicitação alterada com sucesso."}  # shape not public

    def forward(self, call: Call) -> Row:
        """Another team or person. The payload is not public: each tenant's is an option, and none refuses."""
        store, names = self._store, self._store.options.forward_fields
        if not names:
            raise Refusal("Operação não permitida para o usuário integrador")
        known = {meaning: call.body.get(field) for meaning, field in names.items()}
        assignment, incident = self._ticket(
            {"assignmentId": known.get("assignment"), "protocol": known.get("protocol")}
        )
        columns: Row = {}
        if known.get("team_code"):
            columns["team_id"] = self._by_code("teams", str(known["team_code"]), "Equipe")
        elif team_id := self._known(known, "team", "teams", "Equipe"):
            columns["team_id"] = team_id
        if person_id := self._known(known, "person", "people", "Responsável"):
            columns["responsible_id"] = person_id
        if not columns:
            raise Refusal("Informe a equipe ou o responsável de destino")
        store.change(assignment["id"], **columns)
        said = text(known, "description").strip() or "Atendimento encaminhado"
        store.add_report(
            assignment["id"], said, title="Encaminhamento", kind=kinds.FORWARD,
            person_id=store.integration["person_id"],
        )  # fmt: skip
        return {"protocol": incident["protocol"], "message": "Solicitação encaminhada com sucesso."}

    def relabel(self, call: Call) -> Row:
        """Another service tag: a call that only this tenant has. Whether the product has one is not known."""
        assignment, incident = self._ticket(call.body)
        tag_id = self._tag(call.body, incident["client_id"])
        if tag_id is None:
            raise Refusal("A etiqueta é obrigatória")
        self._store.change(assignment["id"], contract_service_tag_id=tag_id)
        return {"protocol": incident["protocol"], "message": "Etiqueta alterada com sucesso."}

    # --- what calls have in common

    def _ticket(self, body: Row) -> tuple[Row, Row]:
        assignment, incident = self._store.ticket(number(body, "assignmentId"), number(body, "protocol"))
        if self._store.options.closed_is_final and self._store.is_closed(incident):
            raise Refusal("Solicitação encerrada não pode ser alterada")
        return assignment, incident

    def _known(self, body: Row, name: str, table: str, what: str) -> int | None:
        """An id that, if given, has to exist."""
        id_ = number(body, name)
        if id_ is not None and id_ not in self._store.tables[table]:
            raise Refusal(f"{what} não encontrado(a): {id_}")
        return id_

    def _by_code(self, table: str, code: str, what: str) -> int:
        for id_, row in self._store.tables[table].items():
            if row["code"] == code:
                return id_
        raise Refusal(f"{what} não encontrado(a): {code}")

    def _status(self, body: Row) -> int:
        """Any status of the tenant's own table (quirk 18), which may hold one with the id 0."""
        raw = body.get("incidentStatusId")
        try:
            status_id = int(str(raw).strip())
        except ValueError:
            raise Refusal("O status do atendimento é obrigatório") from None
        if status_id not in self._store.tables["incident_status"]:
            raise Refusal(f"Status do atendimento não encontrado: {status_id}")
        return status_id

    def _closing_status(self) -> int:
        rows = self._store.tables["incident_status"].items()
        return next(id_ for id_, row in rows if row["closing"] and row["usual"])

    def _client(self, body: Row, *, required: bool) -> int | None:
        store = self._store
        client_id = self._known(body, "clientId", "people", "Cliente")
        if client_id is None:
            if required:
                raise Refusal("O cliente é obrigatório")
            return None
        if not store.tables["people"][client_id]["client"]:
            raise Refusal("A pessoa informada não é cliente")
        if required and store.options.client_needs_contract and not self._served(client_id):
            raise Refusal("O cliente não possui contrato vigente")
        return client_id

    def _served(self, client_id: int) -> bool:
        contracts = self._store.tables["contracts"].values()
        return any(c["client_id"] == client_id and c["status"] in IN_FORCE for c in contracts)

    def _tag(self, body: Row, client_id: int | None) -> int | None:
        """The service tag ties the ticket to a contract, which has to be the client's."""
        tag_id = self._known(body, "contractServiceTagId", "contract_service_tags", "Etiqueta")
        if tag_id is None:
            return None
        contract_id = self._store.tables["contract_service_tags"][tag_id]["contract_id"]
        if self._store.tables["contracts"][contract_id]["client_id"] != client_id:
            raise Refusal("A etiqueta informada não pertence ao cliente")
        return tag_id

    def _team(self, body: Row, type_id: int, internal: bool) -> int | None:
        code = text(body, "teamCode").strip()
        if code and (internal or self._store.options.team_code_on_external):
            return self._by_code("teams", code, "Equipe")
        team_id: int | None = self._store.tables["incident_types"][type_id]["team_id"]
        return team_id

    def _access_point(self, body: Row) -> int | None:
        code = text(body, "authenticationAccessPointCode").strip()
        return self._by_code("authentication_access_points", code, "Ponto de acesso") if code else None


def person(store: Store, id_: int | None) -> dict[str, Any] | None:
    """A person as answers show one."""
    row = store.tables["people"].get(id_ or 0)
    return None if row is None else {"id": row["id"], "name": row["name"], "name2": row["name_2"]}
