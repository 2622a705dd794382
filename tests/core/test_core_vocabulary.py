"""Look-up of terms between an ERP's ids and the canonical names."""

from __future__ import annotations

import pytest

from erp_bridge.core.model import Termo
from erp_bridge.core.vocabulary import Vocabulary

CATALOGUE = [Termo(id="1", nome="Financeiro"), Termo(id="4", nome="Suporte N1"), Termo(id="9", nome="Suporte Técnico")]
CONFIGURED = {"4": "suporte tecnico", "5": "Suporte Técnico", "6": "comercial"}


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary.of(CONFIGURED, CATALOGUE)


def test_the_tenants_line_goes_before_the_erps_own_name(vocabulary: Vocabulary) -> None:
    assert vocabulary.named("4") == Termo(id="4", nome="suporte tecnico")


def test_an_id_without_a_line_has_the_erps_name(vocabulary: Vocabulary) -> None:
    assert vocabulary.named("1").nome == "Financeiro"


def test_an_id_that_nobody_knows_keeps_its_id_and_has_no_name(vocabulary: Vocabulary) -> None:
    assert vocabulary.named("77") == Termo(id="77", nome="")


@pytest.mark.parametrize("name", ["suporte tecnico", "SUPORTE TÉCNICO", " Suporte  Técnico "])
def test_of_several_ids_with_one_name_the_first_line_is_written(vocabulary: Vocabulary, name: str) -> None:
    found = vocabulary.written(name)
    assert found is not None
    assert found.id == "4"


def test_a_term_without_a_line_is_found_by_the_erps_name(vocabulary: Vocabulary) -> None:
    assert vocabulary.written("financeiro") == Termo(id="1", nome="Financeiro")


def test_the_erps_name_is_hidden_by_a_line_for_its_id(vocabulary: Vocabulary) -> None:
    assert vocabulary.written("Suporte N1") is None


@pytest.mark.parametrize("name", ["", "  ", "estoque"])
def test_an_unknown_or_empty_name_is_not_guessed(name: str) -> None:
    blank = [Termo(id="2", nome=""), Termo(id="3", nome=" "), Termo(nome="estoque")]
    assert Vocabulary.of(CONFIGURED, blank).written(name) is None


def test_the_terms_stand_in_the_order_of_preference(vocabulary: Vocabulary) -> None:
    assert [term.id for term in vocabulary.terms] == ["4", "5", "6", "1", "9"]


def test_an_empty_vocabulary_knows_ids_only() -> None:
    assert Vocabulary().named("4") == Termo(id="4")
    assert Vocabulary().written("suporte tecnico") is None
