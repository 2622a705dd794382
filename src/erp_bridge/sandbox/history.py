"""Writes a world's tickets and what happened in them: messages, transfers, files, work orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from erp_bridge.sandbox import catalogue, names
from erp_bridge.sandbox.records import (
    Anexo,
    Assunto,
    Cliente,
    Contrato,
    Endereco,
    Login,
    Mensagem,
    OrdemServico,
    Side,
    Ticket,
    Transferencia,
    World,
)

WEEKS = 6
#: Twenty tickets' worth of statuses; shuffled and dealt again and again, so that the proportions hold for any number.
_STATUS = ("novo",) * 4 + ("pendente",) * 5 + ("em_progresso",) * 4 + ("solucionado",) * 6 + ("cancelado",)
_PRIORIDADE = ("baixa",) * 3 + ("normal",) * 11 + ("alta",) * 4 + ("critica",) * 2
_ORIGEM = ("interna",) * 4 + ("telefone",) * 5 + ("suporte_online",) * 2 + ("email", "hotsite", "visita")


def open_tickets(world: World, side: Side, count: int, *, by_hand_too: int = 0) -> None:
    """Give a side ``count`` tickets; ``by_hand_too`` of them repeat a left ticket and name its protocolo."""
    rng = Random(f"{world.seed}:{side.nome}")
    twins = _twins_to_be(world, side, rng, by_hand_too)
    first, last = world.now - timedelta(weeks=WEEKS), world.now - timedelta(hours=2)
    span = int((last - first).total_seconds())
    opened: list[tuple[datetime, Ticket | None]] = [
        (first + timedelta(seconds=rng.randrange(span)), None) for _ in range(count - len(twins))
    ]
    opened += [(twin.aberto_em + timedelta(minutes=rng.randrange(5, 50)), twin) for twin in twins]
    opened.sort(key=lambda entry: entry[0])
    desk = _Desk(world, side, rng)
    for place, (instant, twin) in enumerate(opened):
        side.tickets.append(desk.open(place, instant, twin))
    _number(side)


def _twins_to_be(world: World, side: Side, rng: Random, count: int) -> list[Ticket]:
    """Left tickets whose client is known beyond doubt on this side as well."""
    doubled: dict[str, int] = defaultdict(int)
    for cliente in side.clientes:
        doubled[cliente.documento] += cliente.ativo
    documents = {c.id: c.documento for c in world.left.clientes if doubled.get(c.documento) == 1}
    fit = [
        t for t in world.left.tickets if t.cliente_id in documents and t.status != "cancelado" and not t.codigo_estranho
    ]
    return rng.sample(fit, min(count, len(fit)))


class _Desk:
    """One side's support desk at work: knows its lists and draws what comes in."""

    def __init__(self, world: World, side: Side, rng: Random) -> None:
        self.world, self.side, self.rng = world, side, rng
        self.left = side.nome == "left"
        self.next_id = 10_000 if self.left else 70_000
        self.contracts: dict[int, list[Contrato]] = defaultdict(list)
        for contrato in side.contratos:
            if contrato.ativo:
                self.contracts[contrato.cliente_id].append(contrato)
        self.logins: dict[int, Login] = {login.contrato_id: login for login in side.logins}
        other = world.right if self.left else world.left
        shared = {c.pessoa.id for c in other.clientes if c.ativo}
        self.clients = [c for c in side.clientes if c.ativo and not c.tecnico]
        self.weights = list(accumulate(4 if c.pessoa.id in shared and c.documento else 1 for c in self.clients))
        self.assuntos = [a for a in side.assuntos if a.ativo]
        self.assunto_weights = list(
            accumulate(catalogue.PESOS.get(a.canonico, catalogue.PESO_COMUM) for a in self.assuntos)
        )
        self.people = [u for u in side.usuarios if u.ativo and not u.api]
        self.staff = [f for f in side.funcionarios if f.ativo]
        self.statuses, self.priorities = self._deal(_STATUS), self._deal(_PRIORIDADE)

    def _deal(self, deck: tuple[str, ...]) -> Iterator[str]:
        while True:
            yield from self.rng.sample(deck, len(deck))

    def open(self, place: int, instant: datetime, twin: Ticket | None) -> Ticket:
        """The ticket that came in at that place of the queue, with everything that has happened in it until now."""
        rng = self.rng
        self.next_id += rng.choice((1, 1, 1, 2))
        ticket = self._blank(instant, self._assunto(twin))
        if twin is not None:
            self._of_client(ticket, self._same_person(twin))
            said = self._text(rng.choice(names.RELATOS), ticket)
            ticket.descricao = f"{said}\r\nProtocolo na outra base: {twin.protocolo}"
        else:
            self._about(place, ticket)
            if not ticket.massiva:
                ticket.descricao = self._description(place, ticket)
        ticket.codigo_estranho = {7: "status", 13: "prioridade"}.get(place, "") if twin is None else ""
        if rng.random() < 0.25:
            ticket.titulo = rng.choice(names.TITULOS)
        self._extras(ticket)
        self._happen(ticket)
        return ticket

    def _blank(self, instant: datetime, assunto: Assunto) -> Ticket:
        id, rng = self.next_id, self.rng
        return Ticket(
            id=id,
            protocolo=f"{instant:%Y%m}{id:06d}" if self.left else str(1_230_000 + id),
            tipo="cliente",
            cliente_id=None,
            estrutura_id=None,
            prospecto_id=None,
            contrato_id=None,
            login_id=None,
            assunto_id=assunto.id,
            titulo=assunto.nome,
            descricao="",
            departamento_id=catalogue.destino(self.side, assunto).id,
            responsavel_id=None,
            aberto_por_id=rng.choice(self.people).id,
            prioridade=next(self.priorities),
            status=next(self.statuses),
            origem=rng.choice(_ORIGEM),
            origem_endereco="manual",
            endereco="",
            latitude=None,
            longitude=None,
            interacao_pendente="nenhuma",
            aberto_em=instant,
            encerrado_em=None,
            alterado_em=instant,
        )

    def _assunto(self, twin: Ticket | None) -> Assunto:
        if twin is not None:
            theirs = next(a for a in self.world.left.assuntos if a.id == twin.assunto_id)
            same = [a for a in self.side.assuntos if a.canonico and a.canonico == theirs.canonico]
            if same:
                return same[0]
        return self.rng.choices(self.assuntos, cum_weights=self.assunto_weights)[0]

    def _same_person(self, twin: Ticket) -> Cliente:
        person = next(c.pessoa for c in self.world.left.clientes if c.id == twin.cliente_id)
        return next(c for c in self.clients if c.pessoa is person)

    def _about(self, place: int, ticket: Ticket) -> None:
        """Whom or what the ticket is about: mostly a client; at times equipment, a prospect or a mass outage."""
        side, rng = self.side, self.rng
        technical = [c for c in side.clientes if c.tecnico]
        if place % 17 == 9 or not self.clients:
            where = rng.choice(side.estruturas)
            ticket.tipo, ticket.estrutura_id, ticket.origem_endereco = "estrutura", where.id, "estrutura"
            self._locate(ticket, where.endereco)
        elif place == 11 and not self.left:
            ticket.prospecto_id = rng.choice(side.prospectos).id
        elif place % 60 == 15 and technical:
            ticket.cliente_id, ticket.massiva = technical[0].id, True
            points = rng.sample(side.estruturas, 2)
            ticket.descricao = names.MASSIVA.format(pontos=",".join(e.nome for e in points))
        else:
            self._of_client(ticket, rng.choices(self.clients, cum_weights=self.weights)[0])

    def _of_client(self, ticket: Ticket, cliente: Cliente) -> None:
        rng = self.rng
        ticket.cliente_id, ticket.origem_endereco = cliente.id, "cliente"
        contracts = self.contracts[cliente.id]
        if contracts and rng.random() < 0.85:
            contrato = rng.choice(contracts)
            ticket.contrato_id, ticket.origem_endereco = contrato.id, "contrato"
            if login := self.logins.get(contrato.id):
                ticket.login_id, ticket.origem_endereco = login.id, "login"
            self._locate(ticket, contrato.endereco)
        else:
            self._locate(ticket, cliente.pessoa.endereco)
        if rng.random() < 0.4:
            ticket.contato_nome = cliente.pessoa.nome if rng.random() < 0.5 else rng.choice(names.PRENOMES)
            ticket.contato_telefone, ticket.contato_email = cliente.pessoa.celular, cliente.pessoa.email

    def _locate(self, ticket: Ticket, endereco: Endereco) -> None:
        ticket.endereco = str(endereco)
        if self.rng.random() < 0.1:
            ticket.origem_endereco = "manual"
        else:
            ticket.latitude, ticket.longitude = endereco.latitude, endereco.longitude

    def _text(self, pattern: str, ticket: Ticket) -> str:
        rng, instant = self.rng, ticket.aberto_em
        return pattern.format(
            nome=rng.choice(names.PRENOMES),
            hora=f"{rng.randrange(7, 22):02d}:{rng.choice(('00', '15', '30', '40'))}",
            dia=f"{instant - timedelta(days=rng.randrange(3)):%d/%m}",
            n=rng.randrange(11, 30),
            protocolo=f"{instant:%Y%m%d}{rng.randrange(10**5):05d}",
        )

    def _description(self, place: int, ticket: Ticket) -> str:
        """Plain text mostly; at times line ends, emoji, mark-up, a foreign protocol, nothing at all, or very much."""
        kinds = {
            0: names.RELATOS_VARIAS_LINHAS, 3: names.RELATOS_EMOJI, 5: names.PROTOCOLOS_DE_FORA,
            10: names.RELATOS_MARCADOS,
        }  # fmt: skip
        if place % 24 == 8:
            return ""
        if place % 24 == 11:
            return self._text(names.PARAGRAFO_LONGO, ticket) * self.rng.randrange(8, 16)
        text = self._text(self.rng.choice(kinds.get(place % 12, names.RELATOS)), ticket)
        return f"{text}  \r\n" if place % 19 == 4 else text

    def _extras(self, ticket: Ticket) -> None:
        side, rng = self.side, self.rng
        if rng.random() < 0.3:
            ticket.canal_id = rng.choice([c for c in side.canais if c.ativo]).id
        if rng.random() < 0.1:
            ticket.status_complementar_id = rng.choice(side.status_complementares).id
        if rng.random() < 0.08:
            ticket.data_reservada = (ticket.aberto_em + timedelta(days=rng.randrange(1, 5))).date()
            ticket.melhor_horario = rng.choice(("manha", "tarde", "noite"))
        if ticket.tipo == "cliente" and rng.random() < 0.06:
            ticket.processo_id = side.processos[0].id
            situacao = "finalizada" if ticket.status == "solucionado" else rng.choice(("aberta", "agendada"))
            ticket.ordens.append(
                OrdemServico(0, f"{ticket.id % 1000}/{ticket.aberto_em:%y}", ticket.id, situacao, ticket.aberto_em)
            )
        if rng.random() < 0.05:
            nome, descricao = rng.choice(names.ANEXOS)
            ticket.anexos.append(Anexo(0, ticket.id, nome, descricao, rng.randrange(9_000, 900_000), ticket.aberto_em))

    def _happen(self, ticket: Ticket) -> None:
        """The messages that brought the ticket to its status, at instants between its opening and now."""
        rng = self.rng
        steps = self._steps(ticket.status)
        moved = rng.random() < 0.08
        latest = min(self.world.now - timedelta(minutes=1) - ticket.aberto_em, timedelta(days=4))
        instants = sorted(rng.sample(range(60, int(latest.total_seconds())), len(steps) + moved))
        times = [ticket.aberto_em + timedelta(seconds=s) for s in instants]
        if ticket.status != "novo":
            ticket.responsavel_id = rng.choice(self.staff).id
        if moved:
            self._transfer(ticket, times.pop(0))
        for status, instant in zip(steps, times, strict=True):
            texts = _AO_MUDAR.get(status, names.RESPOSTAS)
            visibility = rng.choice(("publica", "publica", "privada", "privada", "padrao", "padrao", "padrao"))
            ticket.mensagens.append(
                Mensagem(0, ticket.id, rng.choice(self.people).id, self._text(rng.choice(texts), ticket), instant,
                         visibility, status)
            )  # fmt: skip
            ticket.alterado_em = max(ticket.alterado_em, instant)
        if ticket.status in ("solucionado", "cancelado"):
            ticket.encerrado_em = times[-1]
        elif ticket.status == "pendente" and rng.random() < 0.6:
            ticket.interacao_pendente = rng.choice(("externa", "externa", "interna", "ambos"))

    def _steps(self, status: str) -> list[str]:
        rng = self.rng
        if status == "novo":
            return []
        plain = [""] * rng.choice((0, 1, 1, 2))
        if status == "pendente":
            return [*plain[:1], "pendente", *plain[1:]]
        if status == "em_progresso":
            return ["em_progresso", *plain]
        if status == "cancelado":
            return [*plain[:1], "cancelado"]
        return ["em_progresso", *plain, "solucionado"] if rng.random() < 0.7 else [*plain, "solucionado"]

    def _transfer(self, ticket: Ticket, instant: datetime) -> None:
        others = [d.id for d in self.side.departamentos if d.id != ticket.departamento_id]
        came_from, ticket.alterado_em = self.rng.choice(others), instant
        situacao = {"novo": "nao_assumida", "solucionado": "finalizada"}.get(ticket.status, "assumida")
        ticket.transferencias.append(
            Transferencia(0, ticket.id, instant, came_from, ticket.departamento_id, ticket.responsavel_id, situacao)
        )


_AO_MUDAR = {
    "em_progresso": names.AO_ASSUMIR,
    "pendente": names.AO_PAUSAR,
    "solucionado": names.AO_SOLUCIONAR,
    "cancelado": names.AO_CANCELAR,
}


def _number(side: Side) -> None:
    """Give ids to what hangs on tickets, in the order of time over the whole side, as one table would."""
    base = 20_000 if side.nome == "left" else 150_000
    place = {t.id: n for n, t in enumerate(side.tickets)}
    messages = sorted((m for t in side.tickets for m in t.mensagens), key=lambda m: (m.instante, m.ticket_id))
    moves = sorted((m for t in side.tickets for m in t.transferencias), key=lambda m: (m.instante, m.ticket_id))
    for ticket in side.tickets:
        ticket.mensagens, ticket.transferencias = [], []
    for number, message in enumerate(messages, base):
        side.tickets[place[message.ticket_id]].mensagens.append(replace(message, id=number))
    for number, move in enumerate(moves, base + 5):
        side.tickets[place[move.ticket_id]].transferencias.append(replace(move, id=number))
    files = orders = base
    for ticket in side.tickets:
        ticket.anexos = [replace(a, id=files + n) for n, a in enumerate(ticket.anexos)]
        ticket.ordens = [replace(o, id=orders + n) for n, o in enumerate(ticket.ordens)]
        files, orders = files + len(ticket.anexos), orders + len(ticket.ordens)
