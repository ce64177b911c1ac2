"""Say what the test runs came to, and fail if a group that must run was skipped or a run left no report."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path


def main() -> None:
    """Read the reports that tests/conftest.py wrote; the last line counts all tests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", nargs="+", type=Path)
    parser.add_argument("--needed", nargs="*", default=[], help="groups of which no test may be skipped")
    arguments = parser.parse_args()

    outcomes: Counter[str] = Counter()
    wrong = []
    for path in arguments.reports:
        if not path.exists():
            wrong.append(f"{path.name}: the run ended without a report")
            continue
        report = json.loads(path.read_text("utf-8"))
        outcomes.update(report["outcomes"])
        for group, counts in report["groups"].items():
            if counts["skipped"]:
                line = f"{path.stem}: {counts['skipped']} of group {group} skipped: {counts['reason']}"
                print(line)
                if group in arguments.needed:
                    wrong.append(line)
    for line in wrong:
        print(f"FAILED: {line}")
    print(f"{outcomes['passed']} passed, {outcomes['failed']} failed, {outcomes['skipped']} skipped")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
