"""What people say on the command line of ``desconto``: days, hours, amounts, a request, and where Opa! is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import click

from erp_bridge.cli.runtime import run
from erp_bridge.cli.translated import option
from erp_bridge.i18n import N_, _, language

if TYPE_CHECKING:
    from erp_bridge import SolicitacaoDesconto
    from erp_bridge.adapters.opa import Conversa

F = TypeVar("F", bound=Callable[..., Any])

POLICIES = ("por_minuto", "por_hora", "manutencao_programada")
REASONS = ("visita_adiada", "falha_da_empresa", "rompimento_externo", "queda_massiva", "roubo_caixa_emenda")

#: Metavars of the options here.
USAGE_WORDS = (N_("AMOUNT"), N_("TIME"), N_("DATE"), N_("[FILE]"), N_("REFERENCE"))


def opa_options(command: F) -> F:
    """Where an Opa! Suite is, if its conversation is to be looked up. It is no ERP, so no table of the file is its."""
    url = option(
        "--opa-url", metavar="URL", envvar="ERP_BRIDGE_OPA_URL",
        help=N_("Address of an Opa! Suite: its conversation fills in channel, agent and times."),
    )  # fmt: skip
    token = option(
        "--opa-token", metavar="REFERENCE", default="env:ERP_BRIDGE_OPA_TOKEN", show_default=True,
        help=N_("Its token: env:NAME, file:PATH or keyring:SERVICE/USER."),
    )  # fmt: skip
    return url(token(command))


def zone(name: str) -> tzinfo:
    from erp_bridge.core.desconto import tempo

    try:
        return tempo.zone(name)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def moment(text: str, local: tzinfo, day: date | None = None) -> datetime:
    """A time in ISO form or as people write it; an hour alone is of ``day``."""
    from erp_bridge.core.desconto import tempo

    try:
        found: datetime | None = datetime.fromisoformat(text) if len(text) > len("2026-10-03") else None
    except ValueError:
        found = None
    if found is not None:
        return found if found.tzinfo else found.replace(tzinfo=local)
    found = tempo.ler_instante(text, local, tempo.Referencia(day, day))
    if found is None:
        raise click.UsageError(_("{text} is no time; write 2026-10-03T14:30 or 03/10/2026 14h30", text=repr(text)))
    return found


def day(text: str) -> date:
    from erp_bridge.core.desconto import tempo

    found = tempo.ler_dia(text)
    if found is None:
        raise click.UsageError(_("{text} is no day; write 2026-10-03 or 03/10/2026", text=repr(text)))
    return found


def amount(text: str) -> Decimal:
    """``99.90``, ``99,90``, ``1.234,56``."""
    from erp_bridge.core.billing import money

    found = money(text.strip().removeprefix("R$").strip())
    if found is None:
        raise click.UsageError(_("{text} is no amount; write 99.90 or 99,90", text=repr(text)))
    return found


def conversation(
    protocolo: str | None, local: tzinfo, *, opa_url: str | None = None, opa_token: str | None = None
) -> Conversa | None:
    """The Opa! conversation of that protocolo; None where there is no Opa!, or no such conversation in it."""
    if not protocolo or not opa_url:
        return None
    from pydantic import ValidationError

    from erp_bridge.adapters.opa import OpaClient, OpaSettings
    from erp_bridge.core.settings import Secret

    token = Secret(opa_token or "")
    if not token.is_reference:
        raise click.UsageError(_("--opa-token is a reference: env:NAME, file:PATH or keyring:SERVICE/USER"))
    try:
        settings = OpaSettings.model_validate({"url": opa_url, "token": token, "timezone": str(local)})
    except ValidationError as error:
        raise click.UsageError(str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from None

    async def look() -> Conversa | None:
        async with OpaClient(settings) as opa:
            return await opa.conversa(protocolo)

    found = run(look())
    if found is None:
        click.echo(_("Note: {line}", line=_("Opa! has no conversation {protocolo}", protocolo=protocolo)), err=True)
    return found


def request(given: dict[str, Any], local: tzinfo, conversa: Conversa | None) -> SolicitacaoDesconto:
    """The request that the options describe. Times that were not given are those of the conversation."""
    from erp_bridge import SolicitacaoDesconto, Vinculo
    from erp_bridge.core.desconto.regras import ViolacaoDesconto
    from erp_bridge.core.errors import ValidationFailed

    if not given["solicitado_pelo_cliente"]:
        raise ValidationFailed([ViolacaoDesconto.of("nao-solicitado-pelo-cliente", "solicitado_pelo_cliente")])
    ocorrido = day(given["data_ocorrido"]) if given["data_ocorrido"] else None
    abertura = moment(given["abertura"], local, ocorrido) if given["abertura"] else None
    if abertura is None and conversa is not None and conversa.inicio is not None:
        abertura = conversa.inicio.astimezone(local)
    ocorrido = ocorrido or (abertura.astimezone(local).date() if abertura else None)
    text = given["descricao"].strip()
    if conversa is not None:
        text = f"{text}\n{conversa.em_palavras(local)}".strip()
    return SolicitacaoDesconto(
        motivo=given["motivo"],
        solicitado_pelo_cliente=True,
        descricao=text,
        data_ocorrido=ocorrido,
        abertura_chamado=abertura,
        retorno_sinal=moment(given["retorno"], local, ocorrido) if given["retorno"] else None,
        periodo=given["periodo"],
        protocolo_opa=given["protocolo_opa"],
        contrato=Vinculo(id=given["contrato"]) if given["contrato"] else None,
        programada=given["programada"],
    )


def judged(asked: SolicitacaoDesconto, local: tzinfo) -> list[str]:
    """What a person should look at. Raises ``ValidationFailed`` for what forbids the request."""
    from erp_bridge.core.desconto import validar_desconto
    from erp_bridge.core.errors import ValidationFailed

    found = validar_desconto(asked, timezone=local)
    errors = [violation for violation in found if not violation.aviso]
    if errors:
        raise ValidationFailed(errors)
    return [f"{v.campo}: {v.mensagem if language() == 'pt-BR' else v.message} ({v.code})" for v in found]
