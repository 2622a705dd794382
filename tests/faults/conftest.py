"""A bench for each test, cleared away afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from faults.bench import Bench
from faults.invariants import quiesce
from faults.town import Town

Start = Callable[..., tuple[Bench, Town]]


@pytest.fixture
def start() -> Iterator[Start]:
    """``start("ixc")``: two ERPs in step, one ticket of the town's on either side."""
    made: list[Bench] = []

    def begin(right_kind: str, **keys: Any) -> tuple[Bench, Town]:
        bench = Bench(right_kind, **keys)
        made.append(bench)
        town = Town(bench)
        town.open("left")
        town.open("right")
        quiesce(bench)
        bench.advance(60)
        return bench, town

    yield begin
    for bench in made:
        bench.close()
