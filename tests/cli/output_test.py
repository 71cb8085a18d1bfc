#!/usr/bin/env python3
"""What a run prints, draws, logs and leaves behind."""

import os
import pty
import re
import signal
import subprocess
import time
import unittest

from command import LOOM, CommandTest, environment

CLEAR_LINE = "\r\x1b[2K"


class Output(CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulate("d", 60, 300, "--missing", "0")
        cls.write("snp42.c", [[1, 3 - 2 * copies] for copies in cls.genotypes(41)])
        cls.write("none.snps", [["no-such-snp"]])

    @classmethod
    def genotypes(cls, snp):
        """Copies of allele1 that the 60 samples have."""
        row = (cls.folder / "d.bed").read_bytes()[3 + 15 * snp:3 + 15 * (snp + 1)]
        return [{0: 2, 2: 1, 3: 0}[row[i // 4] >> i % 4 * 2 & 3] for i in range(60)]

    def lmm(self, *options, **settings):
        return self.loom("lmm", "-bfile", "d", "-k", "d.K", *options, **settings)

    def on_a_terminal(self, *arguments, term="xterm"):
        """What the command writes to standard error where that is a terminal."""
        terminal, theirs = pty.openpty()
        process = subprocess.Popen([LOOM, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=theirs,
                                   env=environment(TERM=term))
        os.close(theirs)
        drawn = b""
        try:
            while piece := os.read(terminal, 4096):
                drawn += piece
        except OSError:
            pass  # so a terminal reports that nobody holds its other side any more
        os.close(terminal)
        self.assertEqual(process.wait(), 0)
        return drawn.decode()

    def test_what_is_said(self):
        found = self.lmm()
        self.assertEqual(found.err, "")
        lines = found.out.splitlines()
        self.assertEqual(
            lines[1], "60 samples, 60 analysed (0 lack the phenotype, 0 a covariate); 300 SNPs")
        self.assertRegex(lines[2], r"^\d+ of 300 SNPs pass the filters")
        self.assertRegex(found.out, r"(?m)^pve estimate = 0\.\d+$")
        self.assertRegex(lines[-1], rf"^done in \d+\.\d\d s: {found.folder}/result\.assoc\.txt$")

    def test_silence(self):
        for flag in ("-silence", "--quiet"):
            found = self.lmm(flag)
            self.assertEqual((found.out, found.err), ("", ""))
            self.assertEqual(found.files(), ["result.assoc.txt", "result.log.txt"])

    def test_no_bar_in_a_pipe(self):
        found = self.lmm(TERM="xterm")
        for character in ("\r", "\x1b", "["):
            self.assertNotIn(character, found.out + found.err)

    def test_bar_on_a_terminal(self):
        gk = self.on_a_terminal("gk", "-bfile", "d")
        self.assertRegex(gk, r"kinship  \[[#-]{10}\]  \d+%  \d+/300")
        lmm = self.on_a_terminal("lmm", "-bfile", "d", "-k", "d.K")
        self.assertRegex(lmm, r"association  \[[#-]{10}\]  \d+%  \d+/300")
        self.assertTrue(lmm.endswith(CLEAR_LINE), lmm)

    def test_no_bar_on_a_terminal_that_is_told_to_be_silent_or_cannot_draw(self):
        self.assertEqual(self.on_a_terminal("gk", "-bfile", "d", "-silence"), "")
        self.assertEqual(self.on_a_terminal("gk", "-bfile", "d", term="dumb"), "")

    def test_log(self):
        found = self.lmm("-lmm", "4")
        text = found.read(".log.txt")
        for line in text.splitlines():
            self.assertTrue(line.startswith("##"), line)
        sections = re.findall(r"^## (.+):$", text, re.MULTILINE)
        self.assertEqual(sections, ["Summary Statistics", "Computation Time",
                                    "Operations (backend, calls, seconds)"])
        log = found.log()
        self.assertEqual(log["Command Line Input"],
                         f"{LOOM} lmm -bfile d -k d.K -lmm 4 -outdir {found.folder}")
        expected = {"number of total individuals": 60, "number of analyzed individuals": 60,
                    "number of covariates": 1, "number of phenotypes": 1,
                    "number of total SNPs/var": 300,
                    "number of analyzed SNPs/var": len(found.associations())}
        self.assertEqual({name: int(log[name]) for name in expected}, expected)
        dropped = sum(int(value) for name, value in log.items()
                      if name.startswith("number of SNPs dropped by "))
        self.assertEqual(dropped + len(found.associations()), 300)
        for name in ("REMLE log-likelihood in the null model", "pve estimate in the null model",
                     "se(pve) in the null model", "vg estimate in the null model",
                     "ve estimate in the null model", "beta estimate in the null model"):
            float(log[name])
        self.assertRegex(log["total computation time"], r"^[\d.e-]+ min$")

    def test_log_names_who_computed(self):
        found = self.lmm("-be", "blas")
        operations = found.operations()
        self.assertEqual(operations["eigh"], ("blas", 1))
        self.assertEqual(operations["matmul"][0], "blas")
        self.assertEqual(operations["count_genotypes"][0], "reference")
        self.assertIn("##     not by blas: no kernel for count_genotypes\n", found.read(".log.txt"))
        self.assertRegex(found.log()["Backend"], r"^blas \(blas .+, \d+ threads\)$")

    def test_collinear_snp_is_nan_and_counted(self):
        for test in (1, 2, 3, 4):
            found = self.lmm("-c", "snp42.c", "-r2", "1", "-maf", "0", "-lmm", test)
            rows = found.associations()
            statistics = list(rows.pop("snp42").values())[7:]  # behind what describes the SNP
            self.assertEqual(set(statistics), {"nan"})
            self.assertGreater(len(rows), 250)
            self.assertFalse([name for name, row in rows.items() if "nan" in row.values()])
            counted = "number of SNPs collinear with the covariates (all statistics nan)"
            self.assertEqual(found.log()[counted], "1")
            self.assertIn("1 SNPs are collinear with the covariates: their statistics are nan\n",
                          found.out)

    def test_collinear_snp_is_dropped_by_default(self):
        found = self.lmm("-c", "snp42.c")
        self.assertNotIn("snp42", found.associations())
        self.assertEqual(found.log()["number of SNPs dropped by collinearity with covariates"], "1")

    def test_folders_are_made(self):
        found = self.loom("gk", "-bfile", "d", "-o", "below/name")
        self.assertEqual(sorted(path.name for path in (found.folder / "below").iterdir()),
                         ["name.cXX.id", "name.cXX.txt", "name.log.txt"])

    def test_a_failed_run_keeps_what_was_there(self):
        output = self.folder / "kept"
        output.mkdir()
        (output / "result.assoc.txt").write_text("older")
        failed = subprocess.run(
            [LOOM, "lmm", "-bfile", "d", "-k", "d.K", "-snps", "none.snps", "-outdir", output],
            cwd=self.folder, env=environment(), capture_output=True, text=True)
        self.assertEqual(failed.returncode, 1)
        self.assertEqual([path.name for path in output.iterdir()], ["result.assoc.txt"])
        self.assertEqual((output / "result.assoc.txt").read_text(), "older")


class Interrupted(CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loom("simulate", "-o", "long", "-n", "300", "-p", "100000")
        kinship = [[1 + i % 7 if i == j else 0 for j in range(300)] for i in range(300)]
        cls.write("long.K", kinship)

    def interrupt(self, number):
        """Sends a signal to a run that writes its results."""
        output = self.folder / f"interrupted-{number}"
        output.mkdir()
        (output / "result.assoc.txt").write_text("older")
        process = subprocess.Popen(
            [LOOM, "lmm", "-bfile", "long", "-k", "long.K", "-outdir", output, "-be", "reference"],
            cwd=self.folder, env=environment(LOOM_NUM_THREADS="1"), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while not list(output.glob("*.partial*")) and time.monotonic() < deadline:
            self.assertIsNone(process.poll(), "the run ended before it wrote anything")
            time.sleep(0.005)
        process.send_signal(number)
        self.assertEqual(process.wait(30), 128 + number)
        self.assertEqual([path.name for path in output.iterdir()], ["result.assoc.txt"])
        self.assertEqual((output / "result.assoc.txt").read_text(), "older")

    def test_leaves_no_partial_file(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                self.interrupt(number)


if __name__ == "__main__":
    unittest.main()
