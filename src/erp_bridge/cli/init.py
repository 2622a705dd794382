"""``init``: asks what it must know, or takes it from options, asks the ERPs too, and writes a commented file."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from erp_bridge.cli.init_asking import ZONE, Answers, ask, own_keys, secret_keys, variable
from erp_bridge.cli.runtime import App, run
from erp_bridge.cli.template import SURE, NewErp, bridge_toml
from erp_bridge.cli.translated import Command, option
from erp_bridge.i18n import N_, _, rendered

if TYPE_CHECKING:
    from erp_bridge.config import Config
    from erp_bridge.sync.report import PassReport


@click.command(
    cls=Command,
    help=N_(
        "Write a commented bridge.toml.\n\n"
        "Without options it asks. The file holds no secret: it names the environment variables, or the files, that "
        "hold them.\n\n"
        "If both ERPs answer, it proposes the vocabulary from their own lists, and ends with a check and with what a "
        "first pass would do. It writes nothing to them."
    ),
)
@option(
    "--erp", "erps", nargs=3, multiple=True, metavar="NAME ADAPTER URL", help=N_("An ERP; repeat it for the second.")
)
@option(
    "--table", "tables", multiple=True, metavar="FILE",
    help=N_("A file with the table of an ERP, as `sandbox` prints it, instead of --erp."),
)  # fmt: skip
@option(
    "--secret", "secrets", multiple=True, metavar="NAME.KEY=REFERENCE",
    help=N_("Where a secret is found: env:NAME, file:PATH or keyring:SERVICE/USER; else env:NAME_KEY."),
)  # fmt: skip
@option(
    "--set", "keys", multiple=True, metavar="NAME.KEY=TEXT",
    help=N_("Another key of an ERP's table, or of a table in it: filial.queries.abertos=01QATEND03."),
)  # fmt: skip
@option("--timezone", default=None, metavar="ZONE", help=N_("Time zone of the ERPs; else America/Sao_Paulo."))
@option("--pair", default="suporte", metavar="NAME", help=N_("Name of the pair that joins two ERPs; else suporte."))
@option("--offline", is_flag=True, help=N_("Ask no ERP: only write the file."))
@option("--force", is_flag=True, help=N_("Overwrite a file that is there already."))
@click.pass_obj
def init(
    app: App,
    erps: tuple[tuple[str, str, str], ...],
    tables: tuple[str, ...],
    secrets: tuple[str, ...],
    keys: tuple[str, ...],
    timezone: str | None,
    pair: str,
    offline: bool,
    force: bool,
) -> None:
    from erp_bridge.config import find, loads

    path = find(app.config_path)
    given = _given(secrets, "--secret", "matriz.token=env:IXC_TOKEN")
    said = _given(keys, "--set", "adquirida.closing_status=4")
    if path.exists() and not force:
        raise click.UsageError(_("{path} is there already: --force overwrites it", path=path))
    if erps or tables:
        told = [_from_options(name, adapter, url, timezone or ZONE, given, said) for name, adapter, url in erps]
        answers = Answers([*told, *(erp for file in tables for erp in _from_table(file))])
    elif _somebody_is_there():
        answers = ask(path.parent, timezone, given, said)
    else:
        raise click.UsageError(_("there is nobody to ask here: name the ERPs with --erp NAME ADAPTER URL"))
    wanted = answers.erps
    text = bridge_toml(wanted, pair)
    config = loads(text, path)  # a file that this program writes must please it
    for file, secret in answers.secrets.items():
        _write(file, f"{secret}\n")
    reached = not offline and _reachable(config, wanted)
    if reached and len(wanted) > 1:
        text = _with_vocabulary(config, wanted, pair) or text
        config = loads(text, path)
    _write(path, text)
    click.echo(_("Written: {path}", path=path))
    if reached and _looks_well(config) and len(wanted) > 1 and _foresee(config, pair):
        click.echo(_("Read {path}, then `erp-bridge sync {pair}`.", path=path.name, pair=pair))
        return
    for step, line in enumerate(_next_steps(wanted, pair), start=1):
        click.echo(f"  {step}. {line}")


def _reachable(config: Config, erps: list[NewErp]) -> bool:
    """Whether every secret is there, so that the ERPs can be asked; what is missing is said."""
    from erp_bridge import ConfigError
    from erp_bridge.core.settings import Secret

    for erp in erps:
        settings = config.erp[erp.name]
        for name in type(settings).model_fields:
            value = getattr(settings, name)
            try:
                if isinstance(value, Secret):
                    value.reveal()
            except ConfigError as error:
                click.echo(_("Not asked yet: {erp}: {message}", erp=erp.name, message=rendered(error.message)))
                return False
    return True


def _with_vocabulary(config: Config, erps: list[NewErp], pair: str) -> str | None:
    """The file with the lines that both ERPs' lists suggest; None where they could not be read."""
    from erp_bridge import BridgeError
    from erp_bridge.cli.vocab import propose
    from erp_bridge.config.suggest import THRESHOLD

    first, second = (config.erp[erp.name] for erp in erps[:2])
    try:
        proposals = run(propose(first, second, THRESHOLD))
    except BridgeError as error:
        click.echo(_("The vocabulary could not be read: {message}", message=rendered(str(error))))
        return None
    for proposal in proposals:
        sure = sum(line.confidence >= SURE for line in proposal.lines)
        click.echo(
            _(
                "{kind}: {sure} lines proposed, {unsure} more to be looked at, {alone} without a counterpart",
                kind=proposal.kind, sure=sure, unsure=len(proposal.lines) - sure, alone=len(proposal.alone),
            )
        )  # fmt: skip
    return bridge_toml(erps, pair, proposals)


def _looks_well(config: Config) -> bool:
    """The check, in short: what is not well, with what to do about it."""
    from erp_bridge.checkup import State, examine

    examined, pairs = run(examine(config))
    bad = [f for erp in examined for f in erp.findings if f.state is State.ERROR]
    odd = [f for f in [*(f for erp in examined for f in erp.findings), *pairs] if f.state is State.WARNING]
    for finding in bad:
        click.echo(f"[{_('FAILED')}] {finding.subject}  {_(finding.topic)}: {finding.detail}")
        if finding.advice:
            click.echo(f"  → {finding.advice}")
    if not bad:
        click.echo(_("check: ok; {count} things to look at, see `erp-bridge check`", count=len(odd)))
    return not bad


def _foresee(config: Config, pair: str) -> bool:
    """What a first pass would do, in numbers; whether that could be said."""
    from erp_bridge import BridgeError
    from erp_bridge.cli.pass_text import print_report
    from erp_bridge.sync.service import Bridge

    async def look() -> PassReport:
        async with Bridge(config) as bridge:
            return (await bridge.plan(pair))[1]

    lacking = _cannot_list(config, pair)
    if lacking:
        click.echo(
            _("No plan yet: {erps} cannot list its tickets; `erp-bridge check` says why.", erps=", ".join(lacking))
        )
        return False
    click.echo(_("Reading both ERPs for a first plan; at their limits this may take a minute or two."))
    try:
        print_report(config.pair[pair], run(look()))
    except BridgeError as error:  # a closed gate, for example: the file is written all the same
        click.echo(_("Error: {line}", line=rendered(str(error))), err=True)
        return False
    return True


def _cannot_list(config: Config, pair: str) -> list[str]:
    from erp_bridge import Capability, connect

    erps = (config.erp[name] for name in (config.pair[pair].left, config.pair[pair].right))
    return [erp.name for erp in erps if Capability.CHANGED_SINCE not in connect(erp).capabilities]


def _somebody_is_there() -> bool:
    return sys.stdin.isatty()


def _given(values: tuple[str, ...], name: str, example: str) -> dict[str, str]:
    pairs = [item.partition("=") for item in values]
    if any("." not in key or not value for key, _sign, value in pairs):
        raise click.UsageError(
            _("{option} is written as NAME.KEY=VALUE, for example {example}", option=name, example=example)
        )
    return {key: value for key, _sign, value in pairs}


def _from_table(file: str) -> list[NewErp]:
    """The ERPs of a file of tables; lines for the shell that stand there too are left out."""
    import tomllib

    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise click.UsageError(f"{file}: {error.strerror}") from None
    text = "\n".join(line for line in lines if not line.startswith(("export ", "# ")))
    try:
        found = tomllib.loads(text).get("erp", {})
    except tomllib.TOMLDecodeError as error:
        raise click.UsageError(_("{file} is not TOML: {message}", file=file, message=error)) from None
    if not isinstance(found, dict) or len(found) != 1:
        raise click.UsageError(_("{file} must hold the table of one ERP: [erp.NAME]", file=file))
    [(name, table)] = found.items()
    secrets = {key: value for key, value in table.items() if key in secret_keys(str(table.get("adapter")))}
    return [
        NewErp(name, str(table.get("adapter")), str(table.get("url")), str(table.get("timezone")), secrets, table=text)
    ]


def _from_options(
    name: str, adapter: str, url: str, timezone: str, given: dict[str, str], said: dict[str, str]
) -> NewErp:
    references = {key: given.get(f"{name}.{key}", variable(name, key)) for key in secret_keys(adapter)}
    keys, tables = own_keys(name, said)
    return NewErp(name, adapter, url, timezone, references, keys, tables=tables)


def _write(path: Path, text: str) -> None:
    """At once or not at all, readable by this user only: it names hosts and variables, or is a secret."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def _next_steps(erps: list[NewErp], pair: str) -> list[str]:
    named = [ref.removeprefix("env:") for erp in erps for ref in erp.secrets.values() if ref.startswith("env:")]
    variables = [name for name in named if not os.environ.get(name)]
    steps = (
        [_("put the secrets into the environment: {variables}", variables=", ".join(variables))] if variables else []
    )
    steps.append(_("`erp-bridge check` tries addresses and credentials, and says what is missing"))
    if len(erps) > 1:
        first, second = erps[0].name, erps[1].name
        steps.append(
            _("`erp-bridge vocab suggest {first} {second}` proposes vocabulary lines", first=first, second=second)
        )
        steps.append(_("`erp-bridge plan {pair}` shows what a pass would do, and changes nothing", pair=pair))
        steps.append(_("`erp-bridge sync {pair}` does it", pair=pair))
    return steps
