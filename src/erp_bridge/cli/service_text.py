"""What a service says on a terminal: one line for each pass, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from erp_bridge.i18n import N_, _, language, rendered

if TYPE_CHECKING:
    from erp_bridge.config import Config
    from erp_bridge.service.cycle import Cycle
    from erp_bridge.sync.report import PassReport

#: What a pass has done in an ERP.
DONE = {
    "created": N_("{count} created in {erp}"),
    "updated": N_("{count} updated in {erp}"),
    "movements": N_("{count} messages to {erp}"),
}


class Silent:
    """Where nobody looks on."""

    def started(self, pairs: int, address: str) -> None:
        """The log says it."""

    def passed(self, cycle: Cycle) -> None:
        """The log says it."""

    def reloaded(self, changes: Sequence[str] | str) -> None:
        """The log says it."""


class Terminal:
    """Where a person looks on. ``config`` names the ERPs."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def started(self, pairs: int, address: str) -> None:
        click.echo(_("{pairs} pairs at work; Ctrl-C ends it.", pairs=pairs))
        if address:
            click.echo(_("The page to look at: {address}", address=address))

    def passed(self, cycle: Cycle) -> None:
        when = cycle.started.astimezone().strftime("%H:%M:%S")
        took = _("{seconds} s", seconds=f"{cycle.seconds:.1f}")
        click.echo(f"{when}  {cycle.pair}: {self._what(cycle)} ({took})")

    def reloaded(self, changes: Sequence[str] | str) -> None:
        if isinstance(changes, str):
            click.echo(_("The new configuration is refused; going on with the old one:"))
            click.echo(rendered(changes))
            return
        click.echo(_("The configuration was read again; changes: {count}", count=len(changes)))
        for line in changes:
            click.echo(f"  {line}")

    def _what(self, cycle: Cycle) -> str:
        if cycle.outcome.value == "held":
            return _("another process works on it")
        if cycle.report is None or cycle.error:
            from erp_bridge.report.failing import translated

            return translated(cycle.error).of(language())
        return ", ".join(self._done(cycle.report)) or _("nothing new")

    def _done(self, report: PassReport) -> Iterator[str]:
        counts = report.as_json()
        pair = self._config.pair.get(report.pair)  # one that came with a new configuration is not there
        for what, text in DONE.items():
            for side in ("left", "right"):
                if counts[what][side]:
                    yield _(text, count=counts[what][side], erp=getattr(pair, side, side))
        if report.adopted:
            yield _("adopted: {count}", count=report.adopted)
        waits = sum(report.open.values())
        if waits:
            yield _("{count} wait for a person", count=waits)
