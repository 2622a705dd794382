"""The page of errors, made from their docstrings, the catalogue of Portuguese, and the words of what waits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from erp_bridge import i18n
from erp_bridge.cli.failures import ANCHORS, explain
from erp_bridge.core import errors
from erp_bridge.core.messages import MESSAGES
from erp_bridge.sync.gates import GateClosed
from erp_bridge.sync.reasons import REASONS
from erp_bridge.sync.store.database import LeaseLost, StoreError
from erp_bridge.sync.store.lease import PairHeld

#: In the order in which a newcomer meets them.
CLASSES: tuple[type[errors.BridgeError], ...] = (
    errors.ConfigError, errors.AuthError, errors.Unavailable, errors.Malformed, errors.Unsupported, errors.NotFound,
    errors.Refused, errors.Overtaken, errors.ValidationFailed, errors.Uncertain, errors.Unseen, PairHeld, LeaseLost,
    GateClosed, StoreError, errors.BridgeError,
)  # fmt: skip

#: What helps beyond the one line: (English, Portuguese), by anchor.
NEXT = {
    "config": (
        "Each line names the file, the line and the key, and the nearest key that exists. `erp-bridge check` looks "
        "further once the file can be read.",
        "Cada linha diz o arquivo, a linha e a chave, e a chave parecida que existe. Com o arquivo legível, "
        "`erp-bridge check` olha mais longe.",
    ),
    "auth": (
        "IXC: is the token whole, and the address of this machine allowed for it? Integrator: user and password of the "
        "API, not of a person. Then `erp-bridge check ERP`.",
        "IXC: o token está inteiro, e o endereço desta máquina é permitido para ele? Integrator: usuário e senha da "
        "API, não de uma pessoa. Depois, `erp-bridge check ERP`.",
    ),
    "unavailable": (
        "The next pass tries again by itself; a daemon leaves the ERP alone meanwhile and works on. If it lasts: name, "
        "port, firewall, certificate. `-v` shows each request.",
        "A próxima passada tenta de novo sozinha; o daemon deixa o ERP em paz enquanto isso e segue com os outros. Se "
        "durar: nome, porta, firewall, certificado. `-v` mostra cada requisição.",
    ),
    "malformed": (
        "Often a login page or a proxy's page where data should be: open the address in a browser. Else a version of "
        "the ERP that answers otherwise: report it with the line that `-v` prints.",
        "Muitas vezes é uma página de login ou de um proxy onde deviam vir dados: abra o endereço no navegador. Senão, "
        "uma versão do ERP que responde de outro jeito: relate com a linha que `-v` mostra.",
    ),
    "unsupported": (
        "`erp-bridge check ERP` lists what it can do as configured. With the Integrator, what is missing is often a "
        "query or a call that the tenant has but the file does not name.",
        "`erp-bridge check ERP` lista o que ele faz como está configurado. No Integrator, o que falta costuma ser uma "
        "consulta ou chamada que existe no ambiente mas não está no arquivo.",
    ),
    "not-found": (
        "Ids of two ERPs have nothing in common: is it the id of the other one? A hidden department looks the same.",
        "Os ids de dois ERPs não têm nada em comum: será o id do outro? Um departamento oculto dá no mesmo.",
    ),
    "refused": (
        "The text is the ERP's own. A demanded field: fill it in or give the pair a fallback. Then "
        "`erp-bridge quarantine retry`.",
        "O texto é do próprio ERP. Um campo exigido: preencha ou dê um fallback ao par. Depois, "
        "`erp-bridge quarantine retry`.",
    ),
    "overtaken": (
        "Nothing to do in a sync: the next pass compares again.",
        "Em uma sincronização não há nada a fazer: a próxima passada compara de novo.",
    ),
    "validation-failed": (
        "Each line names the field and the code of the rule. Nothing was sent.",
        "Cada linha diz o campo e o código da regra. Nada foi enviado.",
    ),
    "uncertain": (
        "In a sync the bridge looks for itself; what cannot be proven stands in `erp-bridge doubts`. In a program of "
        "your own: look for the record before you send it again.",
        "Em uma sincronização a própria ponte procura; o que não se prova fica em `erp-bridge doubts`. Em um programa "
        "seu: procure o registro antes de enviá-lo de novo.",
    ),
    "unseen": (
        "A rule of the ERP may hide or move new records: look there with a user who sees everything.",
        "Uma regra do ERP pode esconder ou mover registros novos: procure lá com um usuário que veja tudo.",
    ),
    "pair-held": (
        "`erp-bridge status` names the worker. A holder that died is noticed within 15 seconds.",
        "`erp-bridge status` diz quem é. Um processo que morreu é percebido em 15 segundos.",
    ),
    "lease-lost": (
        "Nothing is lost: the other process goes on. Frequent? The machine was frozen or its disk stands still.",
        "Nada se perde: o outro processo continua. É frequente? A máquina congelou ou o disco parou.",
    ),
    "gate-closed": (
        "`erp-bridge plan PAIR` shows what the pass would do. If that is right, the message names the option that lets "
        "it through once.",
        "`erp-bridge plan PAR` mostra o que a passada faria. Se estiver certo, a mensagem diz a opção que a deixa "
        "passar uma vez.",
    ),
    "store": (
        "`erp-bridge state doctor` examines it. A lost store is no disaster: the next pass knows the twins by their "
        "footers.",
        "`erp-bridge state doctor` o examina. Um banco perdido não é desastre: a próxima passada reconhece os gêmeos "
        "pelos rodapés.",
    ),
    "bridge": (
        "The common ancestor of all of these: catch it where you do not care which.",
        "O ancestral comum de todos: capture-o onde não importa qual foi.",
    ),
}

WORDS = {
    "title": ("Errors", "Erros"),
    "intro": (
        "A line of the command line that begins with `Error:` ends with the place on this page that tells of it, for "
        "example `[errors#auth]`. In a program these are the classes to catch.",
        "Uma linha que começa com `Erro:` na linha de comando termina com o lugar desta página que fala dela, por "
        "exemplo `[errors#auth]`. Em um programa, estas são as classes a capturar.",
    ),
    "status": ("Exit status", "Código de saída"),
    "rules": ("Rules that a ticket broke", "Regras que um atendimento feriu"),
    "rules_intro": (
        "The codes of `ValidationFailed`, which stand in brackets behind each line, and in its `violations`. They are "
        "the rules of the ERPs' own forms; nothing was sent.",
        "Os códigos de `ValidationFailed`, que ficam entre parênteses no fim de cada linha, e em `violations`. São as "
        "regras dos formulários dos próprios ERPs; nada foi enviado.",
    ),
    "waits": ("Why something waits", "Por que algo espera"),
    "waits_intro": (
        "Codes in `conflicts`, `doubts`, `quarantine` and their `--json`, with the words that the lists print.",
        "Códigos em `conflicts`, `doubts`, `quarantine` e no `--json` deles, com as palavras que as listas mostram.",
    ),
    "package": ("A package is missing", "Falta um pacote"),
    "package_text": (
        "The command needs an extra that is not installed: the line names it, for example "
        '`pip install "erp-bridge[server]"`.',
        "O comando precisa de um extra que não está instalado: a linha diz qual, por exemplo "
        '`pip install "erp-bridge[server]"`.',
    ),
    "fault": ("A fault of erp-bridge itself", "Uma falha do próprio erp-bridge"),
    "fault_text": (
        "Nothing you did. Run it again with `-v` before the command and report what it prints; logs carry no personal "
        "data.",
        "Não foi você. Rode de novo com `-v` antes do comando e relate o que aparecer; os logs não têm dados pessoais.",
    ),
}
STATUS = (
    ("0", "done", "feito"),
    ("1", "failed", "falhou"),
    ("2", "wrong usage or configuration", "uso ou configuração errados"),
    ("3", "done, but something waits for a person", "feito, mas algo espera por uma pessoa"),
    ("4", "another process holds the pair", "outro processo segura o par"),
    ("5", "stopped by a safety gate", "parado por uma trava de segurança"),
    ("130, 143", "ended by a signal", "encerrado por um sinal"),
)


def page(lang: str) -> str:
    """The whole page in that language."""
    place = 1 if lang == "pt-BR" else 0
    before = i18n.language()
    i18n.use(lang)
    try:
        return "\n".join([*_head(place), *_classes(place), *_others(place), *_rules(place), *_waits(place)]) + "\n"
    finally:
        i18n.use(before)


def _head(place: int) -> Iterator[str]:
    yield f"# {WORDS['title'][place]}\n\n{WORDS['intro'][place]}\n"
    yield f"## {WORDS['status'][place]} {{ #status }}\n\n| | |\n|---|---|"
    for row in STATUS:
        yield f"| {row[0]} | {row[1 + place]} |"
    yield ""


def _classes(place: int) -> Iterator[str]:
    for cls in CLASSES:
        anchor = ANCHORS[cls.__name__]
        yield f"## {cls.__name__} {{ #{anchor} }}\n"
        yield f"{i18n.rendered((cls.__doc__ or '').strip())}\n"
        yield f"{NEXT[anchor][place]}\n"
        yield f"{WORDS['status'][place]}: {status_of(cls)}\n"


def status_of(cls: type[errors.BridgeError]) -> int:
    """What the command line ends with when it meets one."""
    return explain(sample(cls))[1]


def sample(cls: type[errors.BridgeError]) -> errors.BridgeError:
    """An error of that class as it might be raised."""
    if cls is errors.Unsupported:
        return errors.Unsupported("matriz", "update")
    if cls is errors.ValidationFailed:
        return errors.ValidationFailed(())
    if cls is GateClosed:
        return GateClosed("max_create", "x")
    return cls("x")


def _others(place: int) -> Iterator[str]:
    for name in ("package", "fault"):
        yield f"## {WORDS[name][place]} {{ #{name} }}\n\n{WORDS[name + '_text'][place]}\n"


def _waits(place: int) -> Iterator[str]:
    yield f"## {WORDS['waits'][place]} {{ #waits }}\n\n{WORDS['waits_intro'][place]}\n"
    for code, words in sorted(REASONS.items()):
        yield _coded("waits", code, words[place])


def _rules(place: int) -> Iterator[str]:
    yield f"## {WORDS['rules'][place]} {{ #rules }}\n\n{WORDS['rules_intro'][place]}\n"
    for code, words in sorted(MESSAGES.items()):
        yield _coded("rule", code, words[place])


def _coded(kind: str, code: str, text: str) -> str:
    """One code with its words, and a place of its own; what is filled in stands as ‹name›."""
    words = re.sub(r"\{(\w+)\}", r"‹\1›", " ".join(text.split()))
    return f"`{code}`{{ #{kind}-{code} }}\n: {words}\n"
