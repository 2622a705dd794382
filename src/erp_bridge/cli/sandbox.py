"""``sandbox``: one simulated ERP on this machine, with data, quirks and, if asked for, faults."""

from __future__ import annotations

import shlex

import click

from erp_bridge.cli.runtime import run
from erp_bridge.cli.translated import Command, argument, option
from erp_bridge.i18n import N_, _


@click.command(
    cls=Command,
    help=N_(
        "Start one simulated ERP on 127.0.0.1 and print how to reach it.\n\n"
        'It runs until Ctrl-C and keeps nothing. FAULTS is for example "latency=50ms,status=503:0.05,lost_reply=0.1".'
    ),
)
@argument("erp", metavar="ERP", type=click.Choice(["ixc", "integrator", "voalle"]))
@option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help=N_("Port; else a free one."))
@option("--tickets", type=click.IntRange(0), metavar="N", help=N_("How many tickets it has; else 120 or 60."))
@option("--faults", default="", metavar="FAULTS", help=N_("What goes wrong, and how often."))
@option("--seed", type=int, default=1, metavar="N", help=N_("Another number, other data."))
def sandbox(erp: str, port: int, tickets: int | None, faults: str, seed: int) -> None:
    from erp_bridge.cli import simulated

    try:
        simulator = simulated.alone(erp, tickets=tickets, faults=faults, seed=seed)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    name = {"ixc": "matriz", "integrator": "filial", "voalle": "adquirida"}[erp]
    variables = {key: f"{name}_{key}".upper() for key in simulator.credentials}
    try:
        server = simulator.serve(port).start()
    except OSError:
        raise click.UsageError(_("the port {port} is taken: choose another one with --port", port=port)) from None
    try:
        click.echo(_("# A simulated {erp} at {url}; Ctrl-C ends it.", erp=erp, url=server.url))
        click.echo(_("# Its credentials, for the shell that runs erp-bridge:"))
        for key, variable in variables.items():
            click.echo(f"export {variable}={shlex.quote(simulator.credentials[key])}")
        click.echo(_("# Its table, for bridge.toml:"))
        click.echo(simulator.table(name, server.url, {key: f"env:{name}" for key, name in variables.items()}))
        run(_forever())
    finally:
        server.stop()


async def _forever() -> None:
    import asyncio

    await asyncio.Event().wait()
