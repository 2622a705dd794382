"""A request as the labelled block of the procedure, and as the ticket that carries it. Pure.

```
Descrição: Rompimento externo - Poste derrubado.
| Equipe no local desde as 10h.
Data ocorrido: 03/10/2026
Hora da abertura do chamado: 14:30
Hora do retorno do sinal da internet: 04/10/2026 09:15
Período para dar desconto: 03 a 04/10
Protocolo OPA: OPA202612345
```

The labels of the procedure always stand there, empty where nothing is known; further interruptions and the mark of
planned maintenance follow only where there are any.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from erp_bridge.core.desconto import motivos, tempo
from erp_bridge.core.desconto.modelo import ASSUNTO, DEPARTAMENTO, SolicitacaoDesconto
from erp_bridge.core.desconto.regras import ViolacaoDesconto
from erp_bridge.core.desconto.rotulos import CONTINUA, Rotulo
from erp_bridge.core.errors import ValidationFailed
from erp_bridge.core.model import Atendimento, Origem, Prioridade, Status, Termo
from erp_bridge.core.text import fold

#: Between the two ends of an interruption.
ATE = " até "


def escrever_bloco(solicitacao: SolicitacaoDesconto, timezone: str | tzinfo | None = None) -> str:
    """The block of a request; ``timezone`` as in ``SolicitacaoDesconto.to_atendimento``."""
    return "\n".join(linha(rotulo, texto) for rotulo, texto in valores(solicitacao, timezone))


def valores(s: SolicitacaoDesconto, timezone: str | tzinfo | None) -> Iterator[tuple[Rotulo, str]]:
    """What stands behind each label, in order."""
    local = None if timezone is None else tempo.zone(timezone)
    texto = motivos.escrever(s.motivo, s.programada, s.descricao or "")
    yield Rotulo.DESCRICAO, texto
    yield Rotulo.OCORRIDO, tempo.escrever_dia(s.data_ocorrido) if s.data_ocorrido else ""
    for rotulo, instante in ((Rotulo.ABERTURA, s.abertura_chamado), (Rotulo.RETORNO, s.retorno_sinal)):
        yield rotulo, tempo.escrever_instante(instante, s.data_ocorrido, local) if instante else ""
    yield Rotulo.PERIODO, s.periodo or ""
    yield Rotulo.PROTOCOLO, s.protocolo_opa or ""
    for interrupcao in s.interrupcoes:
        ends = (tempo.escrever_instante(end, None, local) for end in (interrupcao.inicio, interrupcao.fim))
        yield Rotulo.INTERRUPCAO, ATE.join(ends)
    if s.programada and s.motivo:
        yield Rotulo.PROGRAMADA, "sim"


def linha(rotulo: Rotulo, texto: str) -> str:
    """A label with its value; further lines of it are marked, so that none of them is taken for a label."""
    first, *more = texto.split("\n")
    return "\n".join([f"{rotulo}: {first}".rstrip(), *(f"{CONTINUA} {line}".rstrip() for line in more)])


def ticket(
    s: SolicitacaoDesconto, departamento: Termo | str, assunto: Termo | str, timezone: str | tzinfo | None
) -> Atendimento:
    """The ticket of a request. Raises ``ValidationFailed`` when the client did not ask for it."""
    if not s.solicitado_pelo_cliente:
        raise ValidationFailed([ViolacaoDesconto.of("nao-solicitado-pelo-cliente", "solicitado_pelo_cliente")])
    subject = assunto if isinstance(assunto, Termo) else Termo(nome=assunto)
    return Atendimento(
        cliente=s.cliente,
        contrato=s.contrato,
        assunto=subject,
        titulo=subject.nome or ASSUNTO,
        descricao=escrever_bloco(s, timezone),
        departamento=departamento if isinstance(departamento, Termo) else Termo(nome=departamento),
        prioridade=Prioridade.NORMAL,
        origem=Origem.INTERNA,
        status=Status.NOVO,
    )


def e_solicitacao_desconto(atendimento: Atendimento) -> bool:
    """Whether a ticket is a request: of that department and subject, compared without case, accents and blanks."""
    return all(
        termo is not None and fold(termo.nome) == fold(nome)
        for termo, nome in ((atendimento.departamento, DEPARTAMENTO), (atendimento.assunto, ASSUNTO))
    )
