"""Nothing in the repository names the machine it was made on, nor where packages were downloaded."""

from __future__ import annotations

import re
import subprocess
import tomllib

from support.code import ROOT

ABSOLUTE = re.compile(r"(?<![\w.:/}\"-])/(?:work|root|home)/[\w.-]+")
REGISTRY = re.compile(r"registry\.npmjs|files\.pythonhosted|pypi\.org/simple|--(?:extra-)?index-url [^ ]*://")
MERGE = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)


def tracked_texts() -> dict[str, str]:
    """Every file that is, or is about to be, in the repository and is text."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    texts = {}
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and b"\0" not in (content := path.read_bytes()):
            texts[name] = content.decode("utf-8", errors="replace")
    return texts


def test_no_paths_registries_or_merge_marks() -> None:
    found = [
        f"{name}: {match[0].strip()}"
        for name, text in tracked_texts().items()
        if name != "tests/architecture/test_clean.py"
        for pattern in (ABSOLUTE, REGISTRY, MERGE)
        for match in pattern.finditer(text)
    ]
    assert not found, "\n".join(found)


def test_pins_have_hashes_and_no_addresses() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text("utf-8")
        assert "://" not in text, path.name
        pinned = re.findall(r"^[\w.\[\]-]+==.*\\\n {4}--hash=sha256:", text, re.MULTILINE)
        assert len(pinned) == len(re.findall(r"^\S", text, re.MULTILINE)), (
            f"{path.name}: a pin without a hash"
        )


def test_pins_agree() -> None:
    """`make demo` and `make test` share one environment, so a package has the same versions in every file."""
    everything, *parts = (pins(name) for name in ("dev.txt", "demo.txt", "run.txt"))
    for part in parts:
        assert {name: part[name] for name in part} == {name: everything.get(name) for name in part}


def pins(file: str) -> dict[str, set[str]]:
    """Package → its versions, each with the condition under which it holds."""
    versions: dict[str, set[str]] = {}
    for line in (ROOT / "requirements" / file).read_text("utf-8").splitlines():
        if found := re.match(r"([\w.-]+)(?:\[[\w,-]+\])?(==.*) \\$", line):
            versions.setdefault(found[1], set()).add(found[2])
    return versions


def test_every_dependency_is_pinned_and_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values()]
    groups += [group for name, group in project["dependency-groups"].items() if name not in {"npm", "uv"}]
    wanted = {re.split(r"[^\w.-]", line)[0] for group in groups for line in group}
    reasons = (ROOT / "docs/decisions/0005-dependencies.md").read_text("utf-8")
    assert not wanted - pins("dev.txt").keys(), "run `make pins`"
    assert not {name for name in wanted if name not in reasons}


def test_lock_files_stay_out() -> None:
    locks = {"uv.lock", "package-lock.json", "poetry.lock", "yarn.lock"}
    assert not {name for name in tracked_texts() if name.rsplit("/", 1)[-1] in locks}
