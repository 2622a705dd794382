"""The tutorial does what it says: its code, written down to the letter, is a green adapter of less than 150 lines."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import erp_bridge
from erp_bridge import adapter_api
from erp_bridge.cli.main import cli

ROOT = Path(erp_bridge.__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-an-adapter.md").read_text(encoding="utf-8")
PORTUGUESE = (ROOT / "docs" / "adding-an-adapter.pt-BR.md").read_text(encoding="utf-8")
#: A block that is a file names it on its first line.
FILES = dict(re.findall(r"^```(?:python|toml)\n# (\S+\.(?:py|toml))\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_the_page_has_all_four_files() -> None:
    assert list(FILES) == ["pyproject.toml", "tests/fake_acme.py", "erp_bridge_acme.py", "tests/test_acme.py"]


def test_it_takes_less_than_150_lines() -> None:
    assert sum(len(content.splitlines()) for content in FILES.values()) < 150


def test_followed_to_the_letter_it_is_green(acme: Path) -> None:
    done = run(acme, "-q", "-rs")
    assert done.returncode == 0, done.stdout[-3000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) > 30
    reasons = re.findall(r"^SKIPPED .*?: (not claimed: .*|.*)$", done.stdout, re.MULTILINE)
    assert reasons
    assert all(reason.startswith("not claimed") for reason in reasons), reasons


@pytest.mark.parametrize(
    ("right", "wrong", "check"),
    [
        ("writes=writes", "writes=False", "create.lost_reply"),
        ("footer.join(ready.descricao, ready.footer)", "ready.descricao", "footer.cut"),
    ],
)
def test_what_the_page_warns_of_is_found_by_the_kit(acme: Path, right: str, wrong: str, check: str) -> None:
    source = acme / "erp_bridge_acme.py"
    assert right in source.read_text()
    source.write_text(source.read_text().replace(right, wrong))
    done = run(acme, "-q", "-k", check)
    assert done.returncode == 1, done.stdout[-2000:]


LEVEL = """
import asyncio, sys
sys.path[:0] = [".", "tests"]
from erp_bridge.testing import run
from test_acme import bench
print(asyncio.run(run(bench)).level)
"""


def test_it_has_reached_the_level_that_the_page_says(acme: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LEVEL], cwd=acme, capture_output=True, text=True, check=True)
    assert f"Acme has reached {done.stdout.strip()}." in PAGE
    assert f"O Acme chegou a {done.stdout.strip()}." in PORTUGUESE


def test_its_commands_exist() -> None:
    for words in re.findall(r"erp-bridge ((?:[a-z]+ ?)+)", PAGE + PORTUGUESE):
        command: click.Command = cli
        for word in words.split():
            command = getattr(command, "commands", {}).get(word, command)
        assert command is not cli, words


def test_its_table_names_what_adapters_may_import() -> None:
    [table] = re.findall(r"^\| \|.*?(?=\n\n)", PAGE, re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"`([A-Za-z_]+)`", re.sub(r"\|[^|\n]*\|$", "|", table, flags=re.MULTILINE)))
    assert named == set(adapter_api.__all__)


def test_the_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((\S+?)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target


def wordless(page: str) -> tuple[list[str], list[str], list[str], set[str]]:
    """What a page has in every language: its blocks, links and the names in its table, in order; and all its names."""
    blocks = re.findall(r"^(?:<!-- .+? -->\n)?```\w+\n.*?^```$", page, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    table = re.findall(r"^\| (`.+?) \|", prose, re.MULTILINE)
    return blocks, re.findall(r"\]\((\S+?)\)", prose), table, set(re.findall(r"`([^`]+)`", prose))


def test_the_portuguese_page_shows_the_same() -> None:
    assert wordless(PORTUGUESE) == wordless(PAGE)
    blocks, links, table, names = wordless(PAGE)
    assert (len(blocks), len(links), len(table)) == (PAGE.count("\n```") // 2, 1, 10)
    assert len(names) > 40


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("writes=writes", "writes=False"),
        ("<!-- run: adapter -->\n", ""),
        ("| `Vocabulary` |", "| `Vocabulario` |"),
        ("(../examples/hubsoft/README.md)", "(../examples/README.md)"),
        ("`Malformed`", "`Unavailable`"),
        ("erp-bridge adapter list\n", ""),
    ],
)
def test_what_is_missing_in_portuguese_is_found(right: str, wrong: str) -> None:
    assert PORTUGUESE.count(right) == 1
    assert wordless(PORTUGUESE.replace(right, wrong)) != wordless(PAGE)
