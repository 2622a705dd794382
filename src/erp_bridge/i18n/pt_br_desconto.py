"""Portuguese for discount requests: texts of ``desconto``, and messages of booking and of Opa!."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "tell the monthly fee of a contract": "informar a mensalidade de um contrato",
    "list the open invoices of a client": "listar as faturas em aberto de um cliente",
    "book a discount": "lançar um desconto",
    "AMOUNT": "VALOR",
    "TIME": "HORA",
    "DATE": "DATA",
    "[FILE]": "[ARQUIVO]",
    "REFERENCE": "REFERÊNCIA",
    "Discount requests: open, parse, calc, list, book.": (
        "Solicitações de desconto: abrir, ler, calcular, listar, lançar."
    ),
    "Compute the discount for an interruption.\n\nA month has 30 days, 720 hours or 43200 minutes.": (
        "Calcular o desconto de uma interrupção.\n\nUm mês tem 30 dias, 720 horas ou 43200 minutos."
    ),
    "Monthly fee of the service that stopped.": "Mensalidade do serviço que parou.",
    "When it stopped: 2026-10-03T14:30 or 03/10/2026 14h30.": ("Quando parou: 2026-10-03T14:30 ou 03/10/2026 14h30."),
    "When it was back.": "Quando voltou.",
    "The way of counting.": "O modo de contar.",
    "Zone of times without an offset.": "Fuso das horas sem deslocamento.",
    "Read the block of a request: from a file, from standard input, or from a ticket.\n\n"
    "What cannot be read is listed, never guessed.": (
        "Ler o bloco de uma solicitação: de um arquivo, da entrada padrão ou de um atendimento.\n\n"
        "O que não dá para ler é listado, nunca adivinhado."
    ),
    "The ticket that holds it, instead of a file.": "O atendimento que o contém, em vez de um arquivo.",
    "Open the ticket of a request. The first line printed is the protocolo to tell the client.\n\n"
    "There is no discount that the client did not ask for.": (
        "Abrir o atendimento de uma solicitação. A primeira linha é o protocolo a informar ao cliente.\n\n"
        "Não há desconto que o cliente não tenha solicitado."
    ),
    "The client asked for it. Without this nothing is opened.": "O cliente solicitou. Sem isso nada é aberto.",
    "The reason.": "O motivo.",
    "It was planned maintenance.": "Foi manutenção programada.",
    "What happened; - reads it from standard input.": "O que aconteceu; - lê da entrada padrão.",
    "The day it happened; else that of --abertura.": "O dia do ocorrido; senão, o de --abertura.",
    "When the call was opened, and the interruption began.": "Quando o chamado foi aberto e a interrupção começou.",
    "When the signal was back.": "Quando o sinal voltou.",
    "The period to be discounted, in words.": "O período a descontar, em palavras.",
    "Protocolo of the Opa! conversation.": "Protocolo da conversa no Opa!.",
    "give a file or --ticket, not both": "indique um arquivo ou --ticket, não os dois",
    "say whom it is about: --cliente or --documento": "diga de quem se trata: --cliente ou --documento",
    "Note: {line}": "Atenção: {line}",
    "List the open requests of an ERP: amounts, decision, and the open invoices of each client.": (
        "Listar as solicitações abertas de um ERP: valores, decisão e as faturas em aberto de cada cliente."
    ),
    "Book the approved discount of a ticket, once.\n\n"
    "Called again it says what became of it: nothing is ever booked twice. --dry-run shows the exact request.": (
        "Lançar uma só vez o desconto aprovado de um atendimento.\n\n"
        "Chamado de novo, diz o que foi feito: nada é lançado duas vezes. --dry-run mostra a requisição exata."
    ),
    "How much, where the decision does not say it.": "Quanto, quando a decisão não diz.",
    "How much: what this way of counting gives.": "Quanto: o que resulta deste modo de contar.",
    "Last day of a discount on the contract; else that of its next invoice.": (
        "Último dia de um desconto no contrato; senão, o vencimento da próxima fatura."
    ),
    "Approve it herewith; the booking says so in the ticket.": (
        "Aprovar com este comando; o lançamento registra isso no atendimento."
    ),
    "Refuse it, for this reason: said in the ticket, and nothing is booked.": (
        "Negar, por este motivo: fica registrado no atendimento e nada é lançado."
    ),
    "Only show what would be sent.": "Só mostrar o que seria enviado.",
    "Do not ask.": "Não perguntar.",
    "--recusar goes with no other choice": "--recusar não combina com nenhuma outra escolha",
    "--json asks nothing: say --yes or --dry-run": "--json não pergunta nada: use --yes ou --dry-run",
    "Book it?": "Lançar?",
    "Refused in ticket {id}; nothing was booked.": "Negado no atendimento {id}; nada foi lançado.",
    "No open discount requests.": "Nenhuma solicitação de desconto aberta.",
    "Address of an Opa! Suite: its conversation fills in channel, agent and times.": (
        "Endereço de um Opa! Suite: a conversa preenche canal, agente e horários."
    ),
    "Its token: env:NAME, file:PATH or keyring:SERVICE/USER.": (
        "O token dele: env:NOME, file:CAMINHO ou keyring:SERVIÇO/USUÁRIO."
    ),
    "{text} is no time; write 2026-10-03T14:30 or 03/10/2026 14h30": (
        "{text} não é uma hora; escreva 2026-10-03T14:30 ou 03/10/2026 14h30"
    ),
    "{text} is no day; write 2026-10-03 or 03/10/2026": "{text} não é um dia; escreva 2026-10-03 ou 03/10/2026",
    "{text} is no amount; write 99.90 or 99,90": "{text} não é um valor; escreva 99.90 ou 99,90",
    "--opa-token is a reference: env:NAME, file:PATH or keyring:SERVICE/USER": (
        "--opa-token é uma referência: env:NOME, file:CAMINHO ou keyring:SERVIÇO/USUÁRIO"
    ),
    "Opa! has no conversation {protocolo}": "o Opa! não tem a conversa {protocolo}",
    "by the minute": "por minuto",
    "by the hour": "por hora",
    "planned maintenance": "manutenção programada",
    "booked": "lançado",
    "cut off: `desconto book` finds out what became of it": "interrompido: `desconto book` descobre o que foi feito",
    "in doubt: see `doubts`": "em dúvida: veja `doubts`",
    "{way}: {minutes} min of a monthly fee of {fee}": "{way}: {minutes} min de uma mensalidade de {fee}",
    "{id}, due {day}: {open} open": "{id}, vencimento {day}: {open} em aberto",
    "none yet": "ainda nenhuma",
    "approved": "aprovado",
    "author unknown": "autor desconhecido",
    "Interruption": "Interrupção",
    "Monthly fee": "Mensalidade",
    "Amount": "Valor",
    "Decision": "Decisão",
    "Booking": "Lançamento",
    "Not readable": "Não lido",
    "Not read: {label}": "Não lido: {label}",
    "Open invoice": "Fatura em aberto",
    "Ticket {id}, contract {contract}: {amount}": "Atendimento {id}, contrato {contract}: {amount}",
    "Nothing is booked, and nothing was sent.": "Nada está lançado, e nada foi enviado.",
    "Nothing is booked.": "Nada está lançado.",
    "Whether it is booked cannot be proven: see `doubts`. Nothing more is sent until that is settled.": (
        "Não dá para provar se foi lançado: veja `doubts`. Nada mais é enviado até isso ser resolvido."
    ),
    "It was booked as {id}, and {erp} does not show it any more: somebody took it back there.": (
        "Foi lançado como {id}, e {erp} não o mostra mais: alguém o desfez lá."
    ),
    "Booked: {where} {id} {amount}": "Lançado: {where} {id} {amount}",
    "a second record has the same mark: {where} {id}; take one of them back": (
        "um segundo registro tem a mesma marca: {where} {id}; desfaça um deles"
    ),
    "the ticket does not say so yet ({why}): call `desconto book` again": (
        "o atendimento ainda não diz isso ({why}): chame `desconto book` de novo"
    ),
}

MESSAGES: dict[str, str] = {
    "ticket {id} is no discount request: its subject or its department is another one": (
        "o atendimento {id} não é solicitação de desconto: o assunto ou o departamento é outro"
    ),
    "ticket {id} names no contract, and its client has no single active one: set it there": (
        "o atendimento {id} não indica contrato, e o cliente não tem um único ativo: preencha lá"
    ),
    "a discount was booked for ticket {id}, or may have been: it cannot be refused now": (
        "um desconto foi lançado para o atendimento {id}, ou pode ter sido: não dá mais para negar"
    ),
    "ticket {id} has no decision yet: it is booked once it is approved": (
        "o atendimento {id} ainda não tem decisão: o lançamento vem depois da aprovação"
    ),
    "the request of ticket {id} was refused: it is booked once it is approved": (
        "a solicitação do atendimento {id} foi negada: o lançamento vem depois da aprovação"
    ),
    "the decision in ticket {id} says {said}, not {given}": "a decisão no atendimento {id} diz {said}, não {given}",
    "{amount} is more than the monthly fee of {fee}": "{amount} passa da mensalidade de {fee}",
    "ticket {id} does not say how much: give the amount, or the way of counting": (
        "o atendimento {id} não diz quanto: indique o valor ou o modo de contar"
    ),
    "the interruption of ticket {id} comes to nothing: there is nothing to book": (
        "a interrupção do atendimento {id} não soma nada: não há o que lançar"
    ),
    "ticket {id} is {twin} in {erp}, and a discount was booked there, or may have been: look at that one first": (
        "o atendimento {id} é {twin} em {erp}, e lá um desconto foi lançado, ou pode ter sido: veja esse primeiro"
    ),
    "the ERP did not carry out the booking, and nothing was booked ({why}): try again": (
        "o ERP não executou o lançamento, e nada foi lançado ({why}): tente de novo"
    ),
    "the contract has no invoice from which the day of the next one could be told: say until when the "
    "discount is to stand": (
        "o contrato não tem fatura da qual se saiba o vencimento da próxima: diga até quando vale o desconto"
    ),
    "the discount would end on {day}, before it begins: give a later day": (
        "o desconto terminaria em {day}, antes de começar: indique um dia posterior"
    ),
    "contract {id} has no product {product}: correct id_vd_contrato_produtos, or leave it out to take the "
    "contract's own internet product": (
        "o contrato {id} não tem o produto {product}: corrija id_vd_contrato_produtos, ou deixe sem para usar o "
        "produto de internet do próprio contrato"
    ),
    "contract {id} has {count} products that the discount could be for: name one in id_vd_contrato_produtos": (
        "o contrato {id} tem {count} produtos que poderiam receber o desconto: indique um em id_vd_contrato_produtos"
    ),
    "there is no contract {id}, or the token's user may not see it": (
        "não existe o contrato {id}, ou o usuário do token não pode vê-lo"
    ),
    "discount {id} was booked in {table}, but could not be read back ({why}): look at it before repeating anything": (
        "o desconto {id} foi lançado em {table}, mas não pôde ser relido ({why}): verifique antes de repetir"
    ),
    "the ERP says that it booked discount {id} in {table}, but does not show it": (
        "o ERP diz que lançou o desconto {id} em {table}, mas não o mostra"
    ),
    'via = "servico" needs {keys}: look them up in the ERP': 'via = "servico" precisa de {keys}: consulte no ERP',
    "Opa! refused without saying why": "o Opa! recusou sem dizer por quê",
    "the list holds something that is no record: check the address and the version of Opa!": (
        "a lista traz algo que não é registro: confira o endereço e a versão do Opa!"
    ),
    "the interruption ends before it begins: check fim against inicio": (
        "a interrupção termina antes de começar: confira fim e início"
    ),
    'the monthly fee is no number: write it with a point, like "99.90"': (
        'a mensalidade não é um número: escreva com ponto, como "99.90"'
    ),
    "the monthly fee must be zero or more, and less than a million millions": (
        "a mensalidade deve ser zero ou mais, e menor que um milhão de milhões"
    ),
    "the monthly fee has more than ten decimal places": "a mensalidade tem mais de dez casas decimais",
}
