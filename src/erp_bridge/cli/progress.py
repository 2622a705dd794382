"""How far a pass has come: a bar on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from erp_bridge.i18n import N_, _

Progress = Callable[[str, int, int], None]

STEPS = {"plan": N_("planning"), "apply": N_("writing")}


@contextmanager
def bar(*, wanted: bool = True) -> Iterator[Progress | None]:
    """A function to tell of progress: step, done, all. ``None`` where nobody looks on."""
    if not wanted or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, int] = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(_(STEPS.get(step, step)), total=total)
            bars.update(bars.task_ids[list(tasks).index(step)], completed=done, total=total)

        yield tell
