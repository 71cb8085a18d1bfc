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

    def test_results(self):
        self.simulate("d", 120, 2000)
        one, two, seven = ([
            self.loom("gk", "-bfile", "d", "-be", "reference", **threads).read(".cXX.txt"),
            self.loom("eigen", "-bfile", "d", "-k", "d.K", "-be", "reference",
                      **threads).read(".eigenU.txt"),
            self.loom("lmm", "-bfile", "d", "-k", "d.K", "-lmm", 4, "-be", "reference",
                      **threads).read(".assoc.txt"),
        ] for threads in ({"LOOM_NUM_THREADS": count} for count in "127"))
        self.assertEqual(two, one)
        self.assertEqual(seven, one)


if __name__ == "__main__":
    unittest.main()
