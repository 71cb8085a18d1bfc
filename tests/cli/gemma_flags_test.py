#!/usr/bin/env python3
"""Every flag of GEMMA either does its work under `loom gemma` or says that Loom does not have it."""

import unittest

from command import CommandTest

LACKING_MODES = ["-bslmm", "-vc", "-gs", "-predict", "-calccor"]
LACKING = ["-mbfile", "-mg", "-mk", "-gene", "-widv", "-r", "-pnr", "-emi", "-emp", "-nri", "-nrp",
           "-crt", "-cat", "-beta", "-cor", "-ldr", "-epm", "-en", "-ebv", "-emu", "-mu", "-nind",
           "-issue", "-legacy"]


class GemmaFlags(CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulate("d", 60, 300)
        cls.write("d.y", [[i % 7, i * i % 11] for i in range(60)])
        cls.write("d.c", [[1, i % 5] for i in range(60)])
        cls.write("d.snps", [[f"snp{i}"] for i in range(1, 300, 2)])
        eigen = cls.loom("eigen", "-bfile", "d", "-k", "d.K")
        for name in ("eigenD", "eigenU"):
            (cls.folder / f"d.{name}").write_text(eigen.read(f".{name}.txt"))

    def test_flags_that_work(self):
        k = ["-k", "d.K"]
        for options in (
                ["-gk"], ["-gk", 2], ["-gk", 1, "-ksnps", "d.snps"], ["-gk", 1, "-loco", 1],
                ["-eigen", *k], [*k, "-lmm"], [*k, "-fa", 4], [*k, "-km", 1, "-lmm", 2],
                ["-d", "d.eigenD", "-u", "d.eigenU", "-lmm", 3], [*k, "-lmm", 1, "-loco", 1],
                [*k, "-lmm", 1, "-p", "d.y", "-n", 2, "-c", "d.c", "-snps", "d.snps"],
                [*k, "-lmm", 1, "-gxe", "d.y.1"], [*k, "-lmm", 1, "-a", "none", "-loco", 1],
                [*k, "-lmm", 1, "-miss", ".1", "-maf", ".02", "-hwe", ".001", "-r2", ".99"],
                [*k, "-lmm", 1, "-notsnp", "-lmin", ".01", "-lmax", 100, "-region", 5],
                [*k, "-lmm", 1, "-o", "x", "-pace", 10, "-silence", "-check", "-no-check"],
                [*k, "-lmm", 1, "-no-fpe-check", "-strict", "-debug", "-debug-data",
                 "-debug-dump", "-seed", 1, "--quiet"]):
            with self.subTest(options=options):
                self.write("d.y.1", [[i % 7] for i in range(60)])
                self.loom("gemma", "-bfile", "d", *options)

    def test_flags_that_loom_does_not_have(self):
        for flag in LACKING:
            for spelling in (flag, "-" + flag):
                found = self.loom("gemma", "-bfile", "d", "-k", "d.K", "-lmm", 1, spelling, "x",
                                  status=2)
                self.assertTrue(found.err.startswith(
                    f"loom: gemma: Loom does not have GEMMA's {spelling}: "), found.err)
        for mode in LACKING_MODES:
            found = self.loom("gemma", "-bfile", "d", mode, 1, status=2)
            self.assertEqual(found.err, f"loom: gemma: Loom does not have GEMMA's {mode}\n")

    def test_several_phenotypes_are_another_model(self):
        for columns in (["-n", 1, 2], ["-n", 1, "-n", 2], ["-n", "1,2"], ["--n", "1", "2"]):
            found = self.loom("gemma", "-bfile", "d", "-k", "d.K", "-lmm", 1, "-p", "d.y", *columns,
                              status=2)
            self.assertIn("does not have GEMMA's model of several phenotypes", found.err)


if __name__ == "__main__":
    unittest.main()
