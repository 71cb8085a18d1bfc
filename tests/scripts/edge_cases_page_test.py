#!/usr/bin/env python3
"""docs/edge-cases.md names tests that are there, and all of tests/gwas/edge_cases_test.py."""

import pathlib
import re
import unittest

TESTS = pathlib.Path(__file__).resolve().parent.parent
PAGE = TESTS.parent / "docs" / "edge-cases.md"


def named_tests():
    """The tests in the last cells of the rows: (folder/file, name), the name None for a message."""
    cells = [line.split("|")[-2] for line in PAGE.read_text().splitlines()
             if line.startswith("|") and "`" in line.split("|")[-2]]
    return [tuple(name.split(": ")) if ": " in name else (name, None)
            for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def is_there(file, name):
    if name is None:
        return (TESTS / f"{file}.txt").exists()
    if file.startswith("unit/"):
        suite, test = name.split(".")
        pattern = re.compile(rf"TEST(?:_F|_P)?\({suite}, {test}\)")
        return any(pattern.search(path.read_text()) for path in (TESTS / file).glob("*.cpp"))
    return f"    def test_{name}(self" in (TESTS / f"{file}_test.py").read_text()


class EdgeCasesPage(unittest.TestCase):
    def test_tests_exist(self):
        named = named_tests()
        self.assertGreater(len(named), 50)
        self.assertEqual([entry for entry in named if not is_there(*entry)], [])

    def test_every_edge_case_is_on_the_page(self):
        methods = re.findall(r"    def test_(\w+)\(self",
                             (TESTS / "gwas" / "edge_cases_test.py").read_text())
        named = {name for file, name in named_tests() if file == "gwas/edge_cases"}
        self.assertEqual(set(methods) - named, set())


if __name__ == "__main__":
    unittest.main()
