"""Why something waits, in words: one line a code, in English and in Brazilian Portuguese, with what to do next."""

from __future__ import annotations

from collections.abc import Mapping

from erp_bridge.core.messages import MESSAGES
from erp_bridge.sync.store.waiting import Wait

#: code → (English, Portuguese). Names in braces come from the entry's detail.
REASONS: Mapping[str, tuple[str, str]] = {
    "unmapped": (
        '{field} "{raw}" of {erp} {name} has no counterpart in {other}: add a line to [erp.{other}.vocab.{field}] or a '
        "fallback to the pair",
        '{field} "{raw}" de {erp} {name} não tem correspondente em {other}: acrescente uma linha em '
        "[erp.{other}.vocab.{field}] ou um fallback ao par",
    ),
    "unmapped-estrutura": (
        "the ticket is about structure {raw} of {erp}, and structures have no key that {other} shares: it stays in "
        "{erp} alone; open one in {other} by hand and join them with `link add`",
        "o atendimento é da estrutura {raw} de {erp}, e estruturas não têm chave comum com {other}: ele fica só em "
        "{erp}; abra um em {other} à mão e junte os dois com `link add`",
    ),
    "unreadable-cliente": (
        "the ticket in {erp} belongs to {raw}, which is no client: it stays there alone",
        "o atendimento em {erp} é de {raw}, que não é cliente: ele fica só lá",
    ),
    "transform": (
        "the function {function} of the pair failed on it ({raw}): correct the function; the next pass tries again",
        "a função {function} do par falhou com ele ({raw}): corrija a função; a próxima passada tenta de novo",
    ),
    "unreadable": (
        '{erp} shows {field} as "{raw}", a code without a meaning here: correct the ticket, or map the code in '
        "[erp.{erp}.vocab.{field}]",
        '{erp} mostra {field} como "{raw}", código sem significado aqui: corrija o atendimento ou mapeie o código em '
        "[erp.{erp}.vocab.{field}]",
    ),
    "unknown-client": (
        "client {raw} of {erp} has no active record with the same document in {other}: register it there, or set "
        'unknown_client = "skip"',
        "o cliente {raw} de {erp} não tem cadastro ativo com o mesmo documento em {other}: cadastre-o lá ou use "
        'unknown_client = "skip"',
    ),
    "ambiguous-client": (
        "{count} active clients in {other} share the document of client {raw} of {erp}: leave one active",
        "{count} clientes ativos em {other} têm o documento do cliente {raw} de {erp}: deixe só um ativo",
    ),
    "no-document": (
        "client {raw} of {erp} has no CPF or CNPJ: fill it in there",
        "o cliente {raw} de {erp} está sem CPF ou CNPJ: preencha lá",
    ),
    "refused": (
        "{erp} refused it: open the ticket there to see which field it demands, then retry",
        "{erp} recusou: abra o atendimento lá para ver que campo ele exige e tente de novo",
    ),
    "malformed": (
        "{erp} answered something that its API does not promise: look at the log, then retry",
        "{erp} respondeu algo que sua API não promete: veja o log e tente de novo",
    ),
    "unsupported": (
        "{erp}, as configured, has no call for it: see `erp-bridge check {erp}`",
        "{erp}, como está configurado, não tem chamada para isso: veja `erp-bridge check {erp}`",
    ),
    "notfound": (
        "{erp} no longer has the record: look there, then retry or remove the link",
        "{erp} não tem mais o registro: verifique lá e tente de novo ou remova o vínculo",
    ),
    "target-cancelled": (
        "the ticket in {erp} is cancelled and takes nothing more: tell it there in another ticket, or leave it",
        "o atendimento em {erp} está cancelado e não aceita mais nada: informe em outro atendimento ou deixe assim",
    ),
    "both-changed": (
        "{field} was changed on both sides to different values: decide with `conflicts resolve {id} --take left|right`",
        "{field} foi alterado nos dois lados com valores diferentes: decida com "
        "`conflicts resolve {id} --take left|right`",
    ),
    "client-changed": (
        "the client of the ticket was changed: make both tickets right by hand, or remove the link",
        "o cliente do atendimento foi trocado: acerte os dois atendimentos à mão ou remova o vínculo",
    ),
    "reopen": (
        'the ticket is solved in {erp}, and the pair says reopen = "never": reopen it there by hand, or allow it',
        'o atendimento está solucionado em {erp} e o par diz reopen = "never": reabra lá à mão ou permita',
    ),
    "uncertain": (
        "{erp} did not answer a write; the next pass looks whether it arrived",
        "{erp} não respondeu a uma escrita; a próxima passada verifica se ela chegou",
    ),
    "unavailable": (
        "{erp} did not answer; the next pass tries again",
        "{erp} não respondeu; a próxima passada tenta de novo",
    ),
    "overtaken": (
        "the ticket was changed in {erp} meanwhile; the next pass compares again",
        "o atendimento foi alterado em {erp} nesse meio-tempo; a próxima passada compara de novo",
    ),
    "unproven": (
        "whether {erp} carried out a write cannot be proven: look there, `doubts resolve {id} --twin ERPID|--none`",
        "não dá para provar se {erp} executou uma escrita: verifique lá e use "
        "`doubts resolve {id} --twin ERPID|--none`",
    ),
    "discount-unproven": (
        "whether {erp} booked the discount of ticket {ticket} cannot be proven: look at its contract there, `doubts "
        "resolve {id} --twin ID|--none` with the id of the discount, then `desconto book {erp} {ticket}`",
        "não dá para provar se {erp} lançou o desconto do atendimento {ticket}: veja o contrato lá, use `doubts "
        "resolve {id} --twin ID|--none` com o id do desconto e depois `desconto book {erp} {ticket}`",
    ),
    "same-reference": (
        "it names the same ticket as {candidates} does: close the one too many by hand, then `doubts resolve {id}`",
        "ele cita o mesmo atendimento que {candidates}: feche o que sobra à mão e use `doubts resolve {id}`",
    ),
    "tangled": (
        "footers make it both a twin and an original ({candidates}), so one was pasted: look at the texts, then "
        "`doubts resolve {id} --twin ERPID|--none`",
        "os rodapés fazem dele gêmeo e original ao mesmo tempo ({candidates}), logo um foi colado: veja os textos e "
        "use `doubts resolve {id} --twin ERPID|--none`",
    ),
    "several-twins": (
        "several tickets could be its twin ({candidates}): `doubts resolve {id} --twin ERPID|--none`",
        "vários atendimentos podem ser o gêmeo dele ({candidates}): `doubts resolve {id} --twin ERPID|--none`",
    ),
    "partner-linked": (
        "it names the protocolo of {candidates}, which has a twin: `doubts resolve {id} --none` syncs it as new",
        "ele cita o protocolo de {candidates}, que já tem gêmeo: `doubts resolve {id} --none` o trata como novo",
    ),
    "link-requested": (
        "to be linked in the next pass",
        "será vinculado na próxima passada",
    ),
    "unlink-requested": (
        "its link is removed in the next pass",
        "o vínculo será removido na próxima passada",
    ),
}


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def reason(wait: Wait, lang: str = "en") -> str:
    """The words of a waiting entry."""
    portuguese = lang.lower().startswith("pt")
    narrow = f"{wait.code}-{wait.field}"
    if narrow in REASONS or wait.code in REASONS:
        template = REASONS.get(narrow, REASONS.get(wait.code, ("", "")))[portuguese]
    elif wait.code in MESSAGES:
        wording = MESSAGES[wait.code]
        template = wording.pt if portuguese else wording.en
    else:
        template = wait.code
    words = template.format_map(_Blank({**wait.detail, "field": wait.field, "id": str(wait.id)}))
    return " ".join(words.split())
