"""Fills a Voalle tenant with one side of a world, in the names and numbers of the vendor's database."""

from __future__ import annotations

from datetime import date

from erp_bridge.sandbox.records import Cliente, Pessoa, Side, Ticket
from erp_bridge.sandbox.tenant import VOALLE_PRIORIDADE, VOALLE_STATUS, voalle_tag
from erp_bridge.sandbox.voalle.store import Row, Store

#: People of the house stand in the same table as clients, under ids far from theirs.
HOUSE = 1_000_000
_CONTRATO = {"ativo": 1, "bloqueado": 6, "inativo": 4}
_PRIORIDADE = {canonico: code for code, canonico in VOALLE_PRIORIDADE}
_STRANGE_PRIORITY = 7
_STATUS = {canonico: code for code, _, canonico, _ in reversed(VOALLE_STATUS) if canonico}
_STRANGE_STATUS = next(code for code, _, canonico, _ in VOALLE_STATUS if not canonico)


def load(store: Store, side: Side) -> None:
    """Write everything that ``side`` holds into the tables."""
    _load_lists(store, side)
    _load_people(store, side)
    _load_contracts(store, side)
    _load_tickets(store, side)


def _load_lists(store: Store, side: Side) -> None:
    seen: set[str] = set()
    for code, title, canonico, closing in VOALLE_STATUS:
        usual = bool(canonico) and canonico not in seen  # of several with one meaning, the one that people take
        seen.add(canonico)
        row = {"id": code, "title": title, "active": True, "closing": closing, "usual": usual}
        store.tables["incident_status"][code] = row
    for departamento in side.departamentos:
        store.insert("teams", {"id": departamento.id, "title": departamento.nome, "code": str(departamento.id)})
        service = {"id": 1000 + departamento.id, "title": f"Serviços de {departamento.nome}"}
        store.insert("catalog_services", service)
        store.insert("catalog_services_items", {**service, "title": "Item geral", "catalog_service_id": service["id"]})
    usual_team = {d.canonico: d.id for d in side.departamentos}["suporte tecnico"]
    for assunto in side.assuntos:
        row = {"id": assunto.id, "code": assunto.codigo, "title": assunto.nome, "active": assunto.ativo}
        store.insert("incident_types", {**row, "team_id": usual_team})
    for id_, title in ((3, "Padrão 24 horas"), (4, "Crítico 4 horas")):
        store.insert("service_level_agreements", {"id": id_, "title": title})
    store.insert("companies_places", {"id": 1, "description": "Matriz", "code": "001"})
    for estrutura in side.estruturas:
        store.insert(
            "authentication_access_points",
            {
                "id": estrutura.id,
                "code": estrutura.codigo,
                "title": estrutura.nome,
                "active": True,
                "maintenance": None,
            },
        )


def _load_people(store: Store, side: Side) -> None:
    for cliente in side.clientes:
        store.insert("people", _person(cliente.pessoa, cliente))
    for prospecto in side.prospectos:
        row = _named(HOUSE // 2 + prospecto.id, prospecto.nome)
        store.insert("people", {**row, "phone": prospecto.telefone})
    for usuario in side.usuarios:
        store.insert("people", _named(HOUSE + usuario.id, usuario.nome))
        row = {"id": usuario.id, "name": usuario.nome, "person_id": HOUSE + usuario.id, "active": usuario.ativo}
        store.insert("users", {**row, "integrator": usuario.api})
        if usuario.api:
            store.integration = store.tables["users"][usuario.id]


def _person(pessoa: Pessoa, cliente: Cliente) -> Row:
    endereco = pessoa.endereco
    return {
        **_named(cliente.id, pessoa.nome), "name_2": pessoa.fantasia, "tx_id": cliente.documento,
        "company": pessoa.pj, "client": True, "status": int(cliente.ativo), "email": pessoa.email,
        "phone": pessoa.telefone, "cell_phone_1": pessoa.celular, "street": endereco.logradouro,
        "number": endereco.numero, "neighborhood": endereco.bairro, "city": endereco.cidade.nome,
        "state": endereco.cidade.uf, "postal_code": endereco.cep,
        "lat": "" if endereco.latitude is None else str(endereco.latitude),
        "lng": "" if endereco.longitude is None else str(endereco.longitude),
    }  # fmt: skip


def _named(id_: int, name: str) -> Row:
    return {
        "id": id_, "name": name, "name_2": "", "tx_id": "", "company": False, "client": False, "status": 1,
        "email": "", "phone": "", "cell_phone_1": "", "street": "", "number": "", "neighborhood": "", "city": "",
        "state": "", "postal_code": "", "lat": "", "lng": "",
    }  # fmt: skip


def _load_contracts(store: Store, side: Side) -> None:
    logins = {login.contrato_id: login for login in side.logins}
    for contrato in side.contratos:
        store.insert(
            "contracts",
            {
                "id": contrato.id, "contract_number": f"N{contrato.id}", "client_id": contrato.cliente_id,
                "description": contrato.plano.nome, "status": _CONTRATO[contrato.situacao],
                "beginning_date": str(contrato.inicio), "final_date": _day(contrato.fim),
                "amount": float(contrato.plano.mensalidade),
            },
        )  # fmt: skip
        tag_id = store.insert(
            "contract_service_tags",
            {
                "id": voalle_tag(contrato.id), "contract_id": contrato.id, "service_tag": f"L{contrato.id}",
                "description": contrato.plano.nome, "active": contrato.ativo,
            },
        )  # fmt: skip
        if login := logins.get(contrato.id):
            point = side.estruturas[login.id % len(side.estruturas)]
            store.insert(
                "authentication_contracts",
                {
                    "id": login.id, "contract_id": contrato.id, "service_tag_id": tag_id, "user": login.login,
                    "password": f"segredo-de-{login.login}", "active": login.ativo,
                    "authentication_access_point_id": point.id,
                },
            )  # fmt: skip
    for fatura in side.faturas:
        store.insert(
            "financial_receivable_titles",
            {
                "id": fatura.id, "client_id": fatura.cliente_id, "contract_id": fatura.contrato_id,
                "title": f"FAT{fatura.id}", "issue_date": str(fatura.emissao),
                "expiration_date": str(fatura.vencimento), "title_amount": float(fatura.valor),
                "payment_date": _day(fatura.pagamento),
            },
        )  # fmt: skip


def _day(day: date | None) -> str | None:
    return None if day is None else str(day)


def _load_tickets(store: Store, side: Side) -> None:
    staff = {f.id: f.usuario_id for f in side.funcionarios}
    said = []
    for ticket in side.tickets:
        columns = _columns(store, ticket)
        if ticket.responsavel_id:
            columns["responsible_id"] = HOUSE + staff[ticket.responsavel_id]
        store.add_ticket(columns, person_id=HOUSE + ticket.aberto_por_id)
        said += ticket.mensagens
        for anexo in ticket.anexos:
            store.insert(
                "assignment_uploads",
                {
                    "id": anexo.id, "assignment_id": ticket.id, "file_name": anexo.nome,
                    "description": anexo.descricao, "size": anexo.tamanho % 4096, "type_code": "",
                    "created": store.stamp(anexo.enviado_em),
                },
            )  # fmt: skip
            store.files[anexo.id] = bytes(anexo.tamanho % 4096)
    for message in sorted(said, key=lambda message: message.id):
        store.add_report(
            message.ticket_id, message.texto, person_id=HOUSE + message.autor_id,
            private=message.visibilidade != "publica", at=store.stamp(message.instante),
        )  # fmt: skip


def _columns(store: Store, ticket: Ticket) -> Row:
    strange = ticket.codigo_estranho
    opened = store.stamp(ticket.aberto_em)
    prospect = HOUSE // 2 + ticket.prospecto_id if ticket.prospecto_id else None
    closed = ticket.encerrado_em is not None and strange != "status"
    return {
        "id": ticket.id,
        "protocol": int(ticket.protocolo),
        "title": ticket.titulo,
        "description": ticket.descricao,
        "priority": _STRANGE_PRIORITY if strange == "prioridade" else _PRIORIDADE[ticket.prioridade],
        "beginning_date": opened,
        "final_date": None,
        "conclusion_date": store.stamp(ticket.encerrado_em) if closed else None,
        "created": opened,
        "modified": store.stamp(ticket.alterado_em),
        "requestor_id": ticket.cliente_id or prospect,
        "created_by": ticket.aberto_por_id,
        "company_place_id": 1,
        "client_id": ticket.cliente_id or prospect,
        "incident_status_id": _STRANGE_STATUS if strange == "status" else _STATUS[ticket.status],
        "incident_type_id": ticket.assunto_id,
        "team_id": ticket.departamento_id,
        "contract_service_tag_id": voalle_tag(ticket.contrato_id) if ticket.contrato_id else None,
        "service_level_agreement_id": 3,
        "authentication_access_point_id": ticket.estrutura_id,
        "matrix_type": 1 if ticket.tipo == "cliente" else 2,
    }
