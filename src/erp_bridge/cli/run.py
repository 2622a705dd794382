"""``run``: the daemon on one host. What it does is told in lines on a terminal, and as JSON elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from erp_bridge.cli.runtime import App
from erp_bridge.cli.runtime import run as until_the_end
from erp_bridge.cli.service_text import Silent, Terminal
from erp_bridge.cli.translated import Command
from erp_bridge.i18n import N_

if TYPE_CHECKING:
    from erp_bridge.config import Config


@click.command(
    cls=Command,
    help=N_(
        "The daemon: every pair at its interval, and a page to look at ([service] bind). SIGHUP reads the "
        "configuration again; Ctrl-C or SIGTERM ends it within 10 seconds."
    ),
)
@click.pass_obj
def run(app: App) -> None:
    config, teller = opened(app)
    from erp_bridge.config import load
    from erp_bridge.service.program import run_daemon

    until_the_end(run_daemon(config, lambda: load(app.config_path), teller))


def opened(app: App) -> tuple[Config, Terminal | Silent]:
    """The configuration, and who tells what goes on: lines where a person looks on, else the logs, as JSON."""
    if app.log_format is None and sys.stdout.isatty():
        return app.config, Terminal(app.config)
    app.log_format = app.log_format or "json"
    return app.config, Silent()
