"""A newcomer's shell: a bash in an empty folder, with ``erp-bridge`` on its path and nothing of ours around it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


def program(folder: Path) -> Path:
    """``erp-bridge``, as an installation has it, in that folder."""
    folder.mkdir(exist_ok=True)
    path = folder / "erp-bridge"
    path.write_text(f"#!{sys.executable}\nfrom erp_bridge.cli.main import main\nmain()\n")
    path.chmod(0o755)
    return path


class Shell:
    """Commands are run one after the other, as they are typed; ``instead`` puts free ports for those of a page."""

    def __init__(self, process: subprocess.Popen[str], instead: Mapping[str, str]) -> None:
        self._process = process
        self._instead = instead

    def run(self, command: str) -> tuple[int, str]:
        """Its exit status and what it printed, errors too."""
        for words, others in self._instead.items():
            command = command.replace(words, others)
        if "> " in command and command.partition(" #")[0].rstrip().endswith("&"):
            # "give them two seconds", without waiting longer than it takes
            file = command.partition("> ")[2].partition(" ")[0]
            command += f"\nuntil grep -q timezone {file} 2>/dev/null; do sleep 0.05; done; :"
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{command}\nrc=$?; echo; echo @@@ $rc\n")
        self._process.stdin.flush()
        printed = ""
        while not (line := self._process.stdout.readline()).startswith("@@@ "):
            assert line, printed
            printed += line
        return int(line.split()[1]), printed


@contextmanager
def shell(folder: Path, instead: Mapping[str, str], lang: str = "") -> Iterator[Shell]:
    """A bash in an empty folder below that one; what it started is ended with it."""
    binary = program(folder / "bin")
    (folder / "work").mkdir()
    ours = ("LC_", "LANG", "ERP_BRIDGE", "MATRIZ", "FILIAL")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment |= {"PATH": f"{binary.parent}:{os.environ['PATH']}", "COLUMNS": "200"} | (
        {"LANG": lang} if lang else {}
    )
    process = subprocess.Popen(
        ["bash"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        cwd=folder / "work", env=environment, start_new_session=True,
    )  # fmt: skip
    try:
        yield Shell(process, instead)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
