"""Wheel and source archive are whole: what they hold, and that the program runs from them alone."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import Parser
from functools import cached_property
from importlib.metadata import packages_distributions, requires
from pathlib import Path, PurePosixPath
from sysconfig import get_path

import pytest

import erp_bridge

ROOT = Path(erp_bridge.__file__).parents[2]
PACKAGE = ROOT / "src" / "erp_bridge"

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="no source tree")]

#: A program in an installation of its own: the libraries of this one, but none of its ``.pth`` files, so that
#: ``erp_bridge`` is the one that was unpacked.
ALONE = "import sys; sys.path[:0] = [{site!r}, {libraries!r}]; sys.argv = ['erp-bridge', *{args!r}]; {code}"
#: Brought along by a package that is declared and cannot do without it.
BROUGHT = {"pydantic_core": "pydantic", "markupsafe": "jinja2"}
PROGRAM = "from erp_bridge.cli.main import main; main()"


@dataclass(frozen=True)
class Built:
    """The two archives, and the wheel that is built from the source archive alone, as an installer does."""

    folder: Path

    @cached_property
    def wheel(self) -> Path:
        return built(ROOT, self.folder / "wheel", "wheel")

    @cached_property
    def sdist(self) -> Path:
        return built(ROOT, self.folder / "sdist", "sdist")

    @cached_property
    def unpacked(self) -> Path:
        with tarfile.open(self.sdist) as archive:
            archive.extractall(self.folder / "source", filter="data")
        [source] = (self.folder / "source").iterdir()
        return source

    @cached_property
    def second_wheel(self) -> Path:
        return built(self.unpacked, self.folder / "second", "wheel")


def built(source: Path, target: Path, kind: str) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, text=True)
    [archive] = target.iterdir()
    return archive


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Built:
    pytest.importorskip("hatchling")
    return Built(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def site(archives: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation from the source archive, which is that from the wheel: see below."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(archives.second_wheel) as wheel:
        wheel.extractall(folder)
    return folder


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def alone(site: Path, *args: str, code: str = PROGRAM, cwd: Path) -> str:
    code = ALONE.format(site=str(site), libraries=get_path("purelib"), args=list(args), code=code)
    command = [sys.executable, "-S", "-c", code]
    done = subprocess.run(command, cwd=cwd, env={"PATH": "/nowhere"}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def of_the_package() -> Iterator[str]:
    """Every file of the package that is no leftover of running it."""
    for path in PACKAGE.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(PACKAGE.parent).as_posix()


def test_the_wheel_holds_the_whole_package_and_nothing_else(archives: Built) -> None:
    held = names(archives.wheel)
    assert {name for name in held if ".dist-info/" not in name} == set(of_the_package())
    assert {PurePosixPath(name).parts[0] for name in held} == {"erp_bridge", "erp_bridge-0.1.0.dist-info"}


@pytest.mark.parametrize(
    "pattern",
    [
        r"erp_bridge/py\.typed", r"erp_bridge/i18n/pt_br_\w+\.py",
        r"erp_bridge/adapters/(ixc|integrator|voalle)/README\.md", r"erp_bridge/adapters/integrator/queries\.sql",
        r"erp_bridge/service/web/templates/\w+\.html",
        r"erp_bridge/service/web/static/style\.css", r"erp_bridge/report/style\.css",
        r"erp_bridge/templates/adapter/.+\.txt", r"erp_bridge/sync/store/migrations/versions/\d+_\w+\.py",
        r"[\w.-]+\.dist-info/licenses/LICENSE", r"[\w.-]+\.dist-info/entry_points\.txt",
    ],
)  # fmt: skip
def test_what_is_no_module_is_in_the_wheel_too(archives: Built, pattern: str) -> None:
    assert [name for name in names(archives.wheel) if re.fullmatch(pattern, name)]


def test_the_source_archive_holds_what_the_tests_need_and_no_leftovers(archives: Built) -> None:
    top = {path.name for path in archives.unpacked.iterdir()}
    assert top >= {
        "src", "tests", "examples", "docs", "packaging", "benchmarks", ".ci", "pyproject.toml", "Makefile", "LICENSE",
        "README.md", "README.pt-BR.md", "CHANGELOG.md", "constraints.txt", "mkdocs.yml",
    }  # fmt: skip
    assert not top & {"build", "dist", ".venv", ".git", ".hypothesis"}
    found = [path.relative_to(archives.unpacked) for path in archives.unpacked.rglob("*")]
    leftovers = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", "node_modules"}
    assert not [path for path in found if leftovers & set(path.parts) or path.suffix in (".pyc", ".db", ".key")]


def test_both_give_the_same_installation(archives: Built) -> None:
    one, other = (zipfile.ZipFile(wheel).infolist() for wheel in (archives.wheel, archives.second_wheel))
    assert {(file.filename, file.CRC) for file in one} == {(file.filename, file.CRC) for file in other}


def test_what_it_needs_is_little(archives: Built) -> None:
    """An integrator who talks to one ERP gets neither a database nor a server."""
    with zipfile.ZipFile(archives.wheel) as wheel:
        [name] = [name for name in wheel.namelist() if name.endswith("METADATA")]
        told = Parser().parsestr(wheel.read(name).decode())
    plain = [text for text in told.get_all("Requires-Dist", []) if "extra ==" not in text]
    needed = {match[0].lower() for text in plain if (match := re.match(r"[\w.-]+", text))}
    assert not needed & {"sqlalchemy", "alembic", "starlette", "uvicorn", "rich", "pandas", "pytest", "procrastinate"}
    assert {"httpx2", "pydantic", "click"} <= needed
    assert told["Requires-Python"] == ">=3.11"
    assert told["License-Expression"] == "Apache-2.0"


def test_the_import_is_the_archives_own_and_loads_nothing(site: Path, tmp_path: Path) -> None:
    code = "import erp_bridge; print(erp_bridge.__file__, 'pydantic' in sys.modules, 'httpx2' in sys.modules)"
    assert alone(site, code=code, cwd=tmp_path).split() == [str(site / "erp_bridge" / "__init__.py"), "False", "False"]


@pytest.mark.parametrize(("lang", "said"), [("en", "Usage: erp-bridge"), ("pt-BR", "Uso: erp-bridge")])
def test_help(site: Path, tmp_path: Path, lang: str, said: str) -> None:
    assert alone(site, "--lang", lang, "--help", cwd=tmp_path).startswith(said)


def test_the_demo_runs(site: Path, tmp_path: Path) -> None:
    shown = alone(site, "demo", cwd=tmp_path)
    assert "erp-bridge init" in shown.splitlines()[-1]
    assert "← matriz" in shown


def imported() -> Iterator[tuple[str, str]]:
    """Every package of others that a module of ours imports, wherever in it: (package, module)."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
            for name in names:
                top = name.partition(".")[0]
                if top not in sys.stdlib_module_names and top != "erp_bridge":
                    yield top, path.relative_to(PACKAGE).as_posix()


def test_every_package_that_is_imported_is_declared() -> None:
    """The developers' environment has more than what a user gets."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    texts = [*project["dependencies"], *(text for extra in project["optional-dependencies"].values() for text in extra)]
    declared = {match[0].lower().replace("_", "-") for text in texts if (match := re.match(r"[\w.-]+", text))}
    homes = packages_distributions()
    missing = [
        (package, module)
        for package, module in imported()
        if not {name.lower().replace("_", "-") for name in homes.get(package, [package])} & declared
    ]
    assert [(package, module) for package, module in missing if package not in BROUGHT] == []
    for package, bringer in BROUGHT.items():
        names = {re.split(r"[^\w.-]", text)[0].lower().replace("-", "_") for text in requires(bringer) or ()}
        assert package in names
