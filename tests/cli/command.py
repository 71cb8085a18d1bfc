"""Runs the `loom` command on small simulated data. LOOM is its path."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

LOOM = str(pathlib.Path(os.environ["LOOM"]).resolve())


def environment(**settings):
    """No setting of the person who runs the tests reaches the command, only these."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("LOOM", "OPENBLAS"))}
    return kept | {"LC_ALL": "C"} | settings


class Run:
    """What one run printed and left in its folder."""

    def __init__(self, done, folder):
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr
        self.folder = folder

    def files(self):
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []

    def read(self, suffix):
        return (self.folder / f"result{suffix}").read_text()

    def associations(self):
        """The rows of the association file by SNP, each with its fields by column."""
        header, *rows = [line.split("\t") for line in self.read(".assoc.txt").splitlines()]
        return {row[1]: dict(zip(header, row, strict=True)) for row in rows}

    def log(self):
        """The entries "## name = value" of the log."""
        return dict(re.findall(r"^## (.+?) = +(.+)$", self.read(".log.txt"), re.MULTILINE))

    def operations(self):
        """Which backend computed each operation, and how often, as the log has it."""
        section = self.read(".log.txt").partition("## Operations (backend, calls, seconds):\n")[2]
        lines = re.findall(r"^## (\w+) = (\w+), (\d+), \d+\.\d+$", section, re.MULTILINE)
        return {operation: (backend, int(calls)) for operation, backend, calls in lines}


class CommandTest(unittest.TestCase):
    """`folder` holds the files of the tests of a class and is where the command runs."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="loom-cli-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name).resolve()

    @classmethod
    def loom(cls, *arguments, status=0, **settings):
        """Runs the command with these settings of the environment."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=cls.folder)) / "output"
        words = [str(word) for word in arguments]
        if words[0] in ("gk", "eigen", "lmm", "lm", "gemma"):
            words += ["-outdir", str(folder)]
        done = subprocess.run([LOOM, *words], cwd=cls.folder, env=environment(**settings),
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != status:
            raise AssertionError(
                f"{words}: exit {done.returncode}, not {status}\n{done.stdout}{done.stderr}")
        return Run(done, folder)

    @classmethod
    def simulate(cls, name, samples, snps, *options):
        """Makes the data set `name` and its kinship matrix NAME.K, with its samples' names."""
        cls.loom("simulate", "-o", name, "-n", samples, "-p", snps, *options)
        kinship = cls.loom("gk", "-bfile", name)
        (cls.folder / f"{name}.K").write_text(kinship.read(".cXX.txt"))
        (cls.folder / f"{name}.K.id").write_text(kinship.read(".cXX.id"))

    @classmethod
    def write(cls, name, rows):
        """A table with one row a line."""
        lines = ["\t".join(map(str, row)) + "\n" for row in rows]
        (cls.folder / name).write_text("".join(lines))
