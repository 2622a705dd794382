"""The lists that each simulated tenant keeps: subjects, departments, people of the house, channels, plans.

Most subjects exist on both sides under names that differ in case, accents or wording; a few have no counterpart.
"""

from __future__ import annotations

from decimal import Decimal

from erp_bridge.sandbox.records import (
    Assunto,
    Canal,
    Departamento,
    Funcionario,
    Plano,
    Processo,
    Side,
    StatusComplementar,
    Usuario,
)

#: canonical name, id on the left, id on the right, code, name on the left, name on the right ("" = not there)
_ASSUNTOS = (
    ("sem conexao", 34, 534, "01TIPOSEMC", "Sem conexão", "SEM CONEXAO"),
    ("lentidao", 35, 535, "01TIPOLENT", "Lentidão", "SUP - Lentidao"),
    ("troca de senha do wi-fi", 37, 537, "01TIPOSENH", "Troca de senha do Wi-Fi", "TROCA DE SENHA DO WI-FI"),
    ("troca de equipamento", 38, 538, "01TIPOEQUI", "Troca de equipamento", "SUP - TROCA DE EQUIPAMENTO"),
    ("mudanca de endereco", 40, 540, "01TIPOMUDA", "Mudança de endereço", "Mudanca de Endereco"),
    ("segunda via de boleto", 52, 552, "01TIPOBOLE", "2ª via de boleto", "FIN - Segunda via de boleto"),
    ("desconto em fatura", 53, 553, "01TIPODESC", "DESCONTO EM FATURA", "Desconto em fatura"),
    ("cobranca indevida", 54, 554, "01TIPOCOBR", "Cobrança indevida", "FIN - Cobrança indevida"),
    ("mudanca de plano", 61, 561, "01TIPOPLAN", "Upgrade / mudança de plano", "COM - Mudança de plano"),
    ("cancelamento", 62, 562, "01TIPOCANC", "Cancelamento", "COM - CANCELAMENTO"),
    ("queda massiva", 70, 570, "01TIPOMASS", "Queda massiva", "SUP - Massiva"),
    ("rompimento de fibra", 71, 571, "01TIPOROMP", "Rompimento de fibra", "INFRA - rompimento"),
    ("outros", 90, 590, "01TIPOOUTR", "Outros", "OUTROS"),
    ("", 95, 0, "01TIPOVIST", "Vistoria de poste", ""),
    ("", 96, 0, "01TIPOVIAB", "Viabilidade técnica", ""),
    ("", 0, 597, "01TIPORETI", "", "Retirada de equipamento"),
    ("", 0, 598, "01TIPOPROJ", "", "Projeto especial"),
)
#: Has a counterpart of the same name but for case, so no vocabulary line is written for it: it matches by name.
MATCHED_BY_NAME = "troca de senha do wi-fi"
#: How often a subject occurs; those without a counterpart and those with demands are rare.
PESOS = {"sem conexao": 20, "lentidao": 16, "segunda via de boleto": 12, "outros": 6, "": 1, "cancelamento": 1,
         "mudanca de endereco": 2, "troca de equipamento": 2, "queda massiva": 1, "rompimento de fibra": 2}  # fmt: skip
PESO_COMUM = 5

_DEPARTAMENTOS = (
    ("suporte tecnico", 4, 504, "01CARSUPOR", "Suporte Técnico", "SUPORTE TECNICO"),
    ("financeiro", 2, 502, "01CARFINAN", "FINANCEIRO", "Financeiro"),
    ("comercial", 3, 503, "01CARCOMER", "Comercial", "Comercial / Vendas"),
    ("sac", 5, 505, "01CARSAC00", "SAC", "SAC - Atendimento"),
    ("infraestrutura", 7, 507, "01CARINFRA", "Infraestrutura", "REDE E INFRAESTRUTURA"),
)
#: Which department usually gets a subject; the others go to technical support.
_DESTINOS = {
    "segunda via de boleto": "financeiro",
    "desconto em fatura": "financeiro",
    "cobranca indevida": "financeiro",
    "mudanca de plano": "comercial",
    "cancelamento": "sac",
    "rompimento de fibra": "infraestrutura",
    "queda massiva": "infraestrutura",
}

_CASA = {"left": ("Aline Prado", "Bento Luz", "Cíntia Rosa", "Davi Campos"),
         "right": ("Érica Sales", "Flávio Dutra", "Gisele Porto", "Hugo Braga")}  # fmt: skip
_PLANOS = (("Fibra 300 Mega", "89.90"), ("Fibra 500 Mega", "109.90"), ("Fibra 1 Giga", "149.90"),
           ("Empresarial 600 Mega", "299.00"))  # fmt: skip


def fill(side: Side) -> None:
    """Give a side its lists. Ids of the two sides have nothing in common; codes of one term are the same."""
    here = 0 if side.nome == "left" else 1
    for canonico, *ids, codigo, left, right in _ASSUNTOS:
        nome = (left, right)[here]
        if nome:
            side.assuntos.append(
                Assunto(
                    id=ids[here], codigo=codigo, nome=nome, canonico=canonico,
                    login_obrigatorio=canonico == "troca de equipamento",
                    contrato_obrigatorio=canonico == "mudanca de endereco",
                    canal_obrigatorio=canonico == "cancelamento",
                )
            )  # fmt: skip
    side.assuntos.append(Assunto((99, 599)[here], "01TIPOANTI", "Assunto antigo (não usar)", "", ativo=False))
    side.departamentos = [
        Departamento(ids[here], codigo, (left, right)[here], canonico)
        for canonico, *ids, codigo, left, right in _DEPARTAMENTOS
    ]
    side.departamentos.sort(key=lambda d: d.id)
    _fill_house(side, base=(0, 500)[here])


def _fill_house(side: Side, base: int) -> None:
    side.usuarios = [Usuario(base + 61, "01USUAPI00", "Integração API", api=True)]
    for place, nome in enumerate(_CASA[side.nome]):
        side.usuarios.append(Usuario(base + 62 + place, f"01USU{base + 62 + place:05d}", nome, ativo=place < 3))
        side.funcionarios.append(Funcionario(base + 138 + 3 * place, nome, base + 62 + place, ativo=place < 3))
    side.canais = [
        Canal(base + 1, "Telefone"), Canal(base + 2, "WhatsApp"), Canal(base + 3, "Presencial"),
        Canal(base + 4, "Fax", ativo=False),
    ]  # fmt: skip
    side.status_complementares = [
        StatusComplementar(base + 1, "Aguardando cliente"), StatusComplementar(base + 2, "Aguardando material"),
        StatusComplementar(base + 3, "Em rota"),
    ]  # fmt: skip
    side.processos = [
        Processo(base + 7, "Suporte N2 com visita"), Processo(base + 18, "Instalação", com_assinatura=True),
        Processo(base + 19, "Processo antigo", ativo=False),
    ]  # fmt: skip
    side.planos = [
        Plano(base + 11 + place, f"01SER{base + 11 + place:05d}", nome, Decimal(valor))
        for place, (nome, valor) in enumerate(_PLANOS)
    ]


def destino(side: Side, assunto: Assunto) -> Departamento:
    """The department of that side to which tickets of the subject usually go."""
    canonico = _DESTINOS.get(assunto.canonico, "suporte tecnico")
    return next(d for d in side.departamentos if d.canonico == canonico)
