"""A client asked for a discount in a WhatsApp conversation (Opa!); finance gets a ticket with all it must know.

Usage: discount_from_whatsapp.py CPF OPA-PROTOCOL START END WORDS...   (times as 2026-11-20T14:30, local)
"""

import os
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from erp_bridge import (
    SolicitacaoDesconto,
    Termo,
    blocking,
    calcular_desconto,
    normalizar_protocolo_opa,
    validar_desconto,
)

HERE = ZoneInfo("America/Sao_Paulo")
documento, opa, start, end, *words = sys.argv[1:]
began, ended = (datetime.fromisoformat(text).replace(tzinfo=HERE) for text in (start, end))

url = os.environ.get("MATRIZ_URL", "http://127.0.0.1:8001")
with blocking.connect("ixc", url=url, token="env:MATRIZ_TOKEN", timezone=HERE.key) as erp:
    asked = SolicitacaoDesconto(
        motivo="rompimento_externo",
        solicitado_pelo_cliente=True,  # without the client's own request there is no discount: False is refused
        descricao=" ".join(words),
        data_ocorrido=began.date(),
        abertura_chamado=began,
        retorno_sinal=ended,
        protocolo_opa=normalizar_protocolo_opa(opa),  # "Opa! nº 2026-123" and "OPA2026123" are the same
        cliente=erp.find_client(documento),
    )
    for rule in validar_desconto(asked):
        print(f"{rule.severity}: {rule.mensagem}", file=sys.stderr)
        if rule.severity == "error":
            sys.exit(1)
    ticket = asked.to_atendimento(departamento=Termo(nome="Financeiro"), assunto=Termo(nome="Desconto em fatura"))
    print(erp.create(ticket.model_copy(update={"prioridade": "normal", "status": "novo"})).protocolo)

# what it would come to on a plan of 99,90 by the regulator's rule; finance decides
print(f"R$ {calcular_desconto('99.90', began, ended, 'por_minuto')}")
