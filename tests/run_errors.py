#!/usr/bin/env python3
"""Runs the cases of a folder: one file per error message of the command.

    LOOM=<command> LOOM_DATA=<folder> tests/run_errors.py tests/error [case...]

A case is a text file NAME.txt: a line or two that say what it shows, then sections.

    A .bed file whose first bytes are not PLINK's.

    # setup
    cp {data}/mouse_hs1940.* .
    printf 'xyz' | dd of=mouse_hs1940.bed conv=notrunc status=none

    # command
    loom gk -bfile mouse_hs1940 -o out

    # exit
    1

    # stderr
    loom: mouse_hs1940.bed: ...

    # leaves
    output/out.log.txt

`setup` (optional) and `command` are run by sh in an empty folder; `loom` is the command under test.
`exit` is the expected status and `stderr` the expected text, whole and to the letter, save for
trailing blank lines. `leaves` (optional) lists the files that the command may make; without it, the
folder must hold the same files with the same bytes, and the same folders, as after the setup.
Everywhere {dir} stands for that folder, {data} for the mouse data and {here} for the folder of the
cases; in `stderr`, {any} stands for any text within a line.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

REQUIRED = {"command", "exit", "stderr"}
OPTIONAL = {"setup", "leaves"}
TIMEOUT_S = 120


def parse(text):
    """The sections of a case by name. Raises ValueError for a case that is not well formed."""
    sections, name = {}, None
    for line in text.splitlines():
        header = line[2:] if line.startswith("# ") else None
        if header in REQUIRED | OPTIONAL:
            if header in sections:
                raise ValueError(f"two sections '{header}'")
            name = header
            sections[name] = []
        elif name:
            sections[name].append(line)
        elif header:
            raise ValueError(f"no section is called '{header}'")
    if lacking := REQUIRED - sections.keys():
        raise ValueError(f"no section '{min(lacking)}'")
    return {name: "\n".join(lines).strip("\n") for name, lines in sections.items()}


def files_of(folder):
    """Every file under a folder with its bytes, and every folder, by relative path."""
    return {str(path.relative_to(folder)): path.is_file() and path.read_bytes()
            for path in sorted(folder.rglob("*"))}


def matches(expected, actual):
    pattern = ".*".join(re.escape(part) for part in expected.split("{any}"))
    return re.fullmatch(pattern, actual.strip("\n")) is not None


def environment():
    """The environment of the cases: `loom` is the command under test, and no setting of the person
    who runs the tests reaches it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LOOM")}
    command = pathlib.Path(os.environ["LOOM"]).resolve()
    return kept | {"PATH": f"{command.parent}:{kept['PATH']}", "LC_ALL": "C"}


def run_case(case, here):
    """The faults that one case shows, as texts."""
    with tempfile.TemporaryDirectory(prefix="loom-error-") as name:
        folder = pathlib.Path(name).resolve()

        def filled(section):
            places = {"dir": folder, "data": os.environ["LOOM_DATA"], "here": here}
            return re.sub(r"\{(dir|data|here)\}", lambda m: str(places[m[1]]),
                          case.get(section, ""))

        def shell(script):
            return subprocess.run(["sh", "-e", "-c", script], cwd=folder, env=environment(),
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  errors="backslashreplace", timeout=TIMEOUT_S)

        setup = shell(filled("setup"))
        if setup.returncode != 0:
            return [f"the setup failed with status {setup.returncode}:\n{setup.stderr}"]
        before = files_of(folder)
        result = shell(filled("command"))
        after = files_of(folder)

        faults = []
        if result.returncode != int(case["exit"]):
            faults.append(f"exit status {result.returncode}, expected {case['exit']}")
        if not matches(filled("stderr"), result.stderr):
            faults.append(f"stderr is\n{result.stderr}\nexpected\n{filled('stderr')}")
        leaves = [pathlib.PurePath(path) for path in filled("leaves").split()]
        allowed = {str(path) for leaf in leaves for path in (leaf, *leaf.parents)}
        for path in sorted(before.keys() | after.keys()):
            if before.get(path) != after.get(path) and path not in allowed:
                change = ("left behind" if path not in before else
                          "removed" if path not in after else "changed")
                faults.append(f"{path} was {change}")
        return faults


def main():
    here = pathlib.Path(sys.argv[1]).resolve()
    paths = [path for path in sorted(here.glob("*.txt"))
             if path.stem in sys.argv[2:] or len(sys.argv) == 2]
    failed = 0
    for path in paths:
        try:
            faults = run_case(parse(path.read_text()), here)
        except (ValueError, subprocess.TimeoutExpired) as error:
            faults = [str(error)]
        failed += bool(faults)
        print(f"{'FAILED' if faults else 'passed'}  {path.stem}")
        print("".join(f"{fault}\n" for fault in faults), end="")
    print(f"{len(paths)} cases, {failed} failed")
    sys.exit(1 if failed or not paths else 0)


if __name__ == "__main__":
    main()
