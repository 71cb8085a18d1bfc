#!/usr/bin/env python3
"""Kinship matrices equal GEMMA's."""

import unittest

from gemma_runs import (MOUSE, GemmaTest, largest, largest_difference, write_covariates,
                        write_mice_with_gaps)

# Of the largest entry. Both programs print ten digits; sums of 10,768 products in another order
# differ by far less.
TOLERANCE = 1e-9


class Kinship(GemmaTest):
    def check(self, suffix, *options, bfile=MOUSE):
        expected, found = self.both("gk", *options, bfile=bfile)
        a, b = expected.matrix(suffix), found.matrix(suffix)
        self.assertEqual([len(row) for row in b], [len(row) for row in a])
        self.assertLessEqual(largest_difference(a, b), TOLERANCE * largest(a))
        name = "number of analyzed SNPs/var"
        self.assertEqual(found.log()[name], expected.log()[name])

    def test_centred(self):
        self.check(".cXX.txt", "-gk", 1)

    def test_standardised(self):
        self.check(".sXX.txt", "-gk", 2)

    def test_centred_with_covariates(self):
        # They choose the samples on which SNPs are filtered, and drop SNPs that they explain.
        covariates = write_covariates(self.folder / "covariates.txt")
        self.check(".cXX.txt", "-gk", 1, "-c", covariates, "-r2", .6)

    def test_standardised_with_covariates(self):
        covariates = write_covariates(self.folder / "covariates.txt")
        self.check(".sXX.txt", "-gk", 2, "-c", covariates)

    def test_missing_genotypes(self):
        prefix = write_mice_with_gaps(self.folder / "gaps")
        self.check(".cXX.txt", "-gk", 1, "-miss", .2, bfile=prefix)
        self.check(".sXX.txt", "-gk", 2, "-miss", .2, bfile=prefix)


if __name__ == "__main__":
    unittest.main()
