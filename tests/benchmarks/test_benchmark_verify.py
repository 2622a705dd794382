"""The measured ``verify`` compares every twin of its world, and refuses a run that does not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "verify.py"


@pytest.mark.slow
def test_every_twin_is_compared() -> None:
    ran = subprocess.run(
        [sys.executable, str(PROGRAM), "--twins", "450", "--rounds", "1"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["twins"] == 450
    assert 0 < told["requests"] < 100
