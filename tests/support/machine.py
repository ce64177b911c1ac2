"""What this machine offers to tests: a PostgreSQL server, a Chromium, Java for Spark, a folder of public datasets."""

from __future__ import annotations

import os
import shutil
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

from keepwell.lake.engines.spark_session import JAVA, find_java, java_version


@lru_cache(maxsize=1)
def postgres_server() -> URL | None:
    """A database of the server that KEEPWELL_TEST_POSTGRES names, or of one on this machine; None without."""
    named = os.environ.get("KEEPWELL_TEST_POSTGRES")
    local = [
        URL.create("postgresql+psycopg", username="postgres", host="127.0.0.1", database="postgres"),
        URL.create("postgresql+psycopg", database="postgres"),  # by the socket, as the present user
    ]
    for url in [make_url(named)] if named else local:
        try:
            psycopg.connect(libpq(url), connect_timeout=3).close()
        except psycopg.OperationalError:
            continue
        return url
    return None


def libpq(url: URL) -> str:
    """The same address as PostgreSQL's own library writes it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def no_postgres() -> str | None:
    """Why tests with PostgreSQL cannot run here."""
    if postgres_server():
        return None
    return "no PostgreSQL server answers here; start one, or set KEEPWELL_TEST_POSTGRES to its URL"


def no_chromium() -> str | None:
    """Why tests with a browser cannot run here."""
    if find_chromium():
        return None
    return "no Chromium on the PATH (Debian: apt install chromium)"


def find_chromium() -> str | None:
    """Where Chromium or Chrome is, if anywhere."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def chromium() -> Path:
    """The machine's Chromium; only for tests marked `browser`."""
    found = find_chromium()
    assert found is not None, no_chromium()
    return Path(found)


@lru_cache(maxsize=1)
def no_spark() -> str | None:
    """Why tests with Spark cannot run here."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed (the extra `spark`)"
    java = find_java()
    if java is None or (java_version(java) or 0) < JAVA:
        return f"no Java {JAVA} or newer on the PATH (Debian: apt install openjdk-{JAVA}-jre-headless)"
    return None


def no_data() -> str | None:
    """Why tests with public datasets cannot run here."""
    if os.environ.get("KEEPWELL_DATA"):
        return None
    return "KEEPWELL_DATA names no folder of public datasets"


def data_folder() -> Path:
    """The folder of public datasets; only for tests marked `data`."""
    return Path(os.environ["KEEPWELL_DATA"])
