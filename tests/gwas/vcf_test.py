#!/usr/bin/env python3
"""VCF and BCF files made by PLINK 2 give the results of the PLINK files that they were made of."""

import os
import pathlib
import unittest

from gemma_runs import MOUSE, GemmaTest, gemma, run, write_mice_with_gaps


def plink2(prefix, out, *options):
    run(["plink2", "--bfile", prefix, "--chr-set", "19", *options, "--out", out], os.environ)
    return out


class Vcf(GemmaTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kinship = gemma("-gk", 1).kinship
        # Genotypes of VCF files come without phenotypes.
        cls.phenotypes = cls.folder / "phenotypes.txt"
        rows = [line.split()[5] for line in pathlib.Path(f"{MOUSE}.fam").read_text().splitlines()]
        cls.phenotypes.write_text("".join("NA\n" if y == "-9" else f"{y}\n" for y in rows))
        # PLINK 2 leaves out SNPs at negative positions, of which the data have some.
        cls.mouse = plink2(MOUSE, cls.folder / "mouse", "--make-bed")
        cls.gaps = plink2(write_mice_with_gaps(cls.folder / "all"), cls.folder / "gaps",
                          "--make-bed")

    def check(self, prefix, *data):
        for subcommand, suffix, *options in (["gk", ".sXX.txt", "-gk", 2],
                                             ["lmm", ".assoc.txt", "-lmm", 4, "-k", self.kinship]):
            options += ["-p", self.phenotypes, "-miss", .2]
            expected = self.loom(subcommand, *options, bfile=prefix)
            found = self.loom(subcommand, *options, data=data)
            self.assertEqual(found.path(suffix).read_bytes(), expected.path(suffix).read_bytes())

    def test_compressed_vcf(self):
        plink2(self.mouse, self.folder / "mouse", "--export", "vcf", "bgz")
        self.check(self.mouse, "--vcf", self.folder / "mouse.vcf.gz")

    def test_plain_vcf_with_missing_genotypes(self):
        plink2(self.gaps, self.folder / "plain", "--export", "vcf")
        self.check(self.gaps, "--vcf", self.folder / "plain.vcf")

    def test_bcf(self):
        plink2(self.gaps, self.folder / "binary", "--export", "bcf")
        self.check(self.gaps, "--vcf", self.folder / "binary.bcf")

    def test_dosages_that_are_hard_calls(self):
        plink2(self.gaps, self.folder / "dosages", "--export", "vcf", "vcf-dosage=DS-force")
        self.check(self.gaps, "--vcf", self.folder / "dosages.vcf", "--dosage", "DS")


if __name__ == "__main__":
    unittest.main()
