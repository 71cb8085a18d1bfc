#!/usr/bin/env python3
"""Which backend computes, who decides that, and what the command says about it."""

import collections
import glob
import json
import os
import platform
import re
import unittest

from command import CommandTest

# OpenBLAS with 32-bit integers, where Debian and its kin have it.
LP64 = glob.glob("/usr/lib/*/openblas-*/libopenblas.so.0")
OLD_NAME = "loom: backend name 'jax.scipy' is an old one: it means 'blas' here\n"


def section(text, backend):
    """The facts that `loom backends` prints about one backend, by name."""
    lines = re.search(rf"^{backend} +available\n((?:    .*\n)+)", text, re.MULTILINE)[1]
    return dict(re.findall(r"^    (\w+) +(.+)$", lines, re.MULTILINE))


class Backends(CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulate("d", 120, 2000)

    def lmm(self, *options, **settings):
        return self.loom("lmm", "-bfile", "d", "-k", "d.K", *options, **settings)

    def assert_computed_by(self, backend, found):
        operations = found.operations()
        self.assertEqual((operations["eigh"][0], operations["matmul"][0]), (backend, backend))

    def test_statistics_agree(self):
        found = {name: self.lmm("-lmm", 4, "-be", name) for name in ("reference", "blas")}
        for name, run in found.items():
            self.assert_computed_by(name, run)
        reference, blas = (run.associations() for run in found.values())
        self.assertEqual(list(reference), list(blas))
        apart = 0
        for snp, row in reference.items():
            apart += row != blas[snp]
            for name, value in list(row.items())[7:]:
                a, b = float(value), float(blas[snp][name])
                # One unit in the last of the seven digits, which rounding may make of any
                # difference, however small. An effect is known to a fraction of its error.
                scale = max(abs(a), abs(b), float(row["se"]) if name == "beta" else 0)
                self.assertLessEqual(abs(a - b), 1.001e-6 * scale, (snp, name))
        # Numbers that are 1e-9 apart round differently in one of a hundred to a thousand cases.
        self.assertLessEqual(apart, 0.02 * len(reference))

    def test_kinship_agrees(self):
        reference, blas = (self.loom("gk", "-bfile", "d", "-be", name).read(".cXX.txt").split()
                           for name in ("reference", "blas"))
        for a, b in zip(map(float, reference), map(float, blas), strict=True):
            # The entries are of order 1, and rounded to ten digits.
            self.assertLessEqual(abs(a - b), 1e-10 + 1e-9 * abs(b))

    def test_environment_chooses_and_the_option_wins(self):
        self.assert_computed_by("blas", self.lmm())
        self.assert_computed_by("reference", self.lmm(LOOM_BACKEND="reference"))
        self.assert_computed_by("blas", self.lmm(LOOM_BACKEND=""))
        self.assert_computed_by("blas", self.lmm("-be", "blas", LOOM_BACKEND="reference"))
        self.assert_computed_by("blas", self.lmm("-be", "auto", LOOM_BACKEND="reference"))

    def test_old_names(self):
        found = self.lmm("-be", "jax.scipy")
        self.assert_computed_by("blas", found)
        self.assertEqual(found.err, OLD_NAME)
        found = self.lmm(LOOM_BACKEND="jax.scipy")
        self.assert_computed_by("blas", found)
        self.assertEqual(found.err, OLD_NAME)
        self.assert_computed_by("reference", self.lmm("-be", "python"))

    def test_verbose(self):
        found = self.lmm("-be", "blas", LOOM_VERBOSE="1")
        calls = []
        for line in found.err.splitlines():
            call = re.fullmatch(r"loom: (\w+) (.+) -> (.+?)  (\w+)  \d+\.\d+ ms((?:  \(.+?\))*)",
                                line)
            self.assertIsNotNone(call, line)
            calls.append(call.groups())
        self.assertEqual(collections.Counter((call[0], call[3]) for call in calls),
                         {(op, backend): n for op, (backend, n) in found.operations().items()})
        eigh = next(call for call in calls if call[0] == "eigh")
        self.assertEqual(eigh[1:], ("float64(120, 120)", "float64(120,), float64(120, 120)",
                                    "blas", ""))
        mean = next(call for call in calls if call[0] == "mean")
        self.assertEqual(mean[1:], ("float64(120, 120) axes=(1,), keepdims=false",
                                    "float64(120,)", "native",
                                    "  (blas: no kernel for mean)"))
        self.assertEqual(self.lmm("-be", "blas", LOOM_VERBOSE="0").err, "")

    def test_auto_passes_over_a_library_that_is_missing(self):
        self.assert_computed_by("reference", self.lmm(LOOM_BLAS="/nonexistent"))

    @unittest.skipUnless(LP64, "no OpenBLAS with 32-bit integers here")
    def test_library_with_32_bit_integers(self):
        found = self.loom("backends", LOOM_BLAS=LP64[0])
        self.assertEqual(section(found.out, "blas")["integers"], "32 bits")
        self.assertEqual(section(found.out, "blas")["library"], os.path.realpath(LP64[0]))
        self.assert_computed_by("blas", self.lmm(LOOM_BLAS=LP64[0]))

    def test_table(self):
        found = self.loom("backends")
        self.assertEqual(found.err, "")
        self.assertRegex(found.out, r"(?m)^.+, \w+, \d+ usable cores$")
        self.assertIn("auto prefers blas; in force: auto\n", found.out)
        blas, reference = section(found.out, "blas"), section(found.out, "reference")
        self.assertEqual(blas["integers"], "64 bits")
        self.assertTrue(os.path.exists(blas["library"]), blas)
        self.assertRegex(blas["operations"], r"^\d+ of \d+: .*\bmatmul\b.*\beigh\b")
        self.assertRegex(reference["operations"], r"^all \d+$")
        self.assertEqual(self.loom("backends", LOOM_NUM_THREADS="1").out,
                         re.sub(r"threads    \d+", "threads    1", found.out))

    def test_instruction_set(self):
        best = section(self.loom("backends").out, "native")
        self.assertNotIn("note", best)
        lowest = "sse4" if platform.machine() == "x86_64" else "neon"
        self.assertEqual(section(self.loom("backends", LOOM_ISA=lowest).out, "native")["ISA"],
                         lowest)
        unknown = section(self.loom("backends", LOOM_ISA="mmx").out, "native")
        self.assertEqual(unknown["ISA"], best["ISA"])
        self.assertRegex(unknown["note"],
                         rf"^LOOM_ISA=mmx is no instruction set; choose one of: .*\b{lowest}$")

    def test_table_without_a_library(self):
        for chosen, in_force in (("", "auto"),
                                 ("blas", "none (LOOM_BACKEND=blas cannot be had)"),
                                 ("nonsense", "none (LOOM_BACKEND=nonsense cannot be had)")):
            out = self.loom("backends", LOOM_BLAS="/nonexistent", LOOM_BACKEND=chosen).out
            self.assertRegex(out, r"(?m)^auto prefers (?!blas)\w+; in force: ")
            self.assertIn(f"; in force: {in_force}\n", out)
            self.assertRegex(out, r"(?m)^blas +not available$")
            self.assertIn("    reason     LOOM_BLAS=/nonexistent: not found\n"
                          "    remedy     set LOOM_BLAS to the path of a BLAS library, or unset it\n",
                          out)

    def test_table_for_programs(self):
        found = json.loads(self.loom("backends", "--json").out)
        by_name = {backend["name"]: backend for backend in found}
        self.assertTrue(by_name["blas"]["available"])
        self.assertIn("matmul", by_name["blas"]["operations"])
        self.assertGreater(len(by_name["reference"]["operations"]), 80)

    def test_version(self):
        lines = self.loom("--version").out.splitlines()
        self.assertRegex(lines[0], r"^Loom version \d+\.\d+\.\d+$")
        self.assertEqual(lines[1], "Backend: auto")
        self.assertRegex(lines[2], r"^  \(blas: .+\)$")
        self.assertIn("blas available: True", lines[3:])
        self.assertIn("reference available: True", lines[3:])
        self.assertEqual(lines[-1], "GPU available: False")
        lines = self.loom("--version", LOOM_BLAS="/nonexistent", LOOM_BACKEND="blas").out
        self.assertIn("Backend: none (LOOM_BACKEND=blas cannot be had)\nblas available: False\n",
                      lines)


if __name__ == "__main__":
    unittest.main()
