"""Sentences of the manual pages that no test elsewhere proves by itself."""

from __future__ import annotations

from erp_bridge import Vinculo
from voalle.voalle_box import VoalleBox, twin


async def test_the_employee_who_is_to_do_it_is_read() -> None:
    box = VoalleBox()
    id, row = next((id, row) for id, row in box.tickets.items() if row["responsible_id"])
    async with box.adapter() as erp:
        ticket = await erp.get(id)
    assert ticket.responsavel
    assert ticket.responsavel.id == str(row["responsible_id"])
    assert ticket.responsavel.nome == box.sim.tables["people"][row["responsible_id"]]["name"]


async def test_a_label_is_changed_by_a_call_that_the_tenant_names() -> None:
    box = VoalleBox()
    client = box.a_client(contracts=2)
    first, second = (str(contract["id"]) for contract in box.served[client["id"]])
    tags = {
        str(row["contract_id"]): str(id)
        for id, row in box.sim.tables["contract_service_tags"].items()
        if str(row["contract_id"]) in (first, second)
    }
    async with box.adapter() as erp:
        ticket = await erp.create(twin(client, contrato=Vinculo(id=first)))
        assert ticket.etiqueta
        assert ticket.etiqueta.id == tags[first]
        changed = await erp.set_label(ticket.id or "", Vinculo(id=tags[second]))
    assert changed.etiqueta
    assert changed.etiqueta.id == tags[second]
    assert str(box.tickets[ticket.id or ""]["contract_service_tag_id"]) == tags[second]
