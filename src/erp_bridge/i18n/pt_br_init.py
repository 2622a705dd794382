"""Portuguese for what `init` asks and writes, for error lines, and for a pair's own step."""

TEXTS: dict[str, str] = {
    "Write a commented bridge.toml.\n\n"
    "Without options it asks. Secrets are never written: the file names the environment variables that hold them.\n\n"
    "If both ERPs answer, it proposes the vocabulary from their own lists, and ends with a check and with what a "
    "first pass would do. It writes nothing to them.": (
        "Escrever um bridge.toml comentado.\n\n"
        "Sem opções, pergunta. Segredos nunca são escritos: o arquivo diz em que variáveis de ambiente estão.\n\n"
        "Se os dois ERPs respondem, propõe o vocabulário pelas listas deles e termina com uma verificação e com o que "
        "uma primeira passagem faria. Não escreve nada neles."
    ),
    "A file with the table of an ERP, as `sandbox` prints it, instead of --erp.": (
        "Um arquivo com a tabela de um ERP, como `sandbox` mostra, em vez de --erp."
    ),
    "Another key of an ERP's table.": "Outra chave da tabela de um ERP.",
    "Ask no ERP: only write the file.": "Não consultar os ERPs: só escrever o arquivo.",
    "{option} is written as NAME.KEY=VALUE, for example {example}": (
        "{option} se escreve NOME.CHAVE=VALOR, por exemplo {example}"
    ),
    "{file} is not TOML: {message}": "{file} não é TOML: {message}",
    "{file} must hold the table of one ERP: [erp.NAME]": "{file} deve ter a tabela de um ERP: [erp.NOME]",
    "Its {key} (a code of this tenant)": "{key} dele (um código deste provedor)",
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
}
