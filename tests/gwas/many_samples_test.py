#!/usr/bin/env python3
"""46,400 and 100,224 samples, whose square is beyond 32-bit integers.

Everybody of a small data set stands in the large one a hundred times. Every product of two vectors
is a hundred times as much there, and so is every eigenvalue that is not 0: at a hundredth of the
variance ratio, effects are those of the small data, which GEMMA analyses, and their errors differ
by the degrees of freedom alone. With fewer SNPs than samples, no matrix of all samples is made.
"""

import math
import pathlib
import re
import subprocess
import unittest

from gemma_runs import LOOM, PRINTED, GemmaTest, gemma, loom_environment, relative, run

SAMPLES, SNPS = 464, 60
SEED = 46400
GIB = 2**30


class Samples46400(GemmaTest):
    COPIES = 100

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        print(f"seed {SEED}")
        cls.small, cls.large = cls.folder / "small", cls.folder / "large"
        run([LOOM, "simulate", "-o", cls.small, "-n", SAMPLES, "-p", SNPS, "--seed", SEED],
            loom_environment())
        files = {kind: pathlib.Path(f"{cls.small}.{kind}").read_bytes()
                 for kind in ("bed", "bim", "fam")}
        magic, genotypes = files["bed"][:3], files["bed"][3:]
        row = SAMPLES // 4
        files["bed"] = magic + b"".join(genotypes[at:at + row] * cls.COPIES
                                        for at in range(0, len(genotypes), row))
        people = [line.split() for line in files["fam"].decode().splitlines()]
        files["fam"] = "".join(
            " ".join([person[0], f"{person[1]}.{copy}", *person[2:]]) + "\n"
            for copy in range(cls.COPIES) for person in people).encode()
        for kind, content in files.items():
            pathlib.Path(f"{cls.large}.{kind}").write_bytes(content)

    def assert_alike(self, small, large, error_ratio):
        small, large = small.association(), large.association()
        self.assertEqual(large["rs"], small["rs"])
        self.assertEqual(large["af"], small["af"])
        missing = "n_miss" if "n_miss" in small else "n_mis"
        self.assertEqual([int(count) for count in large[missing]],
                         [self.COPIES * int(count) for count in small[missing]])
        for beta, se, other_beta, other_se in zip(small["beta"], small["se"], large["beta"],
                                                  large["se"], strict=True):
            self.assertLessEqual(relative(beta, other_beta, se), PRINTED)
            # One unit in the last of seven digits of either.
            self.assertLessEqual(relative(se * error_ratio, other_se), 2 * PRINTED)

    def error_ratio(self):
        return math.sqrt((SAMPLES - 2) / (SAMPLES * self.COPIES - 2))

    def test_mixed_model(self):
        kinship = gemma("-gk", 1, bfile=self.small).kinship
        # Hardly a range, so that the variance ratio is the same for both.
        small = gemma("-k", kinship, "-lmm", 1, "-lmin", 1, "-lmax", 1.000001, bfile=self.small)
        large = self.loom("lmm", "-lmm", 1, "-lmin", 1 / self.COPIES, "-lmax",
                          1.000001 / self.COPIES, bfile=self.large)
        self.assertEqual(int(large.log()["number of analyzed individuals"]),
                         SAMPLES * self.COPIES)
        self.assert_alike(small, large, self.error_ratio())

    def test_linear_model(self):
        small = gemma("-lm", 1, bfile=self.small)
        large = self.loom("lm", "-lm", 1, bfile=self.large)
        self.assert_alike(small, large, self.error_ratio())
        self.assert_same_association(gemma("-lm", 4, bfile=self.large),
                                     self.loom("lm", "-lm", 4, bfile=self.large))

    def refused(self, *arguments):
        """GiB that a run says it lacks where 2 GiB are allowed."""
        done = subprocess.run([LOOM, *map(str, arguments), "-outdir", self.folder / "none"],
                              capture_output=True, text=True, check=False,
                              env=loom_environment() | {"LOOM_MEMORY_LIMIT": "2G"})
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("not enough memory", done.stderr)
        return max(map(float, re.findall(r"([\d.]+) GiB", done.stderr)))

    def test_matrices_of_all_samples_are_refused_before_they_are_made(self):
        samples = SAMPLES * self.COPIES
        # A kinship matrix of doubles, and no more than that three times.
        matrix = 8 * samples**2 / GIB
        lacking = self.refused("gk", "-bfile", self.large)
        self.assertTrue(matrix < lacking < 3 * matrix, (lacking, matrix))


class Samples100224(Samples46400):
    COPIES = 216


if __name__ == "__main__":
    unittest.main()
