#!/usr/bin/env python3
"""On simulated data with known effects, p values under the null are uniform, and effects are found
with the errors and the power that theory gives them.

The kinship matrix comes from one half of the chromosomes and the SNPs of the other half are tested,
so that no SNP is in its own matrix; the samples are of three populations, which the matrix has to
tell apart.
"""

import math
import pathlib
import statistics
import unittest

from gemma_runs import LOOM, GemmaTest, loom_environment, run

SAMPLES, SNPS, CAUSAL, CHROMOSOMES = 1200, 8000, 40, 20
SEED = 20
# The seed is fixed, so that the test always sees the same data: a correct program could have failed
# for another seed once in a thousand times.
LEAST_P = 1e-3


def kolmogorov_smirnov(values, distribution):
    """The p value of the test that `values` are drawn from `distribution` (its asymptotic series;
    M. A. Stephens, JASA 69, 1974, for the correction to finite samples)."""
    values = sorted(values)
    count = len(values)
    distance = max(max((i + 1) / count - distribution(x), distribution(x) - i / count)
                   for i, x in enumerate(values))
    scaled = distance * (math.sqrt(count) + 0.12 + 0.11 / math.sqrt(count))
    return min(1, 2 * sum((-1) ** (k - 1) * math.exp(-2 * (k * scaled) ** 2)
                          for k in range(1, 101)))


def uniform(x):
    return x


def normal(x):
    return statistics.NormalDist().cdf(x)


class Calibration(GemmaTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prefix = cls.folder / "data"
        run([LOOM, "simulate", "--out", prefix, "--samples", SAMPLES, "--snps", SNPS,
             "--chromosomes", CHROMOSOMES, "--causal", CAUSAL, "--h2", .6, "--missing", 0,
             "--seed", SEED], loom_environment())
        halves = {True: [], False: []}
        for line in pathlib.Path(f"{prefix}.bim").read_text().splitlines():
            chromosome, name = line.split()[:2]
            halves[int(chromosome) <= CHROMOSOMES // 2].append(name)
        lists = {half: cls.folder / f"half{half}.txt" for half in halves}
        for half, names in halves.items():
            lists[half].write_text("\n".join(names))
        kinship = cls.loom("gk", "-snps", lists[True], bfile=prefix).kinship
        cls.found = cls.loom("lmm", "-lmm", 4, "-k", kinship, "-snps", lists[False],
                             bfile=prefix).association()
        header, *rows = [line.split() for line in
                         pathlib.Path(f"{prefix}.causal.txt").read_text().splitlines()]
        effects = {row[0]: float(row[header.index("effect")]) for row in rows}
        cls.causal = [(i, effects[name]) for i, name in enumerate(cls.found["rs"])
                      if name in effects]
        places = {i for i, _ in cls.causal}
        cls.null = [i for i in range(len(cls.found["rs"])) if i not in places]
        print(f"seed {SEED}: {len(cls.null)} SNPs without effect, {len(cls.causal)} with one")

    def test_p_values_under_the_null_are_uniform(self):
        for column in ("p_wald", "p_lrt", "p_score"):
            p = kolmogorov_smirnov([self.found[column][i] for i in self.null], uniform)
            print(f"{column}: Kolmogorov-Smirnov p = {p:.3g}")
            self.assertGreater(p, LEAST_P, column)

    def test_effects_are_found_with_the_errors_that_are_told(self):
        errors = [(self.found["beta"][i] - effect) / self.found["se"][i]
                  for i, effect in self.causal]
        self.assertGreater(kolmogorov_smirnov(errors, normal), LEAST_P)

    def test_power_is_near_theory(self):
        # A Wald statistic is a normal number around effect / se with a standard deviation of 1.
        threshold = 1e-4
        distance = -statistics.NormalDist().inv_cdf(threshold / 2)
        chances = [normal(abs(effect) / self.found["se"][i] - distance)
                   for i, effect in self.causal]
        hits = sum(self.found["p_wald"][i] < threshold for i, _ in self.causal)
        spread = math.sqrt(sum(chance * (1 - chance) for chance in chances))
        print(f"{hits} of {len(chances)} found, {sum(chances):.1f} +- {spread:.1f} expected")
        self.assertLessEqual(abs(hits - sum(chances)), 3.3 * spread)
        self.assertGreater(sum(chances), 1)


if __name__ == "__main__":
    unittest.main()
