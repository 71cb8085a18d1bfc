#!/usr/bin/env python3
"""The runner of tests/error finds what it is there to find."""

import os
import pathlib
import subprocess
import tempfile
import unittest

RUNNER = pathlib.Path(__file__).parents[1] / "run_errors.py"

# Stands for the command: refuses the file that it is given, and leaves one behind when asked to.
FAKE_COMMAND = """#!/bin/sh
echo "loom: $PWD/$1: expected 3 bytes, found $(wc -c < "$1")" >&2
[ -z "$2" ] || echo half > "$2"
exit 1
"""

GOOD = """Three bytes are expected.

# setup
printf ab > short.bed

# command
loom short.bed

# exit
1

# stderr
loom: {dir}/short.bed: expected 3 bytes, found 2
"""


class RunErrors(unittest.TestCase):
    def run_cases(self, **cases):
        """Status and output of the runner over cases by name."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            command = folder / "bin" / "loom"
            command.parent.mkdir()
            command.write_text(FAKE_COMMAND)
            command.chmod(0o755)
            (folder / "cases").mkdir()
            for case, text in cases.items():
                (folder / "cases" / f"{case}.txt").write_text(text)
            run = subprocess.run([RUNNER, folder / "cases"], capture_output=True, text=True,
                                 env=os.environ | {"LOOM": str(command), "LOOM_DATA": name})
            return run.returncode, run.stdout

    def test_a_case_that_holds_passes(self):
        self.assertEqual(self.run_cases(short=GOOD), (0, "passed  short\n1 cases, 0 failed\n"))

    def test_any_matches_within_a_line(self):
        case = GOOD.replace("found 2", "found {any}")
        self.assertEqual(self.run_cases(short=case)[0], 0)
        case = GOOD.replace("expected 3", "{any} 4")
        self.assertEqual(self.run_cases(short=case)[0], 1)

    def test_no_cases_is_a_failure(self):
        self.assertEqual(self.run_cases(), (1, "0 cases, 0 failed\n"))

    def test_another_message_fails(self):
        status, output = self.run_cases(good=GOOD, bad=GOOD.replace("found 2", "found 1"))
        self.assertEqual(status, 1)
        self.assertIn("FAILED  bad", output)
        self.assertIn("passed  good", output)
        self.assertIn("2 cases, 1 failed", output)

    def test_another_status_fails(self):
        status, output = self.run_cases(bad=GOOD.replace("# exit\n1", "# exit\n2"))
        self.assertEqual(status, 1)
        self.assertIn("exit status 1, expected 2", output)

    def test_a_file_left_behind_fails_unless_listed(self):
        case = GOOD.replace("loom short.bed", "loom short.bed out.txt", 1)
        status, output = self.run_cases(bad=case)
        self.assertEqual(status, 1)
        self.assertIn("out.txt was left behind", output)
        self.assertEqual(self.run_cases(good=case + "\n# leaves\nout.txt\n")[0], 0)

    def test_an_empty_folder_left_behind_fails_unless_a_file_in_it_is_listed(self):
        case = GOOD.replace("# command\n", "# command\nmkdir output\n")
        status, output = self.run_cases(bad=case)
        self.assertEqual(status, 1)
        self.assertIn("output was left behind", output)
        self.assertEqual(self.run_cases(good=case + "\n# leaves\noutput/out.txt\n")[0], 0)

    def test_a_changed_input_fails(self):
        status, output = self.run_cases(
            bad=GOOD.replace("loom short.bed", "loom short.bed short.bed", 1))
        self.assertEqual(status, 1)
        self.assertIn("short.bed was changed", output)

    def test_a_failing_setup_fails(self):
        status, output = self.run_cases(bad=GOOD.replace("printf ab", "false; printf ab"))
        self.assertEqual(status, 1)
        self.assertIn("the setup failed", output)

    def test_a_case_without_a_command_fails(self):
        status, output = self.run_cases(bad=GOOD.replace("# command", ""))
        self.assertEqual(status, 1)
        self.assertIn("no section 'command'", output)


if __name__ == "__main__":
    unittest.main()
