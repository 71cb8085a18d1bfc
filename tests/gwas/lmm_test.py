#!/usr/bin/env python3
"""Association tests equal GEMMA's to the printed digit."""

import unittest

from gemma_runs import GemmaTest, gemma, write_mice_with_gaps


class Lmm(GemmaTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kinship = gemma("-gk", 1).kinship

    def check(self, *options, **files):
        expected, found = self.both("lmm", *options, **files)
        self.assert_same_null_model(expected, found)
        self.assert_same_association(expected, found)

    def test_wald(self):
        self.check("-k", self.kinship, "-lmm", 1)

    def test_likelihood_ratio(self):
        self.check("-k", self.kinship, "-lmm", 2)

    def test_score(self):
        self.check("-k", self.kinship, "-lmm", 3)

    def test_all(self):
        self.check("-k", self.kinship, "-lmm", 4)

    def test_standardised_kinship(self):
        self.check("-k", gemma("-gk", 2).kinship, "-lmm", 1)

    def test_missing_genotypes(self):
        prefix = write_mice_with_gaps(self.folder / "gaps")
        self.check("-k", self.kinship, "-lmm", 4, "-miss", .2, bfile=prefix)

    def test_kinship_from_loom(self):
        expected = gemma("-k", self.kinship, "-lmm", 4)
        found = self.loom("lmm", "-k", self.loom("gk", "-gk", 1).kinship, "-lmm", 4)
        self.assert_same_null_model(expected, found)
        self.assert_same_association(expected, found)


if __name__ == "__main__":
    unittest.main()
