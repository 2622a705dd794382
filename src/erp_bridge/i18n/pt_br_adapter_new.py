"""Portuguese for ``adapter new``."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "Write a package for a new adapter: erp-bridge-NAME, with tests and a page of quirks.\n\n"
    "Its tests pass at once, against a small server of its own. It speaks to an ERP that nobody sells; "
    "README.md in it says in which order to make it speak to yours.": (
        "Escreve um pacote para um novo adaptador: erp-bridge-NOME, com testes e uma página de particularidades.\n\n"
        "Os testes passam de imediato, contra um pequeno servidor próprio. Ele fala com um ERP que ninguém vende; "
        "o README.md do pacote diz em que ordem fazê-lo falar com o seu."
    ),
    "Where to write it; else ./erp-bridge-NAME.": "Onde escrevê-lo; senão ./erp-bridge-NOME.",
    "{name}: a name has small letters, digits and _ only, a letter first": (
        "{name}: um nome tem só letras minúsculas, algarismos e _, começando por letra"
    ),
    "there is an adapter {name} already": "já existe um adaptador {name}",
    "{path} is there already and not empty: name another one with --folder": (
        "{path} já existe e não está vazia: indique outra pasta com --folder"
    ),
    "Next: README.md in it says what to change, and in which order.": (
        "A seguir: o README.md do pacote diz o que mudar, e em que ordem."
    ),
}
