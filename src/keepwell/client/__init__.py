"""Keepwell from a Python program: one client, whose methods are the operations of the API."""

from __future__ import annotations

from keepwell.client.client import Client
from keepwell.client.errors import ApiError, NoAnswer

__all__ = ["ApiError", "Client", "NoAnswer"]
