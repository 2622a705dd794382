"""The configuration of the handbook, whole and valid; tests break it one line at a time."""

FULL = """[state]
url = "sqlite:///bridge.db"
# key = "file:bridge.key"

[erp.matriz]
adapter  = "ixc"
url      = "https://ixc.example.net"
token    = "env:IXC_TOKEN"
timezone = "America/Sao_Paulo"
requests_per_minute = 300
max_concurrency     = 4
page_size = 200
timeout = "30s"
verify = true
[erp.matriz.vocab.assunto]
"34" = "sem conexao"
[erp.matriz.vocab.departamento]
"4" = "suporte tecnico"

[erp.filial]
adapter  = "integrator"
url      = "https://integrator6.example.net"
user     = "env:INTEGRATOR_USER"
password = "env:INTEGRATOR_PASSWORD"
timezone = "America/Sao_Paulo"
movements = "comment"
[erp.filial.defaults]
codusu = "01USUAPI00"
codcatoco = "01CATTEC00"
codmvis = "PROBLEMA"
[erp.filial.queries]
atendimentos = "01QATEND00"
abertos      = "01QATEND03"
atendimento  = "01QATEND01"
atendimento_protocolo = "01QATEND04"
atendimentos_cliente  = "01QATEND02"
comentarios  = "01QCOMENT0"
clientes     = "01QCLIENT0"
clientes_busca = "01QCLIENT1"
cargos       = "01QCARGOS0"
[erp.filial.submethods.comentar]
submethod = "atendimento.exemploComentar"
params = { codoco = "{id}", descri_com = "{texto}" }
[erp.filial.submethods.alterar_status]
submethod = "atendimento.exemploStatus"
params = { codoco = "{id}", codsto = "{status}" }
[erp.filial.vocab.status]
"01PENDENTE" = "pendente"
[erp.filial.vocab.assunto]
"01TIPOSEMC" = "sem conexao"
[erp.filial.vocab.departamento]
"01CARSUPOR" = "suporte tecnico"

[pair.suporte]
left = "matriz"
right = "filial"
enabled = true
direction = "both"
since = 2026-01-01
interval = "60s"
full_every = "24h"
max_changes = 1000
max_create  = 1000
reopen = "never"
adopt = "protocolo"
unknown_client = "quarantine"
forward = false
trigger = []
[pair.suporte.scope]
departamento = []
assunto = []
[pair.suporte.fallback]
assunto = "outros"
[pair.suporte.policy]
default = "newest"
prioridade = "left"
"""


def with_line(old: str, new: str) -> tuple[str, int]:
    """The example with one line replaced (or, with more lines in ``new``, replaced and followed), and its number."""
    lines = FULL.split("\n")
    number = next(n for n, line in enumerate(lines) if line.startswith(old))
    return "\n".join([*lines[:number], new, *lines[number + 1 :]]), number + 1
