"""Portuguese for what `init` asks and writes, for error lines, and for a pair's own step."""

TEXTS: dict[str, str] = {
    "Write a commented bridge.toml.\n\n"
    "Without options it asks. The file holds no secret: it names the environment variables, or the files, that "
    "hold them.\n\n"
    "If both ERPs answer, it proposes the vocabulary from their own lists, and ends with a check and with what a "
    "first pass would do. It writes nothing to them.": (
        "Escrever um bridge.toml comentado.\n\n"
        "Sem opções, pergunta. O arquivo não guarda segredos: diz em que variáveis de ambiente, ou arquivos, eles "
        "estão.\n\n"
        "Se os dois ERPs respondem, propõe o vocabulário pelas listas deles e termina com uma verificação e com o que "
        "uma primeira passada faria. Não escreve nada neles."
    ),
    "A file with the table of an ERP, as `sandbox` prints it, instead of --erp.": (
        "Um arquivo com a tabela de um ERP, como `sandbox` mostra, em vez de --erp."
    ),
    "Another key of an ERP's table, or of a table in it: filial.queries.abertos=01QATEND03.": (
        "Outra chave da tabela de um ERP, ou de uma tabela dentro dela: filial.queries.abertos=01QATEND03."
    ),
    "Ask no ERP: only write the file.": "Não consultar os ERPs: só escrever o arquivo.",
    "{option} is written as NAME.KEY=VALUE, for example {example}": (
        "{option} se escreve NOME.CHAVE=VALOR, por exemplo {example}"
    ),
    "{file} is not TOML: {message}": "{file} não é TOML: {message}",
    "{file} must hold the table of one ERP: [erp.NAME]": "{file} deve ter a tabela de um ERP: [erp.NOME]",
    "Its {key} (a code of this tenant)": "{key} dele (um código deste provedor)",
    "Type it, to be kept in the file {file}; or Enter, and put it there later": (
        "Digite-o, para ficar no arquivo {file}; ou Enter, e coloque-o depois no lugar dele"
    ),
    "Where it gives tokens (empty: its host, port 45700)": "Onde ele dá os tokens (vazio: o host dele, porta 45700)",
    "[Y/n]": "[S/n]",
    "[y/N]": "[s/N]",
    "yes or no is asked for": "responda sim ou não",
    "a name has letters without accents, digits, - and _ only": ("um nome tem só letras sem acento, algarismos, - e _"),
    'an address starts with "https://" (or "http://") and a host': (
        'um endereço começa com "https://" (ou "http://") e um host'
    ),
    'not a known time zone; in Brazil for example "America/Sao_Paulo"': (
        'fuso horário desconhecido; no Brasil, por exemplo "America/Sao_Paulo"'
    ),
    'a secret is a reference: "env:NAME", "file:PATH" or "keyring:SERVICE/USER"': (
        'um segredo é uma referência: "env:NOME", "file:CAMINHO" ou "keyring:SERVIÇO/USUÁRIO"'
    ),
    "No plan yet: {erps} cannot list its tickets; `erp-bridge check` says why.": (
        "Ainda sem plano: {erps} não consegue listar seus atendimentos; `erp-bridge check` diz por quê."
    ),
    # Integrator
    "Integrator has no public call for reading tickets: the bridge runs queries that you save there.": (
        "O Integrator não tem chamada pública para ler atendimentos: a ponte roda consultas que você salva nele."
    ),
    "Their SQL: {path}": "O SQL delas: {path}",
    "Save each in your Integrator; it gives it a code of 10 characters, which is asked for here.": (
        "Salve cada uma no seu Integrator; ele dá a ela um código de 10 caracteres, que se pergunta aqui."
    ),
    "Where its screens show the code is not public: whoever keeps your Integrator knows.": (
        "Em que tela o código aparece não é público: quem cuida do seu Integrator sabe."
    ),
    "Enter leaves one out: what it is for is then refused, and the file has its line as a comment.": (
        "Enter pula uma: o que depende dela é recusado, e o arquivo tem a linha dela como comentário."
    ),
    "tickets opened, closed or commented since a moment": (
        "atendimentos abertos, encerrados ou comentados desde um momento"
    ),
    "all open tickets": "todos os atendimentos abertos",
    "one ticket, by its code": "um atendimento, pelo código",
    "one ticket, by its protocolo": "um atendimento, pelo protocolo",
    "the tickets of one client": "os atendimentos de um cliente",
    "the comments of several tickets": "os comentários de vários atendimentos",
    "clients, by CPF or CNPJ": "clientes, por CPF ou CNPJ",
    "clients, by name": "clientes, pelo nome",
    "the roles that a ticket may go to": "os cargos a que um atendimento pode ir",
    "What every ticket opened by the bridge carries: codes of your own lists of users and categories.": (
        "O que todo atendimento aberto pela ponte leva: códigos das suas listas de usuários e categorias."
    ),
    "the user who opens tickets": "o usuário que abre atendimentos",
    "their category": "a categoria deles",
    "The calls to comment and to set a status are not public: ask Elitesoft for their names.": (
        "As chamadas para comentar e para mudar o status não são públicas: peça os nomes delas à Elitesoft."
    ),
    "Without them no message and no status reaches this ERP; Enter leaves them out for now.": (
        "Sem elas nenhuma mensagem e nenhum status chega a este ERP; Enter as deixa de fora por ora."
    ),
    "to comment": "comentar",
    "to set a status": "mudar o status",
    "Its parameters, with {places} where the values go": "Os parâmetros dela, com {places} onde vão os valores",
    "Not asked yet: {erp}: {message}": "Ainda não consultado: {erp}: {message}",
    "The vocabulary could not be read: {message}": "O vocabulário não pôde ser lido: {message}",
    "{kind}: {sure} lines proposed, {unsure} more to be looked at, {alone} without a counterpart": (
        "{kind}: {sure} linhas propostas, mais {unsure} a conferir, {alone} sem correspondente"
    ),
    "check: ok; {count} things to look at, see `erp-bridge check`": (
        "verificação: ok; {count} pontos a olhar, veja `erp-bridge check`"
    ),
    "Read {path}, then `erp-bridge sync {pair}`.": "Leia {path} e depois rode `erp-bridge sync {pair}`.",
    "NAME.KEY=TEXT": "NOME.CHAVE=TEXTO",
    "Reading both ERPs for a first plan; at their limits this may take a minute or two.": (
        "Lendo os dois ERPs para um primeiro plano; nos limites deles isso pode levar um ou dois minutos."
    ),
    # the file
    "Terms of the same name on both sides need no line.": "Termos de mesmo nome nos dois lados não precisam de linha.",
    "{kind}: nothing over there resembles {terms}": "{kind}: do outro lado nada se parece com {terms}",
    "right? then take the first # away": "está certo? então tire o primeiro #",
    "How changes are seen, as the public API has no call for it: clients, internal or database.": (
        "Como as mudanças são vistas, pois a API pública não tem chamada para isso: clients, internal ou database."
    ),
    "The host of url on port 45700 gives the token; another place is named here:": (
        "O token vem do host de url na porta 45700; outro lugar se diz aqui:"
    ),
    "This tenant's status id = status; what has no line goes by its title.": (
        "Id do status neste provedor = status; o que não tem linha vale pelo título."
    ),
}

MESSAGES = {
    "transform {path}: the module cannot be imported: {kind}: {text}": (
        "transform {path}: o módulo não pôde ser importado: {kind}: {text}"
    ),
    "transform {path}: the module has no function {name}": "transform {path}: o módulo não tem a função {name}",
    "transform {path}: the function is async; a plain one is needed": (
        "transform {path}: a função é async; precisa ser uma função comum"
    ),
    "transform {path}: the function must take two arguments: record, passage": (
        "transform {path}: a função deve receber dois argumentos: record, passage"
    ),
    # what one does about each kind of error
    "The record was changed by somebody else since it was read: read it again and decide anew.": (
        "O registro foi alterado por outra pessoa desde a leitura: leia de novo e decida outra vez."
    ),
    "The ERP said that it stored a record, but does not show it: look there before repeating it.": (
        "O ERP disse que guardou um registro, mas não o mostra: verifique lá antes de repetir."
    ),
    "Another process is working on this pair: wait until it has ended, or stop it.": (
        "Outro processo está trabalhando neste par: espere que termine, ou pare-o."
    ),
    "Another process has taken over this pair: nothing more is sent or committed here.": (
        "Outro processo assumiu este par: nada mais é enviado ou gravado aqui."
    ),
    "The pass was stopped before its first write: look at what it would do, then lift the gate if it is right.": (
        "A passada parou antes da primeira escrita: veja o que ela faria e levante a trava se estiver certo."
    ),
    "The state store cannot be read or written: check the disk, the rights and the address of the database.": (
        "O banco de estado não pode ser lido ou escrito: confira o disco, as permissões e o endereço do banco."
    ),
}
