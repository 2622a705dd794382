"""Script and first contact written into a text come back as they were, and nobody else's text is taken for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.strategies import textos
from erp_bridge.core import blocks
from erp_bridge.core.model import PerguntaResposta, PrimeiroContato
from erp_bridge.core.text import normal

QUESTION = PerguntaResposta(
    pergunta="Qual é a cor da luz?",
    opcoes=("Verde", "Vermelha"),
    resposta="Vermelha",
    explicacao_cliente="Vamos verificar o sinal.\n\nLeva um minuto.",
    explicacao_operador="Ver a OLT",
)
CONTATO = PrimeiroContato(verificacoes="Luz LOS acesa", resolvido=False, pede_os=True)

WRITTEN = """Sem internet desde cedo

[Script de Atendimento]
Pergunta: Qual é a cor da luz?
Opção: Verde
Opção: Vermelha
Resposta: Vermelha
Explicação para o cliente: Vamos verificar o sinal.
|
| Leva um minuto.
Explicação para o operador: Ver a OLT

[Primeiro Contato]
Verificações: Luz LOS acesa
Resolvido: não
Pede O.S.: sim"""


def test_what_people_read():
    assert blocks.join("Sem internet desde cedo", (QUESTION,), CONTATO) == WRITTEN


def test_read_back():
    assert blocks.split(WRITTEN) == ("Sem internet desde cedo", (QUESTION,), CONTATO)


def test_nothing_to_write_leaves_the_text_alone():
    assert blocks.join("só texto \r\n") == "só texto \r\n"
    assert blocks.split("só texto \r\n") == ("só texto \r\n", (), None)


def test_what_people_write_below_and_between_stays_text():
    between = WRITTEN.replace("\n\n[Primeiro", "\nligar à tarde\n\n[Primeiro") + "\n\nCliente ligou de novo"
    text, script, contato = blocks.split(between)
    assert text == "Sem internet desde cedo\n\nligar à tarde\n\nCliente ligou de novo"
    assert (script, contato) == ((QUESTION,), CONTATO)


def test_other_line_ends_and_lost_letters_do_not_matter():
    stored = (
        WRITTEN.replace("ções", "??es").replace("ção", "\ufffd\ufffdo").replace("\n", "\r\n").replace("não", "n??o")
    )
    _, script, contato = blocks.split(stored)
    assert script[0].opcoes == ("Verde", "Vermelha")
    assert script[0].explicacao_operador == "Ver a OLT"
    assert contato is not None
    assert (contato.verificacoes, contato.resolvido, contato.pede_os) == ("Luz LOS acesa", False, True)


@pytest.mark.parametrize(
    "text",
    [
        "[Script de Atendimento]",
        "[Script de Atendimento]\nseguido à risca",
        "[Script de Atendimento]\nResposta: sim",
        "[Script de Atendimento]\nPergunta: a\nResposta: 1\nResposta: 2",
        "[Primeiro Contato]\nVerificações: nenhuma",
        "[Primeiro Contato]\nResolvido: sim\nResolvido: não",
        "Resolvido: sim",
        "| Pergunta: x",
    ],
)
def test_what_only_looks_like_a_block_stays_text(text):
    assert blocks.split(text) == (text, (), None)


def test_the_last_block_of_a_kind_counts():
    text, script, _ = blocks.split("[Script de Atendimento]\nPergunta: a\n\n[Script de Atendimento]\nPergunta: b")
    assert [question.pergunta for question in script] == ["b"]
    assert text == "[Script de Atendimento]\nPergunta: a"


def _normal(text: str | None) -> str | None:
    return normal(text or "") or None


questions = st.builds(
    PerguntaResposta,
    pergunta=textos(),
    opcoes=st.lists(textos(), max_size=3).map(tuple),
    resposta=st.none() | textos(),
    explicacao_cliente=st.none() | textos(),
    explicacao_operador=st.none() | textos(),
)
contatos = st.builds(
    PrimeiroContato,
    verificacoes=st.none() | textos(),
    resolvido=st.booleans(),
    solucao=st.none() | textos(),
    pede_os=st.booleans(),
)


@given(textos(), st.lists(questions, max_size=3).map(tuple), st.none() | contatos)
def test_written_and_read_is_the_same_in_normal_form(text, script, contato):
    got_text, got_script, got_contato = blocks.split(blocks.join(text, script, contato))
    assert normal(got_text) == normal(text)
    assert got_script == tuple(
        PerguntaResposta(
            pergunta=normal(q.pergunta),
            opcoes=tuple(normal(option) for option in q.opcoes),
            resposta=_normal(q.resposta),
            explicacao_cliente=_normal(q.explicacao_cliente),
            explicacao_operador=_normal(q.explicacao_operador),
        )
        for q in script
    )
    assert got_contato == (
        contato
        and PrimeiroContato(
            verificacoes=_normal(contato.verificacoes),
            resolvido=contato.resolvido,
            solucao=_normal(contato.solucao),
            pede_os=contato.pede_os,
        )
    )


@given(textos())
def test_splitting_never_fails_and_loses_no_word(text):
    got, script, contato = blocks.split(f"[Script de Atendimento]\n{text}\n[Primeiro Contato]\n{text}")
    assert script == ()
    assert contato is None
    assert normal(got) == normal(f"[Script de Atendimento]\n{text}\n[Primeiro Contato]\n{text}")
