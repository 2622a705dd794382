"""``verify``: whether both sides of a pair agree, and where they do not."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from erp_bridge.cli.migrate import DAY
from erp_bridge.cli.runtime import App, with_bridge
from erp_bridge.cli.sync import as_json, pair_argument
from erp_bridge.cli.translated import Command, option
from erp_bridge.i18n import N_, _

if TYPE_CHECKING:
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

    async def look(bridge: Any) -> int:
        verification = await bridge.verification(pair, since.date() if since else None)
        differs, separator = 0, ""
        if as_json:
            click.echo(f'{{"pair": {json.dumps(pair)}, "items": [', nl=False)
        async for difference in verification.differences():
            differs += difference.sign != "~"
            if as_json:
                click.echo(separator + json.dumps(difference.as_json()), nl=False)
                separator = ", "
            else:
                click.echo(_line(difference))
        count = verification.count
        if as_json:
            click.echo(f'], "compared": {count.compared}}}')
        else:
            told = _(
                "{left} and {right}: {count} pairs compared, {agreed} fields and messages agree (=), "
                "{differs} differences",
                left=settings.left, right=settings.right, count=count.compared, agreed=count.agreed, differs=differs,
            )  # fmt: skip
            click.echo(told)
        return DIFFERS if differs else 0

    return with_bridge(app, look)


def _line(difference: Difference) -> str:
    return "\t".join((difference.sign, difference.left or "", difference.right or "", difference.field))
