#!/usr/bin/env python3
"""Other phenotypes, other ranges of lambda and decompositions from files: all as GEMMA has it."""

import unittest

from gemma_runs import GemmaTest, gemma, write_snp_list


class LmmOptions(GemmaTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kinship = gemma("-gk", 1).kinship
        cls.snps = write_snp_list(cls.folder / "snps.txt", 6)

    def check(self, *options):
        expected, found = self.both("lmm", "-lmm", 4, *options)
        self.assert_same_null_model(expected, found)
        self.assert_same_association(expected, found)
        return found.association()

    def test_last_phenotype(self):
        self.check("-k", self.kinship, "-n", 6)

    def test_each_phenotype(self):
        for column in range(2, 6):
            with self.subTest(column=column):
                self.check("-k", self.kinship, "-n", column, "-snps", self.snps)

    def test_narrow_range(self):
        self.check("-k", self.kinship, "-lmin", .1, "-lmax", 10, "-region", 3, "-snps", self.snps)

    def test_steps(self):
        self.check("-k", self.kinship, "-region", 50, "-snps", self.snps)

    def test_lower_bound(self):
        found = self.check("-k", self.kinship, "-lmin", 4.3, "-lmax", 1e3, "-snps", self.snps)
        self.assertIn(4.3, found["l_remle"])

    def test_upper_bound(self):
        found = self.check("-k", self.kinship, "-lmin", 1e-3, "-lmax", 4.3, "-snps", self.snps)
        self.assertIn(4.3, found["l_mle"])

    def test_decomposition_from_either_program(self):
        for name, result in [("gemma", gemma("-eigen", "-k", self.kinship)),
                             ("loom", self.loom("eigen", "-k", self.kinship))]:
            with self.subTest(decomposition=name):
                self.check("-d", result.path(".eigenD.txt"), "-u", result.path(".eigenU.txt"),
                           "-snps", self.snps)


if __name__ == "__main__":
    unittest.main()
