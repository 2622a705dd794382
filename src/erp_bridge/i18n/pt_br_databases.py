"""Portuguese for messages about an ERP's database and its address: English pattern → pattern."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "database_url is not of the form {form}?OPTION=VALUE; "
    "signs of the password other than letters and digits are written as %40, %2F and so on": (
        "database_url não tem a forma {form}?OPTION=VALUE; "
        "na senha, sinais que não sejam letras ou algarismos se escrevem como %40, %2F e assim por diante"
    ),
    "database_url has an option that is not known; known are {known}": (
        "database_url tem uma opção desconhecida; as conhecidas são {known}"
    ),
    "database_url: {option} is one of {known}": "database_url: {option} é um destes: {known}",
    "database_url: {option} is 1 or 0": "database_url: {option} é 1 ou 0",
    "database_url names no database: {form}": "database_url não diz qual é o banco: {form}",
    'database_url: reading a database needs the extra: pip install "erp-bridge[{extra}]"': (
        'database_url: ler um banco de dados exige o extra: pip install "erp-bridge[{extra}]"'
    ),
    "database_url: the file of ssl_ca cannot be read as certificates": (
        "database_url: o arquivo de ssl_ca não pôde ser lido como certificados"
    ),
    # no connection
    "the database cannot be reached{why}: check database_url, and that the server is running": (
        "não se alcança o banco de dados{why}: confira database_url e se o servidor está no ar"
    ),
    "the database cannot be reached (its certificate is not trusted: check {option})": (
        "não se alcança o banco de dados (o certificado não é de confiança: confira {option})"
    ),
    " (its certificate is not trusted: check ssl_ca)": " (o certificado não é de confiança: confira ssl_ca)",
    " (its host is not found)": " (a máquina não foi encontrada)",
    " (it did not answer in time)": " (não respondeu a tempo)",
    " (connection refused)": " (conexão recusada)",
    " (its socket cannot be opened)": " (não foi possível abrir o socket)",
    "the database gave no answer within {seconds} s: try again later, or raise timeout": (
        "o banco não respondeu em {seconds} s: tente mais tarde ou aumente timeout"
    ),
    "the database broke off before its answer was complete (error {code}): try again later": (
        "o banco interrompeu a resposta antes do fim (erro {code}): tente mais tarde"
    ),
    "the database takes no more connections (error {code}): try again later": (
        "o banco não aceita mais conexões (erro {code}): tente mais tarde"
    ),
    "the server wants a way of logging in that needs an encrypted connection: add ssl_ca to database_url, "
    "or install the package cryptography": (
        "o servidor quer uma forma de login que exige conexão cifrada: acrescente ssl_ca em database_url "
        "ou instale o pacote cryptography"
    ),
    "the server does not know this charset: add charset=utf8 or charset=latin1 to database_url": (
        "o servidor não conhece este charset: acrescente charset=utf8 ou charset=latin1 em database_url"
    ),
    # its user
    "the database did not let the user of database_url in (error {code}): check its password and host, or {grant}": (
        "o banco não deixou entrar o usuário de database_url (erro {code}): confira a senha e a máquina, ou {grant}"
    ),
    "the database did not let the user of database_url in: check its password, or {grant}": (
        "o banco não deixou entrar o usuário de database_url: confira a senha, ou {grant}"
    ),
    "the database user may not read this: {grant}": "o usuário do banco não pode ler isto: {grant}",
    "the database user may write ({names}): make one that can read only, with {how}; "
    "or add allow_write_user=1 to database_url": (
        "o usuário do banco pode escrever ({names}): crie um que só leia, com {how}; "
        "ou acrescente allow_write_user=1 em database_url"
    ),
    # what is in it
    "the server has no schema {schema}: correct it in database_url": (
        "o servidor não tem o schema {schema}: corrija em database_url"
    ),
    "the server has no database {name}: correct it in database_url": (
        "o servidor não tem o banco {name}: corrija em database_url"
    ),
    "the schema {name} shows this user no table ocorrencias with {columns}: correct the schema in database_url, "
    "or {grant}": (
        "o schema {name} não mostra a este usuário a tabela ocorrencias com {columns}: corrija o schema em "
        "database_url, ou {grant}"
    ),
    "the database shows this user no {names}: correct the database or the option schema in database_url, or {grant}": (
        "o banco não mostra {names} a este usuário: corrija o banco ou a opção schema em database_url, ou {grant}"
    ),
    "a table or column is gone since the schema was looked at (error {code}): try again": (
        "uma tabela ou coluna sumiu desde que o schema foi visto (erro {code}): tente de novo"
    ),
    "the database answered with error {code}": "o banco respondeu com o erro {code}",
}
