"""Puts the documentation together: the pages of ``docs``, those made from the code, and READMEs that belong to it.

``python docs/_tools/assemble.py FOLDER``. A link that leaves ``docs`` leads to the page made of that file; where there
is none, the path is named instead. A link to a file that is not there is an error.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\(([^)\s]+)\)")

#: Files of the repository that become pages.
PAGES = {
    "CHANGELOG.md": "changelog.md",
    "README.md": "index.md",
    "README.pt-BR.md": "index.pt-BR.md",
    "examples/README.md": "examples/index.md",
    "examples/README.pt-BR.md": "examples/index.pt-BR.md",
    "examples/hubsoft/README.md": "examples/hubsoft.md",
    **{
        f"src/erp_bridge/adapters/{kind}/README{lang}.md": f"adapters/{kind}{lang}.md"
        for kind in ("ixc", "integrator", "voalle")
        for lang in ("", ".pt-BR")
    },
}
#: Those of them that are taken as they are; the others have a page of their own in ``docs``.
TAKEN = {path: page for path, page in PAGES.items() if not path.startswith("README")}


class BrokenLink(Exception):
    """A page links to a file that is not there."""


def assemble(to: Path) -> None:
    """Write every page into that folder, which is emptied before."""
    shutil.rmtree(to, ignore_errors=True)
    for path, page in sorted(sources().items()):
        text = rewritten((ROOT / path).read_text(encoding="utf-8"), path, page)
        _write(to / page, text)
    pages = made()
    for page, text in {**pages, **in_portuguese(pages)}.items():
        _write(to / page, text)


def in_portuguese(made: Mapping[str, str]) -> dict[str, str]:
    """What the Portuguese site shows for pages that exist in English only, programs aside; results are translated."""
    import site_conformance
    import site_portuguese

    written = {page: path for path, page in sources().items() if path.endswith(".md")}
    intros = {
        page: rewritten(text, f"docs/{page}", page) for page, text in site_portuguese.introductions().items()
    }  # their links are written as from `docs`
    found = {}
    for page in {**written, **made}:
        other = page.replace(".md", ".pt-BR.md")
        if page.endswith(".pt-BR.md") or other in written or other in made:
            continue
        english = made[page] if page in made else (ROOT / written[page]).read_text(encoding="utf-8")
        if page == "conformance.md":
            found[other] = rewritten(site_conformance.portuguese(english), written[page], page)
        else:
            english = english if page in made else rewritten(english, written[page], page)
            found[other] = site_portuguese.introduced(page, english, intros)
    return found


def sources() -> dict[str, str]:
    """Path in the repository → page."""
    own = [path for path in DOCS.rglob("*.md") if "_tools" not in path.parts]
    found = {path.relative_to(ROOT).as_posix(): path.relative_to(DOCS).as_posix() for path in own}
    programs = {f"examples/{path.name}": f"examples/{path.stem}.md" for path in (ROOT / "examples").glob("*.py")}
    return found | TAKEN | programs


def made() -> dict[str, str]:
    """Pages made from the code, in both languages where the code speaks both."""
    import site_commands
    import site_configuration
    import site_errors
    import site_library

    pages = {"reference/library.md": site_library.page()}
    for lang, suffix in (("en", ""), ("pt-BR", ".pt-BR")):
        pages[f"reference/commands{suffix}.md"] = site_commands.page(lang)
        pages[f"reference/configuration{suffix}.md"] = site_configuration.page(lang)
        pages[f"errors{suffix}.md"] = site_errors.page(lang)
    return pages


def rewritten(text: str, path: str, page: str) -> str:
    """The file's text as a page: links made good for where it stands now; a program is shown as one."""
    if path.endswith(".py"):
        name = PurePosixPath(path).name
        return f'# {name}\n\n```python title="{name}"\n{text.rstrip()}\n```\n'
    known = sources()

    def link(match: re.Match[str]) -> str:
        words, target = match[1], match[2]
        if target.startswith(("#", "mailto:")) or "://" in target:
            return match[0]
        file, _, place = target.partition("#")
        absolute = os.path.normpath((PurePosixPath(path).parent / file).as_posix())
        goal = known.get(absolute) or PAGES.get(absolute) or _made_page(absolute)
        if goal is None:
            if not (ROOT / absolute).exists():
                raise BrokenLink(f"{path}: {target}")
            return f"{words} (`{absolute}`)" if words.strip("`") != absolute else words
        goal = goal.replace(".pt-BR.md", ".md")  # the site finds the reader's language by itself
        return f"[{words}]({os.path.relpath(goal, PurePosixPath(page).parent)}{'#' + place if place else ''})"

    parts = re.split(r"(^```.*?^```[ ]*$)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(part if part.startswith("```") else LINK.sub(link, part) for part in parts)


def _made_page(absolute: str) -> str | None:
    page = absolute.removeprefix("docs/")
    known = ("reference/library.md", "reference/commands.md", "reference/configuration.md", "errors.md")
    return page if page in known else None


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    assemble(Path(sys.argv[1]))
