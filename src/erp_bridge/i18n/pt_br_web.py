"""Portuguese for the pages of the service. What the command line says in the same words stands in its catalogues."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    # every page
    "Skip to the content": "Ir para o conteúdo",
    "Pages": "Páginas",
    "Pairs": "Pares",
    "Log out": "Sair",
    "Where you are": "Onde você está",
    "Recorded.": "Anotado.",
    "The next pass of the pair carries it out.": "A próxima passada do par executa.",
    "Nothing was recorded: choose an answer first, and write the id where one is asked for.": (
        "Nada foi anotado: escolha antes uma resposta e escreva o id onde ele é pedido."
    ),
    "A decision taken here is recorded, and the next pass carries it out. Values of tickets are read from the ERPs "
    "when a page shows them, and kept nowhere.": (
        "Uma decisão tomada aqui fica anotada, e a próxima passada executa. Os valores dos atendimentos são lidos dos "
        "ERPs quando uma página os mostra e não são guardados."
    ),
    "Back to the pairs": "Voltar aos pares",
    "More of the list": "Mais da lista",
    "before these": "antes destes",
    "after these": "depois destes",
    "and {count} more": "e mais {count}",
    "decided; the next pass carries it out": "decidido; a próxima passada executa",
    "Times are those of {zone}.": "Os horários são os de {zone}.",
    "just now": "agora mesmo",
    "in {time}": "em {time}",
    "{time} ago": "há {time}",
    # pairs
    "There is no pair yet. Add a table `[pair.NAME]` with `left` and `right` to bridge.toml, then reload the daemon; "
    "`erp-bridge init` writes a whole file.": (
        "Ainda não há par. Acrescente ao bridge.toml uma tabela `[pair.NOME]` com `left` e `right` e recarregue o "
        "serviço; `erp-bridge init` escreve um arquivo inteiro."
    ),
    "pairs failing or behind": "pares com falha ou atrasados",
    "conflicts to settle": "conflitos a resolver",
    "in quarantine": "em quarentena",
    "doubts": "dúvidas",
    "links": "vínculos",
    "Name of the pair": "Nome do par",
    "Find": "Procurar",
    "No pair has that in its name.": "Nenhum par tem isso no nome.",
    "Show all": "Mostrar todos",
    "lag": "atraso",
    "at most {time} over the last {count} passes": "no máximo {time} nas últimas {count} passadas",
    "{count} failed": "{count} falharam",
    "last pass": "última passada",
    "next pass in {time}": "próxima passada em {time}",
    "both ways": "nos dois sentidos",
    "from left to right only": "só da esquerda para a direita",
    "from right to left only": "só da direita para a esquerda",
    "last pass failed": "última passada falhou",
    "behind": "atrasado",
    "waits for a person": "espera por uma pessoa",
    "no pass yet": "ainda sem passada",
    "in step": "em dia",
    "switched off": "desligado",
    # one pair
    "The last pass ended with an error:": "A última passada terminou com erro:",
    "No pass has run yet. `erp-bridge sync {pair} --dry-run` shows what the first one would do; `erp-bridge run` "
    "starts the daemon.": (
        "Ainda não houve passada. `erp-bridge sync {pair} --dry-run` mostra o que a primeira faria; `erp-bridge run` "
        "inicia o serviço."
    ),
    "What waits": "O que espera",
    "Now {time}; at most {longest} over the last {count} passes, of which {failed} failed.": (
        "Agora {time}; no máximo {longest} nas últimas {count} passadas, das quais {failed} falharam."
    ),
    "No pass has ended well yet.": "Nenhuma passada terminou bem ainda.",
    "Interval": "Intervalo",
    "everything is read again every {time}": "tudo é lido de novo a cada {time}",
    "Next pass": "Próxima passada",
    "At work now": "Trabalhando agora",
    "nobody": "ninguém",
    "Writes of unknown outcome": "Escritas de resultado desconhecido",
    "Not carried from {erp}": "Não é levado de {erp}",
    "The journey of one ticket": "O percurso de um atendimento",
    "Id there": "Id nele",
    "Show": "Mostrar",
    "Progress of the migration": "Andamento da migração",
    "Migration of history": "Migração do histórico",
    "Not delivered": "Não entregues",
    "The next pass tries these again by itself.": "A próxima passada tenta de novo sozinha.",
    "Last passes": "Últimas passadas",
    "How it ended": "Como terminou",
    "Time": "Tempo",
    "Read": "Lidos",
    "Created": "Criados",
    "Updated": "Alterados",
    "Movements": "Movimentações",
    "Waiting": "Esperam",
    "under way, or broken off": "em curso ou interrompida",
    "done": "feito",
    "everything read": "tudo lido",
    "Two numbers are those of {left} and {right}.": "Dois números são os de {left} e {right}.",
    "More passes": "Mais passadas",
    "the newest": "as mais novas",
    "older ones": "mais antigas",
    "None.": "Nenhuma.",
    # conflicts
    "There is no conflict. One appears here when both sides change the same field to different values, and the policy "
    "of the pair does not decide it.": (
        "Não há conflito. Um aparece aqui quando os dois lados mudam o mesmo campo para valores diferentes e a "
        "política do par não decide."
    ),
    "{count} fields were changed on both sides. Open one to see both tickets as they are now, and say which side is "
    "right.": (
        "{count} campos foram mudados nos dois lados. Abra um para ver os dois atendimentos como estão agora e diga "
        "que lado está certo."
    ),
    "Conflict {id}": "Conflito {id}",
    "Which side is right?": "Que lado está certo?",
    "Decided: {erp} is right. Until the next pass you can still change it.": (
        "Decidido: {erp} está certo. Até a próxima passada ainda dá para mudar."
    ),
    "You can decide without seeing the values; better try again when both ERPs answer.": (
        "Dá para decidir sem ver os valores; melhor tentar de novo quando os dois ERPs responderem."
    ),
    "{erp} is right": "{erp} está certo",
    "Nothing is written now: the next pass carries the value of that side to the other. If somebody edits the field "
    "before that, the question is asked again.": (
        "Nada é escrito agora: a próxima passada leva o valor desse lado para o outro. Se alguém editar o campo antes "
        "disso, a pergunta volta."
    ),
    "What the ERPs hold now cannot be shown:": "Não dá para mostrar o que os ERPs têm agora:",
    "The tickets as they are now": "Os atendimentos como estão agora",
    "As the ERPs hold it now; fetched for this page, and kept nowhere.": (
        "Como os ERPs têm agora; lido para esta página e não guardado."
    ),
    "The ERPs did not answer within {seconds} s.": "Os ERPs não responderam em {seconds} s.",
    # quarantine
    "Nothing is in quarantine. A record appears here when it cannot be carried over as it is; it says what stands in "
    "the way, and is tried again when the ticket or the configuration changes.": (
        "Nada está em quarentena. Um registro aparece aqui quando não pode ser levado como está; ele diz o que impede "
        "e é tentado de novo quando o atendimento ou a configuração muda."
    ),
    "{count} entries, by what stands in the way of their tickets. They are tried again by themselves when the ticket "
    "or the configuration changes.": (
        "{count} entradas, pelo que impede seus atendimentos. São tentadas de novo sozinhas quando o atendimento ou a "
        "configuração muda."
    ),
    "Quarantine {id}": "Quarentena {id}",
    "Try all {count} again": "Tentar todas as {count} de novo",
    "Try these again": "Tentar estes de novo",
    "Try again": "Tentar de novo",
    "Try again: {erp} {id}": "Tentar de novo: {erp} {id}",
    "Try it again in the next pass": "Tentar de novo na próxima passada",
    "tried again by the next pass": "a próxima passada tenta de novo",
    "It is tried again by the next pass.": "A próxima passada tenta de novo.",
    "{count} to be tried again by the next pass": "{count} a tentar de novo na próxima passada",
    "Add to bridge.toml, with the right term in place of `…`, and reload the daemon:": (
        "Acrescente ao bridge.toml, com o termo certo no lugar de `…`, e recarregue o serviço:"
    ),
    "Lines for bridge.toml": "Linhas para o bridge.toml",
    "Or one term for all that have no counterpart": "Ou um termo só para todos os que não têm correspondente",
    "Look up the terms of {erp} that resemble it": "Procurar os termos de {erp} que se parecem com ele",
    "Terms of {erp} that resemble it, the most alike first. Copy the table and one line; then reload the daemon.": (
        "Termos de {erp} que se parecem com ele, os mais parecidos primeiro. Copie a tabela e uma linha; depois "
        "recarregue o serviço."
    ),
    "The terms of {erp} cannot be shown:": "Não dá para mostrar os termos de {erp}:",
    "No term of {erp} resembles it: look for the right id there.": (
        "Nenhum termo de {erp} se parece com ele: procure o id certo lá."
    ),
    '{field} "{raw}" of {erp} {name} has no counterpart in {other}': (
        '{field} "{raw}" de {erp} {name} não tem correspondente em {other}'
    ),
    # doubts
    "There is no doubt. A record appears here when nobody can prove what became of it: then a person looks, and "
    "says.": (
        "Não há dúvida. Um registro aparece aqui quando ninguém pode provar o que foi feito dele: então uma pessoa "
        "olha e diz."
    ),
    "{count} records of which nobody can prove what became of them. Look into the ERPs, then say what you found.": (
        "{count} registros de que ninguém pode provar o que foi feito. Veja nos ERPs e diga o que encontrou."
    ),
    "Doubt {id}": "Dúvida {id}",
    "What did you find?": "O que você encontrou?",
    "It was decided; the next pass carries it out.": "Foi decidido; a próxima passada executa.",
    "Decided: {answer}. Until the next pass you can still change it.": (
        "Decidido: {answer}. Até a próxima passada ainda dá para mudar."
    ),
    "The copy of the movement {part} in {erp}": "A cópia da movimentação {part} em {erp}",
    "The change in {erp}": "A alteração em {erp}",
    "The booking in {erp}": "O lançamento em {erp}",
    "Decided: {answer}. Until it is carried out you can still change it.": (
        "Decidido: {answer}. Até ser executado ainda dá para mudar."
    ),
    "No pass books discounts. Once your answer is recorded, carry it out with:": (
        "Nenhuma passada lança descontos. Depois de anotada a sua resposta, execute com:"
    ),
    "decided; to be carried out": "decidido; falta executar",
    "Nothing was recorded: somebody has decided meanwhile, or the values have changed. Look again, then decide.": (
        "Nada foi anotado: alguém decidiu nesse meio-tempo, ou os valores mudaram. Olhe de novo e decida."
    ),
    "Its twin in {erp}": "O gêmeo em {erp}",
    "it is {erp} {id}": "é {erp} {id}",
    "it arrived": "chegou",
    "it did not arrive": "não chegou",
    "it is there, with the id": "está lá, com o id",
    "there is none": "não há",
    "Id in {erp}": "Id em {erp}",
    "Record it": "Anotar",
    "Nothing is written now: the next pass acts on your answer.": (
        "Nada é escrito agora: a próxima passada age conforme a sua resposta."
    ),
    # why something waits
    "{field} was changed on both sides to different values: say which side is right.": (
        "{field} foi mudado nos dois lados para valores diferentes: diga que lado está certo."
    ),
    "The client of the ticket was changed: make both tickets right by hand, then say which side is right.": (
        "O cliente do atendimento foi trocado: acerte os dois atendimentos à mão e depois diga que lado está certo."
    ),
    "Whether {erp} carried out a write cannot be proven: look there, then say what you found.": (
        "Não dá para provar se {erp} executou uma escrita: verifique lá e diga o que encontrou."
    ),
    "It names the same ticket as {candidates} does: close the one too many by hand, then settle this.": (
        "Ele cita o mesmo atendimento que {candidates}: feche à mão o que sobra e depois resolva aqui."
    ),
    "Footers make it both a twin and an original ({candidates}), so one was pasted: look at the texts, then say which "
    "ticket is its twin.": (
        "Os rodapés fazem dele gêmeo e original ao mesmo tempo ({candidates}), logo um foi colado: veja os textos e "
        "diga qual atendimento é o gêmeo."
    ),
    "Several tickets could be its twin ({candidates}): say which one is.": (
        "Vários atendimentos podem ser o gêmeo dele ({candidates}): diga qual é."
    ),
    "It names the protocolo of {candidates}, which has a twin already: say that it has no twin, and it is treated as a "
    "new ticket.": (
        "Ele cita o protocolo de {candidates}, que já tem gêmeo: diga que não há gêmeo e ele é tratado como novo."
    ),
    "Whether {erp} booked the discount of this ticket cannot be proven: look there, then say what you found.": (
        "Não dá para provar se {erp} lançou o desconto deste atendimento: verifique lá e diga o que encontrou."
    ),
    # one ticket
    "Ticket {id} of {erp}": "Atendimento {id} de {erp}",
    "The store knows nothing of this ticket: no pass has taken it up yet, it is outside the scope of the pair, or the "
    "id is another one. `erp-bridge plan {pair}` shows what the next pass would do.": (
        "O armazém nada sabe deste atendimento: nenhuma passada tratou dele ainda, ele está fora do escopo do par, ou "
        "o id é outro. `erp-bridge plan {pair}` mostra o que a próxima passada faria."
    ),
    "no twin": "sem gêmeo",
    "Compared fields of {erp}": "Campos comparados de {erp}",
    "Changes of {erp} read until": "Mudanças de {erp} lidas até",
    "Migration": "Migração",
    "opened in {month}": "aberto em {month}",
    "What happened": "O que aconteceu",
    "open": "abrir",
    "Nothing was written yet, and nothing waits.": "Nada foi escrito ainda, e nada espera.",
    "Movement": "Movimentação",
    "Counterpart": "Correspondente",
    "What it is": "O que é",
    "None is known.": "Nenhuma é conhecida.",
    "read in {erp} for the first time": "lido em {erp} pela primeira vez",
    "read in {erp}: news": "lido em {erp}: novidades",
    "compared and merged": "comparado e mesclado",
    "written": "escrito",
    "taken for twins": "reconhecidos como gêmeos",
    "the same on both sides: {fields}": "igual dos dois lados: {fields}",
    "nothing to carry": "nada a levar",
    "pass {number}": "passada {number}",
    "to {erp}: {what}": "para {erp}: {what}",
    "a new ticket": "um atendimento novo",
    "movements: {count}": "movimentações: {count}",
    "the same in {count} passes, the last at": "o mesmo em {count} passadas, a última em",
    "Names of fields and numbers only: what was read and merged is remembered for {days} days, values never.": (
        "Só nomes de campos e números: o que foi lido e mesclado é lembrado por {days} dias; valores, nunca."
    ),
    "twin created in {erp}": "gêmeo criado em {erp}",
    "message written in {erp}": "mensagem escrita em {erp}",
    "file attached in {erp}": "arquivo anexado em {erp}",
    "fields changed in {erp}": "campos alterados em {erp}",
    "status set in {erp}": "status posto em {erp}",
    "forwarded in {erp}": "encaminhado em {erp}",
    "discount booked in {erp}": "desconto lançado em {erp}",
    "carried over": "levada ao outro lado",
    "written by the bridge": "escrita pela ponte",
    "not carried: it was there before, or is the ERP's own": "não levada: já estava lá ou é do próprio ERP",
    "seen {count} times": "vista {count} vezes",
    "outcome not known yet": "resultado ainda desconhecido",
    "accepted, and not to be seen there": "aceita, mas não aparece lá",
    "not carried out": "não executada",
    "not delivered, tried again by the next pass": "não entregue, a próxima passada tenta de novo",
    "linked: the bridge made the ticket in {erp}": "vinculado: a ponte criou o atendimento em {erp}",
    "linked; parted since, and never carried again": "vinculado; separado depois, e nunca mais levado",
    "linked: both tickets were there already": "vinculado: os dois atendimentos já existiam",
    "copy of {part} of {erp}": "cópia de {part} de {erp}",
    # migration
    "Migration of {pair}": "Migração de {pair}",
    "No history of this pair was moved yet. `erp-bridge migrate {pair} --from left --dry-run` tells what there is to "
    "do; without `--dry-run` it begins, and this page shows how far it has come.": (
        "Nenhum histórico deste par foi movido ainda. `erp-bridge migrate {pair} --from left --dry-run` diz o que há "
        "a fazer; sem `--dry-run` ela começa, e esta página mostra o andamento."
    ),
    "at its end": "terminada",
    "not at its end yet": "ainda não terminada",
    "{moved} of {total} tickets taken up so far were moved ({share}).": (
        "{moved} de {total} atendimentos tratados até agora foram movidos ({share})."
    ),
    "Why records were not moved": "Por que registros não foram movidos",
    "By month of opening and status": "Por mês de abertura e status",
    "and {count} more; `erp-bridge migrate {pair} --report FOLDER` lists them all": (
        "e mais {count}; `erp-bridge migrate {pair} --report PASTA` lista todos"
    ),
    # logging in, and what goes wrong
    "Log in": "Entrar",
    "Token": "Token",
    "The one that bridge.toml names as `token` of `[service]`.": (
        "O que o bridge.toml indica como `token` de `[service]`."
    ),
    "That is not the token.": "Este não é o token.",
    "Your session had ended: log in, then do it once more. Nothing was recorded.": (
        "Sua sessão tinha terminado: entre e faça de novo. Nada foi anotado."
    ),
    "Too many wrong tokens: try again in {minutes} min.": "Tokens errados demais: tente de novo em {minutes} min.",
    "Too many wrong tokens: wait a while.": "Tokens errados demais: espere um pouco.",
    "The token of [service] cannot be read: the log says why.": (
        "O token de [service] não pode ser lido: o log diz por quê."
    ),
    "Log in, or send the token of [service] as Authorization: Bearer.": (
        "Entre, ou envie o token de [service] como Authorization: Bearer."
    ),
    "This name is not answered to here: use http://127.0.0.1 in the address.": (
        "Aqui não se atende por este nome: use http://127.0.0.1 no endereço."
    ),
    "This form came from another site: it was refused.": "Este formulário veio de outro site: foi recusado.",
    "The length of the form is not given.": "O tamanho do formulário não foi informado.",
    "The form is too long.": "O formulário é grande demais.",
    "The form was too old, or not ours: go back, load the page again, and send it once more.": (
        "O formulário era antigo demais ou não é nosso: volte, recarregue a página e envie de novo."
    ),
    "There is no such page.": "Esta página não existe.",
    "That cannot be done here.": "Isso não pode ser feito aqui.",
    "It is not there any more.": "Isso não está mais aqui.",
    "That did not work.": "Isso não deu certo.",
    "This is a fault of erp-bridge itself; the log tells where.": (
        "Isto é uma falha do próprio erp-bridge; o log diz onde."
    ),
}

MESSAGES: dict[str, str] = {
    "[service] bind = {bind} can be reached from other hosts: name a token beside it": (
        "[service] bind = {bind} pode ser acessado de outras máquinas: indique um token ao lado"
    ),
    "{pair} has no ERP of that name": "{pair} não tem ERP com esse nome",
}
