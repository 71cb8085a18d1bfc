#!/usr/bin/env python3
"""Fails on files that are not as the repository wants them.

    scripts/check_files.py [root]

looks at every file that git tracks or would track: none over 1 MB, no path of somebody's machine
in a text, and in code no more than 600 lines, no tabs, a `#pragma once` in every header.
"""

import pathlib
import re
import subprocess
import sys

MAX_BYTES = 1_000_000
MAX_LINES = 600
CODE = (".h", ".cpp", ".py", ".cmake")
MACHINE_PATH = re.compile(r"(?<![\w./})])/(?:work|root|home)/")


def faults_of(path, content):
    """Faults of one file as (line or None, text)."""
    if len(content) > MAX_BYTES:
        yield None, f"{len(content)} bytes, more than {MAX_BYTES}"
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if MACHINE_PATH.search(line):
            yield number, "a path of one machine"
        if path.endswith(CODE) and "\t" in line:
            yield number, "a tab"
    if path.endswith(CODE) and len(lines) > MAX_LINES:
        yield None, f"{len(lines)} lines, more than {MAX_LINES}"
    if path.endswith(".h") and "#pragma once" not in lines:
        yield None, "no #pragma once"


def faults(root):
    listed = subprocess.run(["git", "-C", root, "ls-files", "-coz", "--exclude-standard"],
                            check=True, capture_output=True, text=True).stdout
    for path in sorted(filter(None, listed.split("\0"))):
        if (root / path).is_file():
            for line, fault in faults_of(path, (root / path).read_bytes()):
                yield f"{path}:{line}: {fault}" if line else f"{path}: {fault}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1])
    found = list(faults(root))
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
