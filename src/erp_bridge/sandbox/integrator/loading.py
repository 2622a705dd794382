"""Fills an Integrator tenant with one side of a world, in Integrator's codes and columns."""

from __future__ import annotations

from datetime import date

from erp_bridge.sandbox.integrator import codes
from erp_bridge.sandbox.integrator.store import Row, Store
from erp_bridge.sandbox.records import Cliente, Departamento, Funcionario, Side, Ticket
from erp_bridge.sandbox.tenant import INTEGRATOR_STATUS

CATEGORIAS = {"01CATTEC00": "Técnico", "01CATADM00": "Administrativo", "01CATFIN00": "Financeiro"}
_CATEGORIA_DE = {"financeiro": "01CATFIN00", "comercial": "01CATADM00", "sac": "01CATADM00"}
_TIPO_CONTATO = {"fax": "Fax", "email": "E-mail", "visita": "Visita", "suporte_online": "Suporte Online"}
_CODSTO = {canonico: code for code, _, canonico in INTEGRATOR_STATUS if canonico} | {"novo": "01PENDENTE"}
_STRANGE = next(code for code, _, canonico in INTEGRATOR_STATUS if not canonico)
_PLAN_STATUS = {"ativo": "01ESTATIVO", "bloqueado": "01ESTBLOQU", "inativo": "01ESTCANCE"}


def load(store: Store, side: Side) -> None:
    """Write everything that ``side`` holds into the tables."""
    tables = store.tables
    tables["oco_padrao"] = {
        a.codigo: {"codocop": a.codigo, "nome_ocop": a.nome, "ativo": "S" if a.ativo else "N"} for a in side.assuntos
    }
    tables["cargos"] = {d.codigo: {"codcar": d.codigo, "nome_car": d.nome} for d in side.departamentos}
    tables["categoria_oco"] = {code: {"codcatoco": code, "descri_catoco": nome} for code, nome in CATEGORIAS.items()}
    tables["status_oco"] = {code: {"codsto": code, "descri_sto": nome} for code, nome, _ in INTEGRATOR_STATUS}
    tables["usuarios"] = {
        u.codigo: {"codusu": u.codigo, "nome_usu": u.nome, "ativo": "S" if u.ativo else "N"} for u in side.usuarios
    }
    tables["pontos_roteamento"] = {e.codigo: {"codcon": e.codigo, "nome_con": e.nome} for e in side.estruturas}
    tables["prospect"] = {p.codigo: {"codpros": p.codigo, "nome_pros": p.nome} for p in side.prospectos}
    tables["clientes"] = {str(c.id): _client(c) for c in side.clientes}
    _load_services(store, side)
    _load_tickets(store, side)


def _client(cliente: Cliente) -> Row:
    pessoa, endereco = cliente.pessoa, cliente.pessoa.endereco
    documento = cliente.documento
    if documento and cliente.id % 3:  # typed in with or without punctuation, as it came
        documento = formatted(documento)
    return {
        "codcli": str(cliente.id), "nome_cli": pessoa.nome, "nome_fan": pessoa.fantasia,
        "cpf": "" if pessoa.pj else documento, "cnpj": documento if pessoa.pj else "",
        "tipo_cliente": "j" if pessoa.pj else "f", "ativo": "S" if cliente.ativo else "N",
        "endereco": f"{endereco.logradouro}, {endereco.numero}", "bairro": endereco.bairro,
        "cidade": endereco.cidade.nome, "estado": endereco.cidade.uf, "cep": endereco.cep,
        "ddd": pessoa.celular[:2], "fone": pessoa.telefone[2:], "celular": pessoa.celular[2:],
        "e_mail": pessoa.email, "data_cad": str(cliente.cadastrado_em),
    }  # fmt: skip


def formatted(documento: str) -> str:
    """A CPF or CNPJ with its usual punctuation."""
    d = documento
    if len(d) == 11:
        return f"{d[:3]}.{d[3:6]}.{d[6:9]}-{d[9:]}"
    return f"{d[:2]}.{d[2:5]}.{d[5:8]}/{d[8:12]}-{d[12:]}"


def _day(day: date | None) -> str:
    return "0000-00-00" if day is None else str(day)  # quirk 9


def _load_services(store: Store, side: Side) -> None:
    tables = store.tables
    tables["servicos"] = {p.codigo: {"codser": p.codigo, "descri_ser": p.nome} for p in side.planos}
    tables["status"] = {
        "01ESTATIVO": {"codest": "01ESTATIVO", "descri_est": "Ativo", "habilitado": "S"},
        "01ESTBLOQU": {"codest": "01ESTBLOQU", "descri_est": "Bloqueado por débito", "habilitado": "S"},
        "01ESTCANCE": {"codest": "01ESTCANCE", "descri_est": "Cancelado", "habilitado": "N"},
    }
    for contrato in side.contratos:
        codsercli = codes.code(codes.CONTRACT, contrato.id)
        tables["servicos_cli"][codsercli] = {
            "codsercli": codsercli, "codcli": str(contrato.cliente_id), "codser": contrato.plano.codigo,
            "codest": _PLAN_STATUS[contrato.situacao], "nro_plano": str(contrato.id),
            "valor_plano": f"{contrato.plano.mensalidade:.2f}", "valor_taxa": "0.00",
            "data_con": _day(contrato.inicio), "data_can": _day(contrato.fim),
        }  # fmt: skip
    for login in side.logins:
        codsercli = codes.code(codes.CONTRACT, login.contrato_id)
        tables["login_radius"][codsercli] = {"codsercli": codsercli, "login": login.login}
    for fatura in side.faturas:
        codfat = codes.code(codes.INVOICE, fatura.id)
        tables["faturas"][codfat] = {
            "codfat": codfat, "codcli": str(fatura.cliente_id), "data_lan": _day(fatura.emissao),
            "data_ven": _day(fatura.vencimento), "data_bai": _day(fatura.pagamento), "valor_lan": f"{fatura.valor:.2f}",
            "n_boleto": str(fatura.id), "status": "P" if fatura.pagamento else "A",
            "histo_fat": f"Mensalidade {fatura.emissao:%m/%Y}", "valor_desc": "0.00",
        }  # fmt: skip


def _load_tickets(store: Store, side: Side) -> None:
    """Tickets with their history. Their texts come from the world as people wrote them: with foreign protocols
    (quirk 21), and with the affected access points where a technical client stands for a mass outage (quirk 20)."""
    departments = {d.id: d for d in side.departamentos}
    kinds = {a.id: a.codigo for a in side.assuntos}
    staff = {f.id: f for f in side.funcionarios}
    users = {u.id: u for u in side.usuarios}
    owners = {e.id: e.codigo for e in side.estruturas} | {p.id: p.codigo for p in side.prospectos}
    said = []
    for ticket in side.tickets:
        row = _ticket(store, ticket, departments[ticket.departamento_id], staff.get(ticket.responsavel_id or 0))
        row["codocop"] = kinds[ticket.assunto_id]
        row["codusu"] = users[ticket.aberto_por_id].codigo
        row["codusu_d"] = users[int(row["codusu_d"])].codigo if row["codusu_d"] else None
        row["codcon"] = owners.get(ticket.estrutura_id or 0)  # quirk 19: client, else access point, else prospect
        row["codpros"] = owners.get(ticket.prospecto_id or 0)
        codoco = store.add_ticket(row, number=ticket.id)
        said += [(message, codoco) for message in ticket.mensagens]
        for anexo in ticket.anexos:
            codanx = codes.code(codes.FILE, anexo.id)
            store.tables["anexos"][codanx] = {
                "codanx": codanx, "codoco": codoco, "nome_anexo": anexo.nome, "versao": anexo.nome.rpartition(".")[2],
                "obs": anexo.descricao, "tamanho": anexo.tamanho, "dados": b"",
            }  # fmt: skip
    for message, codoco in sorted(said, key=lambda entry: entry[0].id):
        author = users[message.autor_id]
        store.add_comment(codoco, message.texto, author.codigo, author.nome, store.stamp(message.instante))


def _ticket(store: Store, ticket: Ticket, departamento: Departamento, responsavel: Funcionario | None) -> Row:
    strange = ticket.codigo_estranho == "status"
    closed = ticket.encerrado_em is not None and not strange
    return {
        "numero_oco": ticket.protocolo,
        "codcli": str(ticket.cliente_id) if ticket.cliente_id else None,
        "codsercli": codes.code(codes.CONTRACT, ticket.contrato_id) if ticket.contrato_id else "",
        "codcatoco": _CATEGORIA_DE.get(departamento.canonico, "01CATTEC00"),
        "codmvis": "PROBLEMA",
        "codcar": departamento.codigo,
        "codusu_d": responsavel.usuario_id if responsavel else None,
        "codsto": _STRANGE if strange else _CODSTO[ticket.status],
        "tipo_contato": _TIPO_CONTATO.get(ticket.origem, "Telefonico"),
        "nome_contato": ticket.contato_nome,
        "celular_resposta": ticket.contato_telefone,
        "email_resposta": ticket.contato_email,
        "descri_oco": ticket.descricao,
        "data_lan": store.stamp(ticket.aberto_em),
        "data_sol": store.stamp(ticket.encerrado_em) if closed and ticket.encerrado_em else codes.ZERO,
        "alterado_em": store.stamp(ticket.alterado_em),
    }
