#!/usr/bin/env python3
"""The order of the samples changes nothing: plink2 shuffles the mice, names bring the rest along."""

import os
import pathlib
import random
import shutil
import unittest

from gemma_runs import MOUSE, GemmaTest, gemma, run, write_snp_list


class Samples(GemmaTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kinship = cls.loom("gk").kinship
        cls.snps = write_snp_list(cls.folder / "snps.txt", 10)
        fam = [line.split() for line in pathlib.Path(f"{MOUSE}.fam").read_text().splitlines()]
        cls.table = cls.folder / "pheno.txt"
        cls.table.write_text("FID IID first second\n" + "".join(
            f"{row[0]} {row[1]} {row[5]} {row[6]}\n" for row in fam))
        random.Random(1940).shuffle(fam)
        order = cls.folder / "order.txt"
        order.write_text("".join(f"{row[0]}\t{row[1]}\n" for row in fam))
        cls.mice, cls.shuffled = cls.write_mice(), cls.folder / "shuffled"
        run(["plink2", "--bfile", cls.mice, "--indiv-sort", "file", order, "--make-bed",
             "--threads", 1, "--out", cls.shuffled], os.environ)

    @classmethod
    def write_mice(cls):
        """The mice as plink2 takes them: one phenotype, no parents, positions above 0."""
        prefix = cls.folder / "mice"
        shutil.copy(f"{MOUSE}.bed", f"{prefix}.bed")
        for kind, change in (("fam", lambda i, row: [*row[:2], "0", "0", row[4], "-9"]),
                             ("bim", lambda i, row: [*row[:3], str(i), *row[4:]])):
            rows = [line.split() for line in pathlib.Path(f"{MOUSE}.{kind}").read_text().splitlines()]
            pathlib.Path(f"{prefix}.{kind}").write_text(
                "".join("\t".join(change(i, row)) + "\n" for i, row in enumerate(rows, 1)))
        return prefix

    def test_shuffled_mice(self):
        options = ["-k", self.kinship, "-lmm", 4, "-p", self.table, "-snps", self.snps]
        expected = self.loom("lmm", *options, bfile=self.mice)
        found = self.loom("lmm", *options, bfile=self.shuffled)
        self.assert_same_association(expected, found)
        self.assert_same_null_model(expected, found)

    def test_kinship_of_shuffled_mice(self):
        other = self.loom("gk", "-p", self.table, bfile=self.shuffled)
        options = ["-lmm", 4, "-p", self.table, "-snps", self.snps]
        self.assert_same_association(self.loom("lmm", "-k", self.kinship, *options),
                                     self.loom("lmm", "-k", other.kinship, *options))

    def test_other_analyses_of_shuffled_mice(self):
        covariates = self.folder / "covariates.txt"
        rows = [line.split()[:2] for line in self.table.read_text().splitlines()[1:]]
        covariates.write_text("FID IID cage age\n" + "".join(
            f"{' '.join(row)} {i * i % 7} {'NA' if i % 90 == 4 else i % 31}\n"
            for i, row in enumerate(rows)))
        options = ["-p", self.table, "-c", covariates, "-snps", self.snps]
        # Without -k, fewer SNPs than samples make the kinship, which is never formed then.
        for analysis in (["lm", "-lm", 4], ["lmm", "-lmm", 4], ["lmm", "-lmm", 4, "-loco", 7]):
            with self.subTest(analysis=analysis):
                self.assert_same_association(
                    *(self.loom(*analysis, *options, bfile=bfile)
                      for bfile in (self.mice, self.shuffled)))

    def test_two_phenotypes_are_as_gemma_has_each(self):
        options = ["-k", self.kinship, "-snps", self.snps]
        both = self.loom("lmm", *options, "-n", "1,2")
        for number in (1, 2):
            alone = self.loom("lmm", *options, "-n", number)
            text = (both.folder / f"result.pheno{number}.assoc.txt").read_text()
            self.assertEqual(text, alone.path(".assoc.txt").read_text())
            self.assert_same_association(
                gemma("-k", gemma("-gk", 1).kinship, "-lmm", 1, "-snps", self.snps, "-n", number),
                alone)

    def test_relationship_matrix_of_plink2(self):
        """plink2's matrix is that of standardised genotypes, with its samples in a file beside it."""
        run(["plink2", "--bfile", self.mice, "--make-rel", "square", "--threads", 1,
             "--out", self.mice], os.environ)
        options = ["-k", f"{self.mice}.rel", "-p", self.table, "-snps", self.snps]
        self.assert_same_association(self.loom("lmm", *options, bfile=self.mice),
                                     self.loom("lmm", *options, bfile=self.shuffled))

    def test_pairs_are_as_gemma_has_them(self):
        names = [line.split()[1] for line in pathlib.Path(f"{MOUSE}.fam").read_text().splitlines()]
        pairs = self.folder / "pairs.txt"
        with open(self.kinship) as matrix, open(pairs, "w") as out:
            for i, line in enumerate(matrix):
                for j, value in enumerate(line.split()[:i + 1]):
                    out.write(f"{names[i]} {names[j]} {value}\n")
        expected, found = self.both("lmm", "-lmm", 1, "-k", pairs, "-km", 2, "-snps", self.snps)
        self.assert_same_association(expected, found)


if __name__ == "__main__":
    unittest.main()
