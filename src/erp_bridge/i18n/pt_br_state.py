"""Portuguese for the state store: texts of ``state``, and messages of the store itself."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "The state store: backup, health, moving it, and forgetting a client.": (
        "O armazém de estado: cópia, saúde, mudança de lugar e esquecimento de um cliente."
    ),
    "Move the store to another place: SQLite or PostgreSQL, an address or a reference as in [state] url. "
    "Nobody may be at work meanwhile; the old place refuses from then on.": (
        "Mudar o armazém de lugar: SQLite ou PostgreSQL, um endereço ou uma referência como em [state] url. "
        "Ninguém pode estar trabalhando enquanto isso; o lugar antigo recusa daí em diante."
    ),
    "{table}: {count} rows moved, each compared": "{table}: {count} linhas movidas, cada uma conferida",
    "the old store refuses from now on: name the new one in the configuration, as [state] url = {url}": (
        "o armazém antigo recusa daqui em diante: indique o novo na configuração, como [state] url = {url}"
    ),
}

MESSAGES: dict[str, str] = {
    "the state store failed: no connection became free in time": (
        "o banco de estado falhou: nenhuma conexão ficou livre a tempo"
    ),
    'the address of the state store begins with "sqlite:///" or "postgresql+psycopg://"': (
        'o endereço do banco de estado começa com "sqlite:///" ou "postgresql+psycopg://"'
    ),
    "this state store was moved to another place: name that one in [state] url": (
        "este banco de estado mudou de lugar: indique o novo lugar em [state] url"
    ),
    "this state store was made by a newer erp-bridge, or its schema belongs to another program": (
        "este banco de estado foi feito por um erp-bridge mais novo, ou o esquema é de outro programa"
    ),
    "this state store is empty: there is nothing to move": "este banco de estado está vazio: não há o que mover",
    "there is a state store in that place already: name an empty one": (
        "já existe um banco de estado nesse lugar: indique um vazio"
    ),
    "{new} is the key of another store: name {old} in [state] key, then move": (
        "{new} é a chave de outro banco de estado: indique {old} em [state] key e depois mova"
    ),
    "the copy of the table {table} is not what was copied: nothing was kept of it": (
        "a cópia da tabela {table} não é igual ao que foi copiado: nada dela foi guardado"
    ),
    "the digest key belongs to this store": "a chave de resumos pertence a este banco de estado",
    "revision {revision}": "revisão {revision}",
    "mode {mode}": "permissões {mode}",
    "a copy that only reads": "uma réplica, só de leitura",
    "a process that dies is noticed at once": "um processo que morre é percebido na hora",
    "behind a pooler a process that dies is noticed only after 15 s: connect directly": (
        "atrás de um pooler, um processo que morre só é percebido após 15 s: conecte direto"
    ),
}
