"""How long changes had to wait at each of the last passes: numbers from the journal, drawn as inline SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from erp_bridge.sync.store.journal import Pass

#: Passes in one drawing.
SHOWN = 30
#: The smallest bar, in percent of the height: a pass is always to be seen.
LEAST = 8.0


@dataclass(frozen=True)
class Lag:
    """``seconds`` since the last good pass began, as this pass ended: the longest that a change had waited by then."""

    seconds: float
    is_good: bool


def lags(passes: Sequence[Pass]) -> list[Lag]:
    """For passes from the newest to the oldest: their lags, from the oldest to the newest.

    One under way has none, nor has one that only looked.
    """
    found: list[Lag] = []
    good: float | None = None
    for one in reversed(passes):
        if one.ended is not None and not one.looked:
            found.append(Lag(max(0.0, one.ended - (one.started if good is None else good)), one.error is None))
            if one.error is None:
                good = one.started
    return found[-SHOWN:]


def drawn(lags: Sequence[Lag]) -> Markup:
    """Bars, the newest on the right; failed passes are told by shape as well as by colour. It carries no text."""
    highest = max((lag.seconds for lag in lags), default=0.0) or 1.0
    bars = []
    for place, lag in enumerate(lags, SHOWN - len(lags)):
        height = max(LEAST, 100 * lag.seconds / highest)
        bars.append(_bar("good" if lag.is_good else "failed", place + 0.15, height, 0.7, 0))
        if not lag.is_good:
            bars.append(_bar("hole", place + 0.32, height, 0.36, 8))
    return Markup(  # noqa: S704  numbers only
        f'<svg class="spark" viewBox="0 0 {SHOWN} 100" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{"".join(bars)}</svg>'
    )


def _bar(css: str, x: float, height: float, width: float, inset: float) -> str:
    """A bar that stands on the ground, or the hole of a hollow one."""
    top, length = 100 - height + inset, max(0.0, height - 2 * inset)
    return f'<rect class="{css}" x="{x:g}" y="{top:.4g}" width="{width:g}" height="{length:.4g}"/>'
