#!/usr/bin/env python3
"""scripts/check_files.py passes a good file and fails each fault that it knows."""

import pathlib
import subprocess
import tempfile
import unittest

CHECKER = pathlib.Path(__file__).parents[2] / "scripts" / "check_files.py"


class CheckFiles(unittest.TestCase):
    def check(self, path, text):
        """Status and complaints of the checker over a repository of one file."""
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            subprocess.run(["git", "init", "-q", root], check=True)
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
            run = subprocess.run([CHECKER, root], capture_output=True, text=True)
            return run.returncode, run.stderr

    def test_good_files_pass(self):
        self.assertEqual(self.check("loom/a.h", "#pragma once\n"), (0, ""))
        self.assertEqual(self.check("loom/a.cpp", "int a;\n" * 600), (0, ""))
        self.assertEqual(self.check("docs/a.md", "https://example.org/a/home/b\n"), (0, ""))
        self.assertEqual(self.check("tests/error/a.txt", "a\tb\n"), (0, ""))

    def test_a_long_file_fails(self):
        self.assertEqual(self.check("loom/a.cpp", "int a;\n" * 601),
                         (1, "loom/a.cpp: 601 lines, more than 600\n"))

    def test_a_tab_fails(self):
        self.assertEqual(self.check("cli/a.cpp", "int a;\n\tint b;\n"),
                         (1, "cli/a.cpp:2: a tab\n"))

    def test_a_header_without_pragma_once_fails(self):
        self.assertEqual(self.check("loom/a.h", "int a;\n"), (1, "loom/a.h: no #pragma once\n"))

    def test_a_large_file_fails(self):
        self.assertEqual(self.check("a.bin", "x" * 1_000_001),
                         (1, "a.bin: 1000001 bytes, more than 1000000\n"))

    def test_a_path_of_one_machine_fails(self):
        for folder in ("home", "root", "work"):
            self.assertEqual(self.check("README.md", f"see\n`/{folder}/me/loom`\n"),
                             (1, "README.md:2: a path of one machine\n"))


if __name__ == "__main__":
    unittest.main()
