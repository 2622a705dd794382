"""The page of commands, made from what ``--help`` prints."""

from __future__ import annotations

from collections.abc import Iterator

import click

from erp_bridge import i18n
from erp_bridge.cli.main import cli

TITLE = {"en": "Commands", "pt-BR": "Comandos"}
INTRO = {
    "en": "What `--help` prints, for every command. Global options stand before the command.",
    "pt-BR": "O que `--help` mostra, para cada comando. As opções globais vêm antes do comando.",
}


def page(lang: str) -> str:
    """The whole page in that language."""
    before = i18n.language()
    i18n.use(lang)
    try:
        parts = [f"# {TITLE[lang]}\n\n{INTRO[lang]}\n"]
        for path, command in walk("erp-bridge", cli):
            depth = "##" if path.count(" ") < 2 else "###"
            context = click.Context(command, info_name=path, max_content_width=100, terminal_width=100)
            parts.append(f"{depth} `{path}`\n\n```text\n{command.get_help(context)}\n```\n")
        return "\n".join(parts)
    finally:
        i18n.use(before)


def walk(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """The command and those below it, each with its whole name."""
    yield path, command
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from walk(f"{path} {name}", command.commands[name])
