#!/usr/bin/env python3
"""BIMBAM files give GEMMA's results, and the results of PLINK files with the same genotypes."""

import gzip
import os
import pathlib
import random
import tempfile
import unittest

from gemma_runs import (LOOM, MOUSE, MOUSE_BIMBAM, GemmaTest, Result, bimbam, gemma,
                        gemma_environment, largest, largest_difference, loom_environment, run,
                        write_mice_with_gaps)

GENO, PHENO, ANNOTATION = MOUSE_BIMBAM[1::2]


def mouse_lines(step):
    """Every `step`-th line of the genotypes."""
    with gzip.open(GENO, "rt") as file:
        return file.read().splitlines()[::step]


def write_dosages(path):
    """Some SNPs of the mice with a tenth of the genotypes made fractions and up to a tenth made
    missing; one SNP has dosages that are no copies of an allele."""
    draw = random.Random(7)
    rows = []
    for i, line in enumerate(mouse_lines(20)):
        fields = line.split(", ")
        for at in draw.sample(range(3, len(fields)), len(fields) // 10):
            fields[at] = f"{min(max(float(fields[at]) + draw.gauss(0, .4), 0), 2):.3f}"
        for at in draw.sample(range(3, len(fields)), i % 11 * len(fields) // 100):
            fields[at] = "NA"
        if i == 5:
            fields[3:6] = ["-0.25", "2.5", "3"]
        rows.append(", ".join(fields) + "\n")
    path.write_text("".join(rows))
    return path


def write_bimbam_of(prefix, geno, annotation):
    """PLINK files as BIMBAM files."""
    codes = {byte: [["2", "NA", "1", "0"][byte >> shift & 3] for shift in (0, 2, 4, 6)]
             for byte in range(256)}
    samples = len(pathlib.Path(f"{prefix}.fam").read_text().splitlines())
    bed = pathlib.Path(f"{prefix}.bed").read_bytes()[3:]
    row_bytes = (samples + 3) // 4
    rows, places = [], []
    for i, line in enumerate(pathlib.Path(f"{prefix}.bim").read_text().splitlines()):
        chromosome, name, centimorgan, position, allele1, allele0 = line.split()
        copies = [code for byte in bed[i * row_bytes:(i + 1) * row_bytes] for code in codes[byte]]
        rows.append(f"{name} {allele1} {allele0} {' '.join(copies[:samples])}\n")
        places.append(f"{name} {position} {chromosome} {centimorgan}\n")
    geno.write_text("".join(rows))
    annotation.write_text("".join(places))


def write_phenotypes_of(prefix, path):
    rows = [line.split()[5:] for line in pathlib.Path(f"{prefix}.fam").read_text().splitlines()]
    path.write_text("".join(" ".join("NA" if y == "-9" else y for y in row) + "\n"
                            for row in rows))


class MouseBimbam(GemmaTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kinship = gemma("-gk", 1, data=MOUSE_BIMBAM).kinship

    def check(self, *options, data=MOUSE_BIMBAM):
        expected, found = self.both("lmm", *options, "-k", self.kinship, data=data)
        self.assert_same_null_model(expected, found)
        self.assert_same_association(expected, found)
        return found

    def test_dosages(self):
        geno = write_dosages(self.folder / "dosages.txt")
        data = bimbam(geno, PHENO, ANNOTATION)
        self.check("-lmm", 4, "-miss", .2, "-hwe", 1e-6, data=data)
        folder = self.folder / "warned"
        done = run([LOOM, "lmm", *data, "-k", self.kinship, "-lmm", 3, "-outdir", folder],
                   loom_environment())
        self.assertIn("dosages.txt: 3 dosages are outside [0, 2], the first at line 6, field 4: "
                      "-0.25", done.stderr)

    def test_snps_without_a_place(self):
        # The annotation knows half of the SNPs, and one of them twice.
        geno, places = self.folder / "few.txt", self.folder / "half.txt"
        geno.write_text("".join(f"{line}\n" for line in mouse_lines(100)))
        lines = ANNOTATION.read_text().splitlines()
        last = lines[200].split("\t")
        last[1:3] = ["77", "8"]
        places.write_text("".join(f"{line}\n" for line in [*lines[::200], "\t".join(last)]))
        found = self.check("-lmm", 3, data=bimbam(geno, PHENO, places)).association()
        self.assertTrue({"-9", "8"} <= set(found["chr"]))
        found = self.check("-lmm", 3, data=["-g", geno, "-p", PHENO]).association()
        self.assertEqual(set(found["chr"]), {"-9"})

    def test_a_file_that_does_not_end_in_a_newline_keeps_its_last_snp(self):
        lines = mouse_lines(100)
        whole, cut = self.folder / "whole.txt", self.folder / "cut.txt"
        whole.write_text("".join(f"{line}\n" for line in lines))
        cut.write_text("\n".join(lines))
        options = ["-k", self.kinship, "-lmm", 3]
        expected = self.loom("lmm", *options, data=bimbam(whole, PHENO, ANNOTATION))
        found = self.loom("lmm", *options, data=bimbam(cut, PHENO, ANNOTATION))
        self.assertEqual(found.path(".assoc.txt").read_bytes(),
                         expected.path(".assoc.txt").read_bytes())
        lost = gemma(*options, data=bimbam(cut, PHENO, ANNOTATION))
        self.assertEqual(int(lost.log()["number of total SNPs/var"]), len(lines) - 1)

    def test_command_line_of_gemma(self):
        folders = []
        for program, environment in ((["gemma"], gemma_environment()),
                                     ([LOOM, "gemma"], loom_environment())):
            folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
            run([*program, "-g", GENO, "-p", PHENO, "-a", ANNOTATION, "-gk", "1", "-maf", ".3",
                 "-outdir", folder, "-o", "result"], environment)
            folders.append(folder)
        expected, found = map(Result, folders)
        names = {*os.listdir(folders[0]), "result.cXX.id"}  # GEMMA's matrix names no samples
        self.assertEqual(set(os.listdir(folders[1])), names)
        a, b = expected.matrix(".cXX.txt"), found.matrix(".cXX.txt")
        self.assertLessEqual(largest_difference(a, b), 1e-9 * largest(a))

    def test_hard_calls_give_what_plink_files_give(self):
        for name, prefix in (("all", MOUSE), ("gaps", write_mice_with_gaps(self.folder / "gaps"))):
            geno, places, pheno = (self.folder / f"{name}.{kind}" for kind in
                                   ("geno", "anno", "pheno"))
            write_bimbam_of(prefix, geno, places)
            write_phenotypes_of(prefix, pheno)
            data = bimbam(geno, pheno, places)
            for subcommand, *options in (["gk", "-gk", 2, "-miss", .2],
                                         ["lmm", "-lmm", 4, "-k", self.kinship, "-miss", .2]):
                expected = self.loom(subcommand, *options, bfile=prefix)
                found = self.loom(subcommand, *options, data=data)
                suffix = ".sXX.txt" if subcommand == "gk" else ".assoc.txt"
                self.assertEqual(found.path(suffix).read_bytes(),
                                 expected.path(suffix).read_bytes())


if __name__ == "__main__":
    unittest.main()
