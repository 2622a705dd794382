"""The container file, as far as a machine without a container engine can try it: its build, its start, its health.

``ERP_BRIDGE_CONTAINER=1 pytest tests/service/test_container.py`` carries out the steps of the build as well, in a
virtual environment instead of an image, and starts what it has installed.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from service.fleet import Fleet
from service.test_packaging import CONTAINERFILE, ROOT, instructions
from service.test_run import EACH_SECOND, Process, until
from support.ports import free_port

PAGE_TOKEN = "a-token-of-the-tests-0123456789"


def copied(to: Path) -> None:
    """What the first stage copies, and nothing else."""
    for word, rest in instructions():
        if word == "FROM" and " AS " not in rest:
            return
        if word == "COPY":
            *sources, target = rest.split()
            for source in sources:
                there = to / target / Path(source).name if target.endswith("/") else to / target
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, to / target, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(ROOT / source, there)


def run(*command: str | Path, cwd: Path | None = None, patience: float = 60.0) -> str:
    ran = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=patience, check=False)
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    return ran.stdout


def health_check(python: str, port: int) -> list[str]:
    [rest] = [rest for word, rest in instructions() if word == "HEALTHCHECK"]
    command: list[str] = json.loads(rest.partition("CMD ")[2])
    assert "127.0.0.1:8080" in command[-1]
    return [python, *(part.replace(":8080", f":{port}") for part in command[1:])]


@pytest.mark.slow
def test_what_it_copies_is_enough_to_build_the_whole_program(tmp_path: Path) -> None:
    copied(tmp_path)
    built = tmp_path / "built"
    for hook, ending in (("build_wheel", "*.whl"), ("build_sdist", "*.tar.gz")):
        code = f"from hatchling import build; build.{hook}({str(built)!r})"
        built.mkdir(exist_ok=True)
        run(sys.executable, "-c", code, cwd=tmp_path)
        assert len(list(built.glob(ending))) == 1
    names = set(zipfile.ZipFile(next(built.glob("*.whl"))).namelist())
    shipped = {
        f"erp_bridge/{path.relative_to(ROOT / 'src' / 'erp_bridge')}"
        for path in (ROOT / "src" / "erp_bridge").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped <= names
    assert "erp_bridge/service/web/templates/base.html" in names
    with tarfile.open(next(built.glob("*.tar.gz"))) as source:
        assert any(name.endswith("/pyproject.toml") for name in source.getnames())


def test_its_shell_lines_are_shell_and_its_tools_know_their_options() -> None:
    for word, rest in instructions():
        if word != "RUN":
            continue
        run("sh", "-n", "-c", rest)
        for command in rest.split("&&"):
            tool, *options = shlex.split(command)
            if tool in ("useradd", "install") and shutil.which(tool):
                known = run(tool, "--help")
                for option in (part for part in options if part.startswith("-")):
                    assert re.search(rf"(?<![\w-]){re.escape(option)}\b", known), f"{tool} {option}"


@pytest.mark.slow
def test_its_health_check_tells_a_service_that_works_from_one_that_does_not(tmp_path: Path) -> None:
    """With a token, as in a container: who asks for the health brings none."""
    port = free_port()
    check = health_check(sys.executable, port)
    assert subprocess.run(check, capture_output=True, timeout=20, check=False).returncode != 0
    (tmp_path / "page").write_text(PAGE_TOKEN)
    with Fleet(tmp_path, 1).serving() as fleet:
        more = f'[service]\nbind = "0.0.0.0:{port}"\ntoken = "file:page"'
        running = Process(fleet.config(pair=EACH_SECOND, more=more), port)
        try:
            running.wait_for("pass ended")
            run(*check)
            assert running.get("/metrics")[0] == 401, "Prometheus brings the token"
            assert running.end() == 143
        finally:
            running.process.kill()
    assert subprocess.run(check, capture_output=True, timeout=20, check=False).returncode != 0


def entry(folder: Path) -> Sequence[str]:
    found = dict(instructions())
    program, *options = json.loads(found["ENTRYPOINT"])
    return [str(folder / "bin" / program), *options, *json.loads(found["CMD"])]


@pytest.mark.timeout(900)
@pytest.mark.skipif("ERP_BRIDGE_CONTAINER" not in os.environ, reason="installs every package anew: takes minutes")
def test_the_build_carried_out_without_an_engine_gives_a_program_that_starts(tmp_path: Path) -> None:
    source, there = tmp_path / "src", tmp_path / "opt"
    source.mkdir()
    copied(source)
    first = CONTAINERFILE.partition("\nFROM python:3.12-slim\n")[0]
    [build] = re.findall(r"^RUN ((?:.*\\\n)*.*)$", first, re.MULTILINE)
    lines = build.replace("/opt/erp-bridge", str(there)).replace("python -m venv", f"{sys.executable} -m venv")
    run("sh", "-ec", lines.replace("\\\n", " "), cwd=source, patience=600)
    shutil.rmtree(source)  # the second stage has only what was installed
    port = free_port()
    with Fleet(tmp_path, 1).serving() as fleet:
        config = fleet.config(pair=EACH_SECOND, more=f'[service]\nbind = "127.0.0.1:{port}"')
        environment = {"PATH": f"{there}/bin:/usr/bin:/bin", "ERP_BRIDGE_CONFIG": str(config), "LC_ALL": "C.UTF-8"}
        with subprocess.Popen(entry(there), cwd=tmp_path, env=environment) as process:
            try:
                check = health_check(str(there / "bin" / "python"), port)
                until(lambda: subprocess.run(check, capture_output=True, check=False).returncode == 0, "not healthy")
                until(lambda: fleet.twins("p0"), "no pass was made")
            finally:
                process.terminate()
                assert process.wait(15) == 143
    worker = run(there / "bin" / "erp-bridge", "worker", "--help")
    assert "procrastinate" in worker
