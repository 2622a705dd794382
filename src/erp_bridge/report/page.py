"""The report as one HTML page that needs nothing else: no script, no font, no picture, no request.

Every text stands in it twice, in English and in Portuguese; a pair of buttons and a style sheet choose one. Each chart
has its numbers in a table beneath it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from itertools import groupby

from erp_bridge.i18n import N_
from erp_bridge.report import charts, reasons
from erp_bridge.report.charts import Bar
from erp_bridge.report.labels import STATES, status_name
from erp_bridge.report.words import PORTUGUESE, Words, day, duration, moment, month, number, percent, plain, say
from erp_bridge.sync.migrate.report import Item, MigrationReport, State

#: Records that the page lists one by one; the sheets list all.
LISTED = 500

#: What waits for somebody, or for the next run.
_OPEN: tuple[State, ...] = ("quarantined", "in_doubt", "failed", "pending")


def as_html(report: MigrationReport, lang: str = "en") -> str:
    """The whole page; ``lang`` is the language that it opens in."""
    shown = [state for state in STATES if state in ("moved", *_OPEN[:3]) or report.totals[state]]
    parts = [
        _head(report, lang),
        _top(report, lang),
        "<main>",
        _summary(report, shown),
        _months(report, shown),
        _statuses(report, shown),
        _reasons(report),
        _tickets(report),
        _signature(),
        "</main>",
        _foot(),
        "</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _head(report: MigrationReport, lang: str) -> str:
    style = files("erp_bridge.report").joinpath("style.css").read_text(encoding="utf-8")
    title = say(N_("Migration {pair}: {source} → {target}"), **_names(report)).of(lang)
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        'img-src data:">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>"
    )


def _names(report: MigrationReport) -> dict[str, object]:
    return {"pair": plain(report.pair), "source": plain(report.source), "target": plain(report.target)}


def _top(report: MigrationReport, lang: str) -> str:
    def choice(id: str, name: str, code: str) -> str:
        checked = " checked" if (lang == PORTUGUESE) == (code == PORTUGUESE) else ""
        return f'<label lang="{code}"><input type="radio" name="language" id="{id}"{checked}> {name}</label>'

    heading = say(N_("Migration {pair}: {source} → {target}"), **_names(report))
    return (
        f"<header>\n<fieldset><legend>{say(N_('Language')).html}</legend>"
        f"{choice('in-en', 'English', 'en')}{choice('in-pt', 'Português', PORTUGUESE)}</fieldset>\n"
        f"<h1>{heading.html}</h1>\n</header>"
    )


# --- what became of it ---------------------------------------------------------------------------------------------


def _summary(report: MigrationReport, shown: Sequence[State]) -> str:
    totals = report.totals
    tiles = "".join(
        f'<li class="{state}"><b>{number(totals[state]).html}</b>{STATES[state].html} '
        f'<span class="soft">{percent(totals[state], report.total).html}</span></li>'
        for state in shown
    )
    waits = sum(totals[state] for state in _OPEN)
    css = "verdict open" if waits or report.ended is None else "verdict"
    return f'<p class="{css}">{_verdict(report, waits).html}</p>\n<ul class="tiles">{tiles}</ul>\n{_facts(report)}'


def _verdict(report: MigrationReport, waits: int) -> Words:
    moved, total = report.totals["moved"], report.total
    if report.ended is None:
        return say(
            N_("Not at its end yet: {moved} of the {total} tickets taken up so far were moved."), moved=moved,
            total=total,
        )  # fmt: skip
    if not total:
        return say(N_("There was no ticket to move."))
    if moved == total:
        return say(N_("All {total} tickets were moved, with all their movements."), total=total)
    if not waits:
        return say(
            N_("{moved} of {total} tickets were moved; the others were left out on purpose."), moved=moved, total=total
        )
    return say(
        N_("{moved} of {total} tickets were moved; {waits} are still open, for the reasons below."), moved=moved,
        total=total, waits=waits,
    )  # fmt: skip


def _facts(report: MigrationReport) -> str:
    rows = [
        (say(N_("Tickets")), number(report.total)),
        (say(N_("Movements carried")), number(report.movements)),
        (say(N_("Chosen")), _choice(report)),
        (say(N_("Begun")), moment(report.started)),
        (say(N_("Ended")), moment(report.ended) if report.ended else say(N_("not yet"))),
        (say(N_("Time at work")), duration(report.seconds)),
        (
            say(N_("Requests")),
            say(N_("{left} left, {right} right"), left=report.requests.get("left", 0),
                right=report.requests.get("right", 0)),
        ),
    ]  # fmt: skip
    inside = "".join(f"<dt>{name.html}</dt><dd>{value.html}</dd>" for name, value in rows)
    return f'<dl class="facts">{inside}</dl>'


def _choice(report: MigrationReport) -> Words:
    chosen = []
    if report.since:
        chosen.append(say(N_("opened since {day}"), day=day(report.since)))
    if report.until:
        chosen.append(say(N_("opened until {day}"), day=day(report.until)))
    if report.status:
        chosen.append(say(N_("status {status}"), status=status_name(report.status)))
    if not chosen:
        return say(N_("all tickets"))
    return Words("; ".join(one.en for one in chosen), "; ".join(one.pt for one in chosen))


# --- charts --------------------------------------------------------------------------------------------------------


def _legend(states: Iterable[State]) -> str:
    return f'<ul class="legend">{"".join(f"<li class={state}>{STATES[state].html}</li>" for state in states)}</ul>'


def _months(report: MigrationReport, shown: Sequence[State]) -> str:
    bars = charts.by_month(report.groups)
    if not bars:
        return ""
    parts = [
        f'<section aria-labelledby="by-month"><h2 id="by-month">{say(N_("By month of opening")).html}</h2>',
        _columns(N_("All tickets; the highest column is {count}."), bars, shown),
    ]
    rest = [state for state in shown if state != "moved"]
    if any(bar.get(state) for _, bar in bars for state in rest):
        parts.append(_columns(N_("Only those that were not moved; the highest column is {count}."), bars, rest))
    unknown: dict[State, int] = {}
    for group in report.groups:
        if not group.month:
            charts.add(unknown, group)
    rows = [(month(label), bar) for label, bar in bars if any(bar.values())]
    rows += [(say(N_("unknown")), unknown)] if unknown else []
    parts.append(_table("by-month", say(N_("Months in numbers")), say(N_("month")), rows, shown))
    return "\n".join([*parts, "</section>"])


def _columns(caption: str, bars: Sequence[tuple[str, Bar]], states: Sequence[State]) -> str:
    years = "".join(
        f'<span style="flex:{len(list(found))} 0 0">{year}</span>'
        for year, found in groupby(bars, key=lambda bar: bar[0][:4])
    )
    told = say(caption, count=charts.scale(bars, states))
    return (
        f'<figure><figcaption class="soft">{told.html}</figcaption>{_legend(states)}'
        f'{charts.columns(bars, states)}<div class="years" aria-hidden="true">{years}</div></figure>'
    )


def _statuses(report: MigrationReport, shown: Sequence[State]) -> str:
    bars = charts.by_status(report.groups)
    if not bars:
        return ""
    rows = [(status_name(label), bar) for label, bar in bars]
    told = say(N_("Each bar is all tickets of that status in the source."))
    drawn = "".join(
        f'<h3>{name.html} <span class="soft">{number(sum(bar.values())).html}</span></h3>{charts.line(bar)}'
        for name, bar in rows
    )
    return (
        f'<section aria-labelledby="by-status"><h2 id="by-status">{say(N_("By status")).html}</h2>'
        f'<figure><figcaption class="soft">{told.html}</figcaption>{_legend(shown)}{drawn}</figure>'
        f"{_table('by-status', say(N_('Statuses in numbers')), say(N_('status')), rows, shown)}</section>"
    )


def _table(
    under: str, title: Words, first: Words, rows: Sequence[tuple[Words, Bar]], shown: Sequence[State]
) -> str:  # fmt: skip
    heads = [(first, ""), *((STATES[state], "n") for state in shown), (say(N_("total")), "n")]
    lines = [
        f'<tr><th scope="row">{name.html}</th>'
        + "".join(f'<td class="n">{number(bar.get(state, 0)).html}</td>' for state in shown)
        + f'<td class="n">{number(sum(bar.values())).html}</td></tr>'
        for name, bar in rows
    ]
    return f"<details><summary>{title.html}</summary>{_grid(under, heads, lines)}</details>"


def _grid(under: str, heads: Iterable[tuple[Words, str]], lines: Iterable[str]) -> str:
    """A table that scrolls by itself where the page is too narrow for it; ``under`` is the id of its heading."""
    row = "".join(f'<th scope="col" class="{css}">{name.html}</th>' for name, css in heads)
    return (
        f'<div class="wide" role="region" aria-labelledby="{under}" tabindex="0"><table><thead><tr>{row}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


# --- why -----------------------------------------------------------------------------------------------------------


def _reasons(report: MigrationReport) -> str:
    if not report.reasons:
        return ""
    cards = []
    for found in report.reasons:
        given = (found.code, found.field, report.source, report.target)
        what, step = reasons.what(*given), reasons.next_step(*given)
        todo = f"<p><strong>{say(N_('Next step')).html}:</strong> {_with_code(step)}</p>" if step.en else ""
        where = f"{found.code} · {found.field}" if found.field else found.code
        cards.append(
            f'<li class="{found.state}"><h3>{number(found.count).html} {STATES[found.state].html}: '
            f"{_with_code(what)}</h3>{todo}<p class=soft><code>{escape(where)}</code></p></li>"
        )
    return (
        f'<section aria-labelledby="why"><h2 id="why">{say(N_("Why, and what to do")).html}</h2>'
        f'<ol class="reasons">{"".join(cards)}</ol></section>'
    )


def _with_code(words: Words) -> str:
    """Words between backticks are commands."""

    def marked(text: str) -> str:
        pieces = escape(text, quote=False).split("`")
        return "".join(f"<code>{piece}</code>" if place % 2 else piece for place, piece in enumerate(pieces))

    if words.en == words.pt:
        return marked(words.en)
    return f'<span lang="en">{marked(words.en)}</span><span lang="{PORTUGUESE}">{marked(words.pt)}</span>'


def _tickets(report: MigrationReport) -> str:
    if not report.items:
        return ""
    heads = [(name, "") for name in (say(N_("ticket")), say(N_("month")), say(N_("state")), say(N_("reason")))]
    more = len(report.items) - LISTED
    cut = say(N_("{more} more stand in the sheet of tickets and in the JSON."), more=more)
    told = say(N_("Ids of {source}. Nothing else about a ticket or its client is kept here."), **_names(report))
    return (
        f'<section aria-labelledby="which"><h2 id="which">{say(N_("Which tickets")).html}</h2><p>{told.html}</p>'
        f"<details><summary>{say(N_('{count} tickets'), count=len(report.items)).html}</summary>"
        f"{_grid('which', heads, map(_ticket, report.items[:LISTED]))}"
        f"{f'<p>{cut.html}</p>' if more > 0 else ''}</details></section>"
    )


def _ticket(item: Item) -> str:
    where = f"{item.code} · {item.field}" if item.field else item.code
    return (
        f'<tr><th scope="row">{escape(item.ticket)}</th><td>{month(item.month).html}</td>'
        f"<td>{STATES[item.state].html}</td><td><code>{escape(where)}</code></td></tr>"
    )


def _signature() -> str:
    lines = "".join(f"<p>{one.html}</p>" for one in (say(N_("Name")), say(N_("Date")), say(N_("Signature"))))
    told = say(N_("What stands here is what the bridge did; `erp-bridge verify` reads both sides afresh."))
    return (
        f'<section aria-labelledby="checked"><h2 id="checked">{say(N_("Checked")).html}</h2>'
        f'<p>{_with_code(told)}</p><div class="sign">{lines}</div></section>'
    )


def _foot() -> str:
    return f"<footer><p>{say(N_('Made by erp-bridge. This page asks for nothing from any server.')).html}</p></footer>"
