"""The SQL that tenants paste, statement by statement, and parameters to try it with. Import as
``integrator.shipped_sql``.
"""

from __future__ import annotations

import re
from importlib.resources import files

from integrator.tenant_box import TenantBox

SQL = (files("erp_bridge.adapters.integrator") / "queries.sql").read_text(encoding="utf-8")
STATEMENTS = dict(re.findall(r"^-- name: (\w+)\n(.*?)(?=^-- name:|\Z)", SQL, re.DOTALL | re.MULTILINE))
TICKET_QUERIES = ("atendimentos", "abertos", "atendimento", "atendimento_protocolo", "atendimentos_cliente")


def arguments(box: TenantBox) -> dict[str, list[dict[str, str]]]:
    some = list(box.tickets.values())
    codocos = sorted(row["codoco"] for row in box.comments.values())[::2]
    return {
        "atendimentos": [
            {"desde": desde, "apos": apos, "limite": "7"}
            for desde in ("2000-01-01", "2026-09-01 00:00:00")
            for apos in ("", some[9]["codoco"])
        ],
        "abertos": [{"apos": "", "limite": "1000"}, {"apos": some[9]["codoco"], "limite": "3"}],
        "atendimento": [{"codoco": some[3]["codoco"]}, {"codoco": "none"}],
        "atendimento_protocolo": [{"numero_oco": some[3]["numero_oco"]}],
        "atendimentos_cliente": [{"codcli": row["codcli"]} for row in some[:5] if row["codcli"]],
        "comentarios": [{"codocos": ",".join(sorted(set(codocos)))}],
        "clientes": [{"documento": re.sub(r"\W", "", box.a_client["cpf"] or box.a_client["cnpj"])}],
        "clientes_busca": [{"texto": box.a_client["nome_cli"][:4], "limite": "100"}],
        "cargos": [{}],
    }
