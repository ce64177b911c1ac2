"""Who customers are, masked: names and phones from the vault for those whom a page shows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from keepwell.access.model import Viewer
from keepwell.answers.sight import Sight, visible_customers
from keepwell.customers.search import LAST_FOUR
from keepwell.customers.vault import find, reveal
from keepwell.lake.snapshot import PARTIES
from keepwell.personal import Email, Name, NationalId, Phone, email, mask, national_id, person_name, phone


@dataclass(frozen=True, slots=True)
class Party:
    """One identity of a customer: the sources that know it, and its personal values, masked, by column."""

    party_key: str
    sources: tuple[str, ...]
    masked: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Person:
    """Who a customer is, as far as it may be shown without a reason: identities with their values masked."""

    parties: tuple[Party, ...]

    @property
    def party_keys(self) -> tuple[str, ...]:
        """The keys of all identities."""
        return tuple(party.party_key for party in self.parties)

    @property
    def masked(self) -> Mapping[str, str]:
        """The values of all identities by column; of several the last one's."""
        return {name: value for party in self.parties for name, value in party.masked.items()}


def persons_of(sight: Sight, viewer: Viewer, customer_ids: Sequence[str]) -> dict[str, Person]:
    """The person behind each id that the viewer may see; the caller pages, so there are few."""
    parties = party_keys_of(sight, viewer, customer_ids)
    with sight.store.read() as session:
        revealed = reveal(session, sight.keys, [key for keys in parties.values() for key in keys])
    kinds = personal_kinds(sight)
    sources: dict[str, list[str]] = defaultdict(list)
    for name, source in sight.plan.sources.items():
        sources[source.party_system].append(name)

    def party(key: str) -> Party:
        values = {name: mask(kinds.get(name, "other"), each) for name, each in revealed.get(key, {}).items()}
        return Party(key, tuple(sources.get(key.partition(":")[0], ())), values)

    return {customer_id: Person(tuple(map(party, keys))) for customer_id, keys in parties.items()}


def party_keys_of(sight: Sight, viewer: Viewer, customer_ids: Sequence[str]) -> dict[str, list[str]]:
    """Party keys of each visible customer among the ids."""
    engine, parties = sight.snapshot.engine, sight.snapshot.table(PARTIES)
    visible = visible_customers(sight, viewer, ["customer_id"])
    # Both sides narrowed first: a join with everybody costs more than all else on a page.
    with engine.lend(pa.table({"customer_id": pa.array(customer_ids, pa.string())})) as wanted:
        among = visible.semi_join(wanted, "customer_id")
        rows = engine.rows(parties.semi_join(among, "customer_id").order_by("party_key"))
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[row["customer_id"]].append(row["party_key"])
    return found


def find_customers(sight: Sight, viewer: Viewer, text: str, *, limit: int = 50) -> list[str]:
    """Ids of visible customers found by id, or exactly by phone, e-mail, full name, other id or last four digits."""
    text = text.strip()
    with sight.store.read() as session:
        keys = {
            key
            for kind, form in kinds_typed(text).items()
            for key in find(session, sight.keys, kind, form, limit=limit)
        }
    systems = {source.party_system for source in sight.plan.sources.values()}
    keys |= {text} | {f"{system}:{text}" for system in systems}
    parties = sight.snapshot.table(PARTIES)
    matching = parties.filter(parties.party_key.isin(sorted(keys)) | (parties.customer_id == text))
    visible = matching.semi_join(visible_customers(sight, viewer, ["customer_id"]), "customer_id")
    return sorted(
        sight.snapshot.engine.values(visible.select("customer_id").distinct().limit(limit).customer_id)
    )


def kinds_typed(text: str) -> dict[str, str]:
    """Kind of value → the normal form of what was typed, for the kinds it can be."""
    forms = {"id": text}
    match phone(text):
        case Phone(number=number):
            forms["phone"] = number
    match email(text):
        case Email(address=address):
            forms["email"] = address
    match national_id(text):
        case NationalId(number=number):
            forms["national_id"] = number
    match person_name(text):
        case Name(name=name):
            forms["name"] = name
    if re.fullmatch("[0-9]{3}[0-9xX]", text):
        forms[LAST_FOUR] = text
    return forms


def personal_kinds(sight: Sight) -> dict[str, str]:
    """Personal column → its kind, over all sources."""
    return {
        name: mapped.personal
        for source in sight.plan.sources.values()
        for name, mapped in source.columns.items()
        if mapped.personal
    }
