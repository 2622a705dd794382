"""Text in normal form, names for comparison, and the losses that are no edits."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from core.strategies import textos
from erp_bridge.core.text import clean, fold, normal, same_but_for_losses

ANY = st.one_of(textos(), st.text(st.characters(codec=None), max_size=30))


@given(ANY)
@example("a \u0301b")
@example("x\n\u0301")
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@given(ANY)
def test_cleaning_twice_is_like_once_and_leaves_what_utf8_can_carry(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean(text).encode("utf-8")


@given(ANY | st.text("a\n\u00e3\u0101\x00\x01\x0c\x1f\x7f\x85\u2028\ud83d", max_size=5))
@example("".join(map(chr, range(256))))
@example("".join(map(chr, range(300))))
def test_cleaning_takes_out_what_it_should_and_nothing_else(text: str) -> None:
    kept = [c for c in text if c in "\t\n\r" or not (ord(c) < 32 or 127 <= ord(c) < 160)]
    assert clean(text) == "".join("?" if "\ud800" <= c <= "\udfff" else c for c in kept)


@given(ANY)
@example("\u1e9e")
@example("\u0345")
@example("\u037a")
@example("\u03d4")
def test_folding_twice_is_like_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(textos())
def test_line_ends_and_blanks_around_do_not_change_the_normal_form(text: str) -> None:
    text = normal(text)
    assert normal(text.replace("\n", "\r\n")) == text
    assert normal(text.replace("\n", "\r")) == text
    assert normal(text.replace("\n", "  \t\n")) == text
    assert normal(f"\n\n  {text}\r\n ") == text


def test_the_normal_form_keeps_what_matters() -> None:
    assert normal("  a\u0301gua\r\n\r\n  - item  ") == "água\n\n  - item"
    assert normal("Sem conexão") != normal("sem conexao")


@pytest.mark.parametrize(
    ("dirty", "kept"),
    [("a\x00b\x07c", "abc"), ("linha\r\n\tfim", "linha\r\n\tfim"), ("\ud83d!", "?!"), ("😀", "😀"), ("", "")],
)
def test_cleaning(dirty: str, kept: str) -> None:
    assert clean(dirty) == kept


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Suporte Técnico", "suporte tecnico"),
        ("  SUPORTE\u00a0 TÉCNICO\n", "suporte tecnico"),
        ("Instala\u0063\u0327a\u0303o", "Instalação"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
    ],
)
def test_names_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_names_that_differ() -> None:
    assert fold("sem conexao") != fold("semconexao")
    assert fold("suporte 1") != fold("suporte 2")


class TestLosses:
    @pytest.mark.parametrize(
        ("sent", "stored"),
        [
            ("Conexão lenta", "Conexão lenta"),
            ("Conexão lenta", "Conex?o lenta"),
            ("Conexão lenta", "Conex??o lenta"),
            ("Conexão lenta", "Conex\ufffd\ufffdo lenta"),
            ("Conexão lenta", "Conexo lenta"),
            ("Tudo certo 😀 obrigado", "Tudo certo ???? obrigado"),
            ("Tudo certo 😀 obrigado", "Tudo certo  obrigado"),
            ("Tudo certo 😀 obrigado", "Tudo certo "),
            ("😀 oi", "oi"),
            ("oi 😀", "oi"),
            ("oi 😀\nfim", "oi\nfim"),
            ("oi\u00a0Maria", "oi?Maria"),
            ("oi\u00a0Maria", "oi Maria"),
            ("oi\u00a0", "oi?"),
            ("linha 1\nlinha 2", "linha 1\r\nlinha 2  "),
            ("linha 1\n\n\nlinha 2", " linha 1 linha 2"),
            ("a" * 100, "a" * 60),
            ("é" * 100, "?" * 60),
            ("Conexão lenta demais", "Conex?o len"),
            ("", " \r\n"),
        ],
    )
    def test_is_the_same(self, sent: str, stored: str) -> None:
        assert same_but_for_losses(sent, stored)

    @pytest.mark.parametrize(
        ("sent", "stored"),
        [
            ("Conexão lenta", "Conexão rápida"),
            ("Conexão lenta", "Conexão lenta!"),
            ("Conexao lenta", "Conex?o lenta"),  # plain letters are not lost
            ("Conexão lenta", "Conex?????o lenta"),
            ("Conexão lenta", "Conex o lenta"),
            ("~lenta", "?lenta"),
            ("lenta", "Lenta"),
            ("Sem sinal", "em sinal"),
            ("Sem sinal", "Semsinal"),
            ("Sem sinal", ""),
            ("", "Sem sinal"),
            ("😀", ""),
        ],
    )
    def test_is_an_edit(self, sent: str, stored: str) -> None:
        assert not same_but_for_losses(sent, stored)

    @given(textos().map(clean))
    def test_a_text_is_like_itself_and_its_normal_form(self, text: str) -> None:
        assert same_but_for_losses(text, text)
        assert same_but_for_losses(text, normal(text))

    @given(
        textos().map(normal), st.sampled_from(["latin-1", "ascii", "cp1252"]), st.sampled_from(["replace", "ignore"])
    )
    def test_storing_in_a_poorer_charset_is_no_edit(self, text: str, charset: str, how: str) -> None:
        stored = text.encode(charset, how).decode(charset)
        assume(stored.strip())
        assert same_but_for_losses(text, stored)

    @given(textos().map(normal), st.integers(1, 100))
    def test_cutting_is_no_edit(self, text: str, length: int) -> None:
        assume(text[:length].strip())
        assert same_but_for_losses(text, text[:length])

    @given(textos(), st.text("abcXYZ019", min_size=1, max_size=5))
    def test_plain_text_added_is_an_edit(self, text: str, added: str) -> None:
        assume(text.strip())
        assert not same_but_for_losses(text, unicodedata.normalize("NFC", text) + added)
