"""Portuguese for migrations of history, ``verify``, and tickets as JSON Lines."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    # capabilities
    "list the past by the day of opening": "listar o passado pelo dia de abertura",
    "read many tickets in one request": "ler muitos atendimentos numa requisição",
    "find many clients in one request": "achar muitos clientes numa requisição",
    "open a series of tickets and read them back together": "abrir uma série de atendimentos e relê-los juntos",
    "write a series of messages and read them back together": "escrever uma série de mensagens e relê-las juntas",
    # usage lines
    "DAY": "DIA",
    "FOLDER": "PASTA",
    # migrate
    (
        "Move the history of one side to the other: closed tickets too, with all their movements.\n\n"
        "It goes on where it was broken off, and repeats nothing. Look first with --dry-run. --report without --from "
        "writes the report of what was done so far."
    ): (
        "Leva o histórico de um lado para o outro: também atendimentos encerrados, com todas as movimentações.\n\n"
        "Continua de onde parou e não repete nada. Veja antes com --dry-run. --report sem --from grava o relatório do "
        "que já foi feito."
    ),
    "The side that the history comes from.": "O lado de onde vem o histórico.",
    "Tickets opened on or after that day (YYYY-MM-DD).": "Atendimentos abertos nesse dia ou depois (AAAA-MM-DD).",
    "Tickets opened before that day.": "Atendimentos abertos antes desse dia.",
    "Tickets in that status only.": "Só atendimentos nesse status.",
    "Tickets at once; else what the target bears.": "Atendimentos ao mesmo tempo; senão, o que o destino suporta.",
    "Only count: tickets, gaps in the vocabulary, requests, hours.": (
        "Só contar: atendimentos, falhas no vocabulário, requisições, horas."
    ),
    "Write the report there: JSON, CSV and a page.": "Grava ali o relatório: JSON, CSV e uma página.",
    "say which side the history comes from: --from left or --from right": (
        "diga de que lado vem o histórico: --from left ou --from right"
    ),
    "nothing of {pair} has been migrated yet": "nada de {pair} foi migrado ainda",
    "report: {folder}": "relatório: {folder}",
    "{count} tickets read": "{count} atendimentos lidos",
    "unfinished": "inacabados",
    "the ticket waits": "o atendimento espera",
    "stays blank, its name in the footer": "fica em branco, com o nome no rodapé",
    "{done} of {total}": "{done} de {total}",
    "{done} tickets": "{done} atendimentos",
    "looking through what the target holds already": "vendo o que o destino já tem",
    "{rate} a second": "{rate} por segundo",
    "{time} left": "faltam {time}",
    "this machine is the limit": "esta máquina é o limite",
    "waiting for the limit of {erp} (requests_per_minute)": "esperando o limite de {erp} (requests_per_minute)",
    "waiting for another process that works on the pair": "esperando outro processo que trabalha no par",
    "waiting for answers of {erp}": "esperando respostas de {erp}",
    "{pair}: from {source} to {target}": "{pair}: de {source} para {target}",
    "Month": "Mês",
    "tickets: {count}, to move: {left}": "atendimentos: {count}, a mover: {left}",
    "Code": "Código",
    "What happens": "O que acontece",
    "Without a counterpart": "Sem correspondente",
    "of {count} tickets looked at closely, {moved} would be moved": (
        "de {count} atendimentos vistos de perto, {moved} seriam movidos"
    ),
    "requests: {left} to {left_name}, {right} to {right_name}": (
        "requisições: {left} a {left_name}, {right} a {right_name}"
    ),
    "the limit of {erp} decides (requests_per_minute)": "quem decide é o limite de {erp} (requests_per_minute)",
    "the answers of the ERPs decide": "quem decide são as respostas dos ERPs",
    "time: {time}; {by}": "tempo: {time}; {by}",
    "State": "Situação",
    "movements: {count}": "movimentações: {count}",
    # verify
    (
        "Read both sides afresh and compare them, field by field and message by message.\n\n"
        "Each difference is one line: a sign, the ids of both tickets, the field or the message.\n\n"
        "- missing on the other side; + extra there, or there twice; * differs; ! cannot be compared; "
        "~ altered by storage when it was written, which is no difference. What agrees (=) is counted only.\n\n"
        "Compared is what the poorer side can hold. Exit status 0 only if both sides agree, else 3."
    ): (
        "Lê os dois lados de novo e compara campo por campo e mensagem por mensagem.\n\n"
        "Cada diferença é uma linha: um sinal, os ids dos dois atendimentos, o campo ou a mensagem.\n\n"
        "- falta no outro lado; + sobra lá ou está duas vezes; * difere; ! não dá para comparar; "
        "~ alterado pelo armazenamento ao ser gravado, o que não é diferença. O que confere (=) só é contado.\n\n"
        "Compara-se o que o lado mais pobre comporta. Status de saída 0 só se os dois lados conferem, senão 3."
    ),
    (
        "{left} and {right}: {count} pairs compared, {agreed} fields and messages agree (=), {differs} differences"
    ): "{left} e {right}: {count} pares comparados, {agreed} campos e mensagens conferem (=), {differs} diferenças",
    "{done} of {total} tickets read": "{done} de {total} atendimentos lidos",
    "{count} pairs compared, {differs} differences": "{count} pares comparados, {differs} diferenças",
    # ticket export, ticket import
    "Write tickets with their movements as JSON Lines: one ticket a line, in the canonical model.": (
        "Grava atendimentos com suas movimentações em JSON Lines: um por linha, no modelo canônico."
    ),
    "Else standard output.": "Senão, a saída padrão.",
    "{count} tickets written": "{count} atendimentos gravados",
    (
        "Create the tickets of a file of JSON Lines in an ERP, with all their movements.\n\n"
        "What is there already is not created again, however often it is run. A line that cannot be taken is named "
        "with its number and its reason, and left out; with --stop nothing is created while there is one."
    ): (
        "Cria num ERP os atendimentos de um arquivo JSON Lines, com todas as movimentações.\n\n"
        "O que já está lá não é criado de novo, por mais que se repita. Uma linha que não serve é apontada com número "
        "e motivo e fica de fora; com --stop nada é criado enquanto houver alguma."
    ),
    "Create nothing while a line cannot be taken.": "Não cria nada enquanto houver linha que não serve.",
    "Only look at the lines.": "Só olha as linhas.",
    "line {number}: {reason}": "linha {number}: {reason}",
    "{good} lines can be taken, {bad} cannot": "{good} linhas servem, {bad} não",
    "{created} tickets created, {movements} movements, {waiting} wait: see `erp-bridge quarantine`": (
        "{created} atendimentos criados, {movements} movimentações, {waiting} esperam: veja `erp-bridge quarantine`"
    ),
}

#: Messages from the layers below.
MESSAGES: dict[str, str] = {
    "the ERP named a ticket that it named before": "o ERP deu o número de um atendimento que já tinha dado",
    "the pair {pair} carries nothing from {erp}: see its direction": (
        "o par {pair} não leva nada de {erp}: veja a direction dele"
    ),
    "there is no ticket {id} in the file": "não há atendimento {id} no arquivo",
}
