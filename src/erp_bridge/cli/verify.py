"""``verify``: whether both sides of a pair agree, and where they do not."""

from __future__ import annotations

import json
import sys
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from erp_bridge.cli import migrate_text
from erp_bridge.cli.migrate import DAY
from erp_bridge.cli.runtime import App, with_bridge
from erp_bridge.cli.sync import as_json, pair_argument
from erp_bridge.cli.translated import Command, option
from erp_bridge.i18n import N_, _

if TYPE_CHECKING:
    from erp_bridge.sync.migrate.progress import Progress
    from erp_bridge.sync.verify.compare import Difference

DIFFERS = 3


@click.command(
    cls=Command,
    help=N_(
        "Read both sides afresh and compare them, field by field and message by message.\n\n"
        "Each difference is one line: a sign, the ids of both tickets, the field or the message.\n\n"
        "- missing on the other side; + extra there, or there twice; * differs; ! cannot be compared; "
        "~ altered by storage when it was written, which is no difference. What agrees (=) is counted only.\n\n"
        "Compared is what the poorer side can hold. Exit status 0 only if both sides agree, else 3."
    ),
)
@pair_argument
@option("--since", type=DAY, metavar="DAY", help=N_("Tickets opened on or after that day (YYYY-MM-DD)."))
@as_json
@click.pass_obj
def verify(app: App, pair: str, since: datetime | None, as_json: bool) -> int:
    settings = app.pair(pair)
    limits = {name: app.config.erp[name].requests_per_minute for name in (settings.left, settings.right)}
    shown = _Shown(pair, as_json=as_json)

    async def look(bridge: Any) -> None:
        verification = await bridge.verification(pair, since.date() if since else None)
        shown.count = verification.count
        async with aclosing(verification.differences(tell, limits)) as differences:
            async for difference in differences:
                shown.add(difference)

    with migrate_text.live(shown.line) as tell:
        with_bridge(app, look)
    shown.end(settings.left, settings.right)
    return DIFFERS if shown.differs else 0


@dataclass
class _Shown:
    """What stands on standard output: lines, or one JSON object that is written as it grows."""

    pair: str
    as_json: bool
    differs: int = 0
    count: Any = None  # how much was compared; None while nothing is known
    _begun: bool = False

    def add(self, difference: Difference) -> None:
        self.differs += difference.sign != "~"
        if self.as_json:
            click.echo((", " if self._begun else self._head()) + json.dumps(difference.as_json()), nl=False)
            self._begun = True
            return
        if sys.stderr.isatty() and sys.stdout.isatty():  # take the line that tells of progress away
            click.echo("\r\033[K", err=True, nl=False)
        parts = (difference.sign, difference.left or "", difference.right or "", difference.field)
        click.echo("\t".join(parts))

    def end(self, left: str, right: str) -> None:
        """Only where everything was read: what was broken off leaves no whole object behind."""
        if self.as_json:
            click.echo(("" if self._begun else self._head()) + f'], "compared": {self.count.compared}}}')
            return
        told = _(
            "{left} and {right}: {count} pairs compared, {agreed} fields and messages agree (=), {differs} differences",
            left=left, right=right, count=self.count.compared, agreed=self.count.agreed, differs=self.differs,
        )  # fmt: skip
        click.echo(told)

    def line(self, progress: Progress) -> str:
        """How it goes, in one line. The tickets are those of both sides."""
        if progress.total is None:
            parts = [_("{count} tickets read", count=progress.done)]
        else:
            parts = [_("{done} of {total} tickets read", done=progress.done, total=progress.total)]
        compared = self.count.compared if self.count else 0
        parts.append(_("{count} pairs compared, {differs} differences", count=compared, differs=self.differs))
        return " · ".join([*parts, *migrate_text.pace(progress)])

    def _head(self) -> str:
        return f'{{"pair": {json.dumps(self.pair)}, "items": ['
