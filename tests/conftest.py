"""What every test may ask for, and what is said at the end about groups that this machine could not run."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from keepwell.lake.engine import Engine
from keepwell.lake.engines.spark_session import open_spark
from support import machine
from support.spark_cluster import SETTINGS, cluster

# Before anything imports numpy: its products of matrices spin on every core, and tests run side by side.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

GROUPS: dict[str, Callable[[], str | None]] = {
    "postgres": machine.no_postgres,
    "browser": machine.no_chromium,
    "spark": machine.no_spark,
    "data": machine.no_data,
}
"""A marker, and what gives the reason why this machine cannot run its tests (None when it can)."""


class Groups:
    """Counts what ran and what was skipped, by group; with xdist, in the process that reports."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.ran: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.reasons: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.passed:
            return
        self.outcomes[report.outcome] += 1
        for group in [str(value) for name, value in report.user_properties if name == "group"]:
            if report.skipped and isinstance(report.longrepr, tuple):
                self.skipped[group] += 1
                self.reasons[group] = report.longrepr[2].removeprefix("Skipped: ")
            else:
                self.ran[group] += 1

    def as_json(self) -> str:
        groups = {
            group: {"ran": self.ran[group], "skipped": self.skipped[group], "reason": self.reasons.get(group)}
            for group in GROUPS
        }
        return json.dumps({"outcomes": self.outcomes, "groups": groups}, indent=2)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter, config: pytest.Config
    ) -> Generator[None, None, None]:
        yield
        if path := config.getoption("--groups-report"):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text(self.as_json(), "utf-8")
        if self.reasons:
            terminalreporter.section("groups skipped", sep="-")
        for group, reason in sorted(self.reasons.items()):
            terminalreporter.line(f"{group}: {self.skipped[group]} skipped, {reason}")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--groups-report", metavar="FILE", help="write what ran, by group, to a JSON file")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Groups(), "groups")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note each test's groups. With xdist, one process runs all tests of Spark: the cluster is started once."""
    for item in items:
        # Not by keywords, which know the names of folders too: a clone may lie in one called `spark`.
        item.user_properties += [("group", group) for group in GROUPS if item.get_closest_marker(group)]
        if item.get_closest_marker("spark"):
            item.add_marker(pytest.mark.xdist_group("spark"))
            item.add_marker(pytest.mark.timeout(900))


def pytest_runtest_setup(item: pytest.Item) -> None:
    for group, why_not in GROUPS.items():
        if item.get_closest_marker(group) and (reason := why_not()):
            pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The machine's Chromium, for Playwright's `executable_path`. Mark the test `browser`."""
    return machine.chromium()


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Spark on a cluster of a master and two workers. Mark the test `spark`."""
    folder = tmp_path_factory.mktemp("spark")
    with cluster(folder) as master:
        engine = open_spark(folder / "spill", master=master, settings=SETTINGS)
        yield engine
        engine.close()


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of public datasets that KEEPWELL_DATA names. Mark the test `data`."""
    return machine.data_folder()
