"""A whole column of personal values at once."""

from __future__ import annotations

from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from keepwell.personal import Invalid, Kind, email, national_id, person_name, phone
from keepwell.personal.phone import PLAIN_MOBILE

Texts: TypeAlias = "pa.Array[pa.StringScalar]"
Flags: TypeAlias = "pa.Array[Any]"


def normalise_column(
    kind: Kind, values: pa.Array[Any] | pa.ChunkedArray[Any], *, region: str = "CN"
) -> tuple[Texts, Texts, Flags]:
    """(normalised text, reason text, identifies flag), each as long as ``values``.

    A null gives null, null, false; an invalid value null, its reason, false. Distinct values are worked once.
    """
    texts = values.cast(pa.string())
    coded = (texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts).dictionary_encode()
    normalised, reasons, identifies = _distinct(kind, coded.dictionary, region)
    places = coded.indices
    return normalised.take(places), reasons.take(places), identifies.take(places).fill_null(fill_value=False)


def _distinct(kind: Kind, values: pa.Array[Any], region: str) -> tuple[Texts, Texts, Flags]:
    if kind != "phone" or region != "CN":
        return _one_by_one(kind, values, region)
    # Nearly all are written plainly: those are done by Arrow at once.
    plain = pc.match_substring_regex(values, PLAIN_MOBILE)
    others = pc.invert(plain)
    numbers, reasons, flags = _one_by_one(kind, values.filter(others), region)
    return (
        pc.replace_with_mask(pc.utf8_replace_slice(values, 0, 0, "+86"), others, numbers),
        pc.replace_with_mask(pa.nulls(len(values), pa.string()), others, reasons),
        pc.replace_with_mask(plain, others, flags),
    )


def _one_by_one(kind: Kind, values: pa.Array[Any], region: str) -> tuple[Texts, Texts, Flags]:
    worked = [_normalise(kind, text, region) for text in values.to_pylist() if text is not None]
    normalised, reasons, identifies = zip(*worked, strict=True) if worked else ((), (), ())
    return (
        pa.array(normalised, pa.string()),
        pa.array(reasons, pa.string()),
        pa.array(identifies, pa.bool_()),
    )


def _normalise(kind: Kind, text: str, region: str) -> tuple[str | None, str | None, bool]:
    """One value: its form, the reason why it has none, and whether it identifies."""
    if kind == "phone":
        found = phone(text, region=region)
        return (
            (None, found.reason, False)
            if isinstance(found, Invalid)
            else (found.number, None, found.identifies)
        )
    if kind == "national_id":
        citizen = national_id(text)
        return (None, citizen.reason, False) if isinstance(citizen, Invalid) else (citizen.number, None, True)
    if kind == "email":
        address = email(text)
        return (
            (None, address.reason, False) if isinstance(address, Invalid) else (address.address, None, True)
        )
    name = person_name(text)
    return (None, name.reason, False) if isinstance(name, Invalid) else (name.name, None, False)
