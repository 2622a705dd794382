"""What no single table can know: words, references, and how the tables fit together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from erp_bridge.config.lines import Path
from erp_bridge.config.model import FALLBACK_KINDS, POLICY_FIELDS, SCOPE_KINDS, PairSettings
from erp_bridge.config.problems import Findings, options
from erp_bridge.core.model import Origem, Prioridade, Status
from erp_bridge.core.settings import VOCABULARY_KINDS, Secret
from erp_bridge.core.text import fold

#: Kinds of terms whose canonical names are fixed by the model.
FIXED_NAMES: Mapping[str, tuple[str, ...]] = {
    "status": tuple(Status),
    "prioridade": tuple(Prioridade),
    "origem": tuple(Origem),
}
_PASSWORD = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/\s@]*:[^/\s@]+@|\S*[?&](?:password|passwd|senha)=)", re.IGNORECASE)


def no_password_in_addresses(data: Mapping[str, Any], found: Findings) -> None:
    """No address anywhere in the file may hold a password."""
    for path, text in _texts(data, ()):
        if _PASSWORD.match(text):
            found.say(path, 'an address with a password in it is refused: write a reference, for example "env:NAME"')


def secrets_by_reference(model: type[BaseModel], keys: Mapping[str, Any], at: Path, found: Findings) -> None:
    """Secrets are named, not written. The secret itself never shows up in the message."""
    for name, field in model.model_fields.items():
        value = keys.get(field.alias or name)
        if Secret not in options(field.annotation) or not isinstance(value, str) or not value:
            continue
        if not Secret(value).is_reference:
            example = "_".join((*at[1:], name)).upper().replace("-", "_").replace(".", "_")
            message = (
                f'write a reference, not the secret itself: "env:{example}", "file:PATH" or "keyring:SERVICE/USER"'
            )
            found.say((*at, name), message)


def vocabulary(vocab: object, at: Path, found: Findings) -> None:
    """Kinds of terms, and the canonical names that are fixed."""
    for kind, terms in vocab.items() if isinstance(vocab, dict) else ():
        if kind not in VOCABULARY_KINDS:
            found.say((*at, "vocab", kind), "there is no such kind of vocabulary", wrong=kind, known=VOCABULARY_KINDS)
            continue
        fixed = FIXED_NAMES.get(kind, ())
        for code, name in terms.items() if fixed and isinstance(terms, dict) else ():
            if isinstance(name, str) and fold(name) not in fixed:
                found.say((*at, "vocab", kind, code), _one_of(fixed), wrong=name, known=fixed)


def pair_words(keys: Mapping[str, Any], at: Path, found: Findings) -> None:
    """The keys of a pair's own small tables, and the fixed names in them."""
    known = {"scope": SCOPE_KINDS, "fallback": FALLBACK_KINDS, "policy": ("default", *POLICY_FIELDS)}
    for table, words in known.items():
        for word in keys.get(table, {}) if isinstance(keys.get(table), dict) else ():
            if word not in words:
                what = "there is no such field" if table == "policy" else "there is no such key"
                found.say((*at, table, word), what, wrong=word, known=words)
    fallback = keys.get("fallback")
    for kind in ("status", "prioridade"):
        if isinstance(fallback, dict) and isinstance(fallback.get(kind), str):
            name, fixed = fallback[kind], FIXED_NAMES[kind]
            if name not in fixed:
                found.say((*at, "fallback", kind), _one_of(fixed), wrong=name, known=fixed)


def known_partners(pairs: Iterable[tuple[str, Mapping[str, Any]]], erps: tuple[str, ...], found: Findings) -> None:
    """A pair joins two different ERPs of this file."""
    for name, keys in pairs:
        for side in ("left", "right"):
            erp = keys.get(side)
            if isinstance(erp, str) and erp not in erps:
                found.say(("pair", name, side), f"there is no table [erp.{erp}]", wrong=erp, known=erps)
        if isinstance(keys.get("left"), str) and keys.get("left") == keys.get("right"):
            found.say(("pair", name, "right"), "left and right must be two different ERPs")


def no_cycles(pairs: Mapping[str, PairSettings], found: Findings) -> None:
    """Pairs that forward twins must not lead a ticket to the same ERP by two ways, or back to where it came from."""
    roads = [road for pair in pairs.values() if pair.enabled for road in _roads(pair)]
    for start in dict.fromkeys(road[1] for road in roads):
        cycle = _doubled(start, roads)
        if cycle:
            pair, way = cycle
            message = f"forwarding goes in a circle ({' → '.join(way)}): a ticket would be doubled; set forward = false"
            found.say(("pair", pair, "forward"), message)


Road = tuple[str, str, str, bool]  # pair, from, to, forward


def _roads(pair: PairSettings) -> Iterator[Road]:
    if pair.carries(to_right=True):
        yield pair.name, pair.left, pair.right, pair.forward
    if pair.carries(to_right=False):
        yield pair.name, pair.right, pair.left, pair.forward


def _doubled(start: str, roads: list[Road]) -> tuple[str, tuple[str, ...]] | None:
    """The forwarding pair by which a ticket born at ``start`` would reach an ERP that has it, and the way it went."""
    reached = {start}
    open_ends: list[tuple[str, tuple[str, ...]]] = [(road[0], (start, road[2])) for road in roads if road[1] == start]
    reached |= {way[-1] for _, way in open_ends}
    while open_ends:
        came_by, way = open_ends.pop()
        for pair, origin, to, forward in roads:
            if origin != way[-1] or pair == came_by or not forward:
                continue
            if to in reached:
                return pair, (*way, to)
            reached.add(to)
            open_ends.append((pair, (*way, to)))
    return None


def _one_of(words: Iterable[str]) -> str:
    return f"must be one of {', '.join(words)}"


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, (*path, str(key)))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _texts(inner, (*path, str(place)))
