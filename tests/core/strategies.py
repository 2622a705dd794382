"""Hypothesis strategies for the values of the canonical model. Import as ``core.strategies``."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from erp_bridge.core import model
from erp_bridge.core.footer import Footer, Ref
from erp_bridge.core.rules import ParametrosAtendimento

ZONES = (UTC, ZoneInfo("America/Sao_Paulo"), ZoneInfo("America/Manaus"), ZoneInfo("America/Noronha"))

#: For properties of whole tickets: they are large, and drawing one takes milliseconds.
WHOLE_TICKETS = settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])

#: Few enough to meet again in another field, many enough to differ.
ids = st.sampled_from(["1", "7", "55", "123", "1234", "01QATEND00", "01PENDENTE"])
words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="[]/"), min_size=1, max_size=12)


def textos() -> SearchStrategy[str]:
    """Texts as people and ERPs write them: accents, emoji, all kinds of line ends, pieces of footers."""
    pieces = st.sampled_from(
        ["Sem conexão", "ação ", "😀", " · ", "\r\n", "\n", "\r", "\t", "  ", "<br />", "-- erp_bridge", "* ", "[ref "]
    )
    return st.lists(st.one_of(pieces, words, st.text(max_size=5)), max_size=10).map("".join)


def instantes() -> SearchStrategy[datetime]:
    """Aware instants, also in the doubled hours of old daylight saving."""
    bounds = {"min_value": datetime(2001, 1, 1), "max_value": datetime(2099, 1, 1)}
    return st.datetimes(**bounds, timezones=st.sampled_from(ZONES))


def documentos() -> SearchStrategy[str]:
    """Documents as they are stored: valid or not, punctuated or not."""
    known = ["111.444.777-35", "11144477735", "11.222.333/0001-81", "12.ABC.345/01DE-35", "12abc34501de35"]
    return st.one_of(st.sampled_from(known), st.text(max_size=20), st.from_regex(r"[0-9]{11}", fullmatch=True))


def termos() -> SearchStrategy[model.Termo]:
    return st.builds(model.Termo, id=st.none() | ids, nome=textos())


def vinculos() -> SearchStrategy[model.Vinculo]:
    return st.builds(model.Vinculo, id=st.none() | ids, nome=textos(), ativo=st.none() | st.booleans())


def clientes() -> SearchStrategy[model.Cliente]:
    return st.builds(model.Cliente, id=st.none() | ids, documento=st.none() | documentos(), nome=st.none() | textos())


def refs() -> SearchStrategy[Ref]:
    return st.builds(Ref, erp=st.sampled_from(["matriz", "filial-2", "a.b_c"]), id=ids, part=st.none() | words)


def footers() -> SearchStrategy[Footer]:
    """Footers as the bridge writes them: with or without the line of the author, and with any number of notes."""
    return st.builds(_footer, refs(), st.none() | textos(), st.none() | words, st.lists(textos(), max_size=3))


def _footer(ref: Ref, protocolo: str | None, autor: str | None, notas: list[str]) -> Footer:
    signature = f"{autor} · 01/09/2026 08:00 · {ref.erp}" if autor else ""
    return Footer(ref=ref, protocolo=protocolo, assinatura=signature, notas=tuple(notas))


def _optional(**fields: SearchStrategy[Any]) -> dict[str, SearchStrategy[Any]]:
    return {name: st.none() | values for name, values in fields.items()}


def atendimentos(**fixed: SearchStrategy[Any]) -> SearchStrategy[model.Atendimento]:
    """Any ticket that the model accepts; keywords replace the strategy of a field."""
    termo, vinculo, texto, instante = termos(), vinculos(), textos(), instantes()
    fields = {
        "tipo": st.sampled_from(model.Tipo),
        "titulo": texto,
        "descricao": texto,
        "script": st.lists(_perguntas(), max_size=2).map(tuple),
        "codigos": st.dictionaries(st.sampled_from(["status", "origem", "canal"]), texto, max_size=3),
        **_optional(
            id=ids,
            protocolo=texto,
            cliente=clientes(),
            solicitante=clientes(),
            estrutura=termo,
            login=vinculo,
            contrato=vinculo,
            plano=vinculo,
            ponto_roteamento=vinculo,
            etiqueta=vinculo,
            assunto=termo,
            origem_endereco=st.sampled_from(model.OrigemEndereco),
            endereco=texto,
            latitude=st.floats(-90, 90),
            longitude=st.floats(-180, 180),
            processo=termo,
            departamento=termo,
            responsavel=termo,
            canal=termo,
            status_complementar=termo,
            prioridade=st.sampled_from(model.Prioridade),
            data_reservada=st.dates(date(2001, 1, 1), date(2099, 1, 1)),
            melhor_horario=st.sampled_from(model.MelhorHorario),
            origem=st.sampled_from(model.Origem),
            interacao_pendente=st.sampled_from(model.InteracaoPendente),
            status=st.sampled_from(model.Status),
            contato=st.builds(model.Contato, **_optional(nome=texto, telefone=texto, email=texto)),
            primeiro_contato=st.builds(
                model.PrimeiroContato,
                resolvido=st.booleans(),
                pede_os=st.booleans(),
                **_optional(verificacoes=texto, solucao=texto),
            ),
            mensagem_padrao=termo,
            aberto_em=instante,
            alterado_em=instante,
            encerrado_em=instante,
            footer=footers(),
            versao=texto,
        ),
    }
    return st.builds(model.Atendimento, **{**fields, **fixed})


def movimentacoes(**fixed: SearchStrategy[Any]) -> SearchStrategy[model.Movimentacao]:
    """Any movement that the model accepts; keywords replace the strategy of a field."""
    fields = {
        "tipo": st.sampled_from(model.TipoMovimentacao),
        "texto": textos(),
        **_optional(
            id=ids.map("m{}".format),
            atendimento_id=ids,
            autor=textos(),
            instante=instantes(),
            visibilidade=st.sampled_from(model.Visibilidade),
            status=st.sampled_from(model.Status),
            footer=footers(),
        ),
    }
    return st.builds(model.Movimentacao, **{**fields, **fixed})


def parametros() -> SearchStrategy[ParametrosAtendimento]:
    """Any demands that an installation and a subject can make."""
    flags = (name for name, field in ParametrosAtendimento.model_fields.items() if field.annotation is bool)
    return st.builds(
        ParametrosAtendimento,
        **{name: st.booleans() for name in flags},
        processos_com_assinatura=st.frozensets(ids, max_size=3),
        canais_inativos=st.frozensets(ids, max_size=3),
        donos_de_contrato=st.dictionaries(ids, ids, max_size=3),
        donos_de_login=st.dictionaries(ids, ids, max_size=3),
        status_anterior=st.none() | st.sampled_from(model.Status),
    )


def _perguntas() -> SearchStrategy[model.PerguntaResposta]:
    texto = textos()
    return st.builds(
        model.PerguntaResposta,
        pergunta=texto,
        opcoes=st.lists(texto, max_size=3).map(tuple),
        **_optional(resposta=texto, explicacao_cliente=texto, explicacao_operador=texto),
    )
