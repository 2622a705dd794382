"""Which fields a pair cannot carry, by what its sides declare."""

from __future__ import annotations

from erp_bridge.core.adapter import Capability, FieldSupport
from erp_bridge.sync.carried import can_change, not_carried, reaches
from erp_bridge.sync.carry import Party
from erp_bridge.sync.side import Both, Side

READ, ONCE, FULL = FieldSupport(read=True), FieldSupport(read=True, create=True), FieldSupport(True, True, True)


def party(erp: str, *capabilities: Capability, **fields: FieldSupport) -> Party:
    return Party(erp, fields, frozenset(capabilities), frozenset(), 1000)


def both_ways(side: Side) -> bool:
    return True


def test_a_field_that_the_other_side_lacks_is_not_carried() -> None:
    ends = Both(party("a", contrato=FULL, login=READ), party("b", login=FULL))
    assert not_carried(ends, both_ways) == {Side.LEFT: ["contrato"], Side.RIGHT: ["login"]}


def test_what_is_written_once_is_carried() -> None:
    assert not_carried(Both(party("a", script=READ), party("b", script=ONCE)), both_ways)[Side.LEFT] == []


def test_what_is_told_in_words_is_carried_to_whoever_takes_messages() -> None:
    mute, open_to_words = party("b"), party("b", Capability.ADD_MOVEMENT)
    source = party("a", canal=READ, interacao_pendente=READ)
    assert not_carried(Both(source, mute), both_ways)[Side.LEFT] == ["canal", "interacao_pendente"]
    assert not_carried(Both(source, open_to_words), both_ways)[Side.LEFT] == ["interacao_pendente"]


def test_a_direction_that_is_switched_off_is_not_spoken_of() -> None:
    ends = Both(party("a", contrato=FULL), party("b", plano=FULL))
    assert not_carried(ends, lambda side: side is Side.RIGHT) == {Side.RIGHT: ["plano"]}
    assert not reaches(ends, lambda side: False, Side.LEFT, "cliente")


def test_ids_and_times_are_no_matter_of_carrying() -> None:
    ends = Both(party("a", id=READ, aberto_em=READ, protocolo=ONCE, status=READ), party("b"))
    assert not_carried(ends, both_ways)[Side.LEFT] == []


def test_how_a_field_can_be_set_later() -> None:
    assert can_change(party("b", Capability.SET_STATUS), "status")
    assert can_change(party("b", Capability.MOVEMENT_STATUS), "status")
    assert not can_change(party("b", status=FULL), "status")
    assert can_change(party("b", Capability.FORWARD), "departamento")
    assert not can_change(party("b", departamento=ONCE), "departamento")
    assert can_change(party("b", titulo=FULL), "titulo")
