"""The language is English again after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from erp_bridge import i18n


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    i18n.use("en")
