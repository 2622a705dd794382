"""Stacked bars as inline SVG. They carry no text, so that they can be stretched to any width: labels stand beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from erp_bridge.report.labels import STATES
from erp_bridge.sync.migrate.report import Group, State

#: One bar: how many records in each state.
Bar = Mapping[State, int]

LEAST = 0.8  # percent of the width


def columns(bars: Sequence[tuple[str, Bar]], states: Sequence[State]) -> str:
    """One column for each labelled bar, on a common scale; the label shows when one points at it."""
    highest = scale(bars, states)
    drawn = []
    for place, (label, bar) in enumerate(bars):
        parts, height = [], 0.0
        for state in states:
            size = 100 * bar.get(state, 0) / highest
            if size:
                height += size
                parts.append(_rect(state, place + 0.06, 100 - height, 0.88, size))
        tip = f"<title>{label}: {sum(bar.get(state, 0) for state in states)}</title>"
        drawn.append(f"<g>{tip}{''.join(parts)}</g>")
    return _svg("columns", len(bars) or 1, "".join(drawn))


def line(bar: Bar) -> str:
    """The shares of one bar from left to right. What is there at all is seen, however little it is."""
    total = sum(bar.values()) or 1
    sizes = {state: max(100 * bar[state] / total, LEAST) for state in STATES if bar.get(state)}
    parts, width = [], 0.0
    for state, size in sizes.items():
        share = 100 * size / sum(sizes.values())
        parts.append(_rect(state, width, 0, share, 100))
        width += share
    return _svg("line", 100, "".join(parts))


def scale(bars: Sequence[tuple[str, Bar]], states: Sequence[State]) -> int:
    """The height of the highest column."""
    return max((sum(bar.get(state, 0) for state in states) for _, bar in bars), default=0) or 1


def by_month(groups: Sequence[Group]) -> list[tuple[str, Bar]]:
    """One bar for every month from the first to the last, also where nothing was opened; none for an unknown month."""
    found: dict[str, dict[State, int]] = {}
    for group in groups:
        if group.month:
            add(found.setdefault(group.month, {}), group)
    return [(month, found.get(month, {})) for month in _months(min(found), max(found))] if found else []


def by_status(groups: Sequence[Group]) -> list[tuple[str, Bar]]:
    """One bar for every status, those with the most records first."""
    found: dict[str, dict[State, int]] = {}
    for group in groups:
        add(found.setdefault(group.status, {}), group)
    return sorted(found.items(), key=lambda row: (-sum(row[1].values()), row[0]))


def add(bar: dict[State, int], group: Group) -> None:
    for state in STATES:
        bar[state] = bar.get(state, 0) + int(getattr(group, state))


def _months(first: str, last: str) -> list[str]:
    begin, end = _count(first), _count(last)
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(begin, end + 1)]


def _count(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _rect(state: State, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{state}" x="{x:.6g}" y="{y:.6g}" width="{width:.6g}" height="{height:.6g}"/>'


def _svg(kind: str, width: float, content: str) -> str:
    """Hidden from screen readers: the same numbers stand in a table next to it."""
    return (
        f'<svg class="{kind}" viewBox="0 0 {width:g} 100" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{content}</svg>'
    )
