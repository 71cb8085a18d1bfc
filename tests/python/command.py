"""The `loom` command, for tests of the package: the one at LOOM, else the one in the package."""

import os
import subprocess
import sys

COMMAND = [os.environ["LOOM"]] if "LOOM" in os.environ else [sys.executable, "-m", "loom"]


def loom_command(*arguments, folder=None):
    subprocess.run([*COMMAND, *map(str, arguments)], cwd=folder, check=True)
