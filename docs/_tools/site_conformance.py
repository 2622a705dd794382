"""The page on conformance in Portuguese, made of the English one: its tables are results, which are written anew.

A passage that is not known here is an error, so that the two cannot part in silence.
"""

from __future__ import annotations

import re

from erp_bridge import i18n

#: Passages as they stand between empty lines, however they are wrapped.
PROSE = {
    "# Conformance": "# Conformidade",
    """\
What an adapter promises by its `capabilities`, `fields`, `statuses` and `idempotency` is tried, and what it does
not promise must raise `Unsupported` before any request. The kit is `erp_bridge.testing`; how an adapter's author
uses it stands in that module's own text and in [adding-an-adapter.md](adding-an-adapter.md).""": """\
O que um adaptador promete em `capabilities`, `fields`, `statuses` e `idempotency` é testado, e o que ele não
promete tem de dar `Unsupported` antes de qualquer requisição. O kit é `erp_bridge.testing`; como o autor de um
adaptador o usa está no texto do próprio módulo e em [Escrever um adaptador](adding-an-adapter.md).""",
    """```
erp-bridge adapter test ixc                          # an adapter against its simulated ERP
erp-bridge adapter test filial                       # an ERP of the configuration; reads only
erp-bridge adapter test filial --write --ticket 123  # a test tenant: opens some two hundred tickets, removes none
```""": """```
erp-bridge adapter test ixc                          # um adaptador contra o ERP simulado dele
erp-bridge adapter test filial                       # um ERP da configuração; só lê
erp-bridge adapter test filial --write --ticket 123  # um ambiente de teste: abre uns duzentos, não apaga nenhum
```""",
    """\
Exit status 0: nothing failed; 1: something did. `--only CHECK` tries those whose names begin so. `--json` prints
`{"adapter", "ok", "level", "next": {"level", "checks"}, "items": [{"check", "outcome", "reason", "proves"}]}`.""": """\
Código de saída 0: nada falhou; 1: algo falhou. `--only CHECK` testa só as verificações cujos nomes começam assim.
`--json` mostra `{"adapter", "ok", "level", "next": {"level", "checks"}, "items": [{"check", "outcome", "reason",
"proves"}]}`.""",
    """\
Between adapter and ERP stands a line of the kit's own, which counts requests and lets them fail: refused
connections, lost and broken answers, answers of gateways. For writes the failure strikes each request of an
operation in turn, and the ERP is asked afterwards what it holds: an error that reads as "not written" has to be
true. Each check is held to its word by an adapter that was broken on purpose and must fail it.""": """\
Entre o adaptador e o ERP há uma linha do próprio kit, que conta as requisições e as faz falhar: conexões recusadas,
respostas perdidas ou quebradas, respostas de gateways. Nas escritas a falha atinge cada requisição de uma operação,
uma por vez, e depois se pergunta ao ERP o que ele guarda: um erro que diz "não foi escrito" tem de ser verdade.
Cada verificação responde por si mesma: um adaptador quebrado de propósito tem de ser reprovado por ela.""",
    "## Levels": "## Níveis",
    """\
A level is reached when all its checks and those of the levels below **passed**, and no other check failed. A
skipped check was not passed: what is not there is not there. So a level says how much an ERP can be used for, as
far as its calls are known, and not how well the adapter is written: every promise that it makes it keeps.""": """\
Um nível é alcançado quando todas as verificações dele e dos níveis abaixo **passaram**, e nenhuma outra falhou. Uma
verificação pulada não passou: o que não existe não existe. Assim um nível diz para quanto um ERP serve, até onde as
chamadas dele são conhecidas, e não quão bem o adaptador foi escrito: toda promessa que ele faz, ele cumpre.""",
    """\
These results are against the simulated ERPs, which are written from public facts; none was tried against a vendor's
server.""": """\
Estes resultados são contra os ERPs simulados, escritos a partir de fatos públicos; nenhum foi testado contra o
servidor de um fornecedor.""",
    "## Checks": "## Verificações",
    "✓ passed, – skipped for the reason given [below](#skipped).": (
        "✓ passou, – pulada pela razão dada [abaixo](#skipped)."
    ),
    "## Skipped": "## Puladas { #skipped }",
}
#: Cells of tables: headings, and what the levels are for.
CELLS = {
    "level": "nível",
    "reached by": "alcançado por",
    "for that": "serve para",
    "check": "verificação",
    "it proves": "prova que",
    "opens and reads tickets; each failure has its name; nothing secret is told": (
        "abre e lê atendimentos; cada falha tem seu nome; nada de secreto é dito"
    ),
    "histories, statuses, markers: a sync in one direction doubles nothing": (
        "históricos, status, marcas: uma sincronização em um sentido não duplica nada"
    ),
    "a feed without gaps, an archive, lists to translate by: a sync in both directions": (
        "um fluxo de mudanças sem lacunas, um arquivo, listas para traduzir: uma sincronização nos dois sentidos"
    ),
    "changes of fields that overtake nobody, forwarding, files, work orders": (
        "mudanças de campos que não atropelam ninguém, encaminhamento, arquivos, ordens de serviço"
    ),
}
REASONS = {
    "no call tells of changes: the histories of open tickets are read again, client by client": (
        "nenhuma chamada conta mudanças: os históricos dos atendimentos abertos são relidos, cliente por cliente"
    ),
}
NOT_CLAIMED = "not claimed: {capability}"


class Untranslated(Exception):
    """The English page says something that is not known here."""


def portuguese(english: str) -> str:
    """The page in Portuguese. Raises :class:`Untranslated`."""
    return "\n\n".join(_passage(passage) for passage in english.strip().split("\n\n")) + "\n"


def _passage(passage: str) -> str:
    known = {_unwrapped(english): text for english, text in PROSE.items()}
    if _unwrapped(passage) in known:
        return known[_unwrapped(passage)]
    if passage.startswith("| "):
        return "\n".join(_row(line) for line in passage.splitlines())
    if passage.startswith("- "):
        return "\n".join(_reason(line) for line in passage.splitlines())
    raise Untranslated(passage)


def _unwrapped(text: str) -> str:
    return " ".join(text.split())


def _row(line: str) -> str:
    return "| " + " | ".join(_cell(cell.strip()) for cell in line.strip("|").split("|")) + " |"


def _cell(text: str) -> str:
    found = CELLS.get(text) or i18n.translate(text, "pt-BR")
    if found == text and re.search(r"[a-z] [a-z]", text):  # a sentence; single words are names
        raise Untranslated(text)
    return found


def _reason(line: str) -> str:
    who, _colon, why = line.partition(": ")
    capability = why.removeprefix("not claimed: ")
    if capability != why:
        return f"{who}: {i18n.translate(NOT_CLAIMED, 'pt-BR').format(capability=capability)}"
    return f"{who}: {REASONS.get(why, why)}"  # an adapter may give its reason in words of its own
