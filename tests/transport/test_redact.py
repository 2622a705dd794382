"""What must never be logged, wherever in an event it stands and however it is written."""

from __future__ import annotations

import base64
import string
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp_bridge.transport.redact import MASK, Redactor

digits = st.integers(0, 9).map(str)


def written(*patterns: str, alphabet: st.SearchStrategy[str] = digits) -> st.SearchStrategy[str]:
    """A number in one of these written forms: each ``#`` is a digit, each ``@`` a sign of ``alphabet``."""

    def fill(pattern: str) -> st.SearchStrategy[str]:
        signs = [{"#": digits, "@": alphabet}.get(sign, st.just(sign)) for sign in pattern]
        return st.tuples(*signs).map("".join)

    return st.sampled_from(patterns).flatmap(fill)


cpf = written("###.###.###-##", "###########", "#########-##", "### ### ### ##", "###.###.###/##", "###.###.###–##")
cnpj = written("##.###.###/####-##", "##############", "########/####-##", "##.###.### ####-##", "## ### ### #### ##")
cnpj_with_letters = written(
    "@@.@@@.@@@/@@@@-##",
    "@@@@@@@@@@@@##",
    "@@@@@@@@/@@@@-##",
    alphabet=st.sampled_from(string.ascii_uppercase + string.digits),
)
telephone = written(
    "(##) 9####-####", "(##)9####-####", "(##) ####-####", "## 9####-####", "## 9########", "##9########", "##########",
    "+55 (##) 9####-####", "+55##9########", "+55 ## 9 ####-####", "55##########", "0## ####-####", "(0##) ####.####",
    "9####-####", "9 ####-####", "####-####", "#### ####", "9########", "##-9####-####", "(##) 9########",
)  # fmt: skip
hash_token = st.tuples(st.integers(1, 999), st.text("0123456789abcdef", min_size=64, max_size=64)).map(
    lambda parts: f"{parts[0]}:{parts[1]}"
)
KINDS = {
    "CPF": cpf,
    "CNPJ": cnpj,
    "CNPJ with letters": cnpj_with_letters,
    "telephone": telephone,
    "e-mail": st.emails(),
    "token": hash_token,
}

surroundings = st.sampled_from(
    ["{}", "cliente {} sem sinal", "({})", "[{}]", "cpf={}", '"{}"', "ligar: {}.", "a\n{}\nb", "<{}>", "{},", "{};"]
)
keys = st.sampled_from(["detail", "registro", "x", "valores", "id", "event"])


nestings = st.sampled_from(
    [
        lambda value: value,
        lambda value: [1, value],
        lambda value: {"x": {"registros": [{"valor": value}]}},
        lambda value: ({"id": "7"}, (value,)),
        lambda value: [[[{"a": [value, {"b": value}]}]]],
    ]
)


def plain(value: object) -> str:
    """Every key and value of a redacted event, one per line."""
    if isinstance(value, dict):
        return "\n".join(f"{key}\n{plain(item)}" for key, item in value.items())
    if isinstance(value, list):
        return "\n".join(map(plain, value))
    return str(value)


def log_of(event: dict[str, object]) -> str:
    return plain(Redactor()(None, "info", dict(event)))


@pytest.mark.parametrize("kind", KINDS)
@given(surroundings, keys, nestings, st.data())
def test_nothing_personal_survives_wherever_it_stands(
    kind: str, surrounding: str, key: str, nesting: Callable, data: st.DataObject
) -> None:
    value = data.draw(KINDS[kind])
    assert value not in log_of({key: nesting(surrounding.format(value))})
    assert value not in log_of({"clientes": {value: 1}})


@given(st.one_of(written("1##########", "1#############", "1#########")), keys)
def test_documents_and_telephones_as_numbers(value: str, key: str) -> None:
    assert value not in log_of({key: int(value)})
    assert value not in log_of({key: [{key: int(value)}]})
    assert value not in log_of({key: float(value)})


SENSITIVE = (
    "token", "_passwd", "senha", "Senha_Hotsite", "password", "client_secret", "Authorization", "x-api-key",
    "set-cookie", "cpf", "cnpj", "cnpj_cpf", "documento", "telefone", "telefone_celular", "fone", "whatsapp", "email",
    "e-mail", "mensagem", "menssagem", "descri_oco", "descri_com", "descricao", "texto", "titulo", "message",
    "nome_cli", "nome_contato", "razao", "endereco", "celular_resposta",
)  # fmt: skip


@given(st.sampled_from(SENSITIVE), st.text(min_size=1) | st.integers(2) | st.lists(st.text(), min_size=1))
def test_what_stands_under_such_a_name_is_masked(key: str, value: object) -> None:
    assert Redactor()(None, "info", {key: value}) == {key: MASK}
    assert Redactor()(None, "info", {"rows": [[{"id": 1, key: value}]]}) == {"rows": [[{"id": 1, key: MASK}]]}


secrets = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=6, max_size=40).filter(
    lambda text: not set(text) <= set(MASK)
)


@given(secrets, st.binary(max_size=7), st.binary(max_size=7))
def test_a_remembered_secret_survives_in_no_form(secret: str, before: bytes, after: bytes) -> None:
    redactor = Redactor()
    redactor.remember(secret)
    in_base64 = base64.b64encode(before + secret.encode() + after).decode()
    out = redactor(None, "info", {"a": f"x {secret} y", "b": [secret], "c": f"z{in_base64}z", "d": {secret: 1}})
    assert secret not in plain(out).replace(MASK, "")
    assert in_base64 not in plain(out)
    assert MASK in out["c"]


def test_a_secret_in_an_address() -> None:
    redactor = Redactor()
    redactor.remember("p@ss wörd/1")
    for form in ("p@ss wörd/1", "p%40ss%20w%C3%B6rd%2F1", "p%40ss+w%C3%B6rd%2F1"):
        assert redactor.text(f"GET /x?k={form}&y=1") == f"GET /x?k={MASK}&y=1"


def test_a_secret_that_begins_another_leaves_nothing_of_it() -> None:
    for secrets in (["abacaxi", "abacaxi-dourado"], ["abacaxi-dourado", "abacaxi"]):
        redactor = Redactor()
        redactor.remember(*secrets)
        assert redactor.text("x abacaxi-dourado y") == f"x {MASK} y"


def test_a_secret_too_short_tears_no_words_apart() -> None:
    redactor = Redactor()
    redactor.remember("a", "")
    assert redactor.text("a casa amarela") == "a casa amarela"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Authorization: Basic NjE6YWJj", f"Authorization: Basic {MASK}"),
        ("bearer abc.def-ghi", f"bearer {MASK}"),
        ('{"_user":"x","_passwd":"abacaxi","a":1}', f'{{"_user":"x","_passwd":"{MASK}","a":1}}'),
        ("senha = abacaxi, usuario = ana", f"senha = {MASK}, usuario = ana"),
        ("https://ana:abacaxi@erp.example/x", MASK),
        ("jwt eyJhbGciOi.eyJzdWIiOi.c2ln", f"jwt {MASK}"),
    ],
)
def test_credentials_inside_a_text(text: str, expected: str) -> None:
    out = Redactor().text(text)
    assert "abacaxi" not in out
    if not text.startswith("https"):
        assert out == expected


@pytest.mark.parametrize(
    "event",
    [
        {"event": "request", "erp": "matriz", "operation": "su_ticket.listar", "duration": 0.12345678901},
        {"since": "2026-03-10T15:00:00.123456+00:00", "until": "2026-03-10 12:00:00-03:00", "day": "2026-03-10"},
        {"ticket": "212406", "codoco": "01ZZZZZZZZ", "movement": "m789", "page": 3, "ok": True, "next": None},
        {"operation": "su_transf_atendimento_26466", "url": "https://erp.example:8443/webservice/v1"},
        {"reason": "127.0.0.1:8080 refused the connection: check url and its port"},
    ],
)
def test_what_helps_to_find_a_fault_stays(event: dict[str, object]) -> None:
    assert Redactor()(None, "info", dict(event)) == event


def test_other_values_become_redacted_text() -> None:
    class Cliente:
        def __repr__(self) -> str:
            return "Cliente('529.982.247-25')"

    event = {
        "objeto": Cliente(),
        "erro": ValueError("cpf 52998224725"),
        "corpo": b"senha",
        "quando": datetime(2026, 3, 10, tzinfo=UTC),
        "valor": Decimal("10.50"),
        "vazio": {"texto": "", "senha": None, "token": False},
    }
    assert Redactor()(None, "info", event) == {
        "objeto": f"Cliente('{MASK}')",
        "erro": f"cpf {MASK}",
        "corpo": "<5 bytes>",
        "quando": "2026-03-10 00:00:00+00:00",
        "valor": "10.50",
        "vazio": {"texto": "", "senha": None, "token": False},
    }


def test_a_structure_without_end_is_cut() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert "…" in log_of({"x": endless})


@pytest.mark.parametrize("sign", ["a", "1", "a1", "@", "token", "token ", "eyJa.", "55-", "(51) ", "a.b"])
def test_a_long_text_takes_no_time_to_speak_of(sign: str) -> None:
    """Patterns that start again at every sign would need minutes here."""
    assert isinstance(Redactor().text(sign * (300_000 // len(sign))), str)
