"""One data key per person, kept apart from the values it seals.

Destroying a key makes the person's values unreadable everywhere, in old backups of the store too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path


class KeyStore:
    """Data keys by party key, wrapped under the master secret; and the keyed hashes that stand for ids."""

    def for_parties(self, party_keys: Iterable[str]) -> dict[str, bytes]:
        """The 32-byte data key of each party, made where there is none; erased parties are left out."""
        raise NotImplementedError

    def existing(self, party_keys: Iterable[str]) -> dict[str, bytes]:
        """The data keys there are; makes none."""
        raise NotImplementedError

    def erased(self, party_keys: Iterable[str]) -> set[str]:
        """Those of the parties that were erased."""
        raise NotImplementedError

    def is_erased(self, party_key: str) -> bool:
        raise NotImplementedError

    def destroy(self, party_keys: Iterable[str]) -> None:
        raise NotImplementedError

    def pseudonym(self, system: str, value: str) -> str:
        """Stands for an id that is itself personal: 32 hexadecimal digits, the same for the same id."""
        raise NotImplementedError

    def search_hash(self, kind: str, value: str) -> bytes:
        """16 bytes that stand for a value one may search by."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


def open_keys(url: str, *, secret_file: Path, environment: Mapping[str, str] | None = None) -> KeyStore:
    raise NotImplementedError
