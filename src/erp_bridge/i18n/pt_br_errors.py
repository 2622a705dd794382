"""Portuguese for messages that are made below the command line: English pattern → pattern."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    # click
    "No such command {name}": "Não há o comando {name}",
    "No such command {name}. Did you mean {known}?": "Não há o comando {name}. Quis dizer {known}?",
    "No such command {name}. (Did you mean one of: {known}?)": (
        "Não há o comando {name}. (Quis dizer um destes: {known}?)"
    ),
    "No such option {name}": "Não há a opção {name}",
    "No such option {name}. Did you mean {known}?": "Não há a opção {name}. Quis dizer {known}?",
    "No such option {name}. (Did you mean one of: {known}?)": (
        "Não há a opção {name}. (Quis dizer uma destas: {known}?)"
    ),
    "Missing argument {name}": "Falta o argumento {name}",
    "Missing argument {name}. Choose from: {known}": "Falta o argumento {name}. Escolha entre: {known}",
    "Missing option {name}": "Falta a opção {name}",
    "Missing command": "Falta o comando",
    "Option {name} requires an argument": "A opção {name} exige um argumento",
    "Option {name} requires {count} arguments": "A opção {name} exige {count} argumentos",
    "Option {name} does not take a value": "A opção {name} não recebe valor",
    "Got unexpected extra argument {name}": "Argumento a mais: {name}",
    "Got unexpected extra arguments {name}": "Argumentos a mais: {name}",
    "Invalid value for {name}: {message}": "Valor inválido para {name}: {message}",
    "{value} is not one of {known}": "{value} não é um destes: {known}",
    "{value} is not in the range {range}": "{value} está fora do intervalo {range}",
    "{value} is not a valid integer range": "{value} não é um número inteiro",
    "{value} is not a valid integer": "{value} não é um número inteiro",
    "{value} is not a valid float range": "{value} não é um número",
    "File {name} does not exist": "O arquivo {name} não existe",
    # configuration
    "{file}: line {line}: {message}": "{file}: linha {line}: {message}",
    "{file}: line {line}: {path}: {message}": "{file}: linha {line}: {path}: {message}",
    "{message}; did you mean {nearest}?": "{message}; quis dizer {nearest}?",
    "this is not TOML: {message}": "isto não é TOML: {message}",
    "there is no such table": "esta tabela não existe",
    "there is no such key": "esta chave não existe",
    "there is no such field": "este campo não existe",
    "there is no such adapter": "este adaptador não existe",
    "there is no such kind of vocabulary": "este tipo de vocabulário não existe",
    "there is no table [erp.{name}]": "não há a tabela [erp.{name}]",
    "must be a table": "deve ser uma tabela",
    "must be a table: [{name}]": "deve ser uma tabela: [{name}]",
    "must be tables: [{name}]": "deve ser tabelas: [{name}]",
    "no ERP is configured: write a table [erp.NAME]": "nenhum ERP configurado: escreva uma tabela [erp.NOME]",
    "left and right must be two different ERPs": "left e right devem ser dois ERPs diferentes",
    "this key is required": "esta chave é obrigatória",
    "must be one of {words}": "deve ser um destes: {words}",
    "must be more than {limit}": "deve ser mais que {limit}",
    "must be at least {limit}": "deve ser pelo menos {limit}",
    "must be less than {limit}": "deve ser menos que {limit}",
    "must be at most {limit}": "deve ser no máximo {limit}",
    "must be a whole number": "deve ser um número inteiro",
    "must be a number": "deve ser um número",
    "must be true or false": "deve ser true ou false",
    "must be a text in quotes": "deve ser um texto entre aspas",
    "must be a list": "deve ser uma lista",
    "must be a day: since = 2026-01-01": "deve ser um dia: since = 2026-01-01",
    "holds a character that is not allowed here, or lacks a part": (
        "tem um caractere que aqui não é permitido, ou falta uma parte"
    ),
    'name the secret, do not write it: "env:{name}", "file:PATH" or "keyring:SERVICE/USER"': (
        'diga onde está o segredo, não o escreva: "env:{name}", "file:CAMINHO" ou "keyring:SERVIÇO/USUÁRIO"'
    ),
    'a secret is a reference: "env:NAME", "file:PATH" or "keyring:SERVICE/USER"': (
        'um segredo é uma referência: "env:NOME", "file:CAMINHO" ou "keyring:SERVIÇO/USUÁRIO"'
    ),
    'an address with a password in it is refused: write a reference, for example "env:NAME"': (
        'endereço com senha é recusado: escreva uma referência, por exemplo "env:NOME"'
    ),
    "forwarding goes in a circle ({way}): a ticket would be doubled; set forward = false": (
        "o encaminhamento anda em círculo ({way}): um atendimento seria duplicado; ponha forward = false"
    ),
    "a duration here is longer than zero": "aqui a duração deve ser maior que zero",
    "a day without an hour is meant here: since = 2026-01-01": "aqui vai um dia sem hora: since = 2026-01-01",
    "a day is written as since = 2026-01-01": "um dia se escreve since = 2026-01-01",
    'a store begins with "sqlite:///" or "postgresql+psycopg://", or is a reference to one': (
        'um banco começa com "sqlite:///" ou "postgresql+psycopg://", ou é uma referência a um assim'
    ),
    'a duration is a number and a unit: "500ms", "30s", "5m", "24h" or "7d"': (
        'uma duração é um número e uma unidade: "500ms", "30s", "5m", "24h" ou "7d"'
    ),
    "a duration of that many days is out of reach": "uma duração de tantos dias não tem cabimento",
    'an address starts with "https://" (or "http://") and a host': (
        'um endereço começa com "https://" (ou "http://") e um host'
    ),
    "an address holds no user or password; use the keys for them, by reference": (
        "um endereço não leva usuário nem senha; use as chaves próprias, por referência"
    ),
    'not a known time zone; in Brazil for example "America/Sao_Paulo"': (
        'fuso horário desconhecido; no Brasil por exemplo "America/Sao_Paulo"'
    ),
    "{kind} is no kind of vocabulary; known are {known}": "{kind} não é um tipo de vocabulário; conhecidos: {known}",
    "there is no file {file}: write one with `erp-bridge init` or name it with --config": (
        "não há arquivo {file}: escreva um com `erp-bridge init` ou informe-o com --config"
    ),
    "the file {file} cannot be read: {reason}": "não se consegue ler o arquivo {file}: {reason}",
    "the file {file} is not UTF-8 text: save it as UTF-8": "o arquivo {file} não é texto UTF-8: salve como UTF-8",
    "the environment variable {name} is not set": "a variável de ambiente {name} não está definida",
    "the secret file {name} cannot be read: {reason}": "não se consegue ler o arquivo de segredo {name}: {reason}",
    "the secret file {name} holds no text in UTF-8": "o arquivo de segredo {name} não tem texto em UTF-8",
    "the keyring holds nothing for {name}": "o keyring não guarda nada para {name}",
    "keyring: needs the extra erp-bridge[keyring]": "keyring: exige o extra erp-bridge[keyring]",
    "there is no adapter {name}": "não há o adaptador {name}",
    "there is no adapter {name}; did you mean {nearest}?": "não há o adaptador {name}; quis dizer {nearest}?",
    "there is no adapter {name}; known are {known}": "não há o adaptador {name}; conhecidos: {known}",
    "the entry point {name} of {group} is not an adapter plugin": "{name} de {group} não é um adaptador",
    # network
    "{message} (tried {count} times)": "{message} ({count} tentativas)",
    "{message}; it asks for a rest of {seconds} s": "{message}; pede {seconds} s de descanso",
    "{message}; it asks for a rest of {seconds} s (tried {count} times)": (
        "{message}; pede {seconds} s de descanso ({count} tentativas)"
    ),
    "{message}. The write may or may not have been carried out: look for it before repeating it": (
        "{message}. Não se sabe se a escrita foi feita: procure antes de repetir"
    ),
    "the ERP did not accept the credentials (HTTP {status}): check the token or the user and password, "
    "and that this machine's address is on the ERP's list of allowed ones": (
        "o ERP não aceitou as credenciais (HTTP {status}): confira o token ou o usuário e a senha, "
        "e se o endereço desta máquina está liberado no ERP"
    ),
    "the address leads elsewhere (HTTP {status}, {target}), and redirects are not followed: "
    "correct url in the configuration": (
        "o endereço leva a outro lugar (HTTP {status}, {target}), e redirecionamentos não são seguidos: "
        "corrija url na configuração"
    ),
    "the ERP says there are too many requests (HTTP 429): lower requests_per_minute, or try again later": (
        "o ERP diz que há requisições demais (HTTP 429): diminua requests_per_minute, ou tente mais tarde"
    ),
    "the ERP or the gateway before it is overloaded or down (HTTP {status}): try again later": (
        "o ERP, ou o servidor à frente dele, está sobrecarregado ou fora do ar (HTTP {status}): tente mais tarde"
    ),
    "no complete answer within {seconds} s: try again later, or raise timeout": (
        "sem resposta completa em {seconds} s: tente mais tarde, ou aumente timeout"
    ),
    "the answer of {place} broke off or is not HTTP: try again later; if it stays so, check url and port": (
        "a resposta de {place} foi interrompida ou não é HTTP: tente mais tarde; se persistir, confira url e porta"
    ),
    "the compressed answer is damaged: try again later": "a resposta comprimida veio danificada: tente mais tarde",
    "the connection to {place} was lost before the answer was complete: try again later": (
        "a conexão com {place} caiu antes de a resposta se completar: tente mais tarde"
    ),
    "no secure connection to {place} ({reason}): check the port, and whether the ERP speaks http:// only": (
        "sem conexão segura com {place} ({reason}): confira a porta, e se o ERP só fala http://"
    ),
    "the host {host} is not found (DNS): check url, and this machine's network": (
        "o host {host} não foi encontrado (DNS): confira url e a rede desta máquina"
    ),
    "{place} refused the connection: check url and its port, and whether the ERP is running": (
        "{place} recusou a conexão: confira url e a porta, e se o ERP está no ar"
    ),
    "no connection was free: try again later": "nenhuma conexão estava livre: tente mais tarde",
    "the proxy of this machine did not connect: check HTTPS_PROXY and NO_PROXY": (
        "o proxy desta máquina não conectou: confira HTTPS_PROXY e NO_PROXY"
    ),
    "{place} did not take the connection in time: check url, and the firewalls on the way": (
        "{place} não atendeu a conexão a tempo: confira url e os firewalls no caminho"
    ),
    "no connection to {place}: check url, and this machine's network": (
        "sem conexão com {place}: confira url e a rede desta máquina"
    ),
    "the certificate of {place} is not trusted ({reason}): have it renewed for this host name, or save it "
    'or its authority to a file and set verify = "path/to/ca.pem"': (
        "o certificado de {place} não é confiável ({reason}): peça um novo para este host, ou salve-o, "
        'ou a sua CA, em um arquivo e ponha verify = "caminho/da/ca.pem"'
    ),
    "the answer is larger than {limit} and was cut off: lower page_size": (
        "a resposta passa de {limit} e foi cortada: diminua page_size"
    ),
    "the request cannot be written as HTTP: check url, and the credentials for accents and line ends": (
        "a requisição não cabe em HTTP: confira url, e se há acentos ou quebras de linha nas credenciais"
    ),
    "url is not a valid address: write it as https://host": "url não é um endereço válido: escreva https://host",
    "verify names the file {file}, which cannot be read or holds no PEM certificate": (
        "verify aponta o arquivo {file}, que não se consegue ler ou não tem certificado PEM"
    ),
    "not asked, because it has not answered {count} requests in a row (left alone since {since}): {again}. "
    "The last failure: {message}": (
        "não consultado, porque deixou {count} requisições seguidas sem resposta (em descanso desde {since}): {again}. "
        "A última falha: {message}"
    ),
    "it is being tried right now": "está sendo testado agora",
    "it is tried next at {time}": "novo teste às {time}",
    "not asked, because it wants to be left alone until {time} (Retry-After)": (
        "não consultado, porque pediu descanso até {time} (Retry-After)"
    ),
    # the errors by themselves: what one does about each kind
    "Something went wrong between the bridge and an ERP.": "Algo deu errado entre a ponte e um ERP.",
    "The configuration is wrong: correct the file and start again.": (
        "A configuração está errada: corrija o arquivo e comece de novo."
    ),
    "The ERP said no: read its text, correct the record or the ERP's settings, retry.": (
        "O ERP recusou: leia o texto dele, corrija o registro ou os parâmetros do ERP e tente de novo."
    ),
    "The ERP did not answer, and nothing was written: try again later.": (
        "O ERP não respondeu, e nada foi escrito: tente mais tarde."
    ),
    "A write was sent and its outcome is unknown: look before repeating it.": (
        "Uma escrita foi enviada e não se sabe o resultado: procure antes de repetir."
    ),
    "The ERP did not accept the credentials: check the token or user, and the list of allowed addresses.": (
        "O ERP não aceitou as credenciais: confira o token ou o usuário, e a lista de endereços liberados."
    ),
    "The answer is not what this API promises: check the address and the ERP's version.": (
        "A resposta não é a que esta API promete: confira o endereço e a versão do ERP."
    ),
    "This ERP, as configured, has no call for that.": "Este ERP, como está configurado, não tem chamada para isso.",
    "There is no such record in this ERP.": "Não há esse registro neste ERP.",
    "The record breaks a rule and was not sent.": "O registro fere uma regra e não foi enviado.",
    "{capability} is not available here": "{capability} não está disponível aqui",
    "there is no ticket {id}": "não há atendimento {id}",
    "there is no active client with that document: check it, or name the client by --cliente": (
        "não há cliente ativo com esse documento: confira, ou informe o cliente com --cliente"
    ),
}
