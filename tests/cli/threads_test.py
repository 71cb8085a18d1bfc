#!/usr/bin/env python3
"""The number of threads and repetition change no byte of a result."""

import unittest

from command import CommandTest

KINDS = ("bed", "bim", "fam", "causal.txt")


class Threads(CommandTest):
    def simulated(self, name, *options, **settings):
        # Large enough for several threads to have a share: more SNPs than one block of work.
        self.loom("simulate", "-o", name, "-n", 101, "-p", 20000, *options, **settings)
        return {kind: (self.folder / f"{name}.{kind}").read_bytes() for kind in KINDS}

    def test_simulated_files(self):
        one = self.simulated("one", "--seed", 5, LOOM_NUM_THREADS="1")
        self.assertEqual(len(one["bed"]), 3 + 20000 * 26)
        self.assertEqual([len(one[kind].splitlines()) for kind in KINDS[1:]], [20000, 101, 21])
        self.assertEqual(self.simulated("again", "--seed", 5, LOOM_NUM_THREADS="1"), one)
        self.assertEqual(self.simulated("two", "--seed", 5, LOOM_NUM_THREADS="2"), one)
        other = self.simulated("other", "--seed", 6)
        for kind in KINDS:
            self.assertNotEqual(other[kind], one[kind], kind)

    def analysed(self, *analyses, **settings):
        """The files that the analyses leave with one thread, which are those with more."""
        one, two, seven = ([self.loom(*analysis, LOOM_NUM_THREADS=threads, **settings).read(suffix)
                            for suffix, *analysis in analyses] for threads in "127")
        for (_, *analysis), *files in zip(analyses, one, two, seven, strict=True):
            self.assertEqual(files[1:], files[:1] * 2, analysis)
        return one

    def test_results(self):
        """To the last digit; a vendor's library may find other last digits of eigenvectors, which
        tests/gwas/backends_test.py looks at."""
        self.simulate("d", 120, 2000)
        self.write("d.c", [[1, i * i % 17] for i in range(120)])
        self.write("d.e", [[i * i % 13] for i in range(120)])
        data = ["-bfile", "d"]
        eigen = self.loom("eigen", *data, "-k", "d.K")
        for name in ("eigenD", "eigenU"):
            (self.folder / f"d.{name}").write_text(eigen.read(f".{name}.txt"))
        k, decomposed = ["-k", "d.K"], ["-d", "d.eigenD", "-u", "d.eigenU"]
        on_any_backend = [
            (".cXX.txt", "gk", *data), (".sXX.txt", "gk", *data, "-gk", 2),
            (".assoc.txt", "lm", *data, "-lm", 4, "-c", "d.c"),
            (".assoc.txt", "lmm", *data, *decomposed, "-lmm", 4, "-c", "d.c"),
            (".assoc.txt", "lmm", *data, *decomposed, "-lmm", 4, "-gxe", "d.e")]
        with_eigenvectors = [
            (".eigenU.txt", "eigen", *data, *k), (".residU.txt", "lmm", *data, *k, "-lmm", 5),
            (".assoc.txt", "lmm", *data, *k, "-lmm", 4), (".assoc.txt", "lmm", *data, "-lmm", 4),
            (".assoc.txt", "lmm", *data, "--loco-all", "--log10p")]
        for backend in ("reference", "native"):
            with self.subTest(backend):
                self.analysed(*on_any_backend, *with_eigenvectors, LOOM_BACKEND=backend)
        with self.subTest("auto"):
            self.analysed(*on_any_backend)

    def test_neighbours(self):
        """A SNP has the same results whichever others are analysed with it, and so in any chunk."""
        self.simulate("n", 101, 5000)
        self.write("n.snps", [[f"snp{i}"] for i in range(2, 5001, 7)])
        for analysis in (["lm", "-lm", 4], ["lmm", "-k", "n.K", "-lmm", 4]):
            every = self.loom(*analysis, "-bfile", "n").associations()
            some = self.loom(*analysis, "-bfile", "n", "-snps", "n.snps").associations()
            self.assertGreater(len(some), 500)
            self.assertEqual(some, {name: every[name] for name in some})


if __name__ == "__main__":
    unittest.main()
