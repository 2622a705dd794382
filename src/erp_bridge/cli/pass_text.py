"""How plans, passes and pairs look at the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from erp_bridge.cli import output
from erp_bridge.i18n import N_, _, language

if TYPE_CHECKING:
    from erp_bridge.config import PairSettings
    from erp_bridge.sync.plan import Plan
    from erp_bridge.sync.report import PassReport
    from erp_bridge.sync.service import PairStatus

ACTIONS = {
    "create": N_("create"),
    "message": N_("tell"),
    "movement": N_("movement"),
    "change": N_("change"),
    "status": N_("status"),
    "forward": N_("forward"),
    "adopt": N_("adopt"),
    "conflict": N_("conflict"),
    "quarantine": N_("quarantine"),
    "doubt": N_("doubt"),
    "failed": N_("failed"),
    "refused": N_("refused"),
}

REASONS = {
    "no twin yet": N_("no twin yet"),
    "changed": N_("changed"),
    "new": N_("new"),
    "both records exist already": N_("both records exist already"),
    "changed since the plan": N_("changed since the plan"),
}

#: What waits, and the command that shows it.
WAITING = {
    "conflicts": (N_("conflicts"), "erp-bridge conflicts"),
    "quarantined": (N_("quarantined"), "erp-bridge quarantine"),
    "in_doubt": (N_("in doubt"), "erp-bridge doubts"),
    "failed": (N_("failed, tried again by the next pass"), ""),
}


def print_plan(pair: PairSettings, plan: Plan) -> None:
    """Record by record: direction, field, before and after, reason."""
    rows = [
        (
            row.direction, row.left or "", row.right or "", _(ACTIONS.get(row.action, row.action)), row.field,
            f"{row.before} → {row.after}" if row.before else row.after, _reason(row.reason),
        )
        for row in plan.rows()
    ]  # fmt: skip
    if rows:
        headings = ("", pair.left, pair.right, _("Action"), _("Field"), _("Before → after"), _("Reason"))
        output.table(headings, rows)
    else:
        click.echo(_("Nothing to do: both sides are in step."))


def print_report(pair: PairSettings, report: PassReport) -> None:
    """What a pass did, side by side, and what stands open."""
    counts = report.as_json()
    rows = [
        (_(label), counts[key]["left"], counts[key]["right"])
        for key, label in (
            ("read", N_("read")), ("created", N_("created")), ("updated", N_("updated")),
            ("movements", N_("movements")), ("requests", N_("requests")),
        )
    ]  # fmt: skip
    title = _("{pair}: what a pass would do", pair=pair.name) if report.dry_run else pair.name
    output.table(("", pair.left, pair.right), rows, title=title)
    if report.adopted:
        click.echo(_("adopted: {count}", count=report.adopted))
    if report.skipped:
        click.echo(_("skipped: {count}", count=report.skipped))
    for row in report.refused:
        place = " ".join(part for part in (row.left, row.right) if part)
        click.echo(f"{_('refused')}: {place}: {_reason(row.reason)}")
    for key, (label, command) in WAITING.items():
        if counts[key]:
            click.echo(f"{_(label)}: {counts[key]}" + (f" → {command}" if command else ""))
    click.echo(_("{seconds} s", seconds=counts["seconds"]))


def print_status(pairs: Sequence[PairStatus]) -> None:
    """One line for each pair, then why its last pass failed, and what it cannot carry."""
    from erp_bridge.report.failing import failures

    headings = (
        _("Pair"), _("Links"), _("Lag"), _("Open intents"), _("Conflicts"), _("Quarantine"), _("Doubts"), _("Failed"),
        _("Last error"), _("Next run"), _("At work"),
    )  # fmt: skip
    rows = []
    for pair in pairs:
        counts = pair.as_json()
        rows.append(
            (
                pair.pair if pair.enabled else f"{pair.pair} ({_('off')})", pair.links, _lag(pair.lag_seconds),
                pair.open_intents, counts["conflicts"], counts["quarantined"], counts["in_doubt"], counts["failed"],
                _kind(pair.last_error), pair.next_run.astimezone().strftime("%H:%M:%S") if pair.next_run else "",
                pair.holder or "",
            )
        )  # fmt: skip
    output.table(headings, rows)
    for pair in pairs:
        for why in failures(pair.last_error):
            click.echo(_("{pair}: the last pass failed: {why}", pair=pair.pair, why=why.what.of(language())))
            if why.next_step.en:
                click.echo(f"  {why.next_step.of(language())}")
        for side, fields in pair.not_carried.items():
            if fields:
                listed = ", ".join(fields)
                click.echo(_("{pair}: not carried from {side}: {fields}", pair=pair.pair, side=side, fields=listed))


def _kind(error: str | None) -> str:
    """The kind of an error, as the page of errors lists it."""
    from erp_bridge.report.failing import failures

    found = failures(error)
    return (found[0].kind or _("failed")) if found else ""


def _reason(reason: str) -> str:
    if reason.startswith("sets "):
        return _("sets {status}", status=reason.removeprefix("sets "))
    return _(REASONS.get(reason, reason))


def _lag(seconds: float | None) -> str:
    if seconds is None:
        return _("never")
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
