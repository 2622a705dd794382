"""Properties are judged by what they find, not by how fast a busy machine finds it."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("ci", deadline=None)
settings.register_profile("nightly", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("ERP_BRIDGE_HYPOTHESIS", "ci"))
