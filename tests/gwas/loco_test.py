#!/usr/bin/env python3
"""Kinship without a chromosome and the tests on it are GEMMA's.

GEMMA leaves out a chromosome only of BIMBAM files. Of PLINK files, lists of SNPs make it do the
same: those on all other chromosomes for the kinship, those on the chromosome for the tests.
"""

import pathlib
import unittest

from gemma_runs import (MOUSE, MOUSE_BIMBAM, PRINTED, SNP_COLUMNS, GemmaTest, describe,
                        differences, gemma, largest, largest_difference)


class Loco(GemmaTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lines = pathlib.Path(f"{MOUSE}.bim").read_text().splitlines()
        cls.chromosome_of = {line.split()[1]: line.split()[0] for line in lines}
        cls.all = cls.loom("lmm", "-lmm", 4, "--loco-all", "--eigen-dir", cls.folder / "eigen")

    def write_list(self, chromosome, others):
        path = self.folder / f"{chromosome}.{others}.txt"
        path.write_text("".join(f"{name}\n" for name, of in self.chromosome_of.items()
                                if (of == chromosome) != others))
        return path

    def gemma_with_lists(self, chromosome):
        kinship = gemma("-gk", 1, "-snps", self.write_list(chromosome, others=True)).kinship
        return gemma("-lmm", 4, "-k", kinship, "-snps", self.write_list(chromosome, others=False))

    def rows_of(self, result, chromosome):
        """The associations on one chromosome."""
        columns = result.association()
        kept = [i for i, of in enumerate(columns["chr"]) if of == chromosome]
        return {name: [values[i] for i in kept] for name, values in columns.items()}

    def test_kinship(self):
        expected, found = self.both("gk", "-gk", 1, "-loco", 17, data=MOUSE_BIMBAM)
        one, other = expected.matrix(".cXX.txt"), found.matrix(".cXX.txt")
        # Ten digits are printed.
        self.assertLessEqual(largest_difference(one, other), 1e-9 * largest(one))

    def test_association_with_kinship(self):
        kinship = gemma("-gk", 1, "-loco", 17, data=MOUSE_BIMBAM).kinship
        expected, found = self.both("lmm", "-k", kinship, "-loco", 17, "-lmm", 4,
                                    data=MOUSE_BIMBAM)
        self.assert_same_association(expected, found)
        alone = self.loom("lmm", "-loco", 17, "-lmm", 4, data=MOUSE_BIMBAM)
        self.assert_same_association(expected, alone)

    def test_all_chromosomes(self):
        found = self.all.association()
        places = {name: i for i, name in enumerate(self.chromosome_of)}
        order = [places[name] for name in found["rs"]]
        self.assertEqual(order, sorted(order))
        self.assertEqual(len(order), 10768)
        for chromosome in ["1", "10", "17", "19"]:
            with self.subTest(chromosome=chromosome):
                expected = self.gemma_with_lists(chromosome).association()
                some = self.rows_of(self.all, chromosome)
                for name in expected.keys() & set(SNP_COLUMNS):
                    self.assertEqual(some[name], list(expected[name]), name)
                by_column = differences(expected, some)
                report = describe(by_column, expected["rs"])
                print(f"chromosome {chromosome}\n{report}")
                worst = max(max(values) for values in by_column.values())
                self.assertLessEqual(worst, PRINTED, f"\n{report}")

    def test_each_chromosome_alone_and_kept_decompositions(self):
        alone = self.loom("lmm", "-lmm", 4, "-loco", 17)
        kept = self.loom("lmm", "-lmm", 4, "-loco", 17, "--eigen-dir", self.folder / "eigen")
        again = self.loom("lmm", "-lmm", 4, "--loco-all", "--eigen-dir", self.folder / "eigen")
        self.assertIn("1 from", kept.log()["eigen-decompositions"])
        self.assertIn("19 from", again.log()["eigen-decompositions"])
        texts = [result.path(".assoc.txt").read_bytes() for result in (alone, kept)]
        self.assertEqual(*texts)
        self.assertEqual(again.path(".assoc.txt").read_bytes(),
                         self.all.path(".assoc.txt").read_bytes())
        self.assertEqual(self.rows_of(alone, "17"), self.rows_of(self.all, "17"))


if __name__ == "__main__":
    unittest.main()
