"""Properties are judged by what they find, not by how fast a busy machine finds it."""

from __future__ import annotations

import os
import sys

from hypothesis import settings

# Tests start real processes by the hundred: what one of them has compiled, the next ones need not compile again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

settings.register_profile("ci", deadline=None)
settings.register_profile("nightly", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("ERP_BRIDGE_HYPOTHESIS", "ci"))
