"""The two ways in which the server says no."""

from __future__ import annotations


class Refusal(Exception):
    """Answered as JSON with ``error`` set and this text as its ``exception`` (quirk 6)."""


class Plain(Exception):
    """Answered as plain text under HTTP 200 (quirk 5)."""
