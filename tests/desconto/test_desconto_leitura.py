"""The corpus of blocks as people type them: each field read right or listed as unread, none wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from erp_bridge.core.desconto import SolicitacaoDesconto, ler_bloco, normalizar_bloco
from erp_bridge.core.model import Atendimento, Cliente, Vinculo

CORPUS = [
    caso
    for file in sorted((Path(__file__).parent / "corpus").glob("*.toml"))
    for caso in tomllib.loads(file.read_text("utf-8"))["caso"]
]
LABELS = {
    "motivo": "Descrição",
    "descricao": "Descrição",
    "data_ocorrido": "Data ocorrido",
    "abertura_chamado": "Hora da abertura do chamado",
    "retorno_sinal": "Hora do retorno do sinal da internet",
    "periodo": "Período para dar desconto",
    "protocolo_opa": "Protocolo OPA",
    "interrupcoes": "Outra interrupção",
}
FIELDS = list(LABELS)[:-1]

every = pytest.mark.parametrize("caso", CORPUS, ids=lambda caso: caso["nome"])


def test_the_corpus_is_large_and_no_case_stands_there_twice() -> None:
    assert len(CORPUS) >= 60
    assert len({caso["nome"] for caso in CORPUS}) == len({caso["texto"] for caso in CORPUS}) == len(CORPUS)


@every
def test_each_field_is_read_right_or_listed(caso: dict[str, Any]) -> None:
    leitura = ler_bloco(caso["texto"])
    read = {campo: getattr(leitura.solicitacao, campo) for campo in FIELDS}
    assert read == {campo: caso.get(campo) for campo in FIELDS}
    assert leitura.nao_lido == tuple(LABELS[campo] for campo in caso["nao_lido"])
    assert [(i.inicio, i.fim) for i in leitura.solicitacao.interrupcoes] == [
        tuple(pair) for pair in caso.get("interrupcoes", [])
    ]
    assert leitura.solicitacao.programada is caso.get("programada", False)
    assert leitura.solicitacao.solicitado_pelo_cliente is True


@every
def test_what_is_none_is_listed(caso: dict[str, Any]) -> None:
    leitura = ler_bloco(caso["texto"])
    without = {LABELS[campo] for campo in FIELDS if getattr(leitura.solicitacao, campo) is None}
    if leitura.solicitacao.programada and leitura.solicitacao.descricao is not None:
        without -= {"Descrição"}
    assert set(leitura.nao_lido) - {"Outra interrupção"} == without


@every
@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda t: t.replace("\n", "\r\n"),
        lambda t: t.replace(" ", "  "),
        lambda t: f"Olá!\n\n{t}\n\nObrigado.",
    ],
    ids=["upper", "crlf", "blanks", "around"],
)
def test_case_blanks_and_what_stands_around_do_not_matter(caso: dict[str, Any], change: Any) -> None:
    first, second = ler_bloco(caso["texto"]), ler_bloco(change(caso["texto"]))
    assert second.nao_lido == first.nao_lido
    for campo in ("motivo", "data_ocorrido", "abertura_chamado", "retorno_sinal", "protocolo_opa", "interrupcoes"):
        assert getattr(second.solicitacao, campo) == getattr(first.solicitacao, campo), campo


@every
def test_the_normal_form_says_the_same_and_is_reached_at_once(caso: dict[str, Any]) -> None:
    once = normalizar_bloco(caso["texto"])
    before, after = ler_bloco(caso["texto"]), ler_bloco(once)
    assert (after.solicitacao, after.nao_lido) == (before.solicitacao, before.nao_lido)
    assert normalizar_bloco(once) == once
    if len(before.nao_lido) < 4:
        assert once.split("\n").count(next(line for line in once.split("\n") if line.startswith("Data ocorrido:"))) == 1


@every
def test_nothing_typed_is_lost_by_the_normal_form(caso: dict[str, Any]) -> None:
    once = normalizar_bloco(caso["texto"])
    for campo in caso["nao_lido"]:
        raw = ler_bloco(caso["texto"]).brutos.get(LABELS[campo], "")
        assert all(word in once for word in raw.split() if word != "/"), campo


def test_the_zone_is_the_ones_asked_for() -> None:
    text = CORPUS[0]["texto"]
    manaus = ler_bloco(text, "America/Manaus").solicitacao.abertura_chamado
    assert manaus is not None
    assert manaus.isoformat() == "2026-10-03T14:30:00-04:00"
    with pytest.raises(ValueError, match="time zone"):
        ler_bloco(text, "Brasil/Nenhures")


def test_client_and_contract_come_from_the_ticket() -> None:
    a = Atendimento(cliente=Cliente(id="5"), contrato=Vinculo(id="9"), descricao=CORPUS[0]["texto"])
    solicitacao = SolicitacaoDesconto.from_atendimento(a).solicitacao
    assert (solicitacao.cliente, solicitacao.contrato) == (a.cliente, a.contrato)
