"""A new ticket and the messages on it, written without a look in between: what is to be said is noted with its link.

Nobody else knows of that ticket yet, so its state need not be read before each message, and what was written can be
read back later, with other tickets and their messages at once. The intents stay open until that was done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Connection

from erp_bridge.core.adapter import Capability, Opening, Posting
from erp_bridge.core.model import Atendimento, Movimentacao
from erp_bridge.sync.digest import Base
from erp_bridge.sync.plan import Action, Send, SetStatus
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Side
from erp_bridge.sync.store import intents, links
from erp_bridge.sync.store.intents import Intent, Operation
from erp_bridge.sync.store.links import Link

#: An intent says when its write left at the latest. One noted ahead leaves within so many seconds, or is noted anew.
AHEAD = 5.0


@dataclass
class Noted:
    """A write that was noted ahead. ``message`` is None for a status set by a call of its own.

    ``told`` is what the source's bases become by it.
    """

    action: Send | SetStatus
    number: int
    latest: float
    told: Base
    part: str = ""
    message: Movimentacao | None = None
    sent: bool = False


@dataclass(frozen=True)
class Posted:
    """A write that the ERP took and that nobody has seen there yet. ``id``: the movement's, if the reply named it."""

    side: Side
    link: Link
    twin: Atendimento
    noted: Noted
    id: str | None = None


@dataclass(frozen=True)
class Opened:
    """A ticket that the ERP said it opened and that nobody has seen there yet; its link has no base of that side.

    ``sent`` is what was sent, without what the ERP's form does not take.
    """

    side: Side
    link: Link
    twin: Atendimento
    number: int
    sent: Atendimento


def is_copy(record: Atendimento, erp: str, source: str, protocolo: str | None) -> bool:
    """Whether it is the copy of that ticket: by its marker, else by the number that was reserved for it."""
    if record.footer is not None:
        return (record.footer.ref.erp, record.footer.ref.id) == (erp, source)
    return protocolo is None or record.protocolo == protocolo


def without_look(session: Session, side: Side, capability: Capability) -> bool:
    """Whether what that capability writes is written there without a look."""
    return session.posted is not None and capability in session.adapters[side].capabilities


@dataclass
class Ahead:
    """What one new ticket is to be told, in order."""

    session: Session
    side: Side
    noted: list[Noted] = field(default_factory=list)

    def note(
        self,
        tx: Connection,
        link: Link,
        twin: Atendimento,
        actions: Iterable[Action],
        intent: Callable[..., Intent],
        told: Callable[[tuple[str, ...]], Base],
    ) -> None:
        """Note all that can be written without a look; the rest is noted as ever when its turn comes."""
        if not without_look(self.session, self.side, Capability.POST_MOVEMENT):
            return
        latest, target = self.session.now + AHEAD, link.ids[self.side]
        made: list[Intent] = []
        for action in actions:
            if isinstance(action, Send) and (action.part or action.status is not twin.status):
                part = action.part or f"s{links.next_write(tx, link.id)}"
                message = addressed(action, part)
                base = told(action.settles)
                made.append(intent(
                    Operation.MOVEMENT, self.side, message.texto, part=part, target=target,
                    marker=action.completes or None, base=None if action.status else base,
                ))  # fmt: skip
                self.noted.append(Noted(action, 0, latest, base, part, message))
            elif isinstance(action, SetStatus) and action.status is not twin.status:
                made.append(intent(Operation.STATUS, self.side, action.status.value, target=target))
                self.noted.append(Noted(action, 0, latest, told(action.settles)))
        numbers = intents.note_all(tx, [intents.at(one, latest) for one in made])
        for noted, number in zip(self.noted, numbers, strict=True):
            noted.number = number

    def of(self, action: Send | SetStatus) -> Noted | None:
        return next((noted for noted in self.noted if noted.action is action), None)

    async def open(self, twin: Atendimento) -> Atendimento:
        """Make the ticket; it, as far as is known without a look."""
        return await cast(Opening, self.session.adapters[self.side]).post_ticket(twin)

    async def post(self, noted: Noted, twin: Atendimento) -> str | None:
        """Send it; the movement's id, where the reply names it."""
        if noted.message is None:
            await self._adapter.post_status(twin.id or "", cast(SetStatus, noted.action).status)
            return None
        return await self._adapter.post_movement(twin, noted.message)

    async def in_time(self, noted: Noted) -> int:
        """The number of its intent, which tells the truth about when the write leaves."""
        now = self.session.now
        if now > noted.latest:
            noted.latest = now + AHEAD
            await self.session.commit(lambda tx: intents.sent_by(tx, noted.number, noted.latest))
        noted.sent = True
        return noted.number

    async def forget_unsent(self) -> None:
        """Nothing of it was sent and nothing will be."""
        left = [noted.number for noted in self.noted if not noted.sent]
        if left:
            await self.session.commit(lambda tx: intents.close_all(tx, left, "void"))

    @property
    def _adapter(self) -> Posting:
        return cast(Posting, self.session.adapters[self.side])


def addressed(send: Send, part: str) -> Movimentacao:
    """The message as it is written, with its marker and the status that it sets."""
    message = send.movimentacao
    if message.footer is None:
        raise ValueError("a message of the bridge has a footer")
    footer = message.footer.model_copy(update={"ref": message.footer.ref.model_copy(update={"part": part})})
    return message.model_copy(update={"footer": footer, "status": send.status})
