"""What was said by hand, from the store into the lake, where every run finds it beside the facts.

The lake's version says up to which word it has them. A crash leaves at most a file that no version lists, and the
next run collects the same words again.
"""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from keepwell.customers.tags import Word, words_after
from keepwell.fields.tags import TAG_SCHEMA
from keepwell.lake.lake import Lake
from keepwell.lake.manifest import DataFile
from keepwell.store.engine import Store

WORDS_PER_FILE = 200_000


def collect_tags(lake: Lake, store: Store, *, now: datetime) -> int:
    """Add the words the lake does not have yet, in one version; how many. The caller holds the lake's lock."""
    manifest = lake.current()
    seen, files, count = manifest.tags_seen, manifest.tags, 0
    while True:
        with store.read() as session:
            words = words_after(session, seen, limit=WORDS_PER_FILE)
        if not words:
            break
        files += _written(lake, words)
        seen, count = words[-1].number, count + len(words)
    if count:
        collected = manifest.model_copy(update={"tags": files, "tags_seen": seen})
        lake.publish(collected, cause="tags set by hand", now=now)
    return count


def _written(lake: Lake, words: list[Word]) -> tuple[DataFile, ...]:
    rows = [
        {
            "number": word.number,
            "tag": word.tag,
            "party_key": word.party_key,
            "value": word.value,
            "said_at": word.said_at.replace(tzinfo=None),
        }
        for word in words
    ]
    with lake.engine.lend(pa.Table.from_pylist(rows, schema=TAG_SCHEMA)) as table:
        return lake.write(table, "tags", row_count=len(words))
