#!/usr/bin/env python3
"""Interactions of SNPs with an environment (-gxe) are those of GEMMA on PLINK files.

But for the score test: GEMMA takes the variance ratio of the model without SNP and environment for
it, Loom that of the null hypothesis, which has both. That test is compared with the likelihood
ratio, which it approaches as samples become many.
"""

import math
import unittest

from gemma_runs import (MOUSE, GemmaTest, gemma, write_covariates, write_environment,
                        write_mice_with_gaps, write_snp_list)


class Gxe(GemmaTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kinship = gemma("-gk", 1).kinship
        cls.snps = write_snp_list(cls.folder / "snps.txt", 60)
        cls.environment = write_environment(cls.folder / "environment.txt")

    def check(self, *options, bfile=MOUSE):
        options = ["-k", self.kinship, "-gxe", self.environment, *options]
        expected, found = self.both("lmm", *options, bfile=bfile)
        for name in ["number of analyzed individuals", "number of analyzed SNPs/var"]:
            self.assertEqual(found.log()[name], expected.log()[name], name)
        self.assert_same_association(expected, found, but=["p_score"])

    def test_each_test(self):
        for test in (1, 2, 4):
            with self.subTest(test=test):
                self.check("-lmm", test, "-snps", self.snps)

    def test_score(self):
        options = ["-k", self.kinship, "-gxe", self.environment, "-snps", self.snps]
        alone, beside = (self.loom("lmm", *options, "-lmm", test).association()
                         for test in (3, 4))
        self.assertEqual(alone["p_score"], beside["p_score"])
        for score, ratio in zip(beside["p_score"], beside["p_lrt"]):
            self.assertLessEqual(abs(math.log(score / ratio)), .05 + .05 * abs(math.log(ratio)))

    def test_covariates(self):
        covariates = write_covariates(self.folder / "covariates.txt")
        self.check("-lmm", 4, "-c", covariates, "-snps", self.snps)

    def test_missing_genotypes(self):
        prefix = write_mice_with_gaps(self.folder / "gaps", snps=200)
        self.check("-lmm", 4, "-miss", .2, bfile=prefix)


if __name__ == "__main__":
    unittest.main()
