"""Migration: who moved from which class to which between two days."""

from __future__ import annotations

from datetime import date

from keepwell.answers.migration import Migration, moves_of_days
from keepwell.web.charts import Stream, flow
from keepwell.web.pages.explore.asked import Choice, Day
from keepwell.web.pages.explore.classes import schemes
from keepwell.web.pages.explore.seen import Seen, is_class
from keepwell.web.panels import Cell, Panel, Table

MIGRATION_OPTIONS = (Choice("field", schemes, "rfm_class", of_plan=True), Day("start"), Day("end"))
MOVES_SHOWN = 20
FLOW_HEIGHT = 420


def moves(seen: Seen) -> list[Panel]:
    """The flow between two days; nothing before a day was chosen.

    Raises Unavailable while another one is worked out.
    """
    if not seen.asked.text("start"):
        return []
    start, end = (seen.asked.text(name) for name in ("start", "end"))
    until = date.fromisoformat(end) if end else None
    found = moves_of_days(seen.sight, seen.viewer, seen.asked.text("field"), date.fromisoformat(start), until)
    return [_flow(seen, found), *([_worths(seen, found)] if found.worth else [])]


def _is_now(seen: Seen) -> bool:
    """Whether the end is when the snapshot was made: without a day, or on its day."""
    end = seen.asked.text("end")
    return not end or date.fromisoformat(end) == seen.sight.as_of.day


def _flow(seen: Seen, found: Migration) -> Panel:
    field = found.field
    values: list[str | None] = [case.value for case in seen.sight.plan.fields[field].cases]
    counts = {(move.before, move.is_new, move.after): move.customers for move in found.moves}
    after = [*values, *([None] if any(move.after is None for move in found.moves) else [])]
    before = [(value, False) for value in values]
    before += [(None, False)] if any(move.before is None and not move.is_new for move in found.moves) else []
    before += [(None, True)] if any(move.is_new for move in found.moves) else []
    left = [
        seen.say("explore.new_customer") if is_new else seen.choice(field, value) for value, is_new in before
    ]
    right = [seen.choice(field, value) for value in after]
    streams = [
        Stream(start, end, count, f"{left[start]} → {right[end]}: {seen.number(count)}")
        for start, (value, is_new) in enumerate(before)
        for end, into in enumerate(after)
        if (count := counts.get((value, is_new, into), 0))
    ]
    rows = []
    for name, (value, is_new) in zip(left, before, strict=True):
        line = [counts.get((value, is_new, into), 0) for into in after]
        cells = [
            Cell(f"{seen.number(count)} ({seen.share(count, sum(line))})" if count else "·") for count in line
        ]
        rows.append((Cell(name), *cells, Cell(seen.number(sum(line)))))
    totals = [sum(move.customers for move in found.moves if move.after == into) for into in after]
    now = _is_now(seen)
    rows.append(
        (
            Cell(seen.say("explore.total")),
            *(
                seen.people(total, is_class(field, into)) if now else Cell(seen.number(total))
                for into, total in zip(after, totals, strict=True)
            ),
            Cell(seen.number(found.customers)),
        )
    )
    changed = sum(move.customers for move in found.moves if not move.is_new and move.before != move.after)
    new = sum(move.customers for move in found.moves if move.is_new)
    return Panel(
        seen.say("explore.moved", moved=changed, known=found.customers - new, new=new),
        seen.say(
            "explore.moved.about",
            field=seen.label(field),
            start=seen.page.reader.day(found.start.day),
            end=seen.page.reader.day(found.end.day),
        ),
        flow(left, right, streams) if streams else None,
        Table((seen.say("explore.from_to"), *right, seen.say("explore.total")), tuple(rows)),
        height=FLOW_HEIGHT,
        is_wide=True,
    )


def _worths(seen: Seen, found: Migration) -> Panel:
    changed = [move for move in found.moves if not move.is_new and move.before != move.after]
    changed.sort(key=lambda move: (-move.customers, move.before or "", move.after or ""))
    label = seen.label(found.worth or "")
    rows = tuple(
        (
            Cell(f"{seen.choice(found.field, move.before)} → {seen.choice(found.field, move.after)}"),
            Cell(seen.number(move.customers)),
            Cell(seen.money(move.worth_before_minor)),
            Cell(seen.money(move.worth_after_minor)),
        )
        for move in changed[:MOVES_SHOWN]
    )
    heads = (
        seen.say("explore.move"),
        seen.say("explore.customers"),
        seen.say("explore.before", label=label),
        seen.say("explore.after", label=label),
    )
    return Panel(seen.say("explore.moves.title"), seen.say("explore.moves.about"), None, Table(heads, rows))
