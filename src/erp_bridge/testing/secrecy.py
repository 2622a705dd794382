"""Nothing secret and nothing personal where it does not belong."""

from __future__ import annotations

import base64
import contextlib
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from erp_bridge.core.adapter import Capability as Can
from erp_bridge.i18n import N_, _
from erp_bridge.testing.check import Check, Failed, check, expect
from erp_bridge.testing.moving import message
from erp_bridge.testing.stand import Stand
from erp_bridge.transport.interference import CUT, REFUSED, answer

_WORDS = "segredo do cliente: a chave fica no vaso"


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(self.format(record))


@contextmanager
def _listening() -> Iterator[_Ear]:
    """Everything that is logged or printed, of any level."""
    ear, printed = _Ear(), io.StringIO()
    loggers = [logging.getLogger(), logging.getLogger("erp_bridge")]
    before = [(logger, logger.level) for logger in loggers]
    try:
        for logger in loggers:
            logger.addHandler(ear)
            logger.setLevel(logging.DEBUG)
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            yield ear
    finally:
        for logger, level in before:
            logger.removeHandler(ear)
            logger.setLevel(level)
        ear.heard.append(printed.getvalue())


async def _a_day(at: Stand) -> list[str]:
    """Reads and writes in good weather and bad; returns the texts of all errors, and how the adapter shows itself."""
    said = [repr(at.erp), str(at.erp)]
    for fault in (None, answer(401), answer(500, b"<div>erro</div>"), answer(302, headers={"location": "https://x.example"}),
                  answer(400, b'{"message": "no"}'), CUT, REFUSED):  # fmt: skip
        async with at.another() as other:
            if fault is not None:
                other.line.arm(fault)
            works = [other.erp.ping()]
            if at.claims(Can.FIND_CLIENT) and at.bench.novo.cliente:
                works.append(other.erp.find_client(at.bench.novo.cliente.documento or ""))  # type: ignore[arg-type]
            if at.bench.writes and at.claims(Can.CREATE):
                novo = at.bench.novo.model_copy(update={"descricao": _WORDS, "footer": at.footer()})
                works.append(other.erp.create(novo))  # type: ignore[arg-type]
            said += [str(error) for work in works if (error := await other.caught(work)) is not None]
    if at.bench.writes and at.claims(Can.CREATE, Can.ADD_MOVEMENT):
        ticket = await at.twin()
        await at.erp.add_movement(ticket.id or "", message(at, _WORDS))
    return said


@check("secrets.hidden", N_("Credentials stand in no log line, no error and no repr, whatever goes wrong."))
async def secrets_hidden(at: Stand) -> None:
    if not at.bench.secrets:
        raise Failed(_("the bench names no secrets: add them, or excuses[{excuse}]", excuse="'secrets.hidden'"))
    with _listening() as ear:
        said = await _a_day(at)
    told = "\n".join([*ear.heard, *said])
    for number, secret in enumerate(at.bench.secrets):
        forms = (secret, base64.b64encode(secret.encode()).decode())
        expect(f"secrets[{number}]", [form for form in forms if form in told], [], ok=not any(f in told for f in forms))


@check("people.hidden", N_("Documents, names and texts of clients stand in no log line."))
async def people_hidden(at: Stand) -> None:
    with _listening() as ear:
        await _a_day(at)
    told = "\n".join(ear.heard)
    cliente = at.bench.novo.cliente
    words = {"texto": _WORDS, "titulo": at.bench.novo.titulo}
    if cliente is not None:
        words |= {"documento": cliente.documento or "", "nome": cliente.nome or ""}
    for name, text in words.items():
        expect(f"log: {name}", bool(text) and text in told, False)


CHECKS: tuple[Check, ...] = (secrets_hidden, people_hidden)
