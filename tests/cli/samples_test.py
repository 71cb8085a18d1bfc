#!/usr/bin/env python3
"""Samples are found by name, phenotypes by name or number, and what that means is told."""

import random
import shutil
import unittest

from command import CommandTest

SAMPLES = 60


class Samples(CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulate("d", SAMPLES, 300)
        draw = random.Random(60)
        cls.ids = [line.split()[:2] for line in (cls.folder / "d.fam").read_text().splitlines()]
        numbers = [[f"{draw.gauss(0, 1):.4f}" for _ in range(3)] for _ in cls.ids]
        for i in range(SAMPLES):
            if i % 10 == 3:
                numbers[i][1] = "NA"
        cls.values = [[*row, draw.choice("ABC")] for row in numbers]
        named = [[*names, *values] for names, values in zip(cls.ids, cls.values)]
        named.append(["nobody", "else", 1, 2, 3, "A"])
        draw.shuffle(named)
        cls.write("named.txt", [["#FID", "IID", "bmi", "height", "wt/ht", "batch"], *named])
        cls.write("plain.txt", [row[:3] for row in cls.values])
        cls.write("plain.c", [row[3:] for row in cls.values])

    def lmm(self, *options, **settings):
        return self.loom("lmm", "-bfile", "d", "-k", "d.K", *options, **settings)

    def test_a_table_with_a_header_is_the_one_without(self):
        for number, name in (("1", "bmi"), ("2", "height")):
            found = self.lmm("-p", "named.txt", "--pheno-name", name)
            expected = self.lmm("-p", "plain.txt", "-n", number)
            self.assertEqual(found.read(".assoc.txt"), expected.read(".assoc.txt"))
            self.assertEqual(expected.err, "")

    def test_several_phenotypes(self):
        files = ["result.bmi.assoc.txt", "result.height.assoc.txt", "result.log.txt",
                 "result.wt_ht.assoc.txt"]
        found = self.lmm("-p", "named.txt", "--pheno-name", "bmi,height,wt/ht")
        self.assertEqual(found.files(), files)
        for options in (["-n", "1,2,3"], ["-n", "1", "-n", "2", "-n", "3"], ["-n", "1 2 3"],
                        ["-n", "1", "2", "3"], ["--pheno-name", "bmi", "height", "wt/ht"]):
            other = self.lmm("-p", "named.txt", *options)
            self.assertEqual(other.files(), files)
            for name in files:
                if name.endswith(".assoc.txt"):
                    self.assertEqual((other.folder / name).read_text(),
                                     (found.folder / name).read_text())
        numbered = self.lmm("-p", "plain.txt", "-n", "2,1")
        self.assertEqual(numbered.files(), ["result.log.txt", "result.pheno1.assoc.txt",
                                            "result.pheno2.assoc.txt"])
        self.assertEqual((numbered.folder / "result.pheno1.assoc.txt").read_text(),
                         (found.folder / "result.bmi.assoc.txt").read_text())

    def test_all_phenotypes(self):
        self.write("all.txt", [["IID", "a", "b", "c"],
                               *([i, v[0], 1, v[1]] for (_, i), v in zip(self.ids, self.values))])
        found = self.lmm("-p", "all.txt", "--all-pheno")
        self.assertEqual(found.files(), ["result.a.assoc.txt", "result.c.assoc.txt",
                                         "result.log.txt"])
        warning = "[lmm] phenotype b has the same value, 1, in all 60 analysed samples; it is left out"
        self.assertEqual(found.err, f"loom: warning: {warning}\n")
        self.assertEqual(found.log()["warning"], warning)

    def test_differences_of_the_samples_are_told(self):
        rows = (self.folder / "named.txt").read_text().splitlines()
        self.write("fewer.txt", [row.split("\t") for row in rows[:-5]])
        found = self.lmm("-p", "fewer.txt")
        others = sum("nobody" in row for row in rows[:-5])
        lacking = SAMPLES - (len(rows) - 6 - others)
        text = f"fewer.txt: {lacking} of 60 samples in d.fam are not in it"
        if others:
            text += f", 1 of its {len(rows) - 6} rows are of others"
        self.assertEqual(found.log()["note"], text)
        self.assertIn(text, found.out.splitlines())

    def test_categorical_covariates(self):
        indicators = [[value == "B" and 1 or 0, value == "C" and 1 or 0]
                      for *_, value in self.values]
        self.write("dummies.c", indicators)
        expected = self.lmm("-c", "dummies.c")
        for options in (["-c", "plain.c", "--categorical", "1"],
                        ["-c", "named.txt", "--covar-name", "batch", "--categorical", "batch"]):
            found = self.lmm(*options)
            self.assertEqual(found.read(".assoc.txt"), expected.read(".assoc.txt"))
            self.assertEqual(found.log()["number of covariates"], "3")
        counts = [sum(row[-1] == level for row in self.values) for level in "ABC"]
        self.assertEqual(found.log()["levels of covariate batch"],
                         "A (reference, {}), B ({}), C ({})".format(*counts))

    def test_the_order_of_a_kinship_without_names_is_taken_on_trust(self):
        shutil.copy(self.folder / "d.K", self.folder / "bare.K")
        found = self.loom("lmm", "-bfile", "d", "-k", "bare.K")
        self.assertEqual(found.err, "loom: warning: bare.K does not name its samples: that they are "
                                    "those of d.fam, in its order, is taken on trust\n")
        self.assertEqual(found.read(".assoc.txt"), self.lmm().read(".assoc.txt"))
        self.assertEqual(self.lmm().log()["samples of the kinship matrix"], "matched by name")

    def test_pairs(self):
        matrix = [line.split() for line in (self.folder / "d.K").read_text().splitlines()]
        self.write("d.pairs", [[self.ids[i][1], self.ids[j][1], matrix[i][j]]
                               for i in range(SAMPLES) for j in range(i + 1)])
        pairs = ["-bfile", "d", "-k", "d.pairs", "-km", 2]
        expected = self.lmm().read(".assoc.txt")
        self.assertEqual(self.loom("lmm", *pairs).read(".assoc.txt"), expected)
        self.assertEqual(self.loom("gemma", "-lmm", 1, *pairs).read(".assoc.txt"), expected)
        self.assertEqual(self.loom("eigen", *pairs).read(".eigenD.txt"),
                         self.loom("eigen", "-bfile", "d", "-k", "d.K").read(".eigenD.txt"))

    def test_chromosomes(self):
        rows = [line.split() for line in (self.folder / "d.bim").read_text().splitlines()]
        chromosomes = [str(i * 4 // len(rows) + 1) for i in range(len(rows))]  # 75 SNPs on each
        self.write("c.bim", [[f"chr{c}", *row[1:]] for c, row in zip(chromosomes, rows)])
        for kind in ("bed", "fam"):
            shutil.copy(self.folder / f"d.{kind}", self.folder / f"c.{kind}")
        every = self.loom("lmm", "-bfile", "c", "-k", "d.K").associations()
        for text, wanted in (("2", "2"), ("chr1,3-4", "134"), ("1 3", "13")):
            found = self.loom("lmm", "-bfile", "c", "-k", "d.K", "--chr", text)
            self.assertEqual(found.associations(), {
                name: row for name, row in every.items() if row["chr"][3:] in wanted})
        dropped = found.log()["number of SNPs dropped by chromosome"]
        self.assertEqual(dropped, "150")
        self.assertEqual(
            self.loom("lmm", "-bfile", "c", "--loco-all", "--chr", 2).associations(),
            self.loom("lmm", "-bfile", "c", "--loco", "chr2").associations())
        found = self.loom("lmm", "-bfile", "c", "--chr", "3-1", status=2)
        self.assertEqual(found.err, "loom: [chromosomes] '3-1' is no range\n")
        found = self.loom("lmm", "-bfile", "c", "--loco-all", "--chr", 9, status=2)
        self.assertEqual(found.err, "loom: [lmm] the data set has none of the chromosomes that are "
                                    "to be tested\n")

    def test_names_are_left_beside_matrices(self):
        names = "".join("\t".join(row) + "\n" for row in self.ids)
        self.assertEqual(self.loom("gk", "-bfile", "d").read(".cXX.id"), names)
        self.assertEqual(self.loom("gk", "-bfile", "d", "-gk", 2).read(".sXX.id"), names)
        eigen = self.loom("eigen", "-bfile", "d", "-k", "d.K", "-p", "plain.txt", "-n", 2)
        kept = "".join("\t".join(row) + "\n"
                       for row, value in zip(self.ids, self.values) if value[1] != "NA")
        self.assertEqual(eigen.read(".eigen.id"), kept)

    def test_gemma_takes_several_phenotypes_for_a_kinship(self):
        found = self.loom("gemma", "-bfile", "d", "-p", "plain.txt", "-gk", 1, "-n", 1, 2)
        self.assertEqual(found.log()["number of analyzed individuals"], "54")


if __name__ == "__main__":
    unittest.main()
