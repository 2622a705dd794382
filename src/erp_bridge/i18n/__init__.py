"""What a person reads at the terminal, in English or Brazilian Portuguese.

The English text is the key. :func:`_` translates a text of the command line and fills it in; :func:`N_` marks one that
is translated later (help texts); :func:`rendered` translates a finished message from the layers below, which know
nothing of languages, by the pattern it was made from.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Mapping
from functools import cache

from erp_bridge.i18n import (
    pt_br_adapter_new,
    pt_br_check,
    pt_br_cli,
    pt_br_databases,
    pt_br_desconto,
    pt_br_erps,
    pt_br_errors,
    pt_br_failing,
    pt_br_init,
    pt_br_migrate,
    pt_br_report,
    pt_br_service,
    pt_br_state,
    pt_br_sync,
    pt_br_testing,
    pt_br_voalle,
    pt_br_web,
)

LANGUAGES = ("en", "pt-BR")

#: Catalogues of what commands and pages say, and of messages from the layers below.
SAID = (
    pt_br_cli.TEXTS,
    pt_br_check.TEXTS,
    pt_br_sync.TEXTS,
    pt_br_state.TEXTS,
    pt_br_report.TEXTS,
    pt_br_adapter_new.TEXTS,
    pt_br_testing.TEXTS,
    pt_br_migrate.TEXTS,
    pt_br_init.TEXTS,
    pt_br_desconto.TEXTS,
    pt_br_service.TEXTS,
    pt_br_failing.TEXTS,
)
MESSAGES = (
    pt_br_errors.TEXTS,
    pt_br_erps.TEXTS,
    pt_br_state.MESSAGES,
    pt_br_voalle.MESSAGES,
    pt_br_databases.MESSAGES,
    pt_br_migrate.MESSAGES,
    pt_br_init.MESSAGES,
    pt_br_desconto.MESSAGES,
    pt_br_service.MESSAGES,
    pt_br_web.MESSAGES,
)

#: What the pages of the service say besides.
PAGES = (pt_br_web.TEXTS,)

_TEXTS: Mapping[str, Mapping[str, str]] = {"pt-BR": dict(ChainMap(*SAID, *PAGES))}
_MESSAGES: Mapping[str, Mapping[str, str]] = {"pt-BR": dict(ChainMap(*MESSAGES))}
_chosen = "en"


def use(lang: str) -> None:
    """Speak this language from now on."""
    global _chosen  # noqa: PLW0603  one terminal, one language
    _chosen = lang


def language() -> str:
    """The language spoken now."""
    return _chosen


def from_environment(environ: Mapping[str, str]) -> str:
    """Portuguese where the first of LC_ALL, LC_MESSAGES and LANG that is set says so."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(variable):
            return "pt-BR" if environ[variable].lower().startswith("pt") else "en"
    return "en"


def translate(msgid: str, lang: str) -> str:
    """The text in that language; the English one where there is no translation."""
    return _TEXTS.get(lang, {}).get(msgid, msgid)


def _(msgid: str, **values: object) -> str:
    """The text in the language spoken now, filled in."""
    text = translate(msgid, _chosen)
    return text.format(**values) if values else text


def N_(msgid: str) -> str:
    """Mark a text for translation when it is shown."""
    return msgid


def rendered(message: str, lang: str | None = None) -> str:
    """A finished English message, line by line, in ``lang``, else the language spoken now; unknown ones stay."""
    lang = lang or _chosen
    if lang == "en":
        return message
    return "\n".join(_rendered_line(line, lang) for line in message.split("\n"))


def _rendered_line(line: str, lang: str) -> str:
    if line in _MESSAGES[lang]:
        return _MESSAGES[lang][line]
    for pattern, text in _patterns(lang):
        match = pattern.fullmatch(line)
        if match:
            return text.format(**{name: _rendered_line(value, lang) for name, value in match.groupdict().items()})
    return line


@cache
def _patterns(lang: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Texts with places to fill in, as patterns; those with the most words of their own come first."""
    with_places = {msgid: text for msgid, text in _MESSAGES[lang].items() if "{" in msgid}
    ranked = sorted(with_places, key=lambda msgid: -len(re.sub(r"\{\w+\}", "", msgid)))
    return tuple((_pattern(msgid), with_places[msgid]) for msgid in ranked)


def _pattern(msgid: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", msgid)
    return re.compile("".join(re.escape(p) if i % 2 == 0 else f"(?P<{p}>.*?)" for i, p in enumerate(pieces)))
