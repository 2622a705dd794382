"""Writes one side of a world into the tables, in this ERP's codes and with the untidiness of a database of some age."""

from __future__ import annotations

import hashlib
from datetime import date

from erp_bridge.sandbox.ixc.state import State
from erp_bridge.sandbox.ixc.tickets import SHADOW
from erp_bridge.sandbox.records import Cliente, Contrato, Endereco, Fatura, Login, Side, Ticket

STATUS = {"novo": "N", "pendente": "P", "em_progresso": "EP", "solucionado": "S", "cancelado": "C", "": ""}
_PRIORITY = {"baixa": "B", "normal": "M", "alta": "A", "critica": "C"}  # quirk 9
_ORIGIN = {"interna": "I", "hotsite": "H"}
_ADDRESS = {"manual": "M", "cliente": "C", "login": "L", "contrato": "CC", "estrutura": "M"}
_PENDING = {"ambos": "A", "externa": "E", "interna": "I", "nenhuma": "N"}
_TIME_OF_DAY = {"manha": "M", "tarde": "T", "noite": "N", "qualquer": "Q"}
_VISIBILITY = {"publica": "PU", "privada": "PR", "padrao": "P"}
_TRANSFER = {"nao_assumida": "1", "assumida": "2", "finalizada": "3"}
_ORDER = {"aberta": "A", "agendada": "AG", "em_execucao": "EX", "finalizada": "F"}
_CONTRACT = {"ativo": ("A", "A"), "bloqueado": ("A", "CA"), "inativo": ("I", "D")}
#: Codes that no public document knows, in the field that a ticket names.
_STRANGE = {"status": ("su_status", "AG"), "prioridade": ("prioridade", "U")}

_UF = ("AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA", "PB", "PE", "PI", "PR",
       "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO")  # fmt: skip

_ANSWERS = (
    ("1", "Abertura", "Olá! Recebemos o seu chamado.\r\nEm breve entraremos em contato.", "", ""),
    ("2", "Em atendimento", "Sua solicitação já está com a equipe técnica.<br />Agradecemos a paciência.", "EP", "I"),
)


def load(state: State, side: Side) -> None:
    """Fill every table from ``side``. Rows share their texts with the world."""
    _catalogues(state, side)
    for client in side.clientes:
        state.tables["cliente"].insert(_client(client), client.id)
    first_address = {client.id: client.pessoa.endereco for client in side.clientes}
    for contract in side.contratos:
        state.tables["cliente_contrato"].insert(_contract(contract, first_address), contract.id)
    for login in side.logins:
        _login(state, login)
    for invoice in side.faturas:
        state.tables["fn_areceber"].insert(_invoice(invoice), invoice.id)
    for ticket in side.tickets:
        _ticket(state, ticket)
    _history(state, side)


def password(table: str, id_: int) -> str:
    """A password that is nobody's, always the same for one record."""
    return "Pw" + hashlib.sha256(f"{table}/{id_}".encode()).hexdigest()[:8]


def _catalogues(state: State, side: Side) -> None:
    tables = state.tables
    for subject in side.assuntos:
        values = {
            "assunto": subject.nome,
            "ativo": _yes(subject.ativo),
            "login_obrigatorio": _yes(subject.login_obrigatorio),
            "contrato_obrigatorio": _yes(subject.contrato_obrigatorio),
            "obrigar_processo_atendimento": _yes(subject.processo_obrigatorio),
            "obrigar_preenchimento_canal_atendimento": _yes(subject.canal_obrigatorio),
            "obrigatorio_status_complementar": _yes(subject.status_complementar_obrigatorio),
        }
        tables["su_oss_assunto"].insert(values, subject.id)
    for order, department in enumerate(side.departamentos, 1):
        tables["su_ticket_setor"].insert({"setor": department.nome, "ordem": str(order)}, department.id)
        tables["empresa_setor"].insert({"setor": department.nome, "id_depto": str(department.id)}, department.id)
    for user in side.usuarios:
        employee = next((e.id for e in side.funcionarios if e.usuario_id == user.id), 0)
        values = {
            "nome": user.nome,
            "status": "A" if user.ativo else "I",
            "id_grupo": "1",
            "funcionario": str(employee),
        }
        tables["usuarios"].insert(values, user.id)
    for person in side.funcionarios:  # quirk 20: another list of people
        values = {"funcionario": person.nome, "ativo": _yes(person.ativo), "usuario_id": str(person.usuario_id)}
        tables["funcionarios"].insert(values, person.id)
    for channel in side.canais:
        tables["su_canal_atendimento"].insert({"descricao": channel.nome, "ativo": _yes(channel.ativo)}, channel.id)
    for status in side.status_complementares:
        tables["su_evento_status"].insert({"descricao": status.nome}, status.id)
    for process in side.processos:
        tables["wfl_processo"].insert({"descricao": process.nome, "ativo": _yes(process.ativo)}, process.id)
    for plan in side.planos:
        price = f"{plan.mensalidade:.2f}"
        values = {"id_vd_contrato": str(plan.id), "descricao": plan.nome, "valor_unit": price, "valor_bruto": price}
        tables["vd_contratos_produtos"].insert(values, plan.id)
    for id_, title, text, status_code, pending in _ANSWERS:
        values = {"titulo": title, "resposta": text, "su_status": status_code, "interacao_pendente": pending}
        tables["su_oss_respostas"].insert(values, int(id_))
    for name in ("Equipamento do cliente", "Rompimento de cabo", "Sem defeito constatado"):
        tables["su_diagnostico"].insert({"descricao": name})
    for city in {c.pessoa.endereco.cidade.id: c.pessoa.endereco.cidade for c in side.clientes}.values():
        tables["cidade"].insert({"nome": city.nome, "uf": _state_id(city.uf)}, city.id)


def _client(client: Cliente) -> dict[str, str]:
    person = client.pessoa
    return {
        "razao": person.nome,
        "fantasia": person.fantasia,
        "tipo_pessoa": "J" if person.pj else "F",
        "cnpj_cpf": _document(client),
        "ativo": _yes(client.ativo),
        "filial_id": "1",
        **_address(person.endereco),
        "uf": _state_id(person.endereco.cidade.uf),
        "fone": _phone(person.telefone, person.id),
        "telefone_celular": _phone(person.celular, person.id + 1),
        "whatsapp": _phone(person.celular, person.id + 2),
        "email": person.email,
        "hotsite_email": client.documento or person.email,
        "senha": password("cliente", client.id),
        "data_cadastro": client.cadastrado_em.isoformat(),
        "ultima_atualizacao": f"{client.cadastrado_em.isoformat()} 08:00:00",
    }


def _document(client: Cliente) -> str:
    """Quirk 28: as somebody typed it, mostly with its points and dashes."""
    digits = client.documento
    if not digits or client.id % 5 == 3:
        return digits
    if len(digits) == 11:
        return f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"
    return f"{digits[:2]}.{digits[2:5]}.{digits[5:8]}/{digits[8:12]}-{digits[12:]}"


def _phone(digits: str, habit: int) -> str:
    """Quirk 28: formatted in one way or another."""
    if not digits:
        return ""
    area, first, last = digits[:2], digits[2:-4], digits[-4:]
    return (f"({area}) {first}-{last}", f"({area}){first}-{last}", f"{area} {first}{last}", digits)[habit % 4]


def _contract(contract: Contrato, first_address: dict[int, Endereco]) -> dict[str, str]:
    status, internet = _CONTRACT[contract.situacao]
    own = contract.endereco != first_address.get(contract.cliente_id)
    return {
        "id_cliente": str(contract.cliente_id),
        "id_filial": "1",
        "contrato": contract.plano.nome,
        "id_vd_contrato": str(contract.plano.id),
        "status": status,
        "status_internet": internet,
        "data_ativacao": contract.inicio.isoformat(),
        "data_cancelamento": _day(contract.fim, "0000-00-00"),
        "endereco_padrao_cliente": _yes(not own),
        **(_address(contract.endereco) if own else {}),
        "ultima_atualizacao": f"{contract.inicio.isoformat()} 09:00:00",
    }


def _login(state: State, login: Login) -> None:
    values = {
        "id_cliente": str(login.cliente_id),
        "id_contrato": str(login.contrato_id),
        "login": login.login,
        "senha": password("radusuarios", login.id),
        "ativo": _yes(login.ativo),
        "online": ("S", "SS")[login.id % 20 == 0] if login.online else "N",
        "ip": login.ip,
        "mac": login.mac,
        "concentrador": login.concentrador,
    }
    state.tables["radusuarios"].insert(values, login.id)
    if login.online:
        state.tables["radacct"].insert({"username": login.login, "framedipaddress": login.ip})


def _invoice(invoice: Fatura) -> dict[str, str]:
    value, paid = f"{invoice.valor:.2f}", invoice.pagamento is not None
    contract = str(invoice.contrato_id)
    loose = invoice.id % 7 == 0  # the contract stands in another column
    return {
        "id_cliente": str(invoice.cliente_id),
        "id_contrato": "" if loose else contract,
        "id_contrato_avulso": contract if loose else "0",
        "filial_id": "1",
        "nparcela": "1",
        "documento": str(invoice.id),
        "id_saida": str(invoice.id),
        "tipo_recebimento": "Gateway",
        "tipo_cobranca": "I",
        "status": "R" if paid else "A",
        "valor": value,
        "valor_aberto": "0.00" if paid else value,
        "valor_recebido": value if paid else "0.00",
        "pagamento_valor": value if paid else "",
        "data_emissao": invoice.emissao.isoformat(),
        "data_vencimento": invoice.vencimento.isoformat(),
        "pagamento_data": _day(invoice.pagamento),
        "baixa_data": _day(invoice.pagamento),
        "ultima_atualizacao": f"{_day(invoice.pagamento) or invoice.emissao.isoformat()} 07:30:00",
    }


def _ticket(state: State, ticket: Ticket) -> None:
    strange = dict([_STRANGE[ticket.codigo_estranho]]) if ticket.codigo_estranho else {}
    status = STATUS[ticket.status]
    changed = state.stamp(ticket.alterado_em)
    orders = {"aberta": "OSAB", "agendada": "OSAG", "em_execucao": "OSEX", "finalizada": "EX"}
    last_order = orders[ticket.ordens[-1].situacao] if ticket.ordens else "T"
    values = {
        "tipo": "E" if ticket.tipo == "estrutura" else "C",
        "id_estrutura": str(ticket.estrutura_id or ""),
        "protocolo": ticket.protocolo,
        "id_cliente": _id(ticket.cliente_id),
        "id_login": _id(ticket.login_id),
        "id_contrato": _id(ticket.contrato_id),
        "id_filial": "1",
        "id_assunto": str(ticket.assunto_id),
        "titulo": ticket.titulo,
        "menssagem": ticket.descricao,
        "origem_endereco": _ADDRESS[ticket.origem_endereco],
        "origem_endereco_estrutura": "E" if ticket.origem_endereco == "estrutura" else "M",
        "endereco": ticket.endereco,
        "latitude": _coordinate(ticket.latitude),
        "longitude": _coordinate(ticket.longitude),
        "id_wfl_processo": _id(ticket.processo_id),
        "id_ticket_setor": str(ticket.departamento_id),
        "id_responsavel_tecnico": _id(ticket.responsavel_id),
        "id_usuarios": str(ticket.aberto_por_id),
        "id_usuario_abertura": str(ticket.aberto_por_id),
        "data_criacao": state.stamp(ticket.aberto_em),
        "data_ultima_alteracao": changed,
        "ultima_atualizacao": changed,
        "prioridade": _PRIORITY[ticket.prioridade],
        "data_reservada": _day(ticket.data_reservada, "0000-00-00"),
        "melhor_horario_reserva": _TIME_OF_DAY[ticket.melhor_horario],
        "id_ticket_origem": _ORIGIN.get(ticket.origem, "A"),
        "interacao_pendente": _PENDING[ticket.interacao_pendente],
        "su_status": status,
        "status": SHADOW.get(status, last_order),
        "id_evento_status_processo": _id(ticket.status_complementar_id),
        "id_canal_atendimento": _id(ticket.canal_id),
        **strange,
    }
    state.tables["su_ticket"].insert(values, ticket.id)


def _history(state: State, side: Side) -> None:
    """What belongs to tickets, each kind by its own ids: appending is quick, inserting in between is not."""
    of = {ticket.id: ticket for ticket in side.tickets}
    for message in sorted((m for t in side.tickets for m in t.mensagens), key=lambda m: m.id):
        when = state.stamp(message.instante)
        values = {"id_ticket": str(message.ticket_id), "data": when, "ultima_atualizacao": when,
                  "titulo": of[message.ticket_id].titulo, "mensagem": message.texto,
                  "operador": str(message.autor_id), "su_status": STATUS[message.status],
                  "visibilidade_mensagens": _VISIBILITY[message.visibilidade]}  # fmt: skip
        state.tables["su_mensagens"].insert(values, message.id)
    for transfer in sorted((m for t in side.tickets for m in t.transferencias), key=lambda m: m.id):
        values = {"data_transferencia": state.stamp(transfer.instante), "id_atendimento": str(transfer.ticket_id),
                  "id_departamento_origem": str(transfer.origem_id),
                  "id_departamento_destino": str(transfer.destino_id),
                  "id_responsavel_tecnico": _id(transfer.responsavel_id),
                  "status_transf": _TRANSFER[transfer.situacao]}  # fmt: skip
        state.tables["su_transf_atendimento"].insert(values, transfer.id)
    for file in sorted((m for t in side.tickets for m in t.anexos), key=lambda m: m.id):
        values = {"id_ticket": str(file.ticket_id), "descricao": file.descricao[:100], "nome_arquivo": file.nome,
                  "local_arquivo": f"su_ticket_arquivos/{file.id}_{file.nome}",
                  "data_envio": state.stamp(file.enviado_em)}  # fmt: skip
        state.tables["su_ticket_arquivos"].insert(values, file.id)
        state.files[file.id] = bytes(file.tamanho % 4096)
    for order in sorted((m for t in side.tickets for m in t.ordens), key=lambda m: m.id):
        ticket, when = of[order.ticket_id], state.stamp(order.aberta_em)
        values = {"id_ticket": str(ticket.id), "protocolo": order.numero, "id_assunto": str(ticket.assunto_id),
                  "id_cliente": _id(ticket.cliente_id), "id_filial": "1", "status": _ORDER[order.situacao],
                  "prioridade": "N", "setor": str(ticket.departamento_id), "mensagem": ticket.descricao,
                  "id_contrato_kit": _id(ticket.contrato_id), "data_abertura": when,
                  "ultima_atualizacao": when}  # fmt: skip
        state.tables["su_oss_chamado"].insert(values, order.id)


def _address(address: Endereco) -> dict[str, str]:
    return {
        "endereco": address.logradouro,
        "numero": address.numero,
        "complemento": address.complemento,
        "bairro": address.bairro,
        "cidade": str(address.cidade.id),
        "cep": f"{address.cep[:5]}-{address.cep[5:]}",
        "latitude": _coordinate(address.latitude),
        "longitude": _coordinate(address.longitude),
    }


def _state_id(uf: str) -> str:
    return str(_UF.index(uf) + 1)


def _yes(flag: bool) -> str:
    return "S" if flag else "N"


def _id(number: int | None) -> str:
    return str(number or 0)


def _day(day: date | None, none: str = "") -> str:
    return day.isoformat() if day else none


def _coordinate(number: float | None) -> str:
    return "" if number is None else str(number)
