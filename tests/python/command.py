"""The `loom` command and the mouse data, for tests of the package.

The command is the one at LOOM, else the one in the package; the data lie in LOOM_DATA, else where
scripts/data puts them.
"""

import os
import pathlib
import subprocess
import sys

COMMAND = [os.environ["LOOM"]] if "LOOM" in os.environ else [sys.executable, "-m", "loom"]
SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"


def loom_command(*arguments, folder=None):
    subprocess.run([*COMMAND, *map(str, arguments)], cwd=folder, check=True)


def mouse_data():
    """The prefix of the PLINK files of 1,940 mice."""
    folder = os.environ.get("LOOM_DATA")
    if folder is None:
        made = subprocess.run([SCRIPTS / "data"], check=True, capture_output=True, text=True)
        folder = made.stdout.strip()
    return pathlib.Path(folder).resolve() / "mouse_hs1940"
