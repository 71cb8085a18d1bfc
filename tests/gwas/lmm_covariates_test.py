#!/usr/bin/env python3
"""Association tests with covariates equal GEMMA's to the printed digit."""

import unittest

from gemma_runs import GemmaTest, gemma, write_covariates, write_snp_list


class LmmCovariates(GemmaTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.covariates = write_covariates(cls.folder / "covariates.txt")
        # Made for these samples, so that the matrix is not that of the other tests.
        cls.kinship = gemma("-gk", 1, "-c", cls.covariates).kinship

    def check(self, *options):
        expected, found = self.both("lmm", "-k", self.kinship, "-c", self.covariates, *options)
        self.assertEqual(found.log()["number of covariates"], "3")
        self.assert_same_null_model(expected, found)
        self.assert_same_association(expected, found)

    def test_all(self):
        self.check("-lmm", 4)

    def test_each_alone(self):
        snps = write_snp_list(self.folder / "snps.txt", 8)
        for test in (1, 2, 3):
            with self.subTest(lmm=test):
                self.check("-lmm", test, "-snps", snps)

    def test_intercept_of_the_file_is_kept(self):
        with_intercept = self.folder / "intercept.txt"
        lines = self.covariates.read_text().splitlines()
        with_intercept.write_text("".join(f"1 {line}\n" for line in lines))
        snps = write_snp_list(self.folder / "snps.txt", 8)
        expected, found = self.both("lmm", "-k", self.kinship, "-c", with_intercept, "-lmm", 4,
                                    "-snps", snps)
        self.assertEqual(found.log()["number of covariates"], "3")
        self.assert_same_null_model(expected, found)
        self.assert_same_association(expected, found)

    def test_kinship_from_loom(self):
        kinship = self.loom("gk", "-gk", 1, "-c", self.covariates).kinship
        expected = gemma("-k", self.kinship, "-c", self.covariates, "-lmm", 4)
        found = self.loom("lmm", "-k", kinship, "-c", self.covariates, "-lmm", 4)
        self.assert_same_null_model(expected, found)
        self.assert_same_association(expected, found)


if __name__ == "__main__":
    unittest.main()
