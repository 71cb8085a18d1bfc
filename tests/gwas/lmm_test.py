#!/usr/bin/env python3
"""Association tests of all mice and all SNPs equal GEMMA's to the printed digit."""

import unittest

from gemma_runs import PRINTED, GemmaTest, describe, differences, gemma


class Lmm(GemmaTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kinship = gemma("-gk", 1).kinship

    def check(self, *options):
        expected, found = self.both("lmm", *options)
        self.assert_same_null_model(expected, found)
        self.assert_same_association(expected, found)

    def test_wald(self):
        self.check("-k", self.kinship, "-lmm", 1)

    def test_likelihood_ratio(self):
        self.check("-k", self.kinship, "-lmm", 2)

    def test_score(self):
        self.check("-k", self.kinship, "-lmm", 3)

    def test_all(self):
        self.check("-k", self.kinship, "-lmm", 4)

    def test_likelihood_ratio_with_effect(self):
        self.check("-k", self.kinship, "-lmm", 9)

    def test_optimizer_to_full_convergence(self):
        """The bounds on what it changes are those of SearchPath's description."""
        options = ["-k", self.kinship, "-lmm", 4]
        gemma_path = self.loom("lmm", *options).association()
        exact = self.loom("lmm", *options, "--optimizer", "exact").association()
        bounds = {"l_remle": 1e-5, "l_mle": 1e-5, "se": 2e-6, "beta": 1e-5, "p_wald": 1e-4,
                  "p_score": 1e-5, "p_lrt": 1e-5, "logl_H1": PRINTED}
        changed = differences(gemma_path, exact)
        print(describe(changed, exact["rs"]))
        self.assertEqual(changed.keys(), bounds.keys())
        for name, bound in bounds.items():
            self.assertLessEqual(max(changed[name]), bound + PRINTED, name)
        self.assertGreater(max(changed["l_remle"]), PRINTED)  # the option does something

    def test_kinship_from_loom(self):
        """As text, and as what `loom eigen` makes of it."""
        expected = gemma("-k", self.kinship, "-lmm", 4)
        kinship = self.loom("gk", "-gk", 1).kinship
        eigen = self.loom("eigen", "-k", kinship)
        for options in (["-k", kinship],
                        ["-d", eigen.path(".eigenD.txt"), "-u", eigen.path(".eigenU.txt")]):
            found = self.loom("lmm", *options, "-lmm", 4)
            self.assert_same_null_model(expected, found)
            self.assert_same_association(expected, found)


if __name__ == "__main__":
    unittest.main()
