"""One question to the person at the terminal, asked again until the answer will do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from erp_bridge.i18n import _

T = TypeVar("T")


def asked(question: str, judged: Callable[[str], T], default: str | None = None, *, show: bool = True) -> T:
    """What ``judged`` makes of the answer; it raises ``click.BadParameter`` with what is wrong about it.

    With ``show`` a default is shown behind the question, unless it is empty.
    """
    while True:
        text = str(click.prompt(question, default=default, show_default=show and bool(default)))
        try:
            return judged(text.strip())
        except click.BadParameter as error:
            click.echo(_("Error: {line}", line=error.message))


def agreed(question: str, *, default: bool) -> bool:
    """Yes or no, in either language: click's own question knows English only. Enter says ``default``."""
    shown = _("[Y/n]") if default else _("[y/N]")
    return asked(f"{question} {shown}", _yes_or_no, "y" if default else "n", show=False)


def _yes_or_no(text: str) -> bool:
    answer = text.lower()
    if answer in ("y", "yes", "s", "sim"):
        return True
    if answer in ("n", "no", "nao", "não"):
        return False
    raise click.BadParameter(_("yes or no is asked for"))
