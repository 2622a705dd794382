"""CPF and CNPJ, against a second implementation written the long way round."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.strategies import documentos
from erp_bridge.core.documento import is_valid, normalise

CPF_HEADS = st.text("0123456789", min_size=9, max_size=9)
CNPJ_HEADS = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=12, max_size=12)

#: The weights as the tax office prints them.
CPF_WEIGHTS = ([10, 9, 8, 7, 6, 5, 4, 3, 2], [11, 10, 9, 8, 7, 6, 5, 4, 3, 2])
CNPJ_WEIGHTS = ([5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2], [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])
VALUES = {char: place for place, char in enumerate("0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ")}


def with_check_digits(head: str, weights: tuple[list[int], list[int]]) -> str:
    for row in weights:
        rest = sum(VALUES[char] * weight for char, weight in zip(head, row, strict=True)) % 11
        head += str((11 - rest) % 11 % 10) if rest != 1 else "0"
    return head


KNOWN = [
    "11144477735",
    "52998224725",
    "12345678909",
    "00000000191",
    "11222333000181",
    "00000000000191",
    "33000167000101",
    "12ABC34501DE35",  # the tax office's own example of a CNPJ with letters
]


@pytest.mark.parametrize("documento", KNOWN)
def test_known_documents_are_valid(documento: str) -> None:
    assert is_valid(documento)


@pytest.mark.parametrize("documento", KNOWN)
def test_one_wrong_check_digit_is_noticed(documento: str) -> None:
    for place in (-2, -1):
        digits = list(documento)
        digits[place] = str((int(digits[place]) + 1) % 10)
        assert not is_valid("".join(digits))


@given(CPF_HEADS)
def test_every_cpf_with_right_digits_is_valid(head: str) -> None:
    assume(len(set(head)) > 1)
    assert is_valid(with_check_digits(head, CPF_WEIGHTS))


@given(CNPJ_HEADS)
def test_every_cnpj_with_right_digits_is_valid_also_with_letters(head: str) -> None:
    assume(len(set(head)) > 1)
    assert is_valid(with_check_digits(head, CNPJ_WEIGHTS))


@pytest.mark.parametrize("documento", KNOWN)
def test_of_all_check_digits_only_one_pair_is_right(documento: str) -> None:
    every = (f"{documento[:-2]}{pair:02}" for pair in range(100))
    assert [candidate for candidate in every if is_valid(candidate)] == [documento]


@pytest.mark.parametrize("digit", "0123456789")
def test_one_digit_repeated_is_nobodys_document(digit: str) -> None:
    assert is_valid(digit * 11) is False
    assert not is_valid(digit * 14)


@pytest.mark.parametrize(
    "wrong", ["", "1", "1114447773", "111444777350", "12ABC34501DEA5", "12abc34501de35", "１" * 11]
)
def test_what_has_not_the_form_is_not_valid(wrong: str) -> None:
    assert is_valid(wrong) is False


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("111.444.777-35", "11144477735"),
        (" 111 444 777 35 ", "11144477735"),
        ("11.222.333/0001-81", "11222333000181"),
        ("12.abc.345/01de-35", "12ABC34501DE35"),
        ("12.ABC.345/01DE–35", "12ABC34501DE35"),
        ("CPF 111.444.777-35", "11144477735"),
        ("CPF: 11144477735", "11144477735"),
        ("CNPJ: 11.222.333/0001-81", "11222333000181"),
        ("CPF/CNPJ 111.444.777-35", "11144477735"),
        ("111.444.777-35 (titular)", "11144477735"),
        (with_check_digits("CPF123450001", CNPJ_WEIGHTS), with_check_digits("CPF123450001", CNPJ_WEIGHTS)),
        ("não informado", None),
        ("", None),
        ("  ", None),
        (None, None),
    ],
)
def test_the_written_form(typed: str | None, kept: str | None) -> None:
    assert normalise(typed) == kept


@given(documentos())
def test_the_written_form_stays_as_it_is(typed: str) -> None:
    kept = normalise(typed)
    assert normalise(kept) == kept


@given(CNPJ_HEADS, st.sampled_from([str.lower, str.upper, "  {}\n".format, "-".join]))
def test_punctuation_and_case_do_not_matter(head: str, typed: object) -> None:
    document = with_check_digits(head, CNPJ_WEIGHTS)
    assert callable(typed)
    assume(is_valid(document))
    assert normalise(typed(document)) == document
