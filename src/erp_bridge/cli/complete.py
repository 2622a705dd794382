"""Shell completion: the script for a shell, and the names that complete from the configuration file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem, get_completion_class

from erp_bridge.cli.translated import Command, argument
from erp_bridge.i18n import N_

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def names(kind: str) -> Completer:
    """Completes the X of the tables ``[kind.X]``. A file that cannot be read completes nothing."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        import os
        import tomllib

        path = ctx.find_root().params.get("config") or os.environ.get("ERP_BRIDGE_CONFIG") or "bridge.toml"
        try:
            with open(path, "rb") as file:
                found: Any = tomllib.load(file).get(kind)
        except (OSError, ValueError):
            return []
        keys = found if isinstance(found, dict) else {}
        return [CompletionItem(name) for name in keys if name.startswith(incomplete)]

    return complete


@click.command(
    cls=Command,
    help=N_('Print the completion script of a shell.\n\nFor bash: eval "$(erp-bridge completion bash)" in ~/.bashrc.'),
)
@argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    found = get_completion_class(shell)
    assert found is not None  # noqa: S101  the three shells of the choice are click's own
    click.echo(found(ctx.find_root().command, {}, "erp-bridge", "_ERP_BRIDGE_COMPLETE").source())
