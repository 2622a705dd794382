"""httpx and pydantic by hand, all the way: the same columns, and from them the same validated tickets.

Written the way one writes it: dates by ``strptime``, codes by dictionaries, an object for each term.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from pydantic import BaseModel

from benchmarks.tools.child import HEADERS, PATH, Account, listing, run
from benchmarks.tools.httpx_wire import Page
from erp_bridge.core.model import (
    Atendimento,
    Cliente,
    InteracaoPendente,
    MelhorHorario,
    Origem,
    OrigemEndereco,
    Prioridade,
    Status,
    Termo,
    Vinculo,
)  # fmt: skip

ZONE = ZoneInfo("America/Sao_Paulo")
STATUS = {"N": Status.NOVO, "P": Status.PENDENTE, "EP": Status.EM_PROGRESSO, "S": Status.SOLUCIONADO}
PRIORIDADE = {"B": Prioridade.BAIXA, "M": Prioridade.NORMAL, "A": Prioridade.ALTA, "C": Prioridade.CRITICA}
TERMS = {
    "assunto": "id_assunto", "departamento": "id_ticket_setor", "responsavel": "id_responsavel_tecnico",
    "canal": "id_canal_atendimento", "processo": "id_wfl_processo", "estrutura": "id_estrutura",
}  # fmt: skip


def instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=ZONE)


def ticket(row: Any) -> Atendimento:
    terms = {name: Termo(id=id) for name, column in TERMS.items() if (id := getattr(row, column)) not in ("", "0")}
    return Atendimento(
        id=row.id, protocolo=row.protocolo, titulo=row.titulo, descricao=row.menssagem,
        cliente=Cliente(id=row.id_cliente), login=Vinculo(id=row.id_login), contrato=Vinculo(id=row.id_contrato),
        **terms, status=STATUS[row.su_status], prioridade=PRIORIDADE[row.prioridade],
        origem_endereco=OrigemEndereco.CLIENTE, endereco=row.endereco, origem=Origem.INTERNA,
        latitude=float(row.latitude), longitude=float(row.longitude), melhor_horario=MelhorHorario.QUALQUER,
        interacao_pendente=InteracaoPendente.NENHUMA, aberto_em=instant(row.data_criacao),
        alterado_em=instant(row.data_ultima_alteracao), versao=row.ultima_atualizacao,
        codigos={"tipo": row.tipo, "status": row.su_status, "prioridade": row.prioridade},
    )  # fmt: skip


def pull(task: dict[str, Any], account: Account) -> None:
    last: str | int = 0
    with httpx.Client(base_url=task["url"], headers=HEADERS) as http:
        while True:
            page: BaseModel = Page.model_validate_json(http.post(PATH, json=listing(last)).content)
            for row in page.registros:  # type: ignore[attr-defined]
                account.add(ticket(row).id)
            if len(page.registros) >= page.total:  # type: ignore[attr-defined]
                return
            last = page.registros[-1].id  # type: ignore[attr-defined]


if __name__ == "__main__":
    run(pull, "httpx", "pydantic")
