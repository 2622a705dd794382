"""``state``: the state store, its copy, its health, its place, and what LGPD asks of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from erp_bridge.cli import output
from erp_bridge.cli.runtime import App, with_bridge
from erp_bridge.cli.translated import Command, Group, argument, option
from erp_bridge.i18n import N_, _, rendered

as_json = option("--json", "as_json", is_flag=True, help=N_("One JSON object."))


@click.group(cls=Group, help=N_("The state store: backup, health, moving it, and forgetting a client."))
def state() -> None:
    pass


@state.command(cls=Command, help=N_("Copy the store and its digest key into a folder, also while it is in use."))
@argument("folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@as_json
@click.pass_obj
def backup(app: App, folder: Path, as_json: bool) -> None:
    async def copy(bridge: Any) -> Any:
        return bridge.backup(folder)

    copied = with_bridge(app, copy)
    if as_json:
        output.emit({"store": str(copied.store), "key": str(copied.key) if copied.key else None})
        return
    click.echo(_("store copied to {path}", path=copied.store))
    if copied.key:
        click.echo(_("digest key copied to {path}: keep both where only you can read", path=copied.key))
    else:
        click.echo(_("the digest key is not in a file and was NOT copied: without it the copy is of no use"))


@state.command(
    cls=Command,
    help=N_(
        "Move the store to another place: SQLite or PostgreSQL, an address or a reference as in [state] url. "
        "Nobody may be at work meanwhile; the old place refuses from then on."
    ),
)
@argument("url", metavar="URL")
@as_json
@click.pass_obj
def move(app: App, url: str, as_json: bool) -> None:
    async def away(bridge: Any) -> Any:
        return bridge.move_store(url)

    moved = with_bridge(app, away)
    if as_json:
        output.emit({"url": url, "rows": dict(moved.rows), "key": str(moved.key) if moved.key else None})
        return
    for table, count in moved.rows.items():
        click.echo(_("{table}: {count} rows moved, each compared", table=table, count=count))
    if moved.key:
        click.echo(_("digest key copied to {path}: keep both where only you can read", path=moved.key))
    click.echo(_("the old store refuses from now on: name the new one in the configuration, as [state] url = {url}",
                 url=f'"{url}"'))  # fmt: skip


@state.command(cls=Command, help=N_("Examine the store: key, schema, integrity, file modes."))
@as_json
@click.pass_obj
def doctor(app: App, as_json: bool) -> None:
    async def look(bridge: Any) -> Any:
        return bridge.examine_store()

    found = with_bridge(app, look)
    if as_json:
        output.emit({"items": [{"topic": topic, "ok": ok, "seen": seen} for topic, ok, seen in found]})
    else:
        for topic, ok, seen in found:
            click.echo(f"{'[ok]  ' if ok else '[look]'} {topic}: {rendered(seen)}")
    if not all(ok for _topic, ok, _seen in found):
        raise click.exceptions.Exit(1)


@state.command(cls=Command, help=N_("Forget a client: its links become tombstones, and are never carried again."))
@option("--documento", required=True, metavar="NUMBER", help=N_("The client's CPF or CNPJ."))
@as_json
@click.pass_obj
def forget(app: App, documento: str, as_json: bool) -> None:
    async def bury(bridge: Any) -> Any:
        return await bridge.forget(documento)

    found = with_bridge(app, bury)
    if as_json:
        output.emit({"items": [{"pair": f.pair, "links": f.links, "unlinked": f.unlinked} for f in found]})
        return
    for f in found:
        text = _("{pair}: {links} links and {alone} single tickets are tombstones now", pair=f.pair, links=f.links,
                 alone=f.unlinked)  # fmt: skip
        click.echo(text)
