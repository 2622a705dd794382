"""``worker``: one of several, on any hosts, that share the pairs of one PostgreSQL store."""

from __future__ import annotations

import click

from erp_bridge.cli.run import opened
from erp_bridge.cli.runtime import App
from erp_bridge.cli.runtime import run as until_the_end
from erp_bridge.cli.translated import Command, option
from erp_bridge.i18n import N_


@click.command(
    cls=Command,
    help=N_(
        "One of several workers, on any hosts: takes pair cycles from procrastinate on the PostgreSQL of the state "
        "store. The pairs of a worker that dies are taken over within seconds."
    ),
)
@option("--concurrency", type=click.IntRange(1, 500), metavar="N", help=N_("Cycles at the same time; else 50."))
@option("--bind", metavar="ADDRESS", help=N_("Serve health, metrics and the page here, as HOST:PORT; else nowhere."))
@click.pass_obj
def worker(app: App, concurrency: int | None, bind: str | None) -> None:
    config, teller = opened(app)
    from erp_bridge.config import load
    from erp_bridge.service.program import run_worker

    until_the_end(run_worker(config, lambda: load(app.config_path), teller, concurrency=concurrency or 50, bind=bind))
