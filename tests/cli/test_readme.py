"""The READMEs say only what is so: their commands exist, their code compiles, both say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest

import erp_bridge
from erp_bridge.cli.main import cli

ROOT = Path(erp_bridge.__file__).parents[2]
READMES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.pt-BR.md")}


def fences(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", READMES.values(), ids=READMES.keys())
def test_every_command_and_option_exists(text: str) -> None:
    shown = re.findall(r"erp-bridge ((?:[a-z][\w-]* ?)*[^`#\n]*)", text)
    assert len(shown) > 10
    for line in shown:
        command: click.Command = cli
        for word in line.split():
            inner = getattr(command, "commands", {})
            if word in inner:
                command = inner[word]
            elif word.startswith("--"):
                known = {opt for param in (*command.params, *cli.params) for opt in param.opts} | {"--help"}
                assert word in known, line
        assert command is not cli or not line.strip() or line.startswith("--"), line


@pytest.mark.parametrize("text", READMES.values(), ids=READMES.keys())
def test_code_and_configuration_are_valid(text: str) -> None:
    for source in fences(text, "python"):
        compile(source, "README", "exec")
        for names in re.findall(r"from erp_bridge import (.*)", source):
            assert set(names.split(", ")) <= set(erp_bridge.__all__)
    for document in fences(text, "toml"):
        tomllib.loads(document)


def test_both_languages_show_the_same_code() -> None:
    english, portuguese = READMES.values()
    for language in ("python", "toml"):
        assert fences(english, language) == fences(portuguese, language)
    without_comments = [
        [line.partition("#")[0].strip() for block in fences(text, "sh") for line in block.splitlines()]
        for text in (english, portuguese)
    ]
    assert without_comments[0] == without_comments[1]
    assert english.count("\n## ") == portuguese.count("\n## ")
