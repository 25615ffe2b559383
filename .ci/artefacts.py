"""Both artefacts hold what they ought to and nothing else: a stray file in the checkout must not
be published."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile

TOP = ("factcli/", "data/facts.json", "tests/", "docs/", "bench/")
FILES = {
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "LICENSE-DATA",
    "PKG-INFO",
    ".gitignore",
}


def tracked() -> set[str]:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True)
    return set(listed.stdout.splitlines())


def main() -> int:
    wheel, sdist = sys.argv[1:]
    known = tracked()
    code = {name for name in known if name.startswith("factcli/")}
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name}
    with tarfile.open(sdist) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    faults = sorted(shipped ^ (code | {"factcli/data/facts.json"}))
    faults += sorted(
        name for name in packed - FILES if name not in known or not name.startswith(TOP)
    )
    print(f"wheel: {len(shipped)} files, sdist: {len(packed)} files")
    for name in faults:
        print(f"not as it ought to be: {name}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
