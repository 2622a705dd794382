"""A simulated pair, and the fault bench, whose state store lies on PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from faults.bench import Bench
from support.pair import SimulatedPair


def on_server(file: Path, url: str) -> Path:
    """A configuration that names another store."""
    file.write_text(file.read_text().replace("sqlite:///bridge.db", url))
    return file


class ServerPair(SimulatedPair):
    def __init__(self, folder: Path, url: str, **keys: Any) -> None:
        self.url = url
        super().__init__(folder, **keys)

    def write_config(self) -> Path:
        return on_server(super().write_config(), self.url)


class ServerBench(Bench):
    def __init__(self, right_kind: str, url: str, **keys: Any) -> None:
        self.url = url
        super().__init__(right_kind, **keys)
        (self.folder / "bridge.db").unlink()  # the bench puts an empty one there, which nobody is to touch

    def write_config(self) -> Path:
        return on_server(super().write_config(), self.url)
