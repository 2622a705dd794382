"""How a migration looks at the terminal: while it goes on, what it would do, and what has become of it."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from erp_bridge.cli import output
from erp_bridge.i18n import N_, _

if TYPE_CHECKING:
    from erp_bridge.config import PairSettings
    from erp_bridge.sync.migrate.estimate import Estimate
    from erp_bridge.sync.migrate.progress import Progress
    from erp_bridge.sync.migrate.report import MigrationReport
    from erp_bridge.sync.report import PassReport

#: Where nobody looks on, a line in so many seconds.
EVERY = 60.0

STATES = {
    "moved": N_("moved"),
    "quarantined": N_("quarantined"),
    "in_doubt": N_("in doubt"),
    "failed": N_("failed"),
    "skipped": N_("skipped"),
    "pending": N_("unfinished"),
}
THEN = {"quarantine": N_("the ticket waits"), "blank": N_("stays blank, its name in the footer")}


@contextmanager
def live(words: Callable[[Progress], str] | None = None) -> Iterator[Callable[[Progress], None]]:
    """A function that tells of progress: one line that changes on a terminal, else a line a minute."""
    words = words or line
    if sys.stderr.isatty():
        try:
            yield lambda progress: click.echo(f"\r{_narrow(words(progress))}\033[K", err=True, nl=False)
        finally:
            click.echo(err=True)
        return
    said = time.monotonic()

    def tell(progress: Progress) -> None:
        nonlocal said
        if time.monotonic() - said >= EVERY:
            said = time.monotonic()
            click.echo(words(progress), err=True)

    yield tell


def _narrow(text: str) -> str:
    """What fits into one row: a longer line would not be written over, but moved up."""
    return text[: shutil.get_terminal_size().columns - 1]


def line(progress: Progress) -> str:
    """How it goes, in one line."""
    if progress.step == "survey":
        parts = [_("looking through what the target holds already")]
    elif progress.total is None:
        parts = [_("{done} tickets", done=progress.done)]
    else:
        parts = [_("{done} of {total}", done=progress.done, total=progress.total)]
    parts += pace(progress)
    parts += [f"{_(STATES[state])}: {count}" for state, count in progress.states.items() if count and state in STATES]
    return " · ".join(parts)


def pace(progress: Progress) -> list[str]:
    """How fast, how long still, and what is waited for."""
    parts = [_("{rate} a second", rate=f"{progress.rate:.1f}")]
    if progress.seconds_left is not None:
        parts.append(_("{time} left", time=duration(progress.seconds_left)))
    match progress.waits_for:
        case "us":
            parts.append(_("this machine is the limit"))
        case "limit":
            parts.append(_("waiting for the limit of {erp} (requests_per_minute)", erp=progress.erp))
        case "lease":
            parts.append(_("waiting for another process that works on the pair"))
        case _ if progress.erp:
            parts.append(_("waiting for answers of {erp}", erp=progress.erp))
    return parts


def duration(seconds: float) -> str:
    """A length of time in its largest unit."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def print_estimate(pair: PairSettings, source: str, found: Estimate) -> None:
    """What a migration would have to do."""
    names = (pair.left, pair.right) if source == "left" else (pair.right, pair.left)
    title = _("{pair}: from {source} to {target}", pair=pair.name, source=names[0], target=names[1])
    rows = [(month or "?", status or "?", count) for (month, status), count in sorted(found.months.items())]
    output.table((_("Month"), _("Status"), _("Tickets")), rows, title=title)
    click.echo(_("tickets: {count}, to move: {left}", count=found.tickets, left=found.to_move))
    if found.gaps:
        gaps = [(campo, code, name, _(THEN[then]), n) for (campo, code, name, then), n in found.gaps.most_common()]
        headings = (_("Field"), _("Code"), _("Name"), _("What happens"), _("Tickets"))
        output.table(headings, gaps, title=_("Without a counterpart"))
    if found.sampled:
        told = _("of {count} tickets looked at closely, {moved} would be moved", count=found.sampled,
                 moved=found.creates)  # fmt: skip
        click.echo(told)
        for (code, campo), count in found.problems.most_common():
            click.echo(f"  {code} ({campo}): {count}")
    requests = found.as_json()["requests"]
    told = _("requests: {left} to {left_name}, {right} to {right_name}", left=requests["left"], left_name=pair.left,
             right=requests["right"], right_name=pair.right)  # fmt: skip
    click.echo(told)
    if found.limited_by:
        by = _("the limit of {erp} decides (requests_per_minute)", erp=found.limited_by)
    else:
        by = _("the answers of the ERPs decide")
    click.echo(_("time: {time}; {by}", time=duration(found.seconds), by=by))


def print_account(account: MigrationReport | None, moved: PassReport) -> None:
    """What has become of the migration so far."""
    if account is None:
        return
    title = _("{pair}: from {source} to {target}", pair=account.pair, source=account.source, target=account.target)
    rows = [(_(STATES[state]), count) for state, count in account.totals.items() if count]
    output.table((_("State"), _("Tickets")), rows, title=title)
    click.echo(_("movements: {count}", count=account.movements))
    for reason in account.reasons:
        click.echo(f"  {_(STATES[reason.state])}: {reason.code} ({reason.field}): {reason.count}")
    click.echo(_("{seconds} s", seconds=round(moved.seconds, 1)))
