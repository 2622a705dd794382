"""The documentation site builds without a warning, holds together, asks nothing of other hosts, and is complete."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urldefrag

import pytest

import erp_bridge
from docs.pages import DOCS, ROOT, TOOLS, fences, pages, portuguese
from erp_bridge import i18n
from erp_bridge.cli import failures
from erp_bridge.core.errors import BridgeError

sys.path.insert(0, str(TOOLS))
import assemble
import site_commands as commands
import site_conformance as conformance
import site_errors as errors
import site_portuguese as portuguese_pages


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    pytest.importorskip("mkdocs")
    folder = tmp_path_factory.mktemp("site")
    assemble.assemble(folder / "docs")
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    config = config.replace("build/docs", str(folder / "docs")).replace("build/site", str(folder / "out"))
    (folder / "mkdocs.yml").write_text(config, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", str(folder / "mkdocs.yml")],
        capture_output=True, text=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.strip()) == (0, "")
    return folder / "out"


class Page(HTMLParser):
    """What a page loads, where it leads, and the places on it."""

    LOADED: ClassVar = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.leads: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.places |= {found[name] for name in ("id", "name") if name in found}
        if tag == "link" and found.get("rel") in ("canonical", "alternate", "next", "prev"):
            return
        if self.LOADED.get(tag) in found:
            self.loads.append(found[self.LOADED[tag]])
        if tag == "a" and "href" in found:
            self.leads.append(found["href"])


def html(site: Path) -> Iterator[tuple[Path, Page]]:
    for path in site.rglob("*.html"):
        yield path, Page(path.read_text(encoding="utf-8"))


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    found = [(path.name, load) for path, page in html(site) for load in page.loads if re.match(r"(?:https?:)?//", load)]
    assert found == []
    styles = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    assert styles
    assert not [style for style in styles if re.search(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", style)]
    assert Page('<script src="//x.example/a.js"></script>').loads == ["//x.example/a.js"]


def test_every_link_leads_somewhere(site: Path) -> None:
    known = {path.resolve(): page for path, page in html(site)}
    broken = []
    for path, page in known.items():
        if path.name == "404.html":
            continue
        for link in page.leads:
            target, place = urldefrag(link)
            if re.match(r"[a-z]+:", target):
                continue
            goal = (path.parent / unquote(target)).resolve() if target else path
            goal = goal / "index.html" if goal.is_dir() else goal
            if not goal.exists() or (place and goal in known and unquote(place) not in known[goal].places):
                broken.append((path.relative_to(site.resolve()).as_posix(), link))
    assert broken == []
    assert len(known) > 60


def test_both_languages_are_there(site: Path) -> None:
    for page in pages():
        name = page.relative_to(DOCS).with_suffix(".html")
        assert (site / name).is_file()
        assert (site / "pt-BR" / name).is_file()
    assert 'lang="pt-BR"' in (site / "pt-BR" / "tutorial.html").read_text(encoding="utf-8")
    assert "Primeira sincronização" in (site / "pt-BR" / "index.html").read_text(encoding="utf-8")


def test_every_page_of_ours_is_written_in_both() -> None:
    """The others have an introduction in Portuguese, or are translated as they are made."""
    english_only = {"conformance.md", "performance.md"}
    own = {
        path.relative_to(DOCS).as_posix()
        for path in DOCS.rglob("*.md")
        if not {"decisions", "_tools"} & set(path.parts) and not path.name.endswith(".pt-BR.md")
    }
    assert {page.relative_to(DOCS).as_posix() for page in pages()} == own - english_only
    introduced = set(portuguese_pages.introductions())
    assert english_only - {"conformance.md"} <= introduced
    assert introduced.isdisjoint(own - english_only)  # it would never be shown
    assert "reference/library.md" in introduced
    assert introduced & set(assemble.PAGES.values()) == set(), "a page that is written in both needs no introduction"


def test_a_page_in_english_says_so_in_portuguese(site: Path) -> None:
    """Whatever the Portuguese site shows is Portuguese, or says where English begins; programs speak for themselves."""
    said = assemble.in_portuguese(assemble.made())
    silent = [page for page, text in said.items() if "em inglês" not in text and page != "conformance.pt-BR.md"]
    assert silent == []
    assert len(said) > 15
    for page in ("reference/library", "performance", "changelog", "decisions/index"):
        assert "em inglês" in (site / "pt-BR" / f"{page}.html").read_text(encoding="utf-8").lower()
    programs = {f"examples/{path.stem}.pt-BR.md" for path in (ROOT / "examples").glob("*.py")}
    written = {page for page in [*assemble.sources().values(), *assemble.made()] if page.endswith(".pt-BR.md")}
    known = {page.replace("README.", "index.") for page in written | set(said) | programs}
    own = site / "pt-BR"
    assert {path.relative_to(own).with_suffix(".pt-BR.md").as_posix() for path in own.rglob("*.html")} == known


def test_the_examples_are_told_alike_in_both() -> None:
    texts = [(ROOT / "examples" / name).read_text(encoding="utf-8") for name in ("README.md", "README.pt-BR.md")]
    english, other = (re.findall(r"\]\(([^)]+)\)", text) for text in texts)
    assert english == other
    assert len(english) > 8


def test_the_page_on_conformance_is_translated_whole() -> None:
    english = (DOCS / "conformance.md").read_text(encoding="utf-8")
    text = conformance.portuguese(english)
    assert text.count("\n| `") == english.count("\n| `") > 80
    assert text.count("✓") == english.count("✓")
    assert "Conta suas requisições com exatidão." in text
    assert not re.search(r"\b(?:the|which|what|that)\b", re.sub(r"`[^`]*`", "", text))
    with pytest.raises(conformance.Untranslated):
        conformance.portuguese("# Conformance\n\nSomething that was not said before.\n")
    with pytest.raises(conformance.Untranslated):
        conformance.portuguese("| `a.b` | gold | ✓ | It does something new. |\n")


@pytest.mark.parametrize("lang", ["en", "pt-BR"])
def test_every_command_stands_in_the_reference(lang: str) -> None:
    text = commands.page(lang)
    names = [path for path, _ in commands.walk("erp-bridge", commands.cli)]
    assert len(names) > 40
    assert [name for name in names if f"`{name}`" not in text] == []
    assert ("Opções" in text) == (lang == "pt-BR")
    assert i18n.language() == "en"


def test_every_public_name_and_every_key_stands_in_the_reference() -> None:
    made = assemble.made()
    library, configuration = made["reference/library.md"], made["reference/configuration.md"]
    modules = {"blocking", "config", "events"}
    assert [name for name in set(erp_bridge.__all__) - modules if f"### `{name}`" not in library] == []
    for key in ("transform", "requests_per_minute", "closing_status", "full_every", "webhook"):
        assert f"| `{key}` |" in configuration


def all_errors() -> set[type[BridgeError]]:
    found, waiting = set(), [BridgeError]
    while waiting:
        cls = waiting.pop()
        found.add(cls)
        waiting += cls.__subclasses__()
    return {cls for cls in found if cls.__module__.startswith("erp_bridge.")}


@pytest.mark.parametrize("lang", ["en", "pt-BR"])
def test_every_error_has_its_place_and_the_command_line_leads_there(
    lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = errors.page(lang)
    listed = set(errors.CLASSES)
    for cls in all_errors():
        near = next(base for base in cls.__mro__ if base in listed)
        assert near is not BridgeError or cls is BridgeError, f"{cls.__name__} has no place on the page of errors"
    i18n.use(lang)
    try:
        for cls in errors.CLASSES:
            failures.report(errors.sample(cls))
            printed = capsys.readouterr().err
            place = re.search(r"\[errors#([\w-]+)\]$", printed.strip())
            assert place, printed
            assert f"{{ #{place[1]} }}" in text
            docstring = (cls.__doc__ or "").strip()
            assert i18n.rendered(docstring) in text
            assert lang == "en" or i18n.rendered(docstring) != docstring, f"{cls.__name__} has no Portuguese"
        failures.report(RuntimeError("x"))
        assert "[errors#fault]" in capsys.readouterr().err
    finally:
        i18n.use("en")
    assert set(failures.ANCHORS.values()) <= set(re.findall(r"\{ #([\w-]+) \}", text))


@pytest.mark.parametrize("lang", ["en", "pt-BR"])
def test_every_code_of_a_rule_and_of_what_waits_has_its_place(lang: str) -> None:
    text = errors.page(lang)
    place = 1 if lang == "pt-BR" else 0
    for kind, texts in (("rule", errors.MESSAGES), ("waits", errors.REASONS)):
        assert len(texts) > 15
        for code, words in texts.items():
            assert f"`{code}`{{ #{kind}-{code} }}\n: " in text
            assert words[place].partition("{")[0] in text
    assert "{" not in re.sub(r"\{ #[\w-]+ \}|`[^`]*`", "", text)


def test_the_proofs_that_are_named_exist() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    known = set(re.findall(r"^\s*(?:async )?def (test_\w+)", sources, re.MULTILINE))
    for page in (DOCS / "explanation" / "promises.md", DOCS / "explanation" / "promises.pt-BR.md"):
        named = set(re.findall(r"`(test_\w+)`", page.read_text(encoding="utf-8")))
        assert len(named) > 25
        assert named - known == set()


def test_configuration_shown_on_pages_is_toml_with_known_keys() -> None:
    from erp_bridge.config.model import NotifySettings, PairSettings, ServiceSettings, StateSettings

    known = {"state": StateSettings, "service": ServiceSettings, "notify": NotifySettings}
    for page in pages():
        for path in (page, portuguese(page)):
            for block in fences(path.read_text(encoding="utf-8"), "toml"):
                data = tomllib.loads(block)
                for table, model in known.items():
                    assert set(data.get(table, {})) <= set(model.model_fields)
                for pair in data.get("pair", {}).values():
                    assert set(pair) <= set(PairSettings.model_fields)


def test_a_link_to_nowhere_is_an_error() -> None:
    with pytest.raises(assemble.BrokenLink):
        assemble.rewritten("[x](nowhere.md)", "docs/index.md", "index.md")
    made = assemble.rewritten("[x](../pyproject.toml) [y](../examples/README.md)", "docs/index.md", "index.md")
    assert made == "x (`pyproject.toml`) [y](examples/index.md)"


def test_the_way_ci_builds_it() -> None:
    assert "docs" in re.findall(r"^make (\w+)", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
