"""click's commands and options in the chosen language. Help texts are written in English and marked with ``N_``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from erp_bridge.i18n import N_, _

F = TypeVar("F", bound=Callable[..., Any])


class Option(click.Option):
    """An option whose help is translated when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return record and (record[0], _(self.help or ""))

    def make_metavar(self, ctx: click.Context) -> str:
        return _(super().make_metavar(ctx))


class Argument(click.Argument):
    """An argument whose name in the usage line is translated."""

    def make_metavar(self, ctx: click.Context) -> str:
        return _(super().make_metavar(ctx))


def option(*names: str, **attributes: Any) -> Callable[[F], F]:
    """``click.option`` for translated help."""
    return click.option(*names, cls=Option, **attributes)


def argument(*names: str, **attributes: Any) -> Callable[[F], F]:
    """``click.argument`` for translated usage lines."""
    return click.argument(*names, cls=Argument, **attributes)


class Command(click.Command):
    """A command whose whole help page is translated."""

    def get_short_help_str(self, limit: int = 45) -> str:
        return _(self.help or "").partition("\n")[0]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(_(piece) for piece in self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=_("Usage: "))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.help:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(_(self.help))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [p.get_help_record(ctx) for p in self.get_params(ctx) if not isinstance(p, click.Argument)]
        shown = [record for record in records if record]
        if shown:
            with formatter.section(_("Options")):
                formatter.write_dl(shown)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = _("Show this text and end.")
        return found


class Group(Command, click.Group):
    """A group of commands whose whole help page is translated."""

    command_class = Command
    group_class = type

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        names = self.list_commands(ctx)
        rows = [(name, command.get_short_help_str()) for name in names if (command := self.get_command(ctx, name))]
        with formatter.section(_("Commands")):
            formatter.write_dl(rows)


#: Words of usage lines: click's own, and the metavars of the options.
USAGE_WORDS = (
    N_("[OPTIONS]"), N_("COMMAND [ARGS]..."), N_("FILE"), N_("TEXT"), N_("TERM"), N_("REASON"), N_("NAME"),
    N_("NUMBER"), N_("ADDRESS"), N_("DEPARTMENT"), N_("ZONE"), N_("FAULTS"), N_("NAME ADAPTER URL"),
    N_("NAME.KEY=REFERENCE"), N_("NAME.KEY=TEXT"), N_("DAY"), N_("FOLDER"),
)  # fmt: skip
