"""What a call costs, in instructions: those that valgrind counts do not depend on the machine's load.

    calls_test.py <the program calls>

An addition of eight elements ran at 21 instructions per nanosecond (EPYC, Zen 5), so that the
bounds of 60 ns for it and of 80 ns for a recorded one come to these.
"""

import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)
CALLS = 200
INSTRUCTIONS_PER_NANOSECOND = 21


def instructions_per_call(function: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out",
             f"--toggle-collect=*{function}*", PROGRAM, str(CALLS)],
            capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1]) / CALLS


class Calls(unittest.TestCase):
    def test_an_addition_of_eight_elements(self) -> None:
        self.assertLess(instructions_per_call("add_short"), 60 * INSTRUCTIONS_PER_NANOSECOND)

    def test_the_record_of_an_addition(self) -> None:
        self.assertLess(instructions_per_call("record_add"), 80 * INSTRUCTIONS_PER_NANOSECOND)


if __name__ == "__main__":
    unittest.main()
