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
        "A passagem parou antes da primeira escrita: veja o que ela faria e levante a trava se estiver certo."
    ),
    "The state store cannot be read or written: check the disk, the rights and the address of the database.": (
        "O banco de estado não pode ser lido ou escrito: confira o disco, as permissões e o endereço do banco."
    ),
}
