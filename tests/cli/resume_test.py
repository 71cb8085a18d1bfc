#!/usr/bin/env python3
"""Runs that are ended, by kill -9 or Ctrl-C, and gone on with."""

import gzip
import json
import os
import random
import signal
import subprocess
import time
import unittest

from command import LOOM, CommandTest, environment

SNPS = 40000
RESULTS = ".txt", ".parquet", ".png", ".svg"


class Resume(CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulate("k", 120, 400)
        cls.loom("simulate", "-o", "d", "-n", 120, "-p", SNPS, "--missing", "0.02")
        cls.write("two.pheno", [[i % 7 + i % 3, "NA" if i % 40 == 0 else (i * i) % 11]
                                for i in range(120)])

    def setUp(self):
        self.output = self.folder / self.id().rsplit(".", 1)[-1]

    def command(self, *options):
        return [LOOM, "lmm", "-bfile", "d", "-k", "k.K", "-outdir", str(self.output),
                *map(str, options)]

    def start(self, *options):
        # One thread of the reference backend takes seconds.
        return subprocess.Popen(
            self.command(*options), cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(LOOM_NUM_THREADS="1", LOOM_BACKEND="reference"))

    def finish(self, *options, status=0):
        process = self.start(*options)
        out, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, status, out + err)
        return out, err

    def results(self):
        return {path.name: path.read_bytes() for path in self.output.iterdir()
                if path.suffix in RESULTS and not path.name.endswith(".log.txt")}

    def leftovers(self):
        return [path.name for path in self.output.iterdir() if path.suffix not in RESULTS]

    def uninterrupted(self, *options):
        """The results of a run from start to end, and how long it took."""
        start = time.monotonic()
        self.finish(*options, "--no-checkpoint")
        results = self.results()
        for path in self.output.iterdir():
            path.unlink()
        return results, time.monotonic() - start

    def kill_until_done(self, times, *options):
        """Ends runs with kill -9 at random moments, each gone on with by the next."""
        seed = random.randrange(2**32)
        self.addCleanup(print, f"{self.id()}: seed {seed}")
        moments = random.Random(seed)
        expected, seconds = self.uninterrupted(*options)
        resumed = ended_at_once = 0
        for attempt in range(3 * times):
            if attempt >= times and resumed > 0:
                break
            process = self.start(*options, "--checkpoint", 0, "--resume")
            try:
                out, _ = process.communicate(timeout=moments.uniform(0, 1.2 * seconds))
                self.assertEqual(process.returncode, 0, out)
                ended_at_once += 1
                self.assertEqual(self.results(), expected)
                self.assertEqual(self.leftovers(), [])
                for path in self.output.iterdir():
                    path.unlink()  # begin again
            except subprocess.TimeoutExpired:
                process.kill()
                out, _ = process.communicate()
            resumed += "resuming from" in out
        self.finish(*options, "--resume", "--checkpoint", 0)
        self.assertEqual(self.results(), expected)
        self.assertEqual(self.leftovers(), [])
        self.assertGreater(resumed, 0)

    def test_killed_at_random_moments(self):
        self.kill_until_done(12, "-lmm", 4, "--permutations", 20)

    def test_killed_with_two_phenotypes_and_all_that_is_written(self):
        self.kill_until_done(6, "-p", "two.pheno", "-n", 1, 2, "--summary", "--filter-report",
                             "--plot")
        self.assertEqual(len(self.results()), 2 * 7)

    def test_killed_in_the_linear_model(self):
        self.command = lambda *options: [LOOM, "lm", "-bfile", "d", "-outdir", str(self.output),
                                         *map(str, options)]
        options = "--summary", "--filter-report", "-p", "two.pheno", "-n", 1, 2
        expected, _ = self.uninterrupted(*options)
        self.kill_at_a_checkpoint(*options)
        out, _ = self.finish(*options, "--resume")
        self.assertIn("resuming from", out)
        self.assertEqual(self.results(), expected)
        self.assertEqual(self.leftovers(), [])

    def test_compressed_results_hold_the_same(self):
        expected, _ = self.uninterrupted()
        self.kill_at_a_checkpoint("--format", "gz")
        self.finish("--format", "gz", "--resume")
        text = gzip.decompress((self.output / "result.assoc.txt.gz").read_bytes())
        self.assertEqual(text, expected["result.assoc.txt"])

    def test_parquet_killed_at_random_moments(self):
        self.kill_until_done(6, "--format", "parquet")

    def test_killed_while_chromosomes_are_left_out(self):
        process = subprocess.run([LOOM, "simulate", "-o", "c", "-n", "80", "-p", "3000"],
                                 cwd=self.folder, env=environment(), capture_output=True)
        self.assertEqual(process.returncode, 0)
        bim = self.folder / "c.bim"
        lines = [line.split("\t") for line in bim.read_text().splitlines()]
        bim.write_text("".join("\t".join([str(1 + i // 1000), *line[1:]]) + "\n"
                               for i, line in enumerate(lines)))
        self.command = lambda *options: [LOOM, "lmm", "-bfile", "c", "--loco-all", "-outdir",
                                         str(self.output), *map(str, options)]
        self.kill_until_done(8, "--permutations", 10)

    def kill_when(self, is_time, *options):
        """Ends a run with kill -9 as soon as `is_time` says."""
        process = self.start(*options)
        while process.poll() is None and not is_time():
            time.sleep(0.001)
        process.kill()
        return process.communicate()

    def checkpoint(self):
        return json.loads((self.output / "result.checkpoint").read_bytes().split(b"\n")[0])

    def kill_at_a_checkpoint(self, *options):
        self.kill_when(lambda: self.has("scan"), *options, "--checkpoint", 0)
        return self.checkpoint()

    def has(self, entry):
        try:
            return bool(self.checkpoint()[entry])
        except (OSError, ValueError):
            return False

    def test_killed_while_the_results_get_their_names(self):
        options = "-p", "two.pheno", "-n", 1, 2
        expected, _ = self.uninterrupted(*options)
        self.kill_when(lambda: self.has("complete"), *options, "--checkpoint", 0)
        if (self.output / "result.checkpoint").exists():
            # As if the process had lived to rename one of the two.
            partial = self.output / "result.pheno1.assoc.txt.partial"
            if partial.exists():
                partial.rename(self.output / "result.pheno1.assoc.txt")
        self.finish(*options, "--resume")
        self.assertEqual(self.results(), expected)
        self.assertEqual(self.leftovers(), [])

    def test_another_option_or_file_is_refused(self):
        state = self.kill_at_a_checkpoint()
        self.assertLess(0, state["scan"]["next"])
        _, err = self.finish("--resume", "-maf", 0.1, status=1)
        self.assertIn("result.checkpoint: cannot resume another analysis: maf was 0.01, is 0.1\n",
                      err)
        _, err = self.finish("--resume", "-lmm", 4, "-n", 1, status=1)
        self.assertIn("another analysis: test was 1, is 4\n", err)
        original = (self.folder / "d.fam").read_text()
        (self.folder / "d.fam").write_text(original.replace("\t", " "))
        try:
            _, err = self.finish("--resume", status=1)
        finally:
            (self.folder / "d.fam").write_text(original)
        self.assertIn("another analysis: d.fam\n", err)
        self.assertEqual(self.checkpoint(), state)
        self.assertTrue((self.output / "result.assoc.txt.partial").exists())

    def test_without_resume_it_is_given_up(self):
        expected, _ = self.uninterrupted()
        self.kill_at_a_checkpoint()
        out, _ = self.finish()
        self.assertRegex(out, r"result\.checkpoint of an earlier run is given up; --resume would")
        self.assertEqual(self.results(), expected)
        self.assertEqual(self.leftovers(), [])

    def test_nothing_to_resume(self):
        out, _ = self.finish("--resume")
        self.assertRegex(out, r"nothing to resume: there is no \S+/result\.checkpoint\n")

    def test_a_short_run_leaves_nothing(self):
        self.kill_when((self.output / "result.assoc.txt.partial").exists)
        self.assertEqual(self.leftovers(), ["result.assoc.txt.partial"])
        self.finish()
        self.assertEqual(self.leftovers(), [])

    def test_a_checkpoint_that_is_none(self):
        self.output.mkdir()
        (self.output / "result.checkpoint").write_text("{}")
        _, err = self.finish("--resume", status=1)
        self.assertIn("result.checkpoint: not a checkpoint: ", err)
        self.assertEqual(self.leftovers(), ["result.checkpoint"])

    def test_the_decomposition_is_kept(self):
        self.kill_at_a_checkpoint()
        self.assertIn("result.checkpoint.eigenU.npy", self.leftovers())
        out, _ = self.finish("--resume")
        self.assertRegex(out, r"eigenvectors from \S+/result\.checkpoint\.eigenU\.npy\n")
        self.assertEqual(self.leftovers(), [])

    def test_a_decomposition_that_was_damaged_is_made_anew(self):
        expected, _ = self.uninterrupted()
        self.kill_at_a_checkpoint()
        with (self.output / "result.checkpoint.eigenU.npy").open("r+b") as file:
            file.seek(-8, os.SEEK_END)
            file.write(b"\0" * 8)
        _, err = self.finish("--resume")
        self.assertIn("eigenU.npy: no longer as it was written; they are computed anew", err)
        self.assertEqual(self.results(), expected)

    def interrupt(self, number, *options):
        process = self.start(*options)
        while process.poll() is None and not any(self.output.glob("result.assoc.txt.partial*")):
            time.sleep(0.001)
        time.sleep(0.1)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 128 + number, out + err)
        return err

    def test_interrupted_runs_say_how_to_go_on(self):
        expected, _ = self.uninterrupted()
        for number in (signal.SIGINT, signal.SIGTERM):
            err = self.interrupt(number, "--checkpoint", 0)
            self.assertRegex(err, r"^loom: \[association\] stopped on request; the same command "
                                  r"with --resume goes on from \S+/result\.checkpoint\n$")
        self.finish("--resume")
        self.assertEqual(self.results(), expected)

    def test_interrupted_runs_without_checkpoints_leave_nothing(self):
        for options in ((), ("--no-checkpoint",)):
            err = self.interrupt(signal.SIGINT, *options)
            self.assertEqual(err, "loom: [association] stopped on request\n")
            self.assertFalse(self.output.exists())

    def test_two_runs_at_once(self):
        first = self.start("--checkpoint", 0)
        while first.poll() is None and not (self.output / "result.checkpoint").exists():
            time.sleep(0.001)
        first.send_signal(signal.SIGSTOP)
        for options in (), ("--resume",):
            _, err = self.finish(*options, status=1)
            self.assertIn("another process is writing it", err)
            self.assertTrue((self.output / "result.checkpoint").exists())
        first.send_signal(signal.SIGCONT)
        out, err = first.communicate(timeout=60)
        self.assertEqual(first.returncode, 0, out + err)
        self.assertEqual(self.leftovers(), [])


if __name__ == "__main__":
    unittest.main()
