#!/usr/bin/env python3
"""Text files of any kind of line end, compressed or not, give the same results to the byte."""

import gzip
import random
import unittest

from command import CommandTest

SAMPLES, SNPS = 60, 300


class Inputs(CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulate("plain", SAMPLES, SNPS)
        draw = random.Random(7)
        cls.write("plain.y", [["NA" if i == 11 else f"{draw.gauss(0, 1):.4f}", -9 + i]
                              for i in range(SAMPLES)])
        cls.write("plain.c", [[f"{draw.gauss(5, 1):.4f}", "NA" if i == 23 else i % 3]
                              for i in range(SAMPLES)])
        cls.write("plain.snps", [[f"snp{i}"] for i in range(1, SNPS, 2)])
        cls.expected = cls.analyse("plain")

    @classmethod
    def analyse(cls, name, ending=""):
        """The kinship matrix and the associations that come of a set of files."""
        covariates, phenotypes, snps, kinship = (
            f"{name}.{kind}{ending}" for kind in ("c", "y", "snps", "K"))
        options = ["-bfile", name, "-p", phenotypes, "-c", covariates, "-snps", snps]
        gk = cls.loom("gk", *options)
        lmm = cls.loom("lmm", *options, "-k", kinship, "-lmm", 4)
        return gk.read(".cXX.txt"), lmm.read(".assoc.txt")

    def rewrite(self, name, change, ending=""):
        """A copy of the files under another name, text changed by `change`."""
        (self.folder / f"{name}.bed").write_bytes((self.folder / "plain.bed").read_bytes())
        for kind in ("bim", "fam", "y", "c", "snps", "K"):
            text = (self.folder / f"plain.{kind}").read_bytes()
            (self.folder / f"{name}.{kind}{ending}").write_bytes(change(text))

    def test_the_files_are_read_at_all(self):
        kinship, associations = self.expected
        self.assertEqual(len(kinship.splitlines()), SAMPLES)
        self.assertGreater(len(associations.splitlines()), SNPS / 3)
        self.assertNotIn("nan", associations)

    def test_lines_that_end_in_crlf(self):
        self.rewrite("crlf", lambda text: text.replace(b"\n", b"\r\n"))
        self.assertEqual(self.analyse("crlf"), self.expected)

    def test_no_newline_at_the_end(self):
        self.rewrite("cut", lambda text: text.removesuffix(b"\n"))
        self.assertEqual(self.analyse("cut"), self.expected)

    def test_blank_lines_at_the_end(self):
        self.rewrite("blank", lambda text: text + b"\n  \r\n\n")
        self.assertEqual(self.analyse("blank"), self.expected)

    def test_compressed(self):
        self.rewrite("packed", gzip.compress, ".gz")
        self.assertEqual(self.analyse("packed", ".gz"), self.expected)

    def test_blanks_and_commas_between_numbers(self):
        self.rewrite("blanks", lambda text: text.replace(b"\t", b"  "))
        self.assertEqual(self.analyse("blanks"), self.expected)
        for kind in ("y", "c", "K"):
            path = self.folder / f"blanks.{kind}"
            path.write_bytes(path.read_bytes().replace(b"  ", b", "))
        self.assertEqual(self.analyse("blanks"), self.expected)

    def test_list_of_snps(self):
        every = self.loom("lmm", "-bfile", "plain", "-k", "plain.K")
        self.write("some.snps", [["snp250", "a", "remark"], ["no-such-snp"], [], ["snp3"]])
        some = self.loom("lmm", "-bfile", "plain", "-k", "plain.K", "-snps", "some.snps")
        expected = {name: every.associations()[name] for name in ("snp3", "snp250")}
        self.assertEqual(some.associations(), expected)
        self.assertEqual(list(some.associations()), ["snp3", "snp250"])
        self.assertEqual(some.log()["number of SNPs dropped by the list of SNPs"], "298")

    def test_second_phenotype(self):
        rows = [line.split("\t") for line in (self.folder / "plain.y").read_text().splitlines()]
        self.write("second.y", [[row[1]] for row in rows])
        options = ["lmm", "-bfile", "plain", "-k", "plain.K"]
        by_column = self.loom(*options, "-p", "plain.y", "-n", 2)
        alone = self.loom(*options, "-p", "second.y")
        self.assertEqual(by_column.read(".assoc.txt"), alone.read(".assoc.txt"))
        self.assertEqual(by_column.log()["number of analyzed individuals"], "60")

    def test_missing_phenotypes_of_the_fam_file(self):
        rows = [line.split("\t") for line in (self.folder / "plain.fam").read_text().splitlines()]
        rows[3][5], rows[8][5] = "-9", "NA"
        self.write("gaps.fam", rows)
        for kind in ("bed", "bim"):
            (self.folder / f"gaps.{kind}").write_bytes((self.folder / f"plain.{kind}").read_bytes())
        log = self.loom("lmm", "-bfile", "gaps", "-k", "plain.K").log()
        self.assertEqual(log["number of analyzed individuals"], "58")
        self.assertEqual(log["number of individuals without a phenotype"], "2")


if __name__ == "__main__":
    unittest.main()
