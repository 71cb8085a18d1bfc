#!/usr/bin/env python3
"""One dash or two, short names or long ones, and GEMMA's command lines mean the same."""

import unittest

from command import CommandTest


class Spelling(CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulate("d", 60, 300)
        cls.gk = cls.loom("gk", "-bfile", "d", "-maf", "0.1")
        cls.lmm = cls.loom("lmm", "-bfile", "d", "-k", "d.K", "-lmm", "4", "-maf", "0.1")

    def assert_same(self, suffix, expected, found):
        self.assertEqual(found.read(suffix), expected.read(suffix))
        for name in ("number of analyzed SNPs/var", "number of analyzed individuals"):
            self.assertEqual(found.log()[name], expected.log()[name])

    def test_two_dashes(self):
        self.assert_same(".cXX.txt", self.gk, self.loom("gk", "--bfile", "d", "--maf", "0.1"))
        self.assert_same(".assoc.txt", self.lmm, self.loom(
            "lmm", "--bfile", "d", "-k", "d.K", "--lmm", "4", "--maf", "0.1"))

    def test_long_names(self):
        self.assert_same(".assoc.txt", self.lmm, self.loom(
            "lmm", "-b", "d", "--kinship", "d.K", "-lmm", "4", "--maf", "0.1", "--phenotype", "1",
            "--backend", "auto", "--quiet"))

    def test_a_value_after_an_equals_sign(self):
        self.assert_same(".cXX.txt", self.gk, self.loom("gk", "-bfile=d", "--maf=0.1"))

    def test_gemma_kinship(self):
        found = self.loom("gemma", "-bfile", "d", "-gk", "1", "-maf", "0.1")
        self.assert_same(".cXX.txt", self.gk, found)
        self.assertEqual(found.err, "")

    def test_gemma_standardised_kinship(self):
        self.assertEqual(self.loom("gemma", "-gk", "2", "-bfile", "d").read(".sXX.txt"),
                         self.loom("gk", "-bfile", "d", "-gk", "2").read(".sXX.txt"))

    def test_gemma_association(self):
        for mode in ("-lmm", "--lmm", "-fa"):
            self.assert_same(".assoc.txt", self.lmm, self.loom(
                "gemma", "-bfile", "d", "-k", "d.K", mode, "4", "-maf", "0.1"))

    def test_gemma_mode_without_a_number(self):
        wald = self.loom("lmm", "-bfile", "d", "-k", "d.K", "-lmm", "1")
        self.assert_same(".assoc.txt", wald,
                         self.loom("gemma", "-bfile", "d", "-k", "d.K", "-lmm"))

    def test_gemma_eigen(self):
        found = self.loom("gemma", "-bfile", "d", "-k", "d.K", "-eigen")
        expected = self.loom("eigen", "-bfile", "d", "-k", "d.K")
        for suffix in (".eigenD.txt", ".eigenU.txt"):
            self.assertEqual(found.read(suffix), expected.read(suffix))

    def test_flags_of_gemma_without_effect(self):
        found = self.loom("gemma", "-bfile", "d", "-pace", "100", "-gk", "1", "-no-check",
                          "--seed", "7", "-maf", "0.1")
        self.assert_same(".cXX.txt", self.gk, found)
        self.assertEqual(found.err.splitlines(), [
            "loom: -pace has no effect: progress is shown on terminals",
            "loom: -no-check has no effect: input is always checked",
            "loom: --seed has no effect: nothing is drawn at random"])

    def test_filters_have_their_effect(self):
        kept = {options: int(self.loom("gk", "-bfile", "d", *options)
                             .log()["number of analyzed SNPs/var"])
                for options in ((), ("-maf", "0.4"), ("-miss", "0"), ("-hwe", "0.5"), ("-notsnp",))}
        self.assertLess(kept["-maf", "0.4"], kept[()])
        self.assertLess(kept["-miss", "0"], kept[()])
        self.assertLess(kept["-hwe", "0.5"], kept[()])
        self.assertGreaterEqual(kept["-notsnp",], kept[()])


if __name__ == "__main__":
    unittest.main()
