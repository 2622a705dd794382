"""A bench for each test, cleared away afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from faults.bench import Bench
from faults.invariants import quiesce
from faults.town import Town
from support.kept import Kept

Start = Callable[..., tuple[Bench, Town]]

_IN_STEP: dict[str, Kept] = {}


def in_step(right_kind: str, **keys: Any) -> Kept:
    """Two ERPs in step, with one ticket of the town's on either side. Made once for each sort."""
    name = f"{right_kind} {sorted(keys.items())!r}"
    if name not in _IN_STEP:
        bench = Bench(right_kind, **keys)
        town = Town(bench)
        town.open("left")
        town.open("right")
        quiesce(bench)
        bench.advance(60)
        _IN_STEP[name] = bench.kept()
        bench.close()
    return _IN_STEP[name]


@pytest.fixture
def start() -> Iterator[Start]:
    """``start("ixc")``: a bench and a town of one's own that stand as :func:`in_step` says."""
    made: list[Bench] = []

    def begin(right_kind: str, **keys: Any) -> tuple[Bench, Town]:
        bench = Bench.again(in_step(right_kind, **keys))
        made.append(bench)
        return bench, bench.town

    yield begin
    for bench in made:
        bench.close()
