#!/usr/bin/env python3
"""`loom gemma` takes a command line of GEMMA's as it is and leaves the same files."""

import os
import pathlib
import tempfile
import unittest

from gemma_runs import (LOOM, MOUSE, GemmaTest, Result, gemma, gemma_environment, loom_environment,
                        run, write_snp_list)


class GemmaCommand(GemmaTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kinship = gemma("-gk", 1).kinship
        cls.snps = write_snp_list(cls.folder / "snps.txt", 50)

    def run_in_new_folder(self, program, environment, arguments):
        """Runs there, so that folders of results may be relative; returns what is there then."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        before = os.getcwd()
        os.chdir(folder)
        try:
            run([*program, *arguments], environment)
        finally:
            os.chdir(before)
        return folder, sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())

    def check(self, *arguments):
        """Runs both programs; returns their folders. Loom leaves names of samples besides."""
        expected, names = self.run_in_new_folder(["gemma"], gemma_environment(), arguments)
        found, found_names = self.run_in_new_folder([LOOM, "gemma"], loom_environment(), arguments)
        self.assertEqual([name for name in found_names if not name.endswith(".id")], names)
        return expected, found

    def test_kinship_of_either_kind(self):
        for kind in ([], ["2"]):
            self.check("-bfile", MOUSE, "-snps", self.snps, "-gk", *kind, "-outdir", "kin",
                       "-o", "a")

    def test_eigen(self):
        self.check("-bfile", MOUSE, "-k", self.kinship, "-eigen", "-o", "decomposed")

    def test_default_names(self):
        expected, found = self.check("-b", MOUSE, "-k", self.kinship, "-lmm", "-snps", self.snps,
                                     "-silence")
        self.assert_same_association(Result(expected / "output"), Result(found / "output"))

    def test_options_without_effect_here(self):
        expected, found = self.check("-bfile", MOUSE, "-k", self.kinship, "-fa", "4",
                                     "-pace", "100", "-no-check", "-snps", self.snps, "-maf", "0.1",
                                     "-miss", "0.1", "-hwe", "0.0001", "-r2", "0.99", "-n", "1",
                                     "-outdir", ".")
        self.assert_same_association(Result(expected), Result(found))


if __name__ == "__main__":
    unittest.main()
