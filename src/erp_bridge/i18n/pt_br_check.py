"""Portuguese for ``check``: English text → text. In the order of what is looked at."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "Try every ERP of the configuration, or those named.\n\n"
    "Looks at connection, credentials, clock, capabilities, permissions, hidden tickets and vocabulary, and says "
    "what to do about each bad line.\n\n"
    "Writes nothing. Reads the tickets of the last 90 days, or of fewer where that would take more than about "
    "200 requests; open tickets likewise.": (
        "Testar cada ERP da configuração, ou os informados.\n\n"
        "Vê conexão, credenciais, relógio, capacidades, permissões, atendimentos ocultos e vocabulário, e diz "
        "o que fazer em cada linha ruim.\n\n"
        "Não escreve nada. Lê os atendimentos dos últimos 90 dias, ou de menos dias se isso custar mais que cerca de "
        "200 requisições; os abertos, igualmente."
    ),
    "Also write a comment to this test ticket (of the one ERP named).": (
        "Também escrever um comentário neste atendimento de teste (do único ERP informado)."
    ),
    "--write-test needs the one ERP whose ticket it is": "--write-test exige o ERP de quem é o atendimento, e só ele",
    "ok": "ok",
    "look": "veja",
    "FAILED": "FALHOU",
    "{erp}: {count} requests": "{erp}: {count} requisições",
    " and {count} more": " e mais {count}",
    # a pair's own step
    "{erp} to {other}: {function} fails on {count} of {tickets} tickets: {reasons}": (
        "{erp} para {other}: {function} falha em {count} de {tickets} atendimentos: {reasons}"
    ),
    "correct the function; until then such tickets wait in quarantine": (
        "corrija a função; até lá esses atendimentos ficam em quarentena"
    ),
    # what is looked at
    "connection": "conexão",
    "credentials": "credenciais",
    "configuration": "configuração",
    "fault": "defeito",
    "clock": "relógio",
    "capabilities": "capacidades",
    "permissions": "permissões",
    "hidden tickets": "atendimentos ocultos",
    "tickets": "atendimentos",
    "vocabulary": "vocabulário",
    "codes": "códigos",
    "parameters": "parâmetros",
    "fields": "campos",
    "demands": "exigências",
    "write test": "teste de escrita",
    # clock
    "the ERP does not tell its time": "o ERP não informa a hora",
    "compare it with this machine's by hand: edits on both sides are told apart by their times": (
        "compare à mão com a desta máquina: edições dos dois lados se distinguem pela hora"
    ),
    "the ERP's clock differs from ours by {seconds}": "o relógio do ERP difere do nosso em {seconds}",
    "set the clock of the ERP or of this machine (NTP)": "acerte o relógio do ERP ou desta máquina (NTP)",
    # capabilities
    "all": "todas",
    "without: {names}": "sem: {names}",
    "a pair needs {names}: see the README of the adapter {kind} for what makes them available": (
        "um par precisa de {names}: veja no README do adaptador {kind} o que as torna disponíveis"
    ),
    "Capability": "Capacidade",
    "yes": "sim",
    "no": "não",
    "not allowed": "sem permissão",
    "list what has changed": "listar o que mudou",
    "list the open tickets": "listar os atendimentos abertos",
    "read a ticket": "ler um atendimento",
    "find a ticket by its protocolo": "achar um atendimento pelo protocolo",
    "list a client's tickets": "listar os atendimentos de um cliente",
    "open a ticket": "abrir um atendimento",
    "change fields of a ticket": "alterar campos de um atendimento",
    "read the messages of a ticket": "ler as mensagens de um atendimento",
    "write a message": "escrever uma mensagem",
    "set a status by a message": "mudar o status por uma mensagem",
    "set a status": "mudar o status",
    "forward a ticket to a department": "encaminhar um atendimento a um departamento",
    "label a ticket": "etiquetar um atendimento",
    "list the files of a ticket": "listar os arquivos de um atendimento",
    "list the files of many tickets at once": "listar os arquivos de muitos atendimentos de uma vez",
    "attach a file": "anexar um arquivo",
    "read the content of a file": "ler o conteúdo de um arquivo",
    "list the work orders of a ticket": "listar as ordens de serviço de um atendimento",
    "find a client by CPF or CNPJ": "achar um cliente por CPF ou CNPJ",
    "search clients by name": "buscar clientes por nome",
    "list a client's contracts, logins or plans": "listar contratos, logins ou planos de um cliente",
    "list subjects, departments and other terms": "listar assuntos, departamentos e outros termos",
    "tell what a subject demands": "dizer o que um assunto exige",
    "tell what its own user may not see": "dizer o que o próprio usuário não vê",
    # permissions
    "no ticket to try the ways of reading with": "nenhum atendimento com que testar as formas de leitura",
    "{good} of {count} ways of reading work with ticket {ticket}; writing is tried with --write-test only": (
        "{good} de {count} formas de leitura funcionam com o atendimento {ticket}; escrita só se testa com --write-test"
    ),
    "{name} does not show ticket {ticket}, which is there": "{name} não mostra o atendimento {ticket}, que existe",
    "correct the saved query or the user's rights; until then the bridge goes without it, or errs": (
        "corrija a consulta salva ou os direitos do usuário; até lá a ponte fica sem isso, ou se engana"
    ),
    # tickets and codes
    "{count} read: those open now": "{count} lidos: os abertos agora",
    "{count} read: changed in the last {days} days, or open now": (
        "{count} lidos: alterados nos últimos {days} dias, ou abertos agora"
    ),
    "; a part of them, for {count} requests were not enough for all": (
        "; uma parte deles, pois {count} requisições não bastaram para todos"
    ),
    "; {days} days would take more than {count} requests": "; {days} dias custariam mais que {count} requisições",
    "; a pass without news takes {count} requests": "; uma passada sem novidades custa {count} requisições",
    "all known": "todos conhecidos",
    "unreadable": "ilegíveis",
    "unknown, left blank on twins": "desconhecidos, em branco nos gêmeos",
    "write a vocabulary line for each code, or correct the tickets; until then they wait in quarantine": (
        "escreva uma linha de vocabulário para cada código, ou corrija os atendimentos; até lá ficam em quarentena"
    ),
    # vocabulary
    "no lists": "sem listas",
    "{kind} without a meaning here: {terms}": "{kind} sem significado aqui: {terms}",
    "write a line for each in [erp.{erp}.vocab.{kind}]": "escreva uma linha para cada em [erp.{erp}.vocab.{kind}]",
    "{erp} to {other}: {kind} {percent} % ({covered} of {tickets} tickets)": (
        "{erp} para {other}: {kind} {percent} % ({covered} de {tickets} atendimentos)"
    ),
    "; missing: {terms}": "; faltam: {terms}",
    "{kind} of {erp} without a counterpart, on no ticket so far: {terms}": (
        "{kind} de {erp} sem correspondente, por ora em nenhum atendimento: {terms}"
    ),
    "they stay blank on twins": "ficam em branco nos gêmeos",
    "they become {name}": "viram {name}",
    "`erp-bridge vocab suggest {left} {right}` proposes lines; or set [pair.{pair}.fallback] {kind}": (
        "`erp-bridge vocab suggest {left} {right}` propõe linhas; ou defina [pair.{pair}.fallback] {kind}"
    ),
    "until then such tickets wait in quarantine: write a line in [erp.{other}.vocab.status], "
    "or set [pair.{pair}.fallback] status": (
        "até lá esses atendimentos ficam em quarentena: escreva uma linha em [erp.{other}.vocab.status], "
        "ou defina [pair.{pair}.fallback] status"
    ),
    # pairs
    "from {erp} the other side cannot take: {fields}": "de {erp} o outro lado não consegue receber: {fields}",
    "not compared, because {erps} could not be examined": "não comparado, porque {erps} não pôde ser examinado",
    "correct that first, then check again": "corrija isso primeiro, e teste de novo",
    "{other} demands {campo}, which is filled in for clients who have exactly one there; "
    "tickets of {erp} with such subjects: {subjects}": (
        "{other} exige {campo}, que se preenche quando o cliente tem exatamente um lá; "
        "atendimentos de {erp} com esses assuntos: {subjects}"
    ),
    "tickets of clients with several or none wait in quarantine: lift the demand in {other}, "
    "or open such tickets there by hand and `erp-bridge link` them": (
        "atendimentos de clientes com vários ou nenhum ficam em quarentena: retire a exigência em {other}, "
        "ou abra-os lá à mão e una-os com `erp-bridge link`"
    ),
    "{other} demands {campo}; tickets of {erp} without one: {subjects}": (
        "{other} exige {campo}; atendimentos de {erp} sem isso: {subjects}"
    ),
    "they wait in quarantine: fill the field in {erp}, or set [pair.{pair}.fallback] {campo}": (
        "ficam em quarentena: preencha o campo em {erp}, ou defina [pair.{pair}.fallback] {campo}"
    ),
    "they wait in quarantine: lift the demand in {other}, or fill the field in {erp}": (
        "ficam em quarentena: retire a exigência em {other}, ou preencha o campo em {erp}"
    ),
    "{other} demands {campo}, which does not come from {erp}: {subjects}": (
        "{other} exige {campo}, que não vem de {erp}: {subjects}"
    ),
    "they wait in quarantine: lift the demand in {other}": "ficam em quarentena: retire a exigência em {other}",
    '; or set trigger = ["processo"] in [pair.{pair}]: it opens work orders': (
        '; ou ponha trigger = ["processo"] em [pair.{pair}]: isso abre ordens de serviço'
    ),
    "without a subject": "sem assunto",
    "{subject} (no ticket so far)": "{subject} (por ora nenhum atendimento)",
    # write test
    'Write test of erp_bridge: accents áéíõç, an emoji 👍, a "quotation".': (
        'Teste de escrita do erp_bridge: acentos áéíõç, um emoji 👍, uma "citação".'
    ),
    "the comment arrived whole and left the status as it was": "o comentário chegou inteiro e não mexeu no status",
    "the comment arrived with characters replaced: {text}": "o comentário chegou com caracteres trocados: {text}",
    "nothing need be done: the bridge takes such losses for no change": (
        "não é preciso fazer nada: para a ponte, essas perdas não são alteração"
    ),
    "the comment arrived as another text: {text}": "o comentário chegou como outro texto: {text}",
    "read it on the ERP's screen: if it is damaged there too, ask the ERP's support about its charset": (
        "leia-o na tela do ERP: se lá também está estragado, pergunte ao suporte do ERP sobre o charset"
    ),
    "the comment moved the status from {before} to {after}": "o comentário mudou o status de {before} para {after}",
    'set comment_status = "repeat" in [erp.{name}]': 'ponha comment_status = "repeat" em [erp.{name}]',
}
