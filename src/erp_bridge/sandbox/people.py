"""Puts people into a world, and what each side knows of them: clients, contracts, logins, invoices, equipment."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from erp_bridge.sandbox import catalogue, names
from erp_bridge.sandbox.records import (
    Cidade,
    Cliente,
    Contrato,
    Endereco,
    Estrutura,
    Fatura,
    Login,
    Pessoa,
    Prospecto,
    Side,
    World,
)

#: situation of each contract a client has, in the order in which clients get them: every kind occurs early, then at
#: these proportions (mostly one active contract).
_CONTRATOS: tuple[tuple[str, ...], ...] = (
    ("ativo",), ("ativo", "ativo"), ("ativo",), (), ("ativo",), ("inativo", "ativo"), ("ativo",), ("bloqueado",),
    ("ativo",), ("ativo",), ("ativo", "bloqueado", "inativo"), ("ativo",), ("ativo",), ("inativo",), ("ativo",),
    ("ativo",),
)  # fmt: skip
_ONLY_LEFT, _ONLY_RIGHT, _INACTIVE = 0.12, 0.10, 0.06


def populate(seed: int, *, clients: int, now: datetime) -> World:
    """A world with people and both sides' records of them, still without tickets."""
    rng = Random(f"{seed}:people")  # streams of their own: more tickets do not mean other people
    cidades = [Cidade(7_000 + n, *row) for n, row in enumerate(names.CIDADES)]
    taken: set[str] = set()
    pessoas = [_pessoa(rng, n + 1, cidades, taken) for n in range(clients)]
    world = World(seed, now, cidades, pessoas, Side("left"), Side("right"))
    order = rng.sample(pessoas, len(pessoas))
    only_left = order[: _share(clients, _ONLY_LEFT)]
    only_right = order[len(only_left) : len(only_left) + _share(clients, _ONLY_RIGHT)]
    for side, absent, start in ((world.left, only_right, 500), (world.right, only_left, 12_000)):
        known = {p.id for p in pessoas} - {p.id for p in absent}
        catalogue.fill(side)
        _fill_clients(side, [p for p in pessoas if p.id in known], start, rng, now.date())
        _fill_network(world, side, rng)
    return world


def _share(total: int, part: float) -> int:
    return min(max(round(total * part), 1), total // 3)


def cpf(rng: Random) -> str:
    """A CPF drawn at random, with right check digits."""
    digits = [rng.randrange(10) for _ in range(9)]
    for top in (10, 11):
        rest = sum(d * w for d, w in zip(digits, range(top, 1, -1), strict=True)) * 10 % 11
        digits.append(rest % 10)
    return "".join(map(str, digits))


def cnpj(rng: Random) -> str:
    """A CNPJ of a head office drawn at random, with right check digits."""
    digits = [rng.randrange(10) for _ in range(8)] + [0, 0, 0, 1]
    for weights in ((5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)):
        rest = sum(d * w for d, w in zip(digits, weights, strict=True)) % 11
        digits.append(0 if rest < 2 else 11 - rest)
    return "".join(map(str, digits))


def _documento(rng: Random, pj: bool, taken: set[str]) -> str:
    while True:
        drawn = cnpj(rng) if pj else cpf(rng)
        if drawn not in taken and len(set(drawn)) > 1:
            taken.add(drawn)
            return drawn


def _pessoa(rng: Random, number: int, cidades: list[Cidade], taken: set[str]) -> Pessoa:
    pj = rng.random() < 0.18
    fantasia = f"{rng.choice(names.RAMOS)} {rng.choice(names.FANTASIAS)}" if pj else ""
    proprio = f"{rng.choice(names.PRENOMES)} {' '.join(rng.sample(names.SOBRENOMES, 2))}"
    nome = f"{fantasia} {rng.choice(names.TERMINACOES)}" if pj else proprio
    endereco = _endereco(rng, cidades)
    celular = f"{endereco.cidade.ddd}9{rng.randrange(8000_0000, 9999_9999):08d}"
    return Pessoa(
        id=number,
        pj=pj,
        nome=nome,
        fantasia=fantasia,
        documento=_documento(rng, pj, taken),
        telefone="" if rng.random() < 0.4 else f"{endereco.cidade.ddd}{rng.randrange(3300_0000, 3599_9999):08d}",
        celular=celular,
        email="" if rng.random() < 0.15 else f"{slug(fantasia or proprio)}.{number}@{rng.choice(names.DOMINIOS)}",
        endereco=endereco,
    )


def slug(name: str) -> str:
    """A name as it stands in an e-mail address or login."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", ".", plain.lower()).strip(".")


def _endereco(rng: Random, cidades: list[Cidade]) -> Endereco:
    cidade = rng.choice(cidades)
    known = rng.random() < 0.7
    return Endereco(
        logradouro=rng.choice(names.LOGRADOUROS),
        numero="S/N" if rng.random() < 0.05 else str(rng.randrange(1, 2400)),
        bairro=rng.choice(names.BAIRROS),
        cidade=cidade,
        cep=f"{rng.randrange(89_000, 99_999)}{rng.randrange(1000):03d}",
        complemento=rng.choice(names.COMPLEMENTOS),
        latitude=round(cidade.latitude + rng.uniform(-0.05, 0.05), 6) if known else None,
        longitude=round(cidade.longitude + rng.uniform(-0.05, 0.05), 6) if known else None,
    )


def _fill_network(world: World, side: Side, rng: Random) -> None:
    """Contracts of every client, and the equipment that the provider owns."""
    connected = [c for c in side.clientes if not c.tecnico]
    for place, cliente in enumerate(connected):
        for situacao in _CONTRATOS[place % len(_CONTRATOS)]:
            _add_contract(world, side, cliente, situacao if cliente.ativo else "inativo", rng)
    base = 0 if side.nome == "left" else 500
    for n, name in enumerate(("POP Centro", "Torre Morro da Cruz", "AP-01 Interior", "OLT Industrial")):
        where = _endereco(rng, world.cidades)
        side.estruturas.append(Estrutura(base + n + 21, f"01PONTO{base + n + 21:03d}", name, where))
    for n, nome in enumerate(("Interessado da Linha Santo Antônio", "Condomínio Ipê Amarelo (em negociação)")):
        side.prospectos.append(Prospecto(base + n + 301, f"01PROSP{base + n + 301:03d}", nome, f"499{88_000_000 + n}"))


def _fill_clients(side: Side, known: list[Pessoa], start: int, rng: Random, today: date) -> None:
    """Client records in the order in which people came, with the exceptions that an ERP of some age has."""
    odd = rng.sample(known, min(len(known), 3 + _share(len(known), _INACTIVE)))
    nameless, twice = odd[:1], odd[1:3] if len(known) >= 40 else odd[1:2]
    inactive = odd[3:]
    id = start
    for pessoa in known:
        id += rng.randrange(1, 8)
        since = today - timedelta(days=rng.randrange(60, 3000))
        ativo = pessoa not in inactive
        # one side has a client whose document nobody typed in; the other has documents that stand on two active clients
        documento = "" if side.nome == "left" and pessoa in nameless else pessoa.documento
        side.clientes.append(Cliente(id, pessoa, documento, ativo, since))
        if pessoa in twice:
            id += rng.randrange(1, 8)
            both_active = side.nome == "right"
            side.clientes.append(Cliente(id, pessoa, documento, both_active, since + timedelta(days=40)))
    if side.nome == "right" and known:
        address = known[0].endereco
        house = Pessoa(0, True, "CLIENTE TÉCNICO - MASSIVAS", "", cnpj(rng), "", "", "", address)
        side.clientes.append(Cliente(id + 1, house, house.documento, True, today, tecnico=True))


def _add_contract(world: World, side: Side, cliente: Cliente, situacao: str, rng: Random) -> None:
    today = world.now.date()
    base = 900 if side.nome == "left" else 40_000
    inicio = today - timedelta(days=rng.randrange(30, 1500))
    fim = min(today, inicio + timedelta(days=rng.randrange(20, 400))) if situacao == "inativo" else None
    plano = side.planos[3] if cliente.pessoa.pj else rng.choice(side.planos[:3])
    second = any(c.cliente_id == cliente.id for c in side.contratos[-3:])
    endereco = _endereco(rng, world.cidades) if second else cliente.pessoa.endereco
    contrato = Contrato(base + len(side.contratos), cliente.id, plano, situacao, inicio, fim, endereco)
    side.contratos.append(contrato)
    if contrato.ativo:
        _add_login(side, cliente, contrato, rng)
        _add_invoices(side, contrato, today)


def _add_login(side: Side, cliente: Cliente, contrato: Contrato, rng: Random) -> None:
    number = len(side.logins) + (456 if side.nome == "left" else 60_456)
    if contrato.id % 29 == 3:
        return  # a contract whose installation is still to come
    ativo = contrato.situacao == "ativo"
    side.logins.append(
        Login(
            id=number,
            cliente_id=cliente.id,
            contrato_id=contrato.id,
            login=f"{slug(cliente.pessoa.nome).replace('.', '')[:14]}{contrato.id}",
            ativo=ativo,
            online=ativo and rng.random() < 0.85,
            ip=f"100.64.{number // 250 % 250}.{number % 250 + 1}",
            mac=":".join(f"{rng.randrange(256):02X}" for _ in range(6)),
            concentrador=f"OLT {cliente.pessoa.endereco.cidade.nome}",
        )
    )


def _add_invoices(side: Side, contrato: Contrato, today: date) -> None:
    """The last two months paid, this month's still open."""
    first = today.replace(day=1)
    for back in (2, 1, 0):
        month = first
        for _ in range(back):
            month = (month - timedelta(days=1)).replace(day=1)
        due = month.replace(day=10)
        if due < contrato.inicio:
            continue
        side.faturas.append(
            Fatura(
                id=(145_000 if side.nome == "left" else 845_000) + len(side.faturas),
                cliente_id=contrato.cliente_id,
                contrato_id=contrato.id,
                emissao=month,
                vencimento=due,
                valor=contrato.plano.mensalidade.quantize(Decimal("0.01")),
                pagamento=due if back else None,
            )
        )
