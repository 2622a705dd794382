"""The submethods of the simulated server: those seen in public, and two that only this tenant has."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from erp_bridge.sandbox.integrator import codes
from erp_bridge.sandbox.integrator.codes import padded
from erp_bridge.sandbox.integrator.errors import Refusal
from erp_bridge.sandbox.integrator.queries import Params, text_of
from erp_bridge.sandbox.integrator.store import Row, Store

CANCELADO = "01CANCELAD"


@dataclass
class Calls:
    """``api_user`` is the code of the user under whom the integration writes; ``max_attachment`` is in bytes."""

    store: Store
    api_user: str
    max_attachment: int

    def by_name(self) -> dict[str, Callable[[Params], list[Row]]]:
        return {
            "datasource.criarAtendimento": self._create,
            "atendimento.addAnexo": self._attach,
            "atendimento.listTypes": self._types,
            "datasource.ocorrencia.status": self._statuses,
            "services.details": self._plans,
            "plan.getInfo2": self._plan,
            "faturas.cliente": self._invoices,
            "faturas.getDesconto": self._discount,
            "fatura.detalhe": self._invoice,
            "atendimento.exemploComentar": self._comment,
            "atendimento.exemploStatus": self._set_status,
        }

    # --- tickets

    def _create(self, params: Params) -> list[Row]:
        """A new ticket. Quirk 22: the same call twice makes two. Quirk 24: ``codcon`` is not among what it takes."""
        tables = self.store.tables
        given = {name: str(value).strip() for name, value in params.items() if value is not None}
        client = tables["clientes"].get(given.get("codcli", ""))
        if client is None:
            raise Refusal("Cliente não encontrado")
        if tables["oco_padrao"].get(given.get("codocop", ""), {}).get("ativo") != "S":
            raise Refusal("Tipo de atendimento não informado ou inválido")
        if not given.get("codmvis"):
            raise Refusal("Motivo não informado")
        if not given.get("codusu_d") and not given.get("codcar"):  # quirk 14
            raise Refusal("Informe o usuário ou o cargo de destino")
        for column, table, what in (
            ("codusu_d", "usuarios", "Usuário de destino"),
            ("codcar", "cargos", "Cargo de destino"),
            ("codusu", "usuarios", "Usuário"),
            ("codcatoco", "categoria_oco", "Categoria"),
        ):
            if given.get(column) and given[column] not in tables[table]:
                raise Refusal(f"{what} não encontrado: {given[column]}")
        plan = tables["servicos_cli"].get(given.get("codsercli", ""), {"codcli": ""})
        if given.get("codsercli") and plan["codcli"] != client["codcli"]:
            raise Refusal("O plano informado não pertence ao cliente")
        codoco = self.store.add_ticket(
            {
                "codcli": client["codcli"],
                "codsercli": given.get("codsercli", ""),
                "codocop": given["codocop"],
                "codcatoco": given.get("codcatoco", ""),
                "codmvis": given["codmvis"],
                "codcar": given.get("codcar") or None,
                "codusu_d": given.get("codusu_d") or None,
                "codusu": given.get("codusu") or self.api_user,
                "tipo_contato": given.get("tipo_contato") or "Telefonico",
                "nome_contato": given.get("nome_contato", ""),
                "celular_resposta": given.get("celular_resposta", ""),
                "fone_resposta": given.get("fone_resposta", ""),
                "email_resposta": given.get("email_resposta", ""),
                "descri_oco": str(params.get("descri_oco") or ""),
            }
        )
        return [{"codoco": codoco, "numero_oco": tables["ocorrencias"][codoco]["numero_oco"]}]

    def _ticket(self, params: Params) -> Row:
        ticket = self.store.tables["ocorrencias"].get(text_of(params, "codoco"))
        if ticket is None:
            raise Refusal("Atendimento não encontrado")
        if ticket["codsto"] == CANCELADO:
            raise Refusal("Atendimento cancelado não pode ser alterado")
        return ticket

    def _attach(self, params: Params) -> list[Row]:
        ticket = self._ticket(params)
        nome, versao = text_of(params, "nome_anexo"), text_of(params, "versao")
        try:
            dados = base64.b64decode(text_of(params, "anexo"), validate=True)
        except (binascii.Error, ValueError):
            raise Refusal("Anexo inválido") from None
        if not nome or not dados:
            raise Refusal("Anexo não informado")
        if len(dados) > self.max_attachment:
            raise Refusal(f"O arquivo excede o tamanho máximo de {self.max_attachment} bytes")
        codanx = codes.code(codes.FILE, 90_000_000 + len(self.store.tables["anexos"]))
        self.store.tables["anexos"][codanx] = {
            "codanx": codanx, "codoco": ticket["codoco"], "nome_anexo": nome, "versao": versao,
            "obs": str(params.get("obs") or ""), "tamanho": len(dados), "dados": dados,
        }  # fmt: skip
        return []

    def _comment(self, params: Params) -> list[Row]:
        ticket, texto = self._ticket(params), str(params.get("descri_com") or "")
        if not texto.strip():
            raise Refusal("Comentário não informado")
        nome = self.store.tables["usuarios"][self.api_user]["nome_usu"]
        return [{"codcom": self.store.add_comment(ticket["codoco"], texto, self.api_user, nome)}]

    def _set_status(self, params: Params) -> list[Row]:
        ticket, codsto = self._ticket(params), text_of(params, "codsto")
        if codsto not in self.store.tables["status_oco"]:
            raise Refusal(f"Status não encontrado: {codsto}")
        self.store.set_status(ticket["codoco"], codsto)
        return []

    def _types(self, params: Params) -> list[Row]:
        return [
            {"codocop": r["codocop"], "nome_ocop": padded(r["nome_ocop"]), "ativo": r["ativo"]}
            for r in self.store.tables["oco_padrao"].values()
        ]

    def _statuses(self, params: Params) -> list[Row]:
        return [
            {"codsto": r["codsto"], "descri_sto": padded(r["descri_sto"])}
            for r in self.store.tables["status_oco"].values()
        ]

    # --- plans and invoices

    def _plans(self, params: Params) -> list[Row]:
        codcli = text_of(params, "codcli")
        if codcli not in self.store.tables["clientes"]:
            raise Refusal("Cliente não encontrado")
        wanted = str(params.get("status") or "").strip()
        plans = [
            self._plan_row(r)
            for r in self.store.tables["servicos_cli"].values()
            if r["codcli"] == codcli and wanted in ("", r["codest"])
        ]
        return [{"codcli": codcli, "planos": plans}] if plans else []

    def _plan_row(self, row: Row) -> Row:
        service, status = self.store.tables["servicos"][row["codser"]], self.store.tables["status"][row["codest"]]
        return {
            "codsercli": row["codsercli"], "codgser": row["codser"], "descri_est": padded(status["descri_est"], 30),
            "descricao_status": padded("Habilitado" if status["habilitado"] == "S" else "Desabilitado", 20),
            "descricao_plano": padded(service["descri_ser"]),
        }  # fmt: skip

    def _plan(self, params: Params) -> list[Row]:
        row = self.store.tables["servicos_cli"].get(text_of(params, "codsercli"))
        if row is None:
            return []
        login = self.store.tables["login_radius"].get(row["codsercli"], {}).get("login", "")
        return [{**row, **self._plan_row(row), "login": padded(login, 30)}]

    def _invoices(self, params: Params) -> list[Row]:
        codcli, first, last = (text_of(params, name) for name in ("codcli", "from", "to"))
        return [
            {
                "codfat": r["codfat"], "histo_fat": padded(r["histo_fat"]), "data_ven": r["data_ven"],
                "data_bai": r["data_bai"], "valor": r["valor_lan"],
                "Saldo": "0.00" if r["status"] == "P" else r["valor_lan"],
            }
            for r in self.store.tables["faturas"].values()
            if r["codcli"] == codcli and first <= r["data_ven"] <= last
        ]  # fmt: skip

    def _fatura(self, params: Params) -> Row:
        row = self.store.tables["faturas"].get(text_of(params, "codfat"))
        if row is None:
            raise Refusal("Fatura não encontrada")
        return row

    def _invoice(self, params: Params) -> list[Row]:
        """Two per cent once and one per cent a month, as contracts in Brazil usually have it."""
        row = self._fatura(params)
        due = date.fromisoformat(row["data_ven"])
        late = 0 if row["status"] == "P" else max((self.store.now().astimezone(self.store.zone).date() - due).days, 0)
        amount = Decimal(row["valor_lan"])
        multa = _money(amount * Decimal("0.02")) if late else Decimal("0.00")
        juros = _money(amount * Decimal("0.01") * late / 30)
        return [{"codfat": row["codfat"], "multa": f"{multa:.2f}", "juros": f"{juros:.2f}",
                 "valor_final": f"{amount + multa + juros:.2f}", "Quant_dias_venc": str(late)}]  # fmt: skip

    def _discount(self, params: Params) -> list[Row]:
        row = self._fatura(params)
        return [{"codfat": row["codfat"], "valor_desc": row["valor_desc"]}]


def _money(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)
