"""Broken adapters, one for each check: the good one with a single flaw, as people make them.

They stand in the ``flaws_*`` modules; ``FLAWS`` has them by the name of the check that must catch them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from testing.toy_adapter import ToyAdapter


@dataclass(frozen=True)
class Flaw:
    """``also``: checks that cannot help failing too, because they build on what is broken."""

    adapter: type[ToyAdapter]
    also: frozenset[str] = frozenset()


FLAWS: dict[str, Flaw] = {}


def breaks(check: str, *also: str) -> Callable[[type[ToyAdapter]], type[ToyAdapter]]:
    """Enter the adapter below as the one that this check must catch."""

    def kept(adapter: type[ToyAdapter]) -> type[ToyAdapter]:
        assert check not in FLAWS, check
        FLAWS[check] = Flaw(adapter, frozenset(also))
        return adapter

    return kept
