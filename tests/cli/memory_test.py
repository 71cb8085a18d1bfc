#!/usr/bin/env python3
"""What a run says that it will hold in memory, and what it holds."""

import os
import re
import subprocess
import unittest

from command import LOOM, CommandTest, environment

UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}


def phases_of(text):
    """The bytes of each phase of a line such as "memory: scan 45.0 MiB of 2.0 GiB allowed (limit)",
    and what is allowed."""
    plan, allowed = re.search(r"(?m)^(?:memory|loom: not enough memory): (.+?) of (\S+ \S+) allowed",
                              text).groups()
    size = lambda words: float(words[0]) * UNITS[words[1]]
    return ({phase: size((number, unit))
             for phase, number, unit in re.findall(r"(\D+?) ([\d.]+) ([KMGT]iB)(?:, )?", plan)},
            size(allowed.split()))


class Memory(CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulate("d", 1200, 3000)
        cls.loom("simulate", "-o", "long", "-n", 1200, "-p", 30000)
        eigen = cls.loom("eigen", "-bfile", "d", "-k", "d.K").folder
        for suffix in ("eigenD", "eigenU"):
            (eigen / f"result.{suffix}.txt").rename(cls.folder / f"d.{suffix}")

    def peak(self, *arguments):
        """What a run printed, and the most memory that it held."""
        output = self.folder / "printed"
        with output.open("wb") as printed:
            process = subprocess.Popen(
                [LOOM, *arguments, "-outdir", str(self.folder / "peak")], cwd=self.folder,
                env=environment(), stdin=subprocess.DEVNULL, stdout=printed, stderr=printed)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        text = output.read_text()
        self.assertEqual(process.returncode, 0, text)
        return text, 1024 * usage.ru_maxrss

    def assert_bounded(self, limit, *arguments):
        text, peak = self.peak(*arguments, "--memory", f"{limit}M")
        phases, allowed = phases_of(text)
        self.assertEqual(allowed, limit * UNITS["MiB"])
        self.assertLessEqual(peak, allowed, text)
        # Blocks that are kept for the next taker, a 32nd of the limit, are not in the plan.
        self.assertLessEqual(peak, max(phases.values()) + allowed / 32, text)
        # A plan far above what is held would refuse what fits. It counts all phases as if
        # everything were alive at once, and libraries that may take less.
        self.assertGreater(peak, 0.4 * max(phases.values()), text)
        return peak

    def assert_alike(self, short, long):
        # 27,000 SNPs more would be 250 MiB of numbers; when a chunk is let go of is chance.
        self.assertLess(long - short, 16 * UNITS["MiB"])

    def test_kinship_is_bounded_whatever_the_number_of_snps(self):
        short = self.assert_bounded(90, "gk", "-bfile", "d")
        long = self.assert_bounded(90, "gk", "-bfile", "long")
        self.assert_alike(short, long)

    def test_scan_is_bounded_whatever_the_number_of_snps(self):
        given = ("-d", "d.eigenD", "-u", "d.eigenU")
        short = self.assert_bounded(80, "lmm", "-bfile", "d", *given)
        long = self.assert_bounded(80, "lmm", "-bfile", "long", *given)
        self.assert_alike(short, long)

    def test_decomposition_is_bounded(self):
        self.assert_bounded(100, "eigen", "-bfile", "d", "-k", "d.K")
        self.assert_bounded(100, "lmm", "-bfile", "d", "-k", "d.K")

    def test_chromosomes_left_out_one_after_the_other_are_bounded(self):
        lines = [line.split("\t") for line in (self.folder / "d.bim").read_text().splitlines()]
        self.write("c.bim", [[1 + i // 1000, *line[1:]] for i, line in enumerate(lines)])
        for suffix in ("bed", "fam"):
            (self.folder / f"c.{suffix}").write_bytes((self.folder / f"d.{suffix}").read_bytes())
        self.assert_bounded(105, "lmm", "-bfile", "c", "--loco-all")

    def test_kinship_of_the_run_itself_is_bounded(self):
        self.assert_bounded(95, "lmm", "-bfile", "d")

    def test_short_memory_makes_short_chunks_and_the_same_results(self):
        given = ("lmm", "-bfile", "d", "-d", "d.eigenD", "-u", "d.eigenU")
        plenty = self.loom(*given, LOOM_BACKEND="native")
        short = self.loom(*given, "--memory", "65M", LOOM_BACKEND="native")
        self.assertLess(phases_of(short.out)[0]["scan"], phases_of(plenty.out)[0]["scan"])
        self.assertEqual(short.read(".assoc.txt"), plenty.read(".assoc.txt"))

    def test_every_phase_is_named_before_work_begins(self):
        lines = self.loom("lmm", "-bfile", "d", "-k", "d.K").out.splitlines()
        self.assertTrue(lines[0].startswith("memory: "), lines)
        phases, allowed = phases_of(lines[0])
        self.assertEqual(list(phases), ["reading K", "eigen-decomposition", "scan"])
        self.assertRegex(lines[0], r"allowed \((machine|cgroup)\)$")

    def test_what_cannot_fit_is_refused_with_what_would(self):
        refused = self.loom("lmm", "-bfile", "d", "-k", "d.K", "--memory", "60M", status=1)
        self.assertEqual(refused.files(), [])
        short, samples = re.search(
            r"; ([\d.]+) MiB more would do, or (\d+) of the 1200 samples, or a decomposition made "
            r"elsewhere \(-d and -u\)$", refused.err.strip()).groups()
        enough = 60 + float(short) + 2  # and some for what the program holds itself, which varies
        self.loom("lmm", "-bfile", "d", "-k", "d.K", "--memory", f"{enough}M")
        self.assertGreater(int(samples), 600)

    def test_an_amount_that_is_none(self):
        refused = self.loom("gk", "-bfile", "d", "--memory", "lots", status=2)
        self.assertIn('--memory: "lots" is not an amount of memory', refused.err)


if __name__ == "__main__":
    unittest.main()
