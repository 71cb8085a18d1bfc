#!/usr/bin/env python3
"""Thresholds by permutations, and clumps, as files of a run."""

import unittest

from command import CommandTest


def table(text):
    header, *rows = [line.split("\t") for line in text.splitlines()]
    return [dict(zip(header, row, strict=True)) for row in rows]


class Permutations(CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulate("d", 100, 600)
        cls.write("two.pheno", [[i * 37 % 101, i * 53 % 89] for i in range(100)])

    def lmm(self, *options, **settings):
        return self.loom("lmm", "-bfile", "d", "-k", "d.K", *options, **settings)

    def test_files(self):
        found = self.lmm("--permutations", 199)
        self.assertEqual(found.files(), [
            "result.assoc.txt", "result.log.txt", "result.permutations.hits.txt",
            "result.permutations.thresholds.txt", "result.permutations.txt"])
        each = table(found.read(".permutations.txt"))
        self.assertEqual([row["permutation"] for row in each], [str(k + 1) for k in range(199)])
        smallest = sorted(float(row["min_p"]) for row in each)
        thresholds = table(found.read(".permutations.thresholds.txt"))
        self.assertEqual([row["level"] for row in thresholds], ["0.01", "0.05", "0.1"])
        for row, rank in zip(thresholds, (2, 10, 20)):  # level * (199 + 1)
            self.assertEqual(float(row["p"]), smallest[rank - 1])
            self.assertLess(float(row["low"]), float(row["p"]))
            self.assertLess(float(row["p"]), float(row["high"]))
        self.assertIn(f"thresholds of p by 199 permutations: ", found.out)
        self.assertIn("thresholds of p by permutations", found.log())

    def test_hits_are_counted_among_permutations(self):
        found = self.lmm("--permutations", 199)
        smallest = [float(row["min_p"]) for row in table(found.read(".permutations.txt"))]
        hits = table(found.read(".permutations.hits.txt"))
        tests = found.associations()
        self.assertEqual(len(hits), 100)
        self.assertEqual(hits, sorted(hits, key=lambda row: float(row["p"])))
        for row in hits:
            self.assertEqual({name: row[name] for name in ("chr", "ps", "af")},
                             {name: tests[row["rs"]][name] for name in ("chr", "ps", "af")})
            reached = sum(p <= float(row["p"]) for p in smallest)
            self.assertEqual(float(row["p_adjusted"]), (reached + 1) / 200)

    def test_threads_and_chunks_change_nothing(self):
        expected = self.lmm("--permutations", 50, LOOM_BACKEND="native", LOOM_NUM_THREADS="1")
        for options in (("--memory", "60M"), ()):
            found = self.lmm("--permutations", 50, *options, LOOM_BACKEND="native",
                             LOOM_NUM_THREADS="3")
            for suffix in (".permutations.txt", ".permutations.hits.txt"):
                self.assertEqual(found.read(suffix), expected.read(suffix))
        self.assertNotEqual(self.lmm("--permutations", 50, "--seed", 2).read(".permutations.txt"),
                            expected.read(".permutations.txt"))

    def test_phenotypes_have_their_own(self):
        both = self.lmm("-p", "two.pheno", "-n", 1, 2, "--permutations", 30)
        second = self.lmm("-p", "two.pheno", "-n", 2, "--permutations", 30)
        self.assertEqual(both.read(".pheno2.permutations.txt"), second.read(".permutations.txt"))
        self.assertNotEqual(both.read(".pheno1.permutations.txt"),
                            second.read(".permutations.txt"))

    def test_results_are_those_of_a_run_without(self):
        self.assertEqual(self.lmm("--permutations", 5).read(".assoc.txt"),
                         self.lmm().read(".assoc.txt"))

    def test_clumps(self):
        options = ("--clump-p1", 0.01, "--clump-p2", 0.2, "--clump-r2", 0.05, "--clump-kb", 5000)
        found = self.lmm("--clump", *options)
        clumps = table(found.read(".clumps.txt"))
        self.assertGreater(len(clumps), 0)
        tests = found.associations()
        self.assertEqual([row["p"] for row in clumps], [tests[row["rs"]]["p_wald"]
                                                         for row in clumps])
        self.assertRegex(found.out, rf"(?m)^clumps: {len(clumps)} with \d+ members$")
        alone = self.loom("clump", "-bfile", "d", "--assoc", found.folder / "result.assoc.txt",
                          "-outdir", found.folder / "again", *options)
        self.assertEqual((found.folder / "again" / "result.clumps.txt").read_text(),
                         found.read(".clumps.txt"))
        self.assertEqual(alone.err, "")

    def test_hits_that_are_not_in_the_data_set(self):
        self.write("other.assoc", [["chr", "rs", "ps", "p_wald"], [1, "snp1", 1, 1e-9]])
        found = self.loom("clump", "-bfile", "d", "--assoc", "other.assoc", "-outdir", "other")
        self.assertIn("clumps: 0 with 0 members\n", found.out)
        self.assertIn("1 hits are not among the SNPs of the data set", found.err)

    def test_interactions_have_no_permutations(self):
        self.write("environment", [[i % 5] for i in range(100)])
        failed = self.lmm("-gxe", "environment", "--permutations", 5, status=2)
        self.assertIn("[lmm] interactions cannot be tested by permutations", failed.err)


if __name__ == "__main__":
    unittest.main()
