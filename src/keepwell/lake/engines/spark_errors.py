"""What goes wrong between a session and its cluster, as errors that say how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from keepwell.core.errors import Unavailable

_SAME_FOLDER = (
    "every machine of the cluster must reach the lake's folder by the same path as this one, and may read and write "
    "there: put the plan folder on a network disk that all of them mount"
)
_MORE_MEMORY = (
    "give executors more memory, or the cluster more of them (`spark.executor.memory` in spark-defaults.conf)"
)
_KNOWN = {
    "FileNotFoundException|PATH_NOT_FOUND|FAILED_READ_FILE|Access(Control|Denied)Exception|Mkdirs failed": (
        "the cluster could not read or write the lake's files",
        _SAME_FOLDER,
    ),
    "OutOfMemoryError|ExecutorLostFailure|exceeding memory limits": (
        "an executor ran out of memory or was lost",
        _MORE_MEMORY,
    ),
    "No space left on device": ("a disk of the cluster is full", "free space there"),
    "All masters are unresponsive|Master removed our application|SparkContext( that)? was shut down"
    "|stopped SparkContext": (
        "the connection to the cluster was lost",
        "look whether its master and workers are up, then run again",
    ),
}
"""What Spark says → what it means, and how to mend it."""


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what Spark says about files, memory and the cluster into Unavailable; let the rest through."""
    try:
        yield
    except (PySparkException, Py4JError) as error:
        said = str(error)
        for pattern, (what, hint) in _KNOWN.items():
            if found := re.search(rf"[^\n]*({pattern})[^\n]*", said):
                raise Unavailable(
                    f"{what}: {found[0].strip()[:500]}", hint=f"{hint}; nothing was published"
                ) from error
        raise


def rows_lost(folder: Path, *, written: int, found: int) -> Unavailable:
    """The error of rows that executors wrote and this machine does not see."""
    return Unavailable(
        f"executors wrote {written:,} rows into {folder}, and {found:,} are there",
        hint=f"{_SAME_FOLDER}; nothing was published",
    )
