"""Files of keyed rows taken in order, against the plainest model there is: a dict by key."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.lake.manifest import Counts
from support.small_shop import Shop, chunks_of, open_small_shop

Row = tuple[str, int]
"""Key and amount in major units."""

rows = st.tuples(st.sampled_from("abcde"), st.integers(-1, 2))
files = st.lists(st.lists(rows, min_size=1, max_size=7), min_size=1, max_size=4)


@dataclass
class Model:
    """Of a file the first row with a key counts; a later file's row takes the place of an earlier one's."""

    facts: dict[str, int] = field(default_factory=dict)

    def take_in(self, file: list[Row]) -> Counts:
        first: dict[str, int] = {}
        seen: set[Row] = set()
        duplicate = quarantined = 0
        for key, amount in file:
            if (key, amount) in seen:
                duplicate += 1
            elif key in first:
                quarantined += 1
            first.setdefault(key, amount)
            seen.add((key, amount))
        before = self.facts
        self.facts = before | first
        return Counts(
            rows=len(file),
            new=len(first.keys() - before.keys()),
            corrected=sum(key in before and before[key] != first[key] for key in first),
            unchanged=sum(before.get(key) == first[key] for key in first),
            duplicate=duplicate,
            quarantined=quarantined,
        )


def take_in(shop: Shop, number: int, file: list[Row]) -> Counts:
    """Take in a file; only the counts that are parts of the sum."""
    text = "".join(f"{key},C{key},2025-03-01 10:00,{amount}\n" for key, amount in file)
    counts = shop.take_orders(text, f"{number:03}")
    return counts.model_copy(update={"anonymous": 0, "late": 0, "outlier": 0, "key_errors": 0})


@settings(max_examples=4, deadline=None)
@given(sequence=files, chunk_rows=st.sampled_from([2, 3, 100]))
def test_files_in_order_are_a_dict_by_key(sequence: list[list[Row]], chunk_rows: int) -> None:
    model = Model()
    with (
        TemporaryDirectory() as folder,
        open_small_shop(Path(folder) / "plan") as shop,
        chunks_of(chunk_rows),
    ):
        for number, file in enumerate(sequence):
            assert take_in(shop, number, file) == model.take_in(file)
            shop.now += timedelta(hours=1)
        assert shop.amounts() == {key: 100 * amount for key, amount in model.facts.items()}
        version, facts = shop.state(), shop.facts()
        assert shop.take_in() == {}
        assert (shop.state(), shop.facts()) == (version, facts)
        # The last file once more under another name: nothing in it is news, and nothing becomes of it.
        again = take_in(shop, len(sequence), sequence[-1])
        assert (again.new, again.corrected) == (0, 0)
        assert again == model.take_in(sequence[-1])
        assert shop.facts() == facts
