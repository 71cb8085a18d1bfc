#!/usr/bin/env python3
"""The same genotypes give the same results, to the letter, from every format that plink2 writes."""

import operator
import pathlib
import random
import subprocess
import tempfile
import unittest

from gemma_runs import (LOOM, MOUSE, GemmaTest, Result, largest_difference, loom_environment, run)

SNPS = 2000


def plink2(*arguments):
    done = subprocess.run(["plink2", "--threads", "2", *map(str, arguments)], capture_output=True,
                          text=True)
    if done.returncode != 0:
        raise AssertionError(f"plink2 {arguments}: exit {done.returncode}\n{done.stdout}")


def write_dosages(path, samples, snps):
    """A VCF of imputed genotypes: dosages of three decimals, some of them missing."""
    draw = random.Random(20221)
    names = [f"s{i}" for i in range(samples)]
    lines = ["##fileformat=VCFv4.2", '##FORMAT=<ID=DS,Number=1,Type=Float,Description="dosage">',
             '##FORMAT=<ID=GT,Number=1,Type=String,Description="genotype">', "##contig=<ID=1>",
             "\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT",
                        *names])]
    for snp in range(snps):
        frequency = draw.uniform(.1, .9)
        calls = []
        for _ in names:
            copies = (draw.random() < frequency) + (draw.random() < frequency)
            dosage = min(max(copies + draw.gauss(0, .2), 0), 2)
            calls.append("./.:." if draw.random() < .02
                         else f"{['0/0', '0/1', '1/1'][round(dosage)]}:{dosage:.3f}")
        lines.append("\t".join(["1", str(1000 + snp), f"rs{snp}", "A", "C", ".", ".", ".", "GT:DS",
                                *calls]))
    path.write_text("\n".join(lines) + "\n")
    return path


def loom(folder, subcommand, *options):
    """Loom's result, in a new folder inside of `folder`."""
    outdir = tempfile.mkdtemp(dir=folder)
    run([LOOM, subcommand, *options, "-outdir", outdir, "-o", "result"], loom_environment())
    return Result(pathlib.Path(outdir))


def centred_kinship(columns):
    """X X' / p of the columns less their means, missing values being the mean; pure Python."""
    centred = []
    for column in columns:
        known = [value for value in column if value is not None]
        mean = sum(known) / len(known)
        centred.append([0 if value is None else value - mean for value in column])
    rows = list(zip(*centred))
    return [[sum(map(operator.mul, a, b)) / len(columns) for b in rows] for a in rows]


class Formats(GemmaTest):
    """`original` is what plink2 makes of the mouse data, since it writes fewer digits of phenotypes
    than the original has; every other format is made of that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = cls.folder / "snps.txt"
        lines = pathlib.Path(f"{MOUSE}.bim").read_text().splitlines()
        names.write_text("".join(f"{line.split()[1]}\n" for line in lines[:SNPS]))
        gaps = cls.folder / "gaps"
        plink2("--bfile", MOUSE, "--extract", names, "--make-bed", "--out", gaps)
        cls.add_gaps(gaps)
        cls.original = cls.folder / "original"
        plink2("--bfile", gaps, "--make-bed", "--out", cls.original)
        cls.kinship = loom(cls.folder, "gk", "-bfile", cls.original).kinship
        cls.expected = cls.association("-bfile", cls.original)

    @staticmethod
    def add_gaps(prefix):
        """Makes some genotypes missing."""
        draw = random.Random(3)
        bed = bytearray(pathlib.Path(f"{prefix}.bed").read_bytes())
        for at in range(3, len(bed)):
            if draw.random() < .05:
                bed[at] = bed[at] & ~3 | 1
        pathlib.Path(f"{prefix}.bed").write_bytes(bed)

    @classmethod
    def association(cls, *options):
        result = loom(cls.folder, "lmm", "-k", cls.kinship, "-lmm", 4, *options)
        return result.path(".assoc.txt").read_bytes()

    def check(self, *options):
        self.assertEqual(self.association(*options), self.expected)
        kinship = loom(self.folder, "gk", *options).kinship
        self.assertEqual(kinship.read_bytes(), self.kinship.read_bytes())

    def convert(self, name, *options):
        out = self.folder / name
        plink2("--bfile", self.original, *options, "--out", out)
        return out

    def test_bgen_with_zlib(self):
        out = self.convert("bgen12", "--export", "bgen-1.2", "bits=8")
        self.check("-bgen", f"{out}.bgen")

    def test_bgen_with_zstd(self):
        out = self.convert("bgen13", "--export", "bgen-1.3")
        self.check("-bgen", f"{out}.bgen")

    def test_bgen_with_ref_first(self):
        out = self.convert("bgenref", "--export", "bgen-1.3", "ref-first", "bits=3")
        self.check("-bgen", f"{out}.bgen", "-ref-first")

    def test_bgen_with_a_sample_file_elsewhere(self):
        out = self.convert("bgensample", "--export", "bgen-1.2", "bits=1")
        samples = pathlib.Path(f"{out}.sample").rename(self.folder / "others.sample")
        self.check("-bgen", f"{out}.bgen", "-sample", samples)

    def test_pgen(self):
        self.check("-pfile", self.convert("pgen", "--make-pgen"))

    def test_pgen_with_a_compressed_pvar(self):
        out = self.convert("pgenvzs", "--make-pgen", "vzs")
        self.assertTrue(pathlib.Path(f"{out}.pvar.zst").exists())
        self.check("-pfile", out)

    def test_pgen_with_records_of_one_size(self):
        self.check("-pfile", self.convert("pgen2", "--make-pgen", "format=2"))

    def test_pgen_with_bim_and_fam(self):
        self.check("-pfile", self.convert("bpgen", "--make-bpgen"))


class Dosages(GemmaTest):
    """plink2 keeps dosages of ALT in steps of 1/16384 in .pgen files; in .bgen files they are those
    of probabilities in steps of 1/255."""

    # Dosages of .pgen files are rounded by half a step at most, 1/32768, and so are their means. An
    # entry of the kinship is a mean of products of two deviations, each at most 2.
    ROUNDED = 8 / 32768

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        vcf = write_dosages(cls.folder / "d.vcf", samples=80, snps=200)
        plink2("--vcf", vcf, "dosage=DS", "--export", "bgen-1.2", "bits=8", "--out",
               cls.folder / "bgen")
        plink2("--bgen", cls.folder / "bgen.bgen", "ref-last", "--sample",
               cls.folder / "bgen.sample", "--make-pgen", "--export", "A", "--out",
               cls.folder / "pgen")
        cls.bgen, cls.pgen = [
            loom(cls.folder, "gk", *options, "-miss", 1, "-maf", 0).matrix(".cXX.txt")
            for options in (["-bgen", cls.folder / "bgen.bgen"], ["-pfile", cls.folder / "pgen"])]

    def test_both_formats_agree(self):
        self.assertGreater(largest_difference(self.bgen, self.pgen), 0)
        self.assertLessEqual(largest_difference(self.bgen, self.pgen), self.ROUNDED)

    def test_dosages_are_those_that_plink2_has(self):
        lines = (self.folder / "pgen.raw").read_text().splitlines()[1:]
        columns = zip(*[line.split()[6:] for line in lines])
        expected = centred_kinship(
            [[None if text == "NA" else float(text) for text in column] for column in columns])
        # It prints six digits of a dosage, of the same file.
        self.assertLessEqual(largest_difference(self.pgen, expected), 1e-5)
        self.assertLessEqual(largest_difference(self.bgen, expected), self.ROUNDED)


if __name__ == "__main__":
    unittest.main()
