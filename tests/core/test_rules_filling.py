"""What the rules fill in, blank or repair: completing a ticket, changing its client, copying it as a twin."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.strategies import WHOLE_TICKETS, atendimentos, parametros
from erp_bridge.core.messages import MESSAGES
from erp_bridge.core.model import Atendimento, Cliente, OrigemEndereco, Prioridade, Status, Termo, Vinculo
from erp_bridge.core.rules import (
    REFUSED_BY_TARGET,
    ParametrosAtendimento,
    change_client,
    complete,
    contracts_to_choose,
    only_active,
    repair_for_twin,
    validate,
)

TODAY = date(2026, 9, 1)
MARIA, JOAO = Cliente(id="500", nome="Maria"), Cliente(id="501", nome="João")
ON, ALSO_ON, OFF = Vinculo(id="900", ativo=True), Vinculo(id="901", ativo=True), Vinculo(id="902", ativo=False)
LOGIN, OLD_LOGIN = Vinculo(id="456", ativo=True), Vinculo(id="457", ativo=False)


def demand(**demands: Any) -> ParametrosAtendimento:
    return ParametrosAtendimento(**demands)


class TestComplete:
    def test_the_subject_becomes_the_title(self) -> None:
        assert complete(Atendimento(assunto=Termo(id="34", nome="Sem conexão"))).titulo == "Sem conexão"

    def test_a_title_that_somebody_wrote_stays(self) -> None:
        assert (
            complete(Atendimento(titulo="Lento à noite", assunto=Termo(nome="Sem conexão"))).titulo == "Lento à noite"
        )

    @pytest.mark.parametrize("assunto", [None, Termo(id="34"), Termo(nome=" ")])
    def test_a_subject_without_a_name_gives_no_title(self, assunto: Termo | None) -> None:
        assert complete(Atendimento(assunto=assunto)).titulo == ""

    @pytest.mark.parametrize(
        ("demands", "origin"),
        [
            ({}, None),
            ({"login_obrigatorio": True}, OrigemEndereco.LOGIN),
            ({"contrato_obrigatorio": True}, OrigemEndereco.CONTRATO),
            ({"login_obrigatorio": True, "contrato_obrigatorio": True}, OrigemEndereco.LOGIN),
            ({"login_exige_contrato": True}, None),
        ],
    )
    def test_the_address_comes_from_what_is_mandatory(
        self, demands: dict[str, bool], origin: OrigemEndereco | None
    ) -> None:
        assert complete(Atendimento(), demand(**demands)).origem_endereco == origin

    def test_the_form_overrules_another_origin_but_only_where_it_demands_one(self) -> None:
        by_hand = Atendimento(origem_endereco="manual")
        assert complete(by_hand, demand(login_obrigatorio=True)).origem_endereco is OrigemEndereco.LOGIN
        assert complete(by_hand).origem_endereco is OrigemEndereco.MANUAL

    def test_a_ticket_to_be_opened_is_new_and_an_existing_one_keeps_its_status(self) -> None:
        assert complete(Atendimento()).status is Status.NOVO
        assert complete(Atendimento(status="pendente")).status is Status.PENDENTE
        assert complete(Atendimento(id="123")).status is None

    @given(atendimentos(), parametros())
    @WHOLE_TICKETS
    def test_twice_is_like_once_and_satisfies_what_it_fills(
        self, ticket: Atendimento, demands: ParametrosAtendimento
    ) -> None:
        once = complete(ticket, demands)
        assert complete(once, demands) == once
        assert "origem-endereco-incompativel" not in {violation.code for violation in validate(once, demands)}


class TestChangeClient:
    OLD = Atendimento(
        cliente=MARIA,
        titulo="Sem conexão",
        contrato=Vinculo(id="1"),
        login=Vinculo(id="2"),
        plano=Vinculo(id="3"),
        ponto_roteamento=Vinculo(id="4"),
        etiqueta=Vinculo(id="5"),
    )

    def test_the_only_active_ones_are_filled_in(self) -> None:
        new = change_client(self.OLD, JOAO, [OFF, ON], [OLD_LOGIN, LOGIN])
        assert (new.cliente, new.contrato, new.login) == (JOAO, ON, LOGIN)

    @pytest.mark.parametrize(
        ("contratos", "logins"),
        [
            ([ON, ALSO_ON], [LOGIN]),
            ([ON], [LOGIN, Vinculo(id="458")]),
            ([], [LOGIN]),
            ([ON], []),
            ([OFF], [LOGIN]),
            ([ON], [OLD_LOGIN]),
            ([], []),
        ],
    )
    def test_otherwise_both_are_left_for_a_person_to_choose(
        self, contratos: list[Vinculo], logins: list[Vinculo]
    ) -> None:
        new = change_client(self.OLD, JOAO, contratos, logins)
        assert (new.cliente, new.contrato, new.login) == (JOAO, None, None)

    def test_nothing_of_the_old_clients_connection_stays_and_all_the_rest_does(self) -> None:
        new = change_client(self.OLD, JOAO, [ON], [LOGIN])
        assert (new.plano, new.ponto_roteamento, new.etiqueta) == (None, None, None)
        assert new.titulo == "Sem conexão"
        assert self.OLD.cliente == MARIA


class TestChoosing:
    OWNERS = {"900": "500", "901": "501", "902": "500"}  # noqa: RUF012

    def test_only_contracts_of_the_tickets_client_are_offered(self) -> None:
        offered = contracts_to_choose(Atendimento(cliente=MARIA), [ON, ALSO_ON, OFF, Vinculo(id="999")], self.OWNERS)
        assert offered == [ON, OFF]

    @pytest.mark.parametrize("cliente", [None, Cliente(documento="11144477735")])
    def test_without_a_client_none_is_offered(self, cliente: Cliente | None) -> None:
        assert contracts_to_choose(Atendimento(cliente=cliente), [ON, Vinculo()], self.OWNERS) == []

    @pytest.mark.parametrize(
        ("vinculos", "chosen"),
        [([], None), ([ON], ON), ([ON, OFF], ON), ([ON, ALSO_ON], None), ([OFF], None), ([Vinculo(id="1")], "1")],
    )
    def test_the_one_active_connection(self, vinculos: list[Vinculo], chosen: Vinculo | str | None) -> None:
        found = only_active(vinculos)
        assert (found and found.id) == (chosen.id if isinstance(chosen, Vinculo) else chosen)

    def test_a_connection_that_may_be_active_makes_the_choice_a_persons(self) -> None:
        assert only_active([ON, Vinculo(id="903", ativo=None)]) is None


class TestTwin:
    SOURCE = Atendimento(
        cliente=MARIA,
        titulo="Sem conexão",
        descricao="Cliente relata queda",
        departamento=Termo(id="4"),
        prioridade="alta",
        status="novo",
    )

    def twin(self, demands: ParametrosAtendimento | None = None, **changes: Any) -> tuple[Atendimento, list[str]]:
        source = self.SOURCE.model_copy(update=changes)
        twin, violations = repair_for_twin(source, demands or demand(), TODAY)
        return twin, [violation.code for violation in violations]

    def test_a_ticket_in_order_is_copied_as_it_is(self) -> None:
        assert self.twin() == (self.SOURCE, [])

    def test_a_reserved_date_that_has_gone_by_is_left_out(self) -> None:
        twin, refused = self.twin(data_reservada=date(2026, 8, 31))
        assert (twin.data_reservada, refused) == (None, [])
        assert self.twin(data_reservada=TODAY)[0].data_reservada == TODAY

    def test_an_inactive_channel_is_left_out(self) -> None:
        inactive = demand(canais_inativos={"3"})
        assert self.twin(inactive, canal=Termo(id="3")) == (self.SOURCE, [])
        assert self.twin(inactive, canal=Termo(id="4"))[0].canal == Termo(id="4")

    def test_a_channel_left_out_is_missed_where_one_is_demanded(self) -> None:
        _, refused = self.twin(demand(canais_inativos={"3"}, canal_obrigatorio=True), canal=Termo(id="3"))
        assert refused == ["canal-obrigatorio"]

    def test_coordinates_without_origin_are_left_out_and_the_others_kept(self) -> None:
        twin, refused = self.twin(latitude=-23.5, longitude=-46.6, origem_endereco=OrigemEndereco.MANUAL)
        assert (twin.latitude, twin.longitude, refused) == (None, None, [])
        kept, _ = self.twin(latitude=-23.5, longitude=-46.6, origem_endereco=OrigemEndereco.CLIENTE)
        assert (kept.latitude, kept.longitude) == (-23.5, -46.6)

    @pytest.mark.parametrize(
        "changes",
        [
            {"cliente": Cliente(id="500", documento="123")},
            {"descricao": ""},  # the footer stands there
            {"origem_endereco": OrigemEndereco.MANUAL, "endereco": None},
        ],
    )
    def test_what_only_a_form_objects_to_is_no_bar(self, changes: dict[str, Any]) -> None:
        assert validate(self.SOURCE.model_copy(update=changes)) != []
        assert self.twin(**changes)[1] == []

    def test_the_status_of_the_twin_is_not_judged_here(self) -> None:
        assert self.twin(demand(status_anterior="cancelado"))[1] == []

    def test_what_the_target_demands_is_still_refused(self) -> None:
        assert self.twin(demand(login_obrigatorio=True))[1] == ["login-obrigatorio"]
        assert self.twin(cliente=None)[1] == ["cliente-obrigatorio"]

    def test_it_is_completed_like_any_other_ticket(self) -> None:
        twin, refused = self.twin(demand(login_obrigatorio=True), titulo="", assunto=Termo(nome="Lento"), login=LOGIN)
        assert (twin.titulo, twin.origem_endereco, refused) == ("Lento", OrigemEndereco.LOGIN, [])

    def test_a_source_without_priorities_gives_a_normal_one(self) -> None:
        twin, refused = self.twin(prioridade=None)
        assert (twin.prioridade, refused) == (Prioridade.NORMAL, [])
        source = self.SOURCE.model_copy(update={"prioridade": None})
        assert repair_for_twin(source, demand(), TODAY, held={"titulo"}) == (source, [])

    def test_a_field_that_the_target_lacks_cannot_be_missing_there(self) -> None:
        source = self.SOURCE.model_copy(update={"titulo": "", "departamento": None, "cliente": None})
        _, refused = repair_for_twin(source, demand(), TODAY, held={"cliente", "descricao"})
        assert [violation.code for violation in refused] == ["cliente-obrigatorio"]

    def test_only_known_codes_are_named(self) -> None:
        assert set(MESSAGES) > REFUSED_BY_TARGET

    @WHOLE_TICKETS
    @given(atendimentos(), parametros(), st.none() | st.dates())
    def test_no_repair_is_needed_twice(
        self, ticket: Atendimento, demands: ParametrosAtendimento, day: date | None
    ) -> None:
        twin, refused = repair_for_twin(ticket, demands, day)
        assert repair_for_twin(twin, demands, day) == (twin, refused)
        left = {violation.code for violation in validate(twin, demands, hoje=day)}
        assert not left & {"data-reservada-passada", "canal-inativo", "coordenadas-sem-origem"}
        assert {violation.code for violation in refused} <= left
