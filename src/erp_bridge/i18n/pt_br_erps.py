"""Portuguese for messages of the adapters, the engine and the state store: English pattern → pattern.

An adapter's message that is not here is shown in English behind the Portuguese advice for its kind of error.
"""

from __future__ import annotations

TEXTS: dict[str, str] = {
    # engine
    "more than {limit} tickets would be created; look with `plan`, then lift it with --max-create N "
    "or max_create in the pair's table": (
        "mais de {limit} atendimentos seriam criados; veja com `plan` e então libere com --max-create N "
        "ou max_create na tabela do par"
    ),
    "{count} tickets would be changed, more than {limit}; look with `plan`, then lift it with --max-changes N "
    "or max_changes in the pair's table": (
        "{count} atendimentos seriam alterados, mais de {limit}; veja com `plan` e então libere com --max-changes N "
        "ou max_changes na tabela do par"
    ),
    "{erp} shows no ticket at all, though {links} are linked there; check its user's filters, "
    "or lift it with --allow emptied": (
        "{erp} não mostra nenhum atendimento, embora {links} estejam vinculados lá; confira os filtros do usuário, "
        "ou libere com --allow emptied"
    ),
    "{count} of {links} linked tickets have changed in {erp}; if that is right, lift it with --allow mass-change": (
        "{count} de {links} atendimentos vinculados mudaram em {erp}; se está certo, libere com --allow mass-change"
    ),
    "this machine's clock has gone back; correct it, or lift it with --allow clock": (
        "o relógio desta máquina voltou no tempo; acerte-o, ou libere com --allow clock"
    ),
    "the clock of {erp} has jumped since the last pass; lift it with --allow clock": (
        "o relógio de {erp} saltou desde a última passada; libere com --allow clock"
    ),
    "{erp} holds tickets stamped in the future; correct them, or lift it with --allow clock": (
        "{erp} tem atendimentos com data no futuro; corrija-os, ou libere com --allow clock"
    ),
    "this is not a plan that `erp-bridge plan --out` has written": (
        "isto não é um plano escrito por `erp-bridge plan --out`"
    ),
    "there is no pair {pair} in {file}; there are: {known}": "não há o par {pair} em {file}; há: {known}",
    "nothing of that kind waits under the number {id}": "nada desse tipo espera sob o número {id}",
    "{pair} has no link with the number {id}": "{pair} não tem vínculo de número {id}",
    "{id} of {erp} has a link already": "{id} de {erp} já tem vínculo",
    "another process has taken over {pair}": "outro processo assumiu {pair}",
    "{pair} is being worked on by {holder}": "{pair} está sendo trabalhado por {holder}",
    # state store
    'this state store needs the extra: pip install "erp-bridge[postgres]"': (
        'este banco de estado exige o extra: pip install "erp-bridge[postgres]"'
    ),
    "give the CPF or CNPJ whose tickets are to be forgotten": (
        "informe o CPF ou CNPJ cujos atendimentos devem ser esquecidos"
    ),
    "{path} is there already; name an empty folder": "{path} já existe; indique uma pasta vazia",
    "the backup could not be written: {reason}": "não foi possível gravar a cópia: {reason}",
    "the state store needs a digest key: name one in [state] key": (
        "o banco de estado exige uma chave de resumos: informe em [state] key"
    ),
    "the digest key {file} is missing; put back the copy that belongs to this state store": (
        "falta a chave de resumos {file}; reponha a cópia que pertence a este banco de estado"
    ),
    "the digest key {file} cannot be read: {reason}": "não se consegue ler a chave de resumos {file}: {reason}",
    "the digest key {file} cannot be made: {reason}": "não se consegue criar a chave de resumos {file}: {reason}",
    "the digest key is too short: at least 16 characters": "a chave de resumos é curta demais: ao menos 16 caracteres",
    "this is not the digest key of this state store; put back the right one": (
        "esta não é a chave de resumos deste banco de estado; reponha a certa"
    ),
    "the state store failed: {reason}": "o banco de estado falhou: {reason}",
    # answers
    "the answer (HTTP {status}) is {looks} and not {expected}: {message}": (
        "a resposta (HTTP {status}) é {looks} e não {expected}: {message}"
    ),
    "an HTML page": "uma página HTML",
    "plain text": "texto puro",
    "empty": "vazia",
    "broken JSON": "JSON quebrado",
    "JSON of another form": "JSON de outra forma",
    "check that url is the address of this ERP, and that no other server answers in its place": (
        "confira se url é o endereço deste ERP, e se nenhum outro servidor responde no lugar dele"
    ),
    "check the version of the ERP": "confira a versão do ERP",
    "it was cut off or damaged on the way: try again": "foi cortada ou danificada no caminho: tente de novo",
    "not asked, because {count} requests in a row failed (left alone since {since}): {again}. "
    "The last failure: {message}": (
        "não consultado, porque {count} requisições seguidas falharam (em descanso desde {since}): {again}. "
        "A última falha: {message}"
    ),
    # adapters
    "Integrator with {count} ticket types": "Integrator com {count} tipos de atendimento",
    "ticket {id}: {campo} has the code {code}, which has no meaning here; correct the ticket in the ERP, "
    "or give the code a line in the vocabulary": (
        "atendimento {id}: {campo} tem o código {code}, sem significado aqui; corrija o atendimento no ERP, "
        "ou dê ao código uma linha no vocabulário"
    ),
    "ticket {id}: {campo} has the code {code}, which has no meaning here; add a line to its vocabulary, "
    "if it should have one": (
        "atendimento {id}: {campo} tem o código {code}, sem significado aqui; acrescente uma linha ao vocabulário, "
        "se for o caso"
    ),
    "ticket {id} was changed in the ERP meanwhile: read it again before changing it": (
        "o atendimento {id} foi alterado no ERP nesse meio-tempo: leia de novo antes de alterar"
    ),
    "ticket {id} was changed in the meantime: read it again": (
        "o atendimento {id} foi alterado nesse meio-tempo: leia de novo"
    ),
    "cliente: no active client here has this document": "cliente: nenhum cliente ativo aqui tem esse documento",
    "cliente: the client's id is missing": "cliente: falta o id do cliente",
    "{count} active clients have this document (ids {ids}): choose one of them by its id": (
        "{count} clientes ativos têm esse documento (ids {ids}): escolha um pelo id"
    ),
    "cliente: {count} active clients have this document; give the client's id": (
        "cliente: {count} clientes ativos têm esse documento; informe o id do cliente"
    ),
    "{campo}: nothing here is called {name}: add a line to vocab.{kind}, or give the id": (
        "{campo}: nada aqui se chama {name}: acrescente uma linha em vocab.{kind}, ou informe o id"
    ),
    "{campo}: {name} is no term of this ERP; add a line to vocab.{kind}": (
        "{campo}: {name} não é um termo deste ERP; acrescente uma linha em vocab.{kind}"
    ),
    "a message needs a text": "uma mensagem precisa de texto",
    "texto: a message needs a text": "texto: uma mensagem precisa de texto",
    "texto: no call for comments is configured": "texto: não há chamada de comentário configurada",
    "status: {status} has no code to write; add a line to vocab.status": (
        "status: {status} não tem código para escrever; acrescente uma linha em vocab.status"
    ),
    "status: this ERP has no code for {status}": "status: este ERP não tem código para {status}",
    "the token is not an IXC token: it is the whole <user id>:<hash> that the ERP shows, or base64 of it": (
        "o token não é um token do IXC: é o <id do usuário>:<hash> inteiro que o ERP mostra, ou isso em base64"
    ),
    "database_url: this version reads through saved queries only; remove the key and name the queries "
    "in the table queries": (
        "database_url: esta versão só lê por consultas salvas; tire a chave e informe as consultas na tabela queries"
    ),
    # what an IXC's own user may not see
    "{table} is not offered to the token's user, or not by this version: {without}": (
        "{table} não está disponível para o usuário do token, ou não nesta versão: {without}"
    ),
    "{table} cannot be read: {without}; {message}": "não se consegue ler {table}: {without}; {message}",
    "give the token's user the right to read it": "dê ao usuário do token o direito de ler",
    "give the token's user the right to read it, or write its terms as lines of {table}": (
        "dê ao usuário do token o direito de ler, ou escreva os termos como linhas de {table}"
    ),
    "all {count} tables that the bridge reads can be read": "as {count} tabelas que a ponte lê podem ser lidas",
    "no ticket can be read": "nenhum atendimento pode ser lido",
    "no message can be read": "nenhuma mensagem pode ser lida",
    "transfers are missing from the history of tickets": "faltam as transferências no histórico dos atendimentos",
    "the files of tickets are not listed": "os arquivos dos atendimentos não são listados",
    "the work orders of tickets are not listed": "as ordens de serviço dos atendimentos não são listadas",
    "no client is found by its document, so no client's ticket can be carried": (
        "nenhum cliente é achado pelo documento, e assim nenhum atendimento de cliente pode ser levado"
    ),
    "contracts and logins stay blank": "contratos e logins ficam em branco",
    "subjects have no names, and what they demand is not known": (
        "os assuntos ficam sem nome, e não se sabe o que exigem"
    ),
    "departments have no names": "os departamentos ficam sem nome",
    "those responsible have no names": "os responsáveis ficam sem nome",
    "processes have no names": "os processos ficam sem nome",
    "service channels have no names": "os canais de atendimento ficam sem nome",
    "complementary statuses have no names": "os status complementares ficam sem nome",
    "standard replies have no names": "as mensagens padrão ficam sem nome",
    "the authors of messages have no names": "os autores das mensagens ficam sem nome",
    "there are no messages, transfers or work orders to compare the listing of tickets with": (
        "não há mensagens, transferências nem ordens de serviço com que comparar a lista de atendimentos"
    ),
    "the listing of tickets shows {shown} of the {told} tickets that the newest {count} messages, transfers "
    "and work orders are about": (
        "a lista de atendimentos mostra {shown} dos {told} atendimentos de que tratam as últimas {count} mensagens, "
        "transferências e ordens de serviço"
    ),
    "the listing of tickets shows {shown} of the {told} tickets that the newest {count} messages, transfers "
    "and work orders are about; by the status that messages last set it lacks {shares}; among these are {ids}; "
    "a deleted ticket looks the same as a hidden one": (
        "a lista de atendimentos mostra {shown} dos {told} atendimentos de que tratam as últimas {count} mensagens, "
        "transferências e ordens de serviço; pelo último status que as mensagens puseram, faltam {shares}; "
        "entre eles {ids}; um atendimento excluído parece igual a um oculto"
    ),
    "open one of these on the ERP's own screen: if it is there, it is hidden from the token's user, "
    "whose filters by department and employee must be taken off": (
        "abra um deles na tela do próprio ERP: se está lá, está oculto para o usuário do token, "
        "cujos filtros por departamento e funcionário devem ser desligados"
    ),
    "no filter of the token's user ({id}) is switched on": "nenhum filtro do usuário do token ({id}) está ligado",
    "filters of the token's user ({id}) are switched on: {flags}": (
        "há filtros ligados no usuário do token ({id}): {flags}"
    ),
    "take them off in that user's record in the ERP: what they hide is never carried": (
        "desligue-os no cadastro desse usuário no ERP: o que eles ocultam nunca é levado"
    ),
    "the filters of the token's user ({id}) cannot be read": (
        "não se consegue ler os filtros do usuário do token ({id})"
    ),
    "look them up in that user's record in the ERP: none should be switched on": (
        "veja no cadastro desse usuário no ERP: nenhum deve estar ligado"
    ),
    # what an IXC answers
    "{said} (its page for any error, also for an unknown field or filter)": (
        "{said} (sua página para qualquer erro, também para um campo ou filtro desconhecido)"
    ),
    "the web server turned the request away before the ERP saw it (HTTP {status})": (
        "o servidor web recusou o pedido antes que o ERP o visse (HTTP {status})"
    ),
    "{what} (HTTP {status}): it may or may not have been carried out, look for it before repeating it": (
        "{what} (HTTP {status}): pode ter sido executado ou não, procure antes de repetir"
    ),
    "the answer to the write is {looks}": "a resposta à gravação é {looks}",
    "the listing {what}: the address may lead to something in between, or to an unknown version": (
        "a listagem {what}: o endereço pode levar a algo no meio do caminho, ou a uma versão desconhecida"
    ),
    "no protocolo could be reserved, and nothing was written ({why})": (
        "não foi possível reservar um protocolo, e nada foi gravado ({why})"
    ),
    "the ERP says that it stored the record but not under which id: look for it before repeating it": (
        "o ERP diz que gravou o registro, mas não com qual id: procure antes de repetir"
    ),
    "the ERP says that it stored message {id}, but does not show it": (
        "o ERP diz que gravou a mensagem {id}, mas não a mostra"
    ),
    "{done}, but could not be read back ({why}): look at it before repeating anything": (
        "{done}, mas não foi possível ler de volta ({why}): olhe antes de repetir qualquer coisa"
    ),
    "the ERP says that it opened ticket {id}, but does not show it: it may have stored nothing, or the "
    "token's user may not see this department; check that user's filters before trying again": (
        "o ERP diz que abriu o atendimento {id}, mas não o mostra: pode não ter gravado nada, ou o usuário "
        "do token não vê este departamento; confira os filtros desse usuário antes de tentar de novo"
    ),
    "ticket {id} was opened": "o atendimento {id} foi aberto",
    "ticket {id} was opened: {why}": "o atendimento {id} foi aberto: {why}",
    "ticket {id} (protocolo {protocolo}) was opened but not solved: {why}": (
        "o atendimento {id} (protocolo {protocolo}) foi aberto, mas não solucionado: {why}"
    ),
    # what an Integrator answers
    "a comment of ticket {id} has no codcom: add that column to the saved query comentarios": (
        "um comentário da ocorrência {id} não tem codcom: acrescente essa coluna à consulta salva comentarios"
    ),
    "the saved query {query} gives rows without codoco: correct it": (
        "a consulta salva {query} dá linhas sem codoco: corrija-a"
    ),
    "the saved query {query} does not give its rows in the order of codoco: correct it": (
        "a consulta salva {query} não dá as linhas na ordem de codoco: corrija-a"
    ),
    "the saved query {query} {what}: correct it": "a consulta salva {query} {what}: corrija-a",
    "{said} (if these words are about the user or its password: this ERP has no other way of refusing them; "
    "check the keys user and password)": (
        "{said} (se estas palavras tratam do usuário ou da senha: este ERP não tem outra forma de recusá-los; "
        "confira as chaves user e password)"
    ),
    "the ERP took a comment for ticket {id}, but does not show it: look before repeating it": (
        "o ERP aceitou um comentário da ocorrência {id}, mas não o mostra: procure antes de repetir"
    ),
    "the ERP said yes but gave no codoco: look for the ticket before repeating": (
        "o ERP aceitou mas não deu codoco: procure a ocorrência antes de repetir"
    ),
}
