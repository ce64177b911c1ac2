"""Fills segments: as they stand, at a run, and beside each other."""

from __future__ import annotations

from keepwell.answers.segments import Overlap, Point, Standing
from keepwell.answers.sight import Sight
from keepwell.api.filling.shared import as_of, label_of, words
from keepwell.api.shapes.segments import (
    SegmentChanges,
    SegmentOverlap,
    SegmentPair,
    SegmentPoint,
    SegmentStanding,
)


def standing(sight: Sight, found: Standing) -> SegmentStanding:
    """A segment as of the snapshot."""
    return SegmentStanding(
        name=found.name,
        label=label_of(sight.plan, found.name, "segment"),
        about=words(sight.plan, sight.plan.segments[found.name].about),
        size=found.size,
        of=found.of,
        worth=found.worth,
        worth_minor=found.worth_minor,
        since_last_run=found.since_last_run,
        since_days=found.since_days,
        is_redefined=found.is_redefined,
    )


def point(found: Point) -> SegmentPoint:
    """A segment at a run."""
    return SegmentPoint(
        as_of=found.as_of,
        run_id=found.run_id,
        size=found.size,
        worth_minor=found.worth_minor,
        entries=found.entries,
        exits=found.exits,
        others=[
            SegmentChanges.model_validate({"change": change, "cause": cause, "customers": many})
            for (change, cause), many in found.others.items()
        ],
        is_redefined=found.is_redefined,
    )


def overlap_of(sight: Sight, found: Overlap) -> SegmentOverlap:
    """Segments beside each other."""
    return SegmentOverlap(
        as_of=as_of(sight),
        sizes=found.sizes,
        pairs=[SegmentPair.model_validate(each) for each in found.pairs],
        in_all=found.in_all,
        in_any=found.in_any,
        of=found.of,
    )
