#!/usr/bin/env python3
"""The samples and SNPs that Loom analyses are those that GEMMA analyses.

GEMMA filters in the same way whatever it does after; its linear model (-lm) is the quickest way to
see which SNPs are left. Loom shows them with the score test, which searches nothing.
"""

import unittest

from gemma_runs import (MOUSE, GemmaTest, gemma, write_covariates, write_mice_with_gaps,
                        write_snp_list)

SHOWN = ["rs", "n_miss", "af"]


class Filters(GemmaTest):
    def check(self, *options, bfile=MOUSE):
        """Compares SNPs and samples under `options`; returns the number of SNPs that are left."""
        reference = gemma("-lm", 1, *options, bfile=bfile)
        kinship = gemma("-gk", 1).kinship
        result = self.loom("lmm", "-k", kinship, "-lmm", 3, *options, bfile=bfile)
        found, log = result.association(), result.log()
        lines = reference.path(".assoc.txt").read_text().splitlines()
        header, *rows = [line.split("\t") for line in lines]
        expected = dict(zip(header, zip(*rows)))
        expected["n_miss"] = expected["n_mis"]
        for name in SHOWN:
            self.assertEqual(found[name], expected[name], name)
        for name in ["number of analyzed individuals", "number of analyzed SNPs/var"]:
            self.assertEqual(log[name], reference.log()[name], name)
        self.assertEqual(int(log["number of analyzed SNPs/var"]), len(found["rs"]))
        return len(found["rs"])

    def test_default(self):
        self.assertEqual(self.check(), 10768)

    def test_no_frequency_filter(self):
        self.assertEqual(self.check("-maf", 0), 10992)

    def test_notsnp_switches_off_frequency_and_hwe(self):
        self.assertEqual(self.check("-notsnp", "-hwe", .001), 10992)

    def test_hwe(self):
        self.assertEqual(self.check("-hwe", .001), 9064)

    def test_maf(self):
        self.assertEqual(self.check("-maf", .05), 10087)

    def test_snp_list(self):
        left = self.check("-snps", write_snp_list(self.folder / "snps.txt", 7))
        self.assertLess(left, 10768 // 6)

    def test_r2_with_covariates(self):
        covariates = write_covariates(self.folder / "covariates.txt")
        everything = self.check("-c", covariates)
        # Not centred, as GEMMA has it: a frequent allele alone makes R2 large.
        some = self.check("-c", covariates, "-r2", .6)
        self.assertTrue(0 < some < everything, (some, everything))

    def test_missing_genotypes(self):
        prefix = write_mice_with_gaps(self.folder / "gaps")
        default = self.check(bfile=prefix)
        strict = self.check("-miss", .025, bfile=prefix)
        lax = self.check("-miss", .2, bfile=prefix)
        self.assertTrue(0 < strict < default < lax, (strict, default, lax))

    def test_samples_with_each_phenotype(self):
        snps = write_snp_list(self.folder / "snps.txt", 10)
        for column in range(2, 7):
            with self.subTest(column=column):
                self.assertGreater(self.check("-n", column, "-snps", snps), 0)


if __name__ == "__main__":
    unittest.main()
