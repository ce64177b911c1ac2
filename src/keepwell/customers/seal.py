"""Sealing: AES-256-GCM with a fresh nonce, bound to what it belongs to.

A sealed value is one byte of version, 12 of nonce, then the encrypted content with its 16-byte tag.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keepwell.customers.errors import VaultDamaged

VERSION = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32


def seal(cipher: AESGCM, content: bytes, belongs_to: str) -> bytes:
    """Encrypt ``content``; it opens only under the same key and the same ``belongs_to``."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + cipher.encrypt(nonce, content, belongs_to.encode())


def unseal(cipher: AESGCM, sealed: bytes, belongs_to: str) -> bytes:
    """Decrypt what ``seal`` made. Raises VaultDamaged where it was changed, moved, or the key is another."""
    if sealed[:1] != VERSION:
        raise VaultDamaged(
            "a sealed value has a form this Keepwell does not know", hint="was it written by a newer one?"
        )
    nonce, content = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return cipher.decrypt(nonce, content, belongs_to.encode())
    except InvalidTag:
        raise VaultDamaged(
            "a sealed value cannot be opened: it was changed, or its key is another",
            hint="see that the store and the key store belong together; else restore them from a backup",
        ) from None
