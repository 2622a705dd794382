"""The footer: written, found again whatever an ERP or a person does around it, and never taken for another."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.strategies import footers, refs, textos
from erp_bridge.core.footer import RULE, Footer, Ref, fit, join, split
from erp_bridge.core.text import normal

FOOTER = Footer(
    ref=Ref(erp="matriz", id="123", part="m789"),
    protocolo="202607581197",
    assinatura="Maria · 01/09/2026 08:00 · matriz",
    notas=("Prioridade: alta", "Canal: whatsapp"),
)
WRITTEN = """\
Cliente sem sinal

-- erp_bridge
[ref matriz 123/m789 prot 202607581197]
Maria · 01/09/2026 08:00 · matriz
* Prioridade: alta
* Canal: whatsapp"""


def test_it_looks_as_promised() -> None:
    assert join("Cliente sem sinal", FOOTER) == WRITTEN


def test_without_protocolo_or_movement_their_places_are_marked() -> None:
    assert str(Footer(ref=Ref(erp="filial", id="01QATEND00"))) == f"{RULE}\n[ref filial 01QATEND00 prot -]"


class TestRoundTrip:
    @given(textos(), footers())
    def test_any_text_survives_with_its_footer(self, text: str, footer: Footer) -> None:
        assume(split(text)[1] is None)
        body, found = split(join(text, footer))
        assert found == footer
        assert normal(body) == normal(text)

    @given(textos())
    def test_a_text_without_footer_is_left_untouched(self, text: str) -> None:
        assume("[ref " not in text)
        assert split(text) == (text, None)
        assert join(text, None) == text

    @given(textos(), footers(), footers())
    def test_of_several_footers_the_last_is_the_texts_own(self, text: str, copied: Footer, own: Footer) -> None:
        body, found = split(join(join(text, copied), own))
        assert found == own
        assert normal(body) == normal(join(text, copied))

    @given(textos(), footers(), st.sampled_from(["\r\n", "\r", "  \n", "\t\r\n"]))
    def test_line_ends_and_trailing_blanks_do_not_matter(self, text: str, footer: Footer, end: str) -> None:
        assume(split(text)[1] is None)
        body, found = split(join(normal(text), footer).replace("\n", end) + end)
        assert found == footer
        assert normal(body) == normal(text)

    @given(textos(), footers())
    def test_writing_it_again_changes_nothing(self, text: str, footer: Footer) -> None:
        assume(split(text)[1] is None)
        once = join(normal(text), footer)
        assert join(*split(once)) == once


class TestTampering:
    @pytest.mark.parametrize("dot", ["?", "", "??", "\ufffd", "Â·", "-"])
    def test_a_lost_dot_does_not_hide_the_line_of_the_author(self, dot: str) -> None:
        body, found = split(WRITTEN.replace("·", dot))
        assert body == "Cliente sem sinal"
        assert found is not None
        assert (found.ref, found.notas) == (FOOTER.ref, FOOTER.notas)
        assert found.assinatura.startswith("Maria")

    def test_lines_may_be_indented(self) -> None:
        assert split("\n".join(f"  {line} " for line in WRITTEN.split("\n")))[1] == FOOTER

    @pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n\r\n", "\n \n"])
    @pytest.mark.parametrize("notas", [(), ("Prioridade: alta",)])
    @pytest.mark.parametrize("assinatura", ["", "Maria · 01/09/2026 08:00 · matriz"])
    def test_what_somebody_adds_below_is_text(self, gap: str, notas: tuple[str, ...], assinatura: str) -> None:
        footer = FOOTER.model_copy(update={"notas": notas, "assinatura": assinatura})
        body, found = split(join("Sem sinal", footer) + gap + "Liguei de novo.\nNão atendeu em 02/09/2026 10:00")
        assert body == "Sem sinal\n\nLiguei de novo.\nNão atendeu em 02/09/2026 10:00"
        assert found == footer

    def test_text_above_and_nothing_below_and_the_other_way_round(self) -> None:
        assert split(join("", FOOTER)) == ("", FOOTER)
        assert split(f"{FOOTER}\n\nabaixo") == ("abaixo", FOOTER)

    @pytest.mark.parametrize(
        "broken",
        [
            WRITTEN.replace("-- erp_bridge", "--erp_bridge"),
            WRITTEN.replace("[ref", "[rf"),
            WRITTEN.replace(" prot 202607581197", ""),
            WRITTEN.replace("matriz 123/m789", "matriz"),
            WRITTEN.replace("197]", "197"),
            WRITTEN.replace("-- erp_bridge\n", "-- erp_bridge\n\n"),
            WRITTEN[: WRITTEN.index("[ref")],
            "-- erp_bridge",
            "",
        ],
    )
    def test_what_is_no_footer_any_more_is_text(self, broken: str) -> None:
        assert split(broken) == (broken, None)

    def test_a_broken_copy_below_does_not_hide_the_footer(self) -> None:
        body, found = split(f"{WRITTEN}\n\n> -- erp_bridge\n> [ref x 1 prot 2]\n-- erp_bridge\nfim")
        assert found == FOOTER
        assert body.endswith("-- erp_bridge\nfim")


class TestReference:
    def test_one_number_is_not_the_beginning_of_another(self) -> None:
        found = [split(join("x", Footer(ref=Ref(erp="matriz", id=id))))[1] for id in ("123", "1234", "12")]
        assert [footer and footer.ref.id for footer in found] == ["123", "1234", "12"]
        assert len({str(footer) for footer in found}) == 3

    @given(refs(), refs())
    def test_equal_references_and_only_those_are_written_alike(self, one: Ref, other: Ref) -> None:
        assert (str(one) == str(other)) == (one == other)

    def test_a_reference_can_be_looked_up(self) -> None:
        assert len({Ref(erp="matriz", id="123"), Ref(erp="matriz", id="123")}) == 1
        assert hash(FOOTER) == hash(FOOTER.model_copy())

    @pytest.mark.parametrize("id", ["", "1 2", "1/2", "1]", "1\n", "\u00a0"])
    def test_an_id_that_could_not_be_read_back_is_refused(self, id: str) -> None:
        with pytest.raises(ValidationError):
            Ref(erp="matriz", id=id)

    @pytest.mark.parametrize("part", ["", "m 1", "m1]", "m1\n"])
    def test_so_is_such_a_movement(self, part: str) -> None:
        with pytest.raises(ValidationError):
            Ref(erp="matriz", id="1", part=part)

    @pytest.mark.parametrize("erp", ["", "a b", "matriz/1", "são"])
    def test_so_is_such_a_name(self, erp: str) -> None:
        with pytest.raises(ValidationError):
            Ref(erp=erp, id="1")


class TestLines:
    def test_no_value_breaks_a_line(self) -> None:
        footer = Footer(
            ref=FOOTER.ref,
            protocolo=" 2026\n 1] ",
            assinatura="M\r\nA · 01/09/2026 08:00 · matriz",
            notas=("a\nb", " "),
        )
        assert str(footer).split("\n")[1:] == [
            "[ref matriz 123/m789 prot 2026 1]]",
            "M A · 01/09/2026 08:00 · matriz",
            "* a b",
        ]
        assert split(join("x", footer)) == ("x", footer)

    @pytest.mark.parametrize("protocolo", [None, "", " ", "-"])
    def test_no_protocolo_is_always_written_the_same_way(self, protocolo: str | None) -> None:
        assert Footer(ref=FOOTER.ref, protocolo=protocolo).protocolo is None


class TestFit:
    @given(textos(), st.none() | footers(), st.integers(0, 400))
    def test_what_is_written_never_exceeds_the_limit_and_nothing_is_lost(
        self, text: str, footer: Footer | None, limit: int
    ) -> None:
        try:
            head, rest = fit(text, footer, limit)
        except ValueError:
            assert len(join("x", footer)) > limit
            return
        assert head + rest == text
        assert len(join(head, footer)) <= limit
        assert not rest or len(join(text, footer)) > limit

    def test_a_text_that_fits_stays_whole(self) -> None:
        assert fit("Cliente sem sinal", FOOTER, len(WRITTEN)) == ("Cliente sem sinal", "")
        assert fit("Cliente sem sinal", FOOTER, len(WRITTEN) - 1) == ("Cliente sem sina", "l")

    def test_the_footer_survives_the_cut(self) -> None:
        head, rest = fit("x" * 10_000, FOOTER, 1000)
        assert split(join(head, FOOTER)) == (head, FOOTER)
        assert len(head) + len(rest) == 10_000

    def test_at_least_one_character_of_the_text_must_fit(self) -> None:
        assert fit("abc", FOOTER, len(str(FOOTER)) + 3) == ("a", "bc")
        with pytest.raises(ValueError, match="no room"):
            fit("abc", FOOTER, len(str(FOOTER)) + 2)

    def test_a_footer_alone_may_fill_the_record(self) -> None:
        assert fit("", FOOTER, len(str(FOOTER))) == ("", "")
        with pytest.raises(ValueError, match="no room"):
            fit("", FOOTER, len(str(FOOTER)) - 1)
