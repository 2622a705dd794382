"""How results reach the terminal: tables where a person looks on, plain lines and JSON where a program does."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import click


def emit(document: object) -> None:
    """One JSON object on standard output."""
    utf8 = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") == "utf8"
    click.echo(json.dumps(document, ensure_ascii=not utf8, indent=2, default=str))


def table(headings: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> None:
    """Rows under headings: drawn on a terminal, separated by tabs elsewhere."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if sys.stdout.isatty() and _draw(headings, cells, title):
        return
    if title:
        click.echo(title)
    for line in (headings, *cells):
        click.echo("\t".join(line))


def _draw(headings: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> bool:
    try:
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text
    except ImportError:  # the library alone is installed
        return False
    drawn = Table(title=title or None, title_justify="left")
    for heading in headings:
        drawn.add_column(heading)
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    Console(soft_wrap=False).print(drawn)
    return True
