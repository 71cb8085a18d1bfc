#!/usr/bin/env python3
"""Clumps are PLINK 1.9's, index SNPs and members alike."""

import shutil
import subprocess
import unittest

from gemma_runs import LOOM, MOUSE, GemmaTest, loom_environment, write_mice_with_gaps

PLINK = shutil.which("plink1.9") or shutil.which("plink1")


@unittest.skipUnless(PLINK, "PLINK 1.9 is not installed")
class Clump(GemmaTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # PLINK wants a sorted data set, and drops SNPs without a position.
        cls.data = cls.folder / "sorted"
        cls.plink("--bfile", write_mice_with_gaps(cls.folder / "gaps", 12226), "--make-bed",
                  "--out", cls.data)

    @classmethod
    def plink(cls, *arguments):
        words = [str(word) for word in arguments]
        done = subprocess.run([PLINK, "--mouse", "--allow-no-sex", "--make-founders", *words],
                              cwd=cls.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(f"{words}: {done.stdout}{done.stderr}")

    def scan(self, data):
        """A scan for association, with K of the whole data set."""
        output = self.folder / "scan"
        if not output.exists():
            subprocess.run([LOOM, "lmm", "-bfile", data, "-miss", "1", "-outdir", output,
                            "-silence"], env=loom_environment(), check=True)
        return output / "result.assoc.txt"

    def check(self, p1, p2, r2, kb):
        associations = self.scan(self.data)
        thresholds = {"p1": p1, "p2": p2, "r2": r2, "kb": kb}
        options = [word for name, value in thresholds.items()
                   for word in (f"--clump-{name}", str(value))]
        found = self.folder / "found"
        subprocess.run([LOOM, "clump", "-bfile", self.data, "--assoc", associations, "--all-samples",
                        "-outdir", found, "-silence", *options], env=loom_environment(), check=True)
        self.plink("--bfile", self.data, "--clump", associations, "--clump-snp-field", "rs",
                   "--clump-field", "p_wald", "--out", self.folder / "expected", *options)
        expected = []
        for line in (self.folder / "expected.clumped").read_text().splitlines()[1:]:
            fields = line.split()
            if fields:
                members = [] if fields[11] == "NONE" else fields[11].split(",")
                expected.append((fields[2], sorted(name.removesuffix("(1)") for name in members)))
        ours = []
        for line in (found / "result.clumps.txt").read_text().splitlines()[1:]:
            fields = line.split("\t")
            members = [] if fields[7] == "NONE" else fields[7].split(",")
            self.assertEqual(len(members), int(fields[4]))
            ours.append((fields[1], sorted(members)))
        self.assertEqual(sorted(ours), sorted(expected))
        self.assertGreater(len(ours), 3)
        self.assertGreater(max(len(members) for _, members in ours), 0)

    def test_defaults_of_plink(self):
        self.check(1e-4, 1e-2, 0.5, 250)

    def test_far_and_weak(self):
        self.check(1e-5, 0.05, 0.1, 3000)

    def test_strict(self):
        self.check(1e-3, 1e-3, 0.8, 100)


if __name__ == "__main__":
    unittest.main()
