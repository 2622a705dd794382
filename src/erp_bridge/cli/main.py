"""The program ``erp-bridge``: its global options, its commands, and what its exit status means."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

import click

from erp_bridge import i18n
from erp_bridge.cli import failures
from erp_bridge.cli.adapter import adapter
from erp_bridge.cli.check import check
from erp_bridge.cli.complete import completion
from erp_bridge.cli.decisions import conflicts, doubts, quarantine
from erp_bridge.cli.demo import demo
from erp_bridge.cli.desconto import desconto
from erp_bridge.cli.init import init
from erp_bridge.cli.link import link
from erp_bridge.cli.migrate import migrate
from erp_bridge.cli.run import run
from erp_bridge.cli.runtime import App
from erp_bridge.cli.sandbox import sandbox
from erp_bridge.cli.state import state
from erp_bridge.cli.sync import apply, plan, status, sync
from erp_bridge.cli.ticket import ticket
from erp_bridge.cli.translated import Group, option
from erp_bridge.cli.verify import verify
from erp_bridge.cli.vocab import vocab
from erp_bridge.cli.worker import worker
from erp_bridge.i18n import N_


class Program(Group):
    """The outermost group: chooses the language first, and turns every error into a line and an exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order in which one needs them

    def main(  # type: ignore[override]  # click's overloads differ by a flag that is handled here
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        args = sys.argv[1:] if args is None else list(args)
        i18n.use(_language(args))
        try:
            result = super().main(args, prog_name, standalone_mode=False, **extra)
        except BaseException as error:
            if isinstance(error, SystemExit) or not standalone_mode:
                raise
            sys.exit(failures.report(error, verbose=_verbose(args)))
        if standalone_mode:
            sys.exit(result if isinstance(result, int) else 0)
        return result


def _language(args: Sequence[str]) -> str:
    """Of ``--lang``, wherever it stands, so that help and errors of parsing speak it too; else of the environment."""
    for place, arg in enumerate(args):
        given = arg.partition("=")[2] if arg.startswith("--lang=") else "".join(args[place + 1 : place + 2])
        if arg.partition("=")[0] == "--lang" and given in i18n.LANGUAGES:
            return given
    return i18n.from_environment(os.environ)


def _verbose(args: Sequence[str]) -> bool:
    return any(arg in ("-v", "--verbose") for arg in args)


def _version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"erp-bridge {version('erp-bridge')}")
        ctx.exit()


@click.group(
    cls=Program,
    name="erp-bridge",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    help=N_("Tickets of several ERPs through one model, and two ERPs kept in step."),
)
@option("--config", metavar="FILE", help=N_("Configuration; else ERP_BRIDGE_CONFIG, else ./bridge.toml."))
@option("--lang", type=click.Choice(i18n.LANGUAGES), help=N_("Language of texts; else that of the environment."))
@option("--log-format", type=click.Choice(["console", "json"]), help=N_("Write logs to standard error, in this form."))
@option("-v", "--verbose", is_flag=True, help=N_("Say more: every request, and errors in full."))
@option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help=N_("Show the version."))
@click.pass_context
def cli(ctx: click.Context, config: str | None, lang: str | None, log_format: str | None, verbose: bool) -> None:
    ctx.obj = App(config_path=config, log_format=log_format, verbose=verbose)


for command in (
    demo, sandbox, init, check, vocab, plan, apply, sync, run, worker, migrate, verify, status, conflicts, doubts,
    quarantine, link, ticket, desconto, adapter, state, completion,
):  # fmt: skip
    cli.add_command(command)


def main() -> None:
    """Entry point. SIGTERM unwinds the program like Ctrl-C does, so that what it opened is closed."""
    signal.signal(signal.SIGTERM, _end)
    cli(prog_name="erp-bridge")


def _end(number: int, frame: object) -> None:
    raise failures.Ended(number)
