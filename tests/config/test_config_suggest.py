"""Vocabulary lines proposed by the likeness of names."""

from __future__ import annotations

import tomllib

import pytest

from erp_bridge.config.suggest import Proposal, Terms, likeness, suggest, toml
from erp_bridge.core.model import Termo


def terms(erp: str, names: dict[str, str], lines: dict[str, str] | None = None) -> Terms:
    """A side whose ERP calls its terms so; configured lines give the canonical name, as the adapters do."""
    lines = lines or {}
    return Terms(erp, [Termo(id=id, nome=lines.get(id, name)) for id, name in names.items()], lines)


def proposed(proposal: Proposal) -> list[tuple[str, str, str]]:
    return [(line.erp, line.id, line.canonical) for line in proposal.lines]


def test_names_that_resemble_each_other_get_a_line_on_both_sides() -> None:
    found = suggest("assunto", terms("a", {"34": "Sem conexão"}), terms("b", {"X": "SEM CONEXAO "}))
    assert proposed(found) == []
    found = suggest("assunto", terms("a", {"34": "Sem conexão"}), terms("b", {"X": "Cliente sem conexão"}))
    assert proposed(found) == [("a", "34", "sem conexao"), ("b", "X", "sem conexao")]


def test_the_surest_pair_is_joined_first_and_each_term_once() -> None:
    left = terms("a", {"1": "Lentidão", "2": "Lentidão noturna"})
    right = terms("b", {"X": "Lentidão à noite", "Y": "LENTIDAO"})
    found = suggest("assunto", left, right)
    assert proposed(found) == [("a", "2", "lentidao noturna"), ("b", "X", "lentidao noturna")]


def test_a_line_that_exists_is_kept_and_gives_the_name() -> None:
    left = terms("a", {"34": "SUP - Sem conexão"}, {"34": "sem conexao"})
    found = suggest("assunto", left, terms("b", {"X": "Sem conexão (fibra)"}))
    assert proposed(found) == [("b", "X", "sem conexao")]


def test_what_resembles_nothing_is_told() -> None:
    found = suggest("assunto", terms("a", {"1": "Vistoria de poste"}), terms("b", {"X": "Cancelamento"}))
    assert proposed(found) == []
    assert [(erp, term.id) for erp, term in found.alone] == [("a", "1"), ("b", "X")]


def test_status_is_compared_with_the_models_own_names() -> None:
    right = terms("b", {"01PENDENTE": "Pendente", "01VISTORIA": "Vistoria", "01SOL": "Solucionado!"})
    found = suggest("status", terms("a", {"N": "novo"}), right)
    assert proposed(found) == [("b", "01PENDENTE", "pendente"), ("b", "01SOL", "solucionado")]
    assert [term.id for _, term in found.alone] == ["01VISTORIA"]


def test_a_status_that_is_only_read_without_a_line_gets_one() -> None:
    """Where a code is known for reading alone, tickets of that status would wait for a line that nobody missed."""
    known = [Termo(id="01PENDENTE", nome="pendente"), Termo(id="01SOL", nome="solucionado")]
    right = Terms("b", known, {}, to_write={"pendente"})
    assert proposed(suggest("status", terms("a", {}), right)) == [("b", "01PENDENTE", "pendente")]
    told = Terms("b", known, {"01ESPERA": "pendente"}, to_write={"pendente"})
    assert proposed(suggest("status", terms("a", {}), told)) == []


@pytest.mark.parametrize(
    ("kind", "term", "name"),
    [
        ("status", "Concluído", "solucionado"),
        ("status", "Em andamento", "em_progresso"),
        ("status", "Aguardando peças", "pendente"),
        ("status", "Cancelado", "cancelado"),
        ("prioridade", "URGENTE", "critica"),
    ],
)
def test_words_that_tenants_use_for_a_status(kind: str, term: str, name: str) -> None:
    """By likeness alone "Concluído" would be "cancelado", which is never written to again."""
    assert proposed(suggest(kind, terms("a", {"1": term}), terms("b", {}))) == [("a", "1", name)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SUP - Lentidão", "lentidao"),
        ("Fibra rompida", "Rompida fibra"),
        ("Mudança de endereço", "MUDANCA DE ENDERECO"),
    ],
)
def test_labels_and_the_order_of_words_do_not_matter(one: str, other: str) -> None:
    assert likeness(one, other) == 1


def test_the_toml_can_be_pasted() -> None:
    left = terms("a", {'1"2': "Sem sinal"})
    right = terms("b", {"X": 'Sem "sinal"\nnenhum'})
    text = toml([suggest("assunto", left, right)])
    assert tomllib.loads(text) == {
        "erp": {"a": {"vocab": {"assunto": {'1"2': "sem sinal"}}}, "b": {"vocab": {"assunto": {"X": "sem sinal"}}}}
    }
