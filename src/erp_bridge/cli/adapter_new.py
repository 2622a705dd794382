"""``adapter new NAME``: writes a package for an ERP that has no adapter yet, with tests that pass at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from erp_bridge.cli import output
from erp_bridge.cli.translated import Command, argument, option
from erp_bridge.i18n import N_, _

#: The name of the template's ERP. Its files end in ``.txt``, so that nobody takes them for ours.
PLACEHOLDER = "newerp"
SUFFIX = ".txt"


@click.command(
    "new",
    cls=Command,
    help=N_(
        "Write a package for a new adapter: erp-bridge-NAME, with tests and a page of quirks.\n\n"
        "Its tests pass at once, against a small server of its own. It speaks to an ERP that nobody sells; "
        "README.md in it says in which order to make it speak to yours."
    ),
)
@argument("name")
@option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), default=None,
    help=N_("Where to write it; else ./erp-bridge-NAME."),
)  # fmt: skip
@option("--json", "as_json", is_flag=True, help=N_("One JSON object."))
def new(name: str, folder: Path | None, as_json: bool) -> None:
    from erp_bridge.adapters import registry

    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise click.UsageError(_("{name}: a name has small letters, digits and _ only, a letter first", name=name))
    if name in registry.names():
        raise click.UsageError(_("there is an adapter {name} already", name=name))
    target = folder or Path(f"erp-bridge-{name}")
    if target.exists() and any(target.iterdir()):
        raise click.UsageError(_("{path} is there already and not empty: name another one with --folder", path=target))
    written = write(name, target)
    if as_json:
        output.emit({"adapter": name, "folder": str(target), "files": [str(path) for path in written]})
        return
    click.echo(_("Written: {path}", path=target))
    for line in (f"cd {target}", "pip install -e '.[test]'", "python -m pytest"):
        click.echo(f"  {line}")
    click.echo(_("Next: README.md in it says what to change, and in which order."))


def write(name: str, target: Path) -> list[Path]:
    """The files of the template with that name in place of its own; what was written, in order."""
    written = []
    for parts, source in _template(files("erp_bridge") / "templates" / "adapter"):
        path = target / renamed("/".join(parts), name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(renamed(source.read_text(encoding="utf-8"), name), encoding="utf-8")
        written.append(path)
    return written


def renamed(text: str, name: str) -> str:
    """The template's text for another ERP: ``erp_bridge_newerp``, ``NewerpAdapter``, ``NEWERP_TOKEN``."""
    camel = "".join(part.capitalize() for part in name.split("_"))
    return (
        text.replace(PLACEHOLDER.upper(), name.upper())
        .replace(PLACEHOLDER.capitalize(), camel)
        .replace(f"erp-bridge-{PLACEHOLDER}", f"erp-bridge-{name.replace('_', '-')}")
        .replace(f"//{PLACEHOLDER}.", f"//{name.replace('_', '-')}.")
        .replace(PLACEHOLDER, name)
    )


def _template(folder: Traversable, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Traversable]]:
    """Every file of the template, by where it goes: ``package`` has the name of the package."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            place = f"erp_bridge_{PLACEHOLDER}" if entry.name == "package" else entry.name
            yield from _template(entry, (*above, place))
        elif entry.name.endswith(SUFFIX):
            yield (*above, entry.name.removesuffix(SUFFIX)), entry
