#!/usr/bin/env python3
"""The mouse data give the same numbers under each backend, and the log says who computed them.

Files show seven digits of a statistic and ten of an eigenvalue; the unit test of this name compares
all digits, on smaller data.
"""

import os
import unittest
import unittest.mock

from gemma_runs import PRINTED, GemmaTest, describe, differences, gemma

# What may differ at a SNP where a stopping test of the search falls the other way: lambda stands
# one step of Newton's method apart then, which moves the other statistics by this much at most
# (effects relative to their standard errors).
LAMBDA_APART = {"beta": 1e-5, "se": 2e-6, "logl_H1": PRINTED, "l_remle": 1e-5, "l_mle": 1e-5,
                "p_wald": 1e-4, "p_lrt": PRINTED, "p_score": PRINTED}
# Of all SNPs: even under a search that always converges fully, 0.6 % of them are apart.
MOST_APART = 0.005


class Backends(GemmaTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kinship = gemma("-gk", 1).kinship
        cls.lmm = {name: cls.loom("lmm", "-be", name, "-k", cls.kinship, "-lmm", 4)
                   for name in ("reference", "blas")}

    def assert_same_but_few(self, expected, found):
        expected, found = expected.association(), found.association()
        self.assertEqual(found["rs"], expected["rs"])
        by_column = differences(expected, found)
        apart = sum(max(snp) > PRINTED for snp in zip(*by_column.values()))
        report = f"{apart} SNPs are apart\n{describe(by_column, expected['rs'])}"
        print(f"{self.id()}\n{report}")
        self.assertLessEqual(apart, MOST_APART * len(expected["rs"]), report)
        for name, values in by_column.items():
            self.assertLessEqual(max(values), LAMBDA_APART[name], report)

    def test_association(self):
        self.assert_same_but_few(self.lmm["reference"], self.lmm["blas"])

    def test_reference_against_gemma(self):
        expected = gemma("-k", self.kinship, "-lmm", 4)
        self.assert_same_null_model(expected, self.lmm["reference"])
        self.assert_same_but_few(expected, self.lmm["reference"])

    def test_threads_of_the_library(self):
        """They move last digits of eigenvectors, and so of what is made of them."""
        found = []
        for threads in ("1", "3"):
            with unittest.mock.patch.dict(os.environ, LOOM_NUM_THREADS=threads):
                found.append(self.loom("lmm", "-be", "blas", "-k", self.kinship, "-lmm", 4))
        self.assert_same_but_few(*found)

    def test_null_model(self):
        self.assert_same_null_model(self.lmm["reference"], self.lmm["blas"])

    def test_eigenvalues(self):
        reference, blas = ([row[0] for row in self.loom("eigen", "-be", name, "-k", self.kinship)
                            .matrix(".eigenD.txt")] for name in ("reference", "blas"))
        for a, b in zip(reference, blas, strict=True):
            # And one unit in the last of the ten digits, since both numbers were rounded.
            self.assertLessEqual(abs(a - b), 1e-10 * max(blas) + 1e-9 * abs(b))

    def test_log_names_the_backend(self):
        for name, result in self.lmm.items():
            for operation in ("eigh", "matmul"):
                self.assertEqual(result.log()[operation].split(",")[0], name)


if __name__ == "__main__":
    unittest.main()
