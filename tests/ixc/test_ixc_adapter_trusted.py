"""Tickets that were read are made without validation: each is the one that validation would make, to the last trait."""

from __future__ import annotations

import copy
import pickle
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from core.strategies import footers, textos
from erp_bridge.adapters.ixc import codes
from erp_bridge.adapters.ixc.translate import Dialect, description, read_ticket, read_tickets
from erp_bridge.adapters.ixc.wire import SuTicket
from erp_bridge.core.adapter import Unreadable
from erp_bridge.core.model import Atendimento, Cliente, PerguntaResposta, PrimeiroContato, Vinculo, trusted

ZONES = [ZoneInfo("America/Sao_Paulo"), ZoneInfo("America/Noronha")]
TENANT = {"status": {"AG": "pendente"}, "origem": {"A": "telefone"}}

anything = st.one_of(
    st.text(st.characters(exclude_categories=[]), max_size=20),
    st.sampled_from(
        ["", "0", " ", "\x00", "\x0c", "\x85", "\ud800", "a\r\nb\x1f", "\xa0", "😀\x07", "&#12;", "<b>&#12;"]
    ),
    st.none() | st.integers() | st.floats() | st.booleans(),
)
ids = st.sampled_from(["", "0", "00", "12", " 12 ", "4\x07", "\x07", "x"]) | anything
times = st.one_of(
    st.datetimes().map(lambda at: at.isoformat(" ", "seconds")),
    st.sampled_from([
        "", "0000-00-00 00:00:00", "2018-02-17 23:30:00", "2018-11-04 00:30:00", "2026-09-01 08:00:00",
        "2026-02-30 08:00:00", "01/09/2026 08:00", "2026-09-01 08:00:61", "2026-09-01 24:00:00", "9999-12-31 23:59:59",
    ]),
    anything,
)  # fmt: skip
contact = st.builds(PrimeiroContato, verificacoes=st.none() | textos(), resolvido=st.booleans())
script = st.lists(st.builds(PerguntaResposta, pergunta=textos(), resposta=st.none() | textos()), max_size=2).map(tuple)
written = st.builds(
    Atendimento, descricao=textos(), script=script, primeiro_contato=st.none() | contact, footer=st.none() | footers()
).map(description)
texts = st.one_of(written, written.map(lambda text: text.replace("\n", "<br />\r\n&#12;")), anything)


def code(known: codes.Codes[Any], *more: str) -> st.SearchStrategy[Any]:
    often = st.sampled_from([*(code for code, _ in known.items()), *more])
    return often | often | anything


rows = st.fixed_dictionaries(
    {
        "tipo": st.sampled_from(["C", "C", "E"]),
        "su_status": st.sampled_from(["N", "EP", "AG", "S\x07"]),
        "prioridade": st.sampled_from(["", "M", "C"]),
    },
    optional={
        **{name: ids for name in SuTicket.__struct_fields__ if name.startswith("id")},
        "id_ticket_origem": code(codes.ORIGEM, "A", "Z\x07", "\x07"),
        "interacao_pendente": code(codes.INTERACAO_PENDENTE),
        "melhor_horario_reserva": code(codes.MELHOR_HORARIO),
        "origem_endereco": code(codes.ORIGEM_ENDERECO),
        "origem_endereco_estrutura": code(codes.ORIGEM_ENDERECO_ESTRUTURA),
        "menssagem": texts,
        **dict.fromkeys(["titulo", "endereco", "protocolo"], texts),
        **dict.fromkeys(["data_criacao", "data_ultima_alteracao", "ultima_atualizacao", "data_reservada"], times),
        **dict.fromkeys(["latitude", "longitude"], st.floats().map(str) | anything),
    },
)


def named(kind: str, id: str) -> str:
    return f"{kind} {id}\x07" if id.isdecimal() else ""


def traits(made: Any) -> Any:
    """All there is to an object of the model and to what hangs on it: types, values, order, what counts as set."""
    if isinstance(made, BaseModel):
        fields = [(name, traits(value)) for name, value in vars(made).items()]
        return type(made), fields, made.model_fields_set, made.__pydantic_extra__, made.__pydantic_private__
    if isinstance(made, dict):
        return dict, [(key, traits(value)) for key, value in made.items()]
    if isinstance(made, tuple):
        return tuple, [traits(value) for value in made]
    return type(made), made, repr(made)


@given(st.lists(rows, min_size=1, max_size=3), st.sampled_from(ZONES))
@example([{"tipo": "C", "su_status": "N", "prioridade": "M"}], ZONES[0])
@settings(max_examples=200)
def test_it_is_what_validation_makes_of_it(given_rows: list[dict[str, Any]], zone: ZoneInfo) -> None:
    dialect = Dialect.of(zone, TENANT)
    tickets, unreadable = read_tickets([SuTicket.of(row) for row in given_rows], dialect, named)
    assert unreadable == []
    for ticket in tickets:
        validated = Atendimento.model_validate(ticket.model_dump(exclude_unset=True))
        assert traits(ticket) == traits(validated)
        assert ticket == validated
        assert ticket.model_dump_json() == validated.model_dump_json()
        assert repr(ticket) == repr(validated)
        assert traits(pickle.loads(pickle.dumps(ticket))) == traits(validated)
        assert traits(copy.deepcopy(ticket)) == traits(validated)


def ticket() -> Atendimento:
    row = SuTicket.of({"id": "1", "tipo": "C", "su_status": "N", "id_cliente": "5", "id_login": "6"})
    found = read_ticket(row, Dialect(ZONES[0]), named)
    assert isinstance(found, Atendimento)
    return found


def test_it_is_as_frozen_and_as_hashable() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        ticket().titulo = "outro"
    assert hash(ticket().cliente) == hash(Cliente(id="5"))
    assert {ticket().login, Vinculo(id="6")} == {Vinculo(id="6")}
    for made in (ticket(), Atendimento.model_validate(ticket().model_dump())):
        with pytest.raises(TypeError, match="unhashable"):
            hash(made)


def test_a_changed_copy_counts_its_own_fields_as_set() -> None:
    """What counts as set is one object for all tickets that are read."""
    before = set(ticket().model_fields_set)
    assert "contato" not in before
    changed = ticket().model_copy(update={"contato": None, "titulo": "outro"})
    assert changed.model_fields_set == {*before, "contato"}
    assert ticket().model_fields_set == before
    assert ticket().titulo == ""


def test_each_has_codes_of_its_own() -> None:
    one, other = read_tickets([SuTicket.of({"tipo": "C", "su_status": "N"})] * 2, Dialect(ZONES[0]), named)[0]
    assert one.codigos == other.codigos
    assert one.codigos is not other.codigos


def test_a_page_is_read_in_its_order_and_what_cannot_be_read_stands_apart() -> None:
    page = [{"id": str(n), "tipo": "C" if n % 3 else "?", "su_status": "N"} for n in range(1, 8)]
    tickets, unreadable = read_tickets([SuTicket.of(row) for row in page], Dialect(ZONES[0]), named)
    assert [ticket.id for ticket in tickets] == ["1", "2", "4", "5", "7"]
    assert unreadable == [Unreadable("3", "tipo", "?"), Unreadable("6", "tipo", "?")]


def test_nothing_is_looked_at() -> None:
    """So the comparison above would see a translation that hands over what validation changes or refuses."""
    [made] = trusted(Cliente, [{"id": 5, "documento": "111.444.777-35", "nome": "\x07"}], {"id"})
    assert traits(made) != traits(Cliente.model_validate(vars(made)))
