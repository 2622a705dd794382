"""Portuguese for the services ``run`` and ``worker``: what they say, and messages of theirs."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "The daemon: every pair at its interval, and a page to look at ([service] bind). SIGHUP reads the "
    "configuration again; Ctrl-C or SIGTERM ends it within 10 seconds.": (
        "O serviço: cada par no seu intervalo, e uma página para acompanhar ([service] bind). SIGHUP lê a "
        "configuração de novo; Ctrl-C ou SIGTERM o encerra em até 10 segundos."
    ),
    "One of several workers, on any hosts: takes pair cycles from procrastinate on the PostgreSQL of the state "
    "store. The pairs of a worker that dies are taken over within seconds.": (
        "Um de vários trabalhadores, em quaisquer máquinas: pega os ciclos dos pares do procrastinate, no PostgreSQL "
        "do armazém de estado. Os pares de um trabalhador que morre são assumidos em segundos."
    ),
    "Cycles at the same time; else 50.": "Ciclos ao mesmo tempo; senão 50.",
    "Serve health, metrics and the page here, as HOST:PORT; else nowhere.": (
        "Servir saúde, métricas e a página aqui, como HOST:PORTA; senão em lugar nenhum."
    ),
    "{pairs} pairs at work; Ctrl-C ends it.": "{pairs} pares em trabalho; Ctrl-C encerra.",
    "The page to look at: {address}": "Página para acompanhar: {address}",
    "The new configuration is refused; going on with the old one:": (
        "A configuração nova foi recusada; segue valendo a antiga:"
    ),
    "The configuration was read again; changes: {count}": "A configuração foi lida de novo; mudanças: {count}",
    "another process works on it": "outro processo está trabalhando nele",
    "At work": "Trabalhando",
    "Recorded; carry it out with `erp-bridge desconto book {erp} {ticket}`.": (
        "Anotado; execute com `erp-bridge desconto book {erp} {ticket}`."
    ),
    "nothing new": "nada de novo",
    "{count} created in {erp}": "{count} criados em {erp}",
    "{count} updated in {erp}": "{count} atualizados em {erp}",
    "{count} messages to {erp}": "{count} mensagens para {erp}",
    "{count} wait for a person": "{count} esperam por uma pessoa",
}

MESSAGES: dict[str, str] = {
    "cannot listen on {bind}: {why}; [service] bind names another address": (
        "não dá para escutar em {bind}: {why}; [service] bind indica outro endereço"
    ),
    "another program listens there": "outro programa já escuta ali",
    "it is no address": "isto não é um endereço",
    'the environment asks for traces, which need the extra: pip install "erp-bridge[otel]"': (
        'o ambiente pede rastros (traces), que precisam do extra: pip install "erp-bridge[otel]"'
    ),
    "{what} has changed: that takes a restart; nothing was reloaded": (
        "{what} mudou: isso exige reiniciar; nada foi recarregado"
    ),
    "several workers share their work on PostgreSQL: name one in [state] url (`erp-bridge state move` takes the store "
    "there), or let a single `erp-bridge run` do it": (
        "vários trabalhadores dividem o trabalho no PostgreSQL: indique um em [state] url (`erp-bridge state move` "
        "leva o armazém para lá) ou deixe um único `erp-bridge run` trabalhar"
    ),
    "the user of the state store may not make the schema {schema}: let it (GRANT CREATE ON DATABASE {database}), or "
    "make the schema for it": (
        "o usuário do armazém de estado não pode criar o schema {schema}: permita (GRANT CREATE ON DATABASE "
        "{database}) ou crie o schema para ele"
    ),
    "no answer within {seconds} s": "sem resposta em {seconds} s",
    "it could not be delivered ({error})": "não foi possível entregar ({error})",
    "it was answered with HTTP {status}": "a resposta foi HTTP {status}",
}
