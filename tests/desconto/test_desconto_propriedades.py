"""What holds for every request, every amount and every way of typing a block."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from core.strategies import ZONES, clientes, textos, vinculos
from erp_bridge import (
    Interrupcao,
    MotivoDesconto,
    PoliticaDesconto,
    SolicitacaoDesconto,
    calcular_desconto,
    calcular_desconto_total,
    normalizar_bloco,
    validar_desconto,
)
from erp_bridge.core.desconto import ler_bloco

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SLOW = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])

# Amounts -------------------------------------------------------------------------------------------------------------

fees = st.decimals(Decimal(0), Decimal(5000), places=2)
policies = st.sampled_from(PoliticaDesconto)
starts = st.datetimes(datetime(2015, 1, 1), datetime(2026, 1, 1), timezones=st.sampled_from(ZONES))
lengths = st.timedeltas(timedelta(0), timedelta(days=45))


@given(fees, starts, lengths, policies)
def test_an_amount_is_never_negative_and_never_above_the_fee(
    fee: Decimal, start: datetime, length: timedelta, politica: PoliticaDesconto
) -> None:
    amount = calcular_desconto(fee, start, start.astimezone(UTC) + length, politica)
    assert 0 <= amount <= fee
    assert amount == amount.quantize(Decimal("0.01"))


@given(fees, starts, lengths, lengths, policies)
def test_an_amount_never_falls_when_time_or_fee_grow(
    fee: Decimal, start: datetime, one: timedelta, other: timedelta, politica: PoliticaDesconto
) -> None:
    begin = start.astimezone(UTC)
    shorter, longer = sorted([one, other])
    amount = calcular_desconto(fee, start, begin + shorter, politica)
    assert amount <= calcular_desconto(fee, start, begin + longer, politica)
    assert amount <= calcular_desconto(fee + 1, start, begin + shorter, politica)


@given(fees, starts, st.lists(st.tuples(lengths, lengths), max_size=5), policies)
def test_disjoint_interruptions_add_up_to_the_cap(
    fee: Decimal, start: datetime, parts: list[tuple[timedelta, timedelta]], politica: PoliticaDesconto
) -> None:
    """Each counted by itself, summed without rounding: with a fee of 43200 a minute is one, so nothing is rounded."""
    at, intervals = start.astimezone(UTC), []
    for gap, length in parts:
        begin = at + gap + timedelta(seconds=1)
        whole = timedelta(minutes=length // timedelta(minutes=1))
        intervals.append((begin, begin + whole))
        at = begin + whole
    alone = sum((calcular_desconto(43200, *interval, politica) for interval in intervals), Decimal(0))
    assert calcular_desconto_total(43200, intervals, politica) == min(alone, Decimal(43200))
    assert calcular_desconto_total(43200, reversed(intervals), politica) == min(alone, Decimal(43200))
    share = min(Fraction(alone) / 43200, Fraction(1))
    exact = Decimal((Fraction(fee) * share).numerator) / Decimal((Fraction(fee) * share).denominator)
    assert calcular_desconto_total(fee, intervals, politica) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@given(st.lists(st.tuples(starts, lengths), max_size=5), policies)
def test_adding_an_interruption_never_takes_time_away_by_the_minute(
    parts: list[tuple[datetime, timedelta]], politica: PoliticaDesconto
) -> None:
    intervals = [(start, start.astimezone(UTC) + length) for start, length in parts]
    for count in range(len(intervals)):
        fewer = calcular_desconto_total(100, intervals[:count], "por_minuto")
        assert fewer <= calcular_desconto_total(100, intervals[: count + 1], "por_minuto")


# The block as it is written ------------------------------------------------------------------------------------------

instants = st.datetimes(datetime(2000, 1, 3), datetime(2026, 10, 30), timezones=st.sampled_from(ZONES))
texts = textos() | st.sampled_from(
    [
        "\xaf0",
        "Data ocorrido: 01/01/2020",
        "Protocolo OPA: OPA1\n| x",
        "- rompimento externo - x",
        "Motivo: ?",
        "|\n||\n| |",
    ]
)


@st.composite
def requests(draw: DrawFn) -> SolicitacaoDesconto:
    start, end = sorted(draw(st.tuples(instants, instants)), key=lambda t: t.astimezone(UTC))
    programada = draw(st.booleans())
    days = st.just(start.date()) | st.dates(date(2000, 1, 1), date(2026, 10, 30))
    pairs = st.lists(st.tuples(instants, instants).map(lambda pair: sorted(pair, key=lambda t: t.astimezone(UTC))))
    return SolicitacaoDesconto(
        motivo=draw(st.sampled_from(MotivoDesconto) | (st.none() if programada else st.nothing())),
        solicitado_pelo_cliente=True,
        descricao=draw(texts),
        data_ocorrido=draw(days),
        abertura_chamado=start,
        retorno_sinal=draw(st.none() | st.just(end)),
        periodo=draw(st.none() | texts),
        protocolo_opa=draw(st.none() | st.from_regex(r"(OPA ?)?[0-9]{1,12}", fullmatch=True) | texts),
        cliente=draw(st.none() | clientes()),
        contrato=draw(st.none() | vinculos()),
        interrupcoes=tuple(Interrupcao(inicio=a, fim=b) for a, b in draw(pairs)[:3]),
        programada=programada,
    )


LABELS = (
    ("retorno_sinal", "Hora do retorno do sinal da internet"),
    ("periodo", "Período para dar desconto"),
    ("protocolo_opa", "Protocolo OPA"),
)


@SLOW
@given(requests(), st.none() | st.sampled_from(["America/Sao_Paulo", "America/Manaus", "UTC"]))
def test_a_valid_request_comes_back_from_its_ticket(s: SolicitacaoDesconto, timezone: str | None) -> None:
    assume(not [v for v in validar_desconto(s, agora=NOW) if not v.aviso])
    a = s.to_atendimento(timezone=timezone)
    leitura = SolicitacaoDesconto.from_atendimento(a, timezone or "America/Sao_Paulo")
    assert leitura.solicitacao == s
    assert leitura.nao_lido == tuple(label for campo, label in LABELS if getattr(s, campo) is None)
    assert normalizar_bloco(a.descricao, timezone or "America/Sao_Paulo") == a.descricao or timezone is None


PIECES = [
    "Descrição:", "Data ocorrido ", "Data ocorrido", "Protocolo OPA", "abertura: ", "Motivo:", "03/10/26", "14h",
    "OPA1", "x ", "rompimento externo", "\n", "\n\n", "|", " - ", ".", "*", "(", " ",
]  # fmt: skip


@SLOW
@given(textos() | st.lists(st.sampled_from(PIECES)).map("".join))
@example("Descrição:|Data ocorrido03/10/26 ")
def test_no_text_fails_and_the_normal_form_says_the_same(texto: str) -> None:
    before = ler_bloco(texto)
    once = normalizar_bloco(texto)
    after = ler_bloco(once)
    assert (after.solicitacao, after.nao_lido) == (before.solicitacao, before.nao_lido)
    assert normalizar_bloco(once) == once


# The block as it is typed --------------------------------------------------------------------------------------------

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
MONTHS = [
    "janeiro",
    "fevereiro",
    "março",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
]


@dataclass(frozen=True)
class Typed:
    """One line as typed, and the field's value that it must give, if any."""

    campo: str
    line: str
    value: object


def typed_day(day: date) -> SearchStrategy[str]:
    return st.sampled_from(
        [
            f"{day:%d/%m/%Y}", f"{day:%d/%m/%y}", f"{day:%d-%m-%Y}", f"{day:%d.%m.%Y}",
            f"{day.day}/{day.month}/{day.year}", f"{day.day} de {MONTHS[day.month - 1]} de {day.year}",
            f"{day:%Y-%m-%d}", f"dia {day:%d/%m/%Y}",
        ]
    )  # fmt: skip


def typed_hour(at: datetime) -> SearchStrategy[str]:
    ways = [
        f"{at:%H:%M}",
        f"{at:%H}h{at:%M}",
        f"{at.hour}:{at:%M}",
        f"às {at:%H:%M}",
        f"{at:%H:%M}h",
        f"{at:%H}h{at:%M}min",
    ]
    if at.minute == 0:
        ways += [f"{at.hour}h", f"{at.hour} hs", f"{at.hour} horas", f"às {at.hour}h"]
    return st.sampled_from(ways)


@st.composite
def typed_moments(draw: DrawFn, at: datetime, ocorrido: date) -> str:
    day, hour = draw(typed_day(at.date())), draw(typed_hour(at))
    ways = [f"{day} {hour}", f"{day}, {hour}", f"{hour} do dia {day.removeprefix('dia ')}"]
    if at.date() == ocorrido:
        ways += [hour, f"mesmo dia {hour}"]
    if (at.year, at.month) == (ocorrido.year, ocorrido.month) and at.date() >= ocorrido:
        ways.append(f"dia {at.day} {hour}")
    return draw(st.sampled_from(ways))


WAYS_TO_LABEL = {
    "data_ocorrido": ["Data ocorrido", "data do ocorrido", "DT. OCORRIDO", "Data da ocorrência", "Data"],
    "abertura_chamado": [
        "Hora da abertura do chamado",
        "hora abertura",
        "HR. ABERTURA",
        "Abertura do chamado",
        "Abertura",
    ],
    "retorno_sinal": ["Hora do retorno do sinal da internet", "retorno do sinal", "HORA RETORNO", "Retorno"],
    "periodo": ["Período para dar desconto", "periodo desconto", "PER. DE DESCONTO", "Período"],
    "protocolo_opa": ["Protocolo OPA", "prot. opa", "PROTOCOLO DO OPA", "Nº protocolo OPA", "Opa"],
    "motivo": ["Descrição", "descricao", "DESC.", "Motivo"],
}
REASONS = {
    "rompimento externo": "rompimento_externo", "Visita adiada": "visita_adiada", "QUEDA MASSIVA": "queda_massiva",
    "falha da empresa": "falha_da_empresa", "furto de caixa de emenda": "roubo_caixa_emenda", "sem internet": None,
}  # fmt: skip
NOT_SAID = ["ontem", "hoje cedo", "?", "03 ou 04/10", "a confirmar", "umas 14h", "32/13/2026", "14h às 16h", "x", "14"]


@st.composite
def typed_blocks(draw: DrawFn) -> tuple[str, dict[str, object]]:
    """A block typed in some way, and what it says."""
    ocorrido = draw(st.dates(date(2019, 3, 1), date(2026, 10, 1)))
    start = datetime.combine(ocorrido, draw(st.times()), SAO_PAULO).replace(second=0, microsecond=0)
    minutes = draw(st.integers(0, 4000) | st.just(0))
    end = (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(SAO_PAULO)
    number = draw(st.integers(1, 10**9))
    words = draw(st.sampled_from(list(REASONS)))
    said: dict[str, tuple[str, object]] = {
        "data_ocorrido": (draw(typed_day(ocorrido)), ocorrido),
        "abertura_chamado": (draw(typed_moments(start, ocorrido)), start),
        "retorno_sinal": (draw(typed_moments(end, ocorrido)), end),
        "periodo": ("2 horas", "2 horas"),
        "protocolo_opa": (draw(st.sampled_from(["OPA{}", "opa {}", "Opa-{}"])).format(number), f"OPA{number}"),
        "motivo": (words, REASONS[words]),
    }
    order = draw(st.permutations(list(said)))
    kept = draw(st.lists(st.sampled_from(order), min_size=2, unique=True))
    separator = draw(st.sampled_from([": ", ":", " : ", " = ", " - "]))
    between = draw(st.sampled_from(["\n", "\n\n", "\r\n", "\n- "]))
    spoilt = draw(st.none() | st.sampled_from([c for c in said if c not in ("periodo", "motivo")]))
    lines = []
    for campo in kept:
        text = draw(st.sampled_from(NOT_SAID)) if campo == spoilt else said[campo][0]
        lines.append(f"{draw(st.sampled_from(WAYS_TO_LABEL[campo]))}{separator}{text}")
    truth = {campo: said[campo][1] if campo in kept and campo != spoilt else None for campo in said}
    return between.join(lines), truth


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(typed_blocks())
@example(("Data: 1/2/2026\nAbertura: dia 1 14:30", {"data_ocorrido": date(2026, 2, 1)}))
def test_nothing_typed_is_read_wrong(block: tuple[str, dict[str, object]]) -> None:
    text, truth = block
    leitura = ler_bloco(text)
    for campo, value in truth.items():
        read = getattr(leitura.solicitacao, campo)
        assert read is None or read == value, (campo, read, value)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(typed_blocks())
def test_what_is_typed_plainly_is_read(block: tuple[str, dict[str, object]]) -> None:
    """The day, the reason, the period and the protocol stand alone; the hours need the day."""
    text, truth = block
    solicitacao = ler_bloco(text).solicitacao
    for campo in ("data_ocorrido", "periodo", "protocolo_opa", "motivo"):
        assert getattr(solicitacao, campo) == truth[campo], campo
    if truth["data_ocorrido"] is not None:
        for campo in ("abertura_chamado", "retorno_sinal"):
            assert getattr(solicitacao, campo) == truth[campo], campo
