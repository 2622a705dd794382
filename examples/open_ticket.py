"""Open a ticket on IXC and print the protocolo to tell the client. Usage: open_ticket.py CPF WORDS..."""

import os
import sys

from erp_bridge import Atendimento, Termo, ValidationFailed, blocking

url = os.environ.get("MATRIZ_URL", "http://127.0.0.1:8001")
with blocking.connect("ixc", url=url, token="env:MATRIZ_TOKEN", timezone="America/Sao_Paulo") as ixc:
    where = {"assunto": Termo(nome="Outros"), "departamento": Termo(nome="SAC"), "prioridade": "normal"}
    client = ixc.find_client(sys.argv[1])
    ticket = Atendimento(cliente=client, descricao=" ".join(sys.argv[2:]), status="novo", **where)
    try:
        print(ixc.create(ticket).protocolo)
    except ValidationFailed as failed:  # nothing was sent: each rule says which field, in both languages
        sys.exit("\n".join(f"{rule.campo}: {rule.mensagem}" for rule in failed.violations))
