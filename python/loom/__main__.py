"""`loom` and `python -m loom`: the command, which the package brings along."""

import os
import sys
from pathlib import Path
from typing import NoReturn


def main() -> NoReturn:
    command = Path(__file__).parent / "bin" / "loom"
    os.execv(command, ["loom", *sys.argv[1:]])


if __name__ == "__main__":
    main()
