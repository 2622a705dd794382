"""Portuguese for messages of the Voalle adapter: English pattern → pattern."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "Voalle with {count} ticket types": "Voalle com {count} tipos de solicitação",
    "Voalle with {count} ticket types; {about}": "Voalle com {count} tipos de solicitação; {about}",
    "read from its database (PostgreSQL {version})": "lido do banco de dados (PostgreSQL {version})",
    "read from its database (PostgreSQL {version}); not there: {fields}": (
        "lido do banco de dados (PostgreSQL {version}); não há lá: {fields}"
    ),
    "closing_status is missing: write the id of the status that means closed in this tenant; "
    "installations differ (3, 4 or 8), so it is never guessed": (
        "falta closing_status: informe o id do status que aqui significa encerrado; "
        "as instalações diferem (3, 4 ou 8), por isso nunca se adivinha"
    ),
    "closing_status and cancel_status are the same id: a ticket is solved or cancelled": (
        "closing_status e cancel_status são o mesmo id: uma solicitação é encerrada ou cancelada"
    ),
    "{key} is {id}, which `statuses` says to mean {status}": "{key} é {id}, que em `statuses` significa {status}",
    'feed = "internal" needs internal_url and internal_token': (
        'feed = "internal" exige internal_url e internal_token'
    ),
    'feed = "database" needs database_url': 'feed = "database" exige database_url',
    'movements = "note" needs person_id: the person under whose name notes are written': (
        'movements = "note" exige person_id: a pessoa em cujo nome as notas são escritas'
    ),
    "the ERP gave no token: check client_id, client_secret and syndata, and that the user is marked as integrator "
    "(Usuário integrador)": (
        "o ERP não deu token: confira client_id, client_secret e syndata, e se o usuário está marcado como integrador "
        "(Usuário integrador)"
    ),
    "the ERP gave no token ({why}): check client_id, client_secret and syndata, and that the user is marked as "
    "integrator (Usuário integrador)": (
        "o ERP não deu token ({why}): confira client_id, client_secret e syndata, e se o usuário está marcado como "
        "integrador (Usuário integrador)"
    ),
    "there is no ticket {id}": "não há a solicitação {id}",
    "ticket {id}: the status {status} has no meaning here; add a line to the table statuses": (
        "solicitação {id}: o status {status} não tem significado aqui; acrescente uma linha na tabela statuses"
    ),
    "ticket {id}: its client's list does not show it, and no other call shows its title": (
        "solicitação {id}: a lista do cliente não a mostra, e nenhuma outra chamada mostra o título"
    ),
    "an entry in the history of ticket {id} has no id, by which it could be known again": (
        "um relato da solicitação {id} não tem id pelo qual pudesse ser reconhecido"
    ),
    "ticket {id}: it belongs to no client, and to no structure that this interface shows": (
        "solicitação {id}: não pertence a cliente nem a estrutura que esta interface mostre"
    ),
    "status: {status} has no id to write; add a line to the table statuses": (
        "status: {status} não tem id para escrever; acrescente uma linha na tabela statuses"
    ),
    "etiqueta: the contract has not exactly one active service tag; give one": (
        "etiqueta: o contrato não tem exatamente uma etiqueta ativa; informe uma"
    ),
    "departamento: the team {id} has no line in team_codes": "departamento: a equipe {id} não tem linha em team_codes",
    "assunto: the type {id} has no code; add a line to maintenance.type_codes": (
        "assunto: o tipo {id} não tem código; acrescente uma linha em maintenance.type_codes"
    ),
    "estrutura: tickets about structures are opened at the screens only": (
        "estrutura: solicitações sobre estruturas só se abrem pelas telas"
    ),
    "the ERP said yes but gave no assignmentId: look for the ticket before repeating": (
        "o ERP aceitou mas não deu assignmentId: procure a solicitação antes de repetir"
    ),
    "the ERP took a message for ticket {id}, but does not show it: look before repeating it": (
        "o ERP aceitou uma mensagem da solicitação {id}, mas não a mostra: procure antes de repetir"
    ),
    "contract/getpaged does not tell whose its contracts are: name the clients in the key `clients`": (
        "contract/getpaged não diz de quem são os contratos: informe os clientes na chave `clients`"
    ),
    "there is no such ticket": "não existe essa solicitação",
    "the file has no id": "o arquivo não tem id",
    "the internal API has no address: set internal_url": "a API interna não tem endereço: informe internal_url",
    "the ERP gave no token{why}: check client_id, client_secret and syndata, and that the user is marked "
    "as integrator (Usuário integrador)": (
        "o ERP não deu token{why}: confira client_id, client_secret e syndata, e se o usuário está marcado "
        "como Usuário integrador"
    ),
}
