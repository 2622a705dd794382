"""Portuguese for the report of a migration."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    # states and headings
    "moved": "movidos",
    "not delivered": "não entregues",
    "no readable status": "status ilegível",
    "not finished": "não concluídos",
    "unknown": "desconhecido",
    "month": "mês",
    "state": "situação",
    "total": "total",
    "ticket": "atendimento",
    "code": "código",
    "field": "campo",
    "reason": "motivo",
    "next step": "próximo passo",
    "Next step": "Próximo passo",
    # the page
    "Language": "Idioma",
    "Migration {pair}: {source} → {target}": "Migração {pair}: {source} → {target}",
    "Not at its end yet: {moved} of the {total} tickets taken up so far were moved.": (
        "Ainda não terminou: {moved} dos {total} atendimentos tratados até agora foram movidos."
    ),
    "There was no ticket to move.": "Não havia atendimento para mover.",
    "All {total} tickets were moved, with all their movements.": (
        "Todos os {total} atendimentos foram movidos, com todas as movimentações."
    ),
    "{moved} of {total} tickets were moved; the others were left out on purpose.": (
        "{moved} de {total} atendimentos foram movidos; os outros ficaram de fora de propósito."
    ),
    "{moved} of {total} tickets were moved; {waits} are still open, for the reasons below.": (
        "{moved} de {total} atendimentos foram movidos; {waits} ainda estão em aberto, pelos motivos abaixo."
    ),
    "Tickets": "Atendimentos",
    "Movements carried": "Movimentações levadas",
    "Chosen": "Escolha",
    "all tickets": "todos os atendimentos",
    "opened since {day}": "abertos desde {day}",
    "opened until {day}": "abertos até {day}",
    "status {status}": "status {status}",
    "Begun": "Início",
    "Ended": "Fim",
    "not yet": "ainda não",
    "Time at work": "Tempo de trabalho",
    "Requests": "Requisições",
    "{left} left, {right} right": "{left} à esquerda, {right} à direita",
    "By month of opening": "Por mês de abertura",
    "All tickets; the highest column is {count}.": "Todos os atendimentos; a coluna mais alta é {count}.",
    "Only those that were not moved; the highest column is {count}.": (
        "Só os que não foram movidos; a coluna mais alta é {count}."
    ),
    "Months in numbers": "Meses em números",
    "By status": "Por status",
    "Each bar is all tickets of that status in the source.": (
        "Cada barra são todos os atendimentos desse status na origem."
    ),
    "Statuses in numbers": "Status em números",
    "Why, and what to do": "Por quê, e o que fazer",
    "Which tickets": "Quais atendimentos",
    "{count} tickets": "{count} atendimentos",
    "Ids of {source}. Nothing else about a ticket or its client is kept here.": (
        "Ids de {source}. Nada mais sobre o atendimento ou o cliente é guardado aqui."
    ),
    "{more} more stand in the sheet of tickets and in the JSON.": (
        "Outros {more} estão na planilha de atendimentos e no JSON."
    ),
    "Checked": "Conferido",
    "What stands here is what the bridge did; `erp-bridge verify` reads both sides afresh.": (
        "Aqui está o que a ponte fez; `erp-bridge verify` relê os dois lados do zero."
    ),
    "Name": "Nome",
    "Date": "Data",
    "Signature": "Assinatura",
    "Made by erp-bridge. This page asks for nothing from any server.": (
        "Feito pelo erp-bridge. Esta página não pede nada a servidor algum."
    ),
    # reasons and next steps
    "A value of {field} in {source} has no counterpart in {target}.": (
        "Um valor de {field} em {source} não tem correspondente em {target}."
    ),
    "Add lines to [erp.{target}.vocab.{field}], or a fallback to the pair; `vocab suggest` proposes them.": (
        "Acrescente linhas em [erp.{target}.vocab.{field}] ou um fallback ao par; `vocab suggest` as propõe."
    ),
    "The ticket is about a structure, and structures have no key that both sides share.": (
        "O atendimento é de uma estrutura, e estruturas não têm chave comum aos dois lados."
    ),
    "It stays in {source} alone; open one in {target} by hand and join them with `link add`.": (
        "Fica só em {source}; abra um em {target} à mão e junte os dois com `link add`."
    ),
    "The ticket belongs to something that is no client.": "O atendimento é de algo que não é cliente.",
    "It stays in {source} alone.": "Fica só em {source}.",
    "{source} shows {field} as a code without a meaning here.": (
        "{source} mostra {field} como um código sem significado aqui."
    ),
    "Correct the tickets, or map the code in [erp.{source}.vocab.{field}].": (
        "Corrija os atendimentos ou mapeie o código em [erp.{source}.vocab.{field}]."
    ),
    "The client has no active record with the same document in {target}.": (
        "O cliente não tem cadastro ativo com o mesmo documento em {target}."
    ),
    "Register these clients in {target}; they are tried again by themselves.": (
        "Cadastre esses clientes em {target}; a nova tentativa é automática."
    ),
    "Several active clients in {target} have the same document.": (
        "Vários clientes ativos em {target} têm o mesmo documento."
    ),
    "Leave one of them active in {target}.": "Deixe só um deles ativo em {target}.",
    "The client has no CPF or CNPJ in {source}.": "O cliente está sem CPF ou CNPJ em {source}.",
    "Fill it in at the client's record in {source}.": "Preencha no cadastro do cliente em {source}.",
    "{target} refused the record.": "{target} recusou o registro.",
    "Open one of them in {target} to see which field it demands, then `quarantine retry`.": (
        "Abra um deles em {target} para ver que campo ele exige e use `quarantine retry`."
    ),
    "An ERP answered something that its API does not promise.": "Um ERP respondeu algo que sua API não promete.",
    "Look at the log, then `quarantine retry`.": "Veja o log e use `quarantine retry`.",
    "{target}, as configured, has no call for it.": "{target}, como está configurado, não tem chamada para isso.",
    "See `erp-bridge check {target}` for what is missing.": "Veja em `erp-bridge check {target}` o que falta.",
    "The record is no longer there.": "O registro não está mais lá.",
    "Look in {source} and {target}; then retry, or remove the link.": (
        "Verifique em {source} e {target}; depois tente de novo ou remova o vínculo."
    ),
    "The ticket in {target} is cancelled and takes nothing more.": (
        "O atendimento em {target} está cancelado e não aceita mais nada."
    ),
    "Leave it, or tell it there in another ticket.": "Deixe assim ou informe lá em outro atendimento.",
    "{field} was changed on both sides to different values.": (
        "{field} foi alterado nos dois lados com valores diferentes."
    ),
    "Decide with `conflicts resolve ID --take left|right`.": "Decida com `conflicts resolve ID --take left|right`.",
    "The client of the ticket was changed.": "O cliente do atendimento foi trocado.",
    "Make both tickets right by hand, or remove the link.": "Acerte os dois atendimentos à mão ou remova o vínculo.",
    'The ticket is solved in {target}, and the pair says reopen = "never".': (
        'O atendimento está solucionado em {target}, e o par diz reopen = "never".'
    ),
    "Reopen it there by hand, or allow it in the pair.": "Reabra lá à mão ou permita no par.",
    "An ERP did not answer a write.": "Um ERP não respondeu a uma escrita.",
    "Nothing: the next run looks whether it arrived.": "Nada: a próxima execução verifica se ela chegou.",
    "An ERP did not answer.": "Um ERP não respondeu.",
    "Nothing: the next run tries again.": "Nada: a próxima execução tenta de novo.",
    "The ticket was changed by somebody else meanwhile.": "Outra pessoa alterou o atendimento nesse meio-tempo.",
    "Nothing: the next run compares again.": "Nada: a próxima execução compara de novo.",
    "Whether {target} carried out a write cannot be proven.": ("Não dá para provar se {target} executou uma escrita."),
    "Look there, then `doubts resolve ID --twin ERPID|--none`.": (
        "Verifique lá e use `doubts resolve ID --twin ERPID|--none`."
    ),
    "Two tickets name the same original.": "Dois atendimentos citam o mesmo original.",
    "Close the one too many by hand, then `doubts resolve ID`.": ("Feche o que sobra à mão e use `doubts resolve ID`."),
    "Footers make it both a twin and an original: one was pasted.": (
        "Os rodapés fazem dele gêmeo e original ao mesmo tempo: um foi colado."
    ),
    "Look at the texts, then `doubts resolve ID --twin ERPID|--none`.": (
        "Veja os textos e use `doubts resolve ID --twin ERPID|--none`."
    ),
    "Several tickets could be its twin.": "Vários atendimentos podem ser o gêmeo dele.",
    "Look at them, then `doubts resolve ID --twin ERPID|--none`.": (
        "Veja quais são e use `doubts resolve ID --twin ERPID|--none`."
    ),
    "It names the protocolo of a ticket that has a twin already.": (
        "Ele cita o protocolo de um atendimento que já tem gêmeo."
    ),
    "`doubts resolve ID --none` moves it as a new one.": "`doubts resolve ID --none` o move como novo.",
    "The pair's own function failed on it.": "A função própria do par falhou com ele.",
    "Correct the function; the next run tries again.": "Corrija a função; a próxima execução tenta de novo.",
    "Whether {target} booked a discount cannot be proven.": "Não dá para provar se {target} lançou um desconto.",
    "Look at the contract there, then `doubts resolve ID --twin ID|--none`.": (
        "Veja o contrato lá e use `doubts resolve ID --twin ID|--none`."
    ),
    "A person asked for a link.": "Alguém pediu um vínculo.",
    "Nothing: the next run makes it.": "Nada: a próxima execução o faz.",
    "A person asked to remove the link.": "Alguém pediu para remover o vínculo.",
    "Nothing: the next run removes it.": "Nada: a próxima execução o remove.",
    "See it with `erp-bridge quarantine` and `erp-bridge doubts`.": (
        "Veja com `erp-bridge quarantine` e `erp-bridge doubts`."
    ),
}
