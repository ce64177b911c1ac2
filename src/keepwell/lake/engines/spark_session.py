"""Opening Spark: everything a session needs is looked for first, so that each lack has an error of its own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from keepwell.core.errors import Refused, Unavailable
from keepwell.lake.engines.spill import own_folder

if TYPE_CHECKING:
    from keepwell.lake.engines.spark import Spark

JAVA = 17
"""The oldest Java that Spark 4 runs on."""
CONNECT_S, WORKERS_S = 5, 60
"""How long to wait for a master's answer, and for a worker to take part."""

MEANING = {
    "spark.sql.ansi.enabled": "true",  # what does not fit is an error, never another number
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",  # a moment is a naive timestamp that means UTC
    "spark.sql.caseSensitive": "true",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",  # days are of the one calendar, before 1582 too
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInWrite": "CORRECTED",
}
"""Settings on which answers depend; no other may stand in their place."""
CALM = {
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
"""Settings that spark-defaults.conf or the caller may change."""


def open_spark(spill: Path, *, master: str, settings: Mapping[str, str] | None = None) -> Spark:
    """Spark on the cluster of ``master``, staging in a folder of its own under ``spill``.

    ``settings`` are Spark's own, beside those of spark-defaults.conf. Raises Refused where pyspark or Java is missing,
    Unavailable where the master does not answer or no worker takes part.
    """
    if find_spec("pyspark") is None:
        raise Refused(
            "the engine of this plan is Spark, and pyspark is not installed",
            hint="install it with `pip install 'keepwell[spark]'`, or write `engine = \"duckdb\"`",
        )
    _check_java()
    _check_master(master)
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra that may be missing

    from keepwell.lake.engines.spark import Spark  # noqa: PLC0415 - the same
    from keepwell.lake.engines.spark_errors import told_plainly  # noqa: PLC0415 - the same

    builder = SparkSession.builder.appName("keepwell").master(master)
    for name, value in {**CALM, **(settings or {}), **MEANING}.items():
        builder = builder.config(name, value)
    with told_plainly():
        session = builder.getOrCreate()
    try:
        _await_worker(session, master)
    except Unavailable:
        session.stop()
        raise
    return Spark(session, own_folder(spill))


def find_java() -> Path | None:
    """The Java that Spark will start: that of JAVA_HOME, else the one on the PATH; None without."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    return Path(found) if found else None


def java_version(java: Path) -> int | None:
    """The number of its release, such as 17; None where it does not say."""
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603 - the user's own
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found[1]) if found else None


def _check_java() -> None:
    hint = f"install Java {JAVA} or newer (Debian: `apt install openjdk-{JAVA}-jre-headless`), or set JAVA_HOME to it"
    java = find_java()
    if java is None:
        raise Refused("the engine of this plan is Spark, and there is no Java here", hint=hint)
    version = java_version(java)
    if version is None or version < JAVA:
        raise Refused(f"Spark needs Java {JAVA} or newer; {java} is {version or 'unknown'}", hint=hint)


def _check_master(master: str) -> None:
    """Ask whether somebody listens: Spark itself would try for a minute, and then say little."""
    if not master.startswith("spark://"):
        return
    for place in master.removeprefix("spark://").split(","):
        parts = urlsplit(f"spark://{place}")
        try:
            with socket.create_connection((parts.hostname or "", parts.port or 7077), CONNECT_S):
                return
        except OSError:
            continue
    raise Unavailable(
        f"no Spark master answers at {master}",
        hint="start it, or mend `master` under [lake] in keepwell.toml; the master's page shows its address",
    )


def _await_worker(session: object, master: str) -> None:
    """Wait until a worker takes part: without one, jobs would wait for ever."""
    if master.startswith("local"):
        return
    members = session.sparkContext._jsc.sc().getExecutorMemoryStatus  # type: ignore[attr-defined]  # noqa: SLF001 - has no other name in Python
    until = time.monotonic() + WORKERS_S
    while members().size() < 2:  # noqa: PLR2004 - this process counts as one
        if time.monotonic() > until:
            raise Unavailable(
                f"no worker of {master} took part within {WORKERS_S} s",
                hint="look on the master's page whether workers are alive and have cores and memory to spare; "
                "`spark.executor.memory` must not exceed what one has",
            )
        time.sleep(0.1)
