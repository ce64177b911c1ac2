"""The master secret: 32 bytes from the environment or a file of its own, never from a database."""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from keepwell.core.files import sync_folder
from keepwell.customers.errors import SecretRefused

VARIABLE = "KEEPWELL_SECRET"
SECRET_BYTES = 32
HINT = f"it is {SECRET_BYTES} random bytes in base64, for instance from: openssl rand -base64 {SECRET_BYTES}"


def read_secret(file: Path, environment: Mapping[str, str]) -> bytes | None:
    """The secret of the environment variable KEEPWELL_SECRET or else of the file; None where neither is.

    Raises SecretRefused for one that is no 32 bytes in base64.
    """
    if given := environment.get(VARIABLE):
        return _decoded(given, VARIABLE)
    try:
        return _decoded(file.read_text("ascii"), str(file))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SecretRefused(f"the secret {file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SecretRefused(f"the secret in {file} is malformed", hint=HINT) from None


def make_secret(file: Path) -> None:
    """Write a new secret, readable by its owner only; where there is one already, leave it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{uuid4().hex}.tmp")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, base64.b64encode(os.urandom(SECRET_BYTES)) + b"\n")
        os.fsync(handle)
        with contextlib.suppress(FileExistsError):
            os.link(beside, file)
    finally:
        os.close(handle)
        beside.unlink()
    sync_folder(file.parent)


def _decoded(text: str, where: str) -> bytes:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise SecretRefused(f"the secret in {where} is malformed", hint=HINT) from None
    if len(secret) != SECRET_BYTES:
        raise SecretRefused(
            f"the secret in {where} has {len(secret)} bytes instead of {SECRET_BYTES}", hint=HINT
        )
    return secret
