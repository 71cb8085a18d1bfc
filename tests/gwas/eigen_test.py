#!/usr/bin/env python3
"""Eigenvalues equal GEMMA's, and the eigenvectors are those of the kinship matrix.

Eigenvectors of close eigenvalues are not unique, so that they are not compared one by one: what
they must do is to rebuild the matrix and to be orthonormal, both tested on random vectors.
"""

import math
import pathlib
import random
import unittest

from gemma_runs import (MOUSE, GemmaTest, gemma, largest, largest_difference, multiply, read_matrix)

# Of the largest value. Ten digits are printed; both decompositions are good to about 1e-14.
VALUES = 1e-9
# Of the largest number. Each of the n^2 entries is off by up to 5e-11 of itself; those errors add
# up at random over sums of n products.
VECTORS = 2e-9


def analysed_mice():
    """Rows of the mice that have the first phenotype."""
    lines = pathlib.Path(f"{MOUSE}.fam").read_text().splitlines()
    return [i for i, line in enumerate(lines) if line.split()[5] not in ("NA", "-9")]


def centred(matrix):
    n = len(matrix)
    by_row = [math.fsum(row) / n for row in matrix]
    mean = math.fsum(by_row) / n
    return [[value - by_row[i] - by_row[j] + mean for j, value in enumerate(row)]
            for i, row in enumerate(matrix)]


class Eigen(GemmaTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kinship = gemma("-gk", 1).kinship
        cls.expected = gemma("-eigen", "-k", cls.kinship)
        cls.found = cls.loom("eigen", "-k", cls.kinship)

    def values(self, result):
        return [row[0] for row in result.matrix(".eigenD.txt")]

    def test_values(self):
        expected, found = self.values(self.expected), self.values(self.found)
        self.assertEqual(len(found), 1410)
        self.assertEqual(found, sorted(found))
        self.assertEqual(found.count(0), expected.count(0))
        self.assertLessEqual(largest_difference([expected], [found]), VALUES * max(expected))

    def test_vectors(self):
        mice = analysed_mice()
        whole = read_matrix(self.kinship)
        kinship = centred([[whole[i][j] for j in mice] for i in mice])
        values, vectors = self.values(self.found), self.found.matrix(".eigenU.txt")
        by_vector = list(zip(*vectors))
        draw = random.Random(2)
        for _ in range(3):
            x = [draw.gauss(0, 1) for _ in mice]
            rotated = multiply(by_vector, x)
            scaled = [value * r for value, r in zip(values, rotated)]
            rebuilt = multiply(vectors, scaled)
            self.assertLessEqual(largest_difference([multiply(kinship, x)], [rebuilt]),
                                 VECTORS * values[-1])
            self.assertLessEqual(largest_difference([x], [multiply(vectors, rotated)]),
                                 VECTORS * largest([x]))


if __name__ == "__main__":
    unittest.main()
