#!/usr/bin/env python3
"""What becomes of input at which GEMMA does something odd, with GEMMA beside it.

Each test says what Loom does instead, or that it does the same. docs/edge-cases.md is the table of
all such cases, with those that other tests hold; what it says of GEMMA is checked here.
"""

import math
import pathlib
import random
import subprocess
import tempfile
import time
import unittest

from gemma_runs import (LOOM, PRINTED, GemmaTest, Result, bimbam, gemma_environment, largest,
                        largest_difference, loom_environment, relative, run)

SAMPLES, SNPS = 50, 60
SEED = 3
COPIES = {0: 2, 2: 1, 3: 0}  # of allele1, by the two bits of a .bed file
BITS = {copies: bits for bits, copies in COPIES.items()}
ROW_BYTES = (SAMPLES + 3) // 4

# GEMMA ends itself by this signal where it refuses; a shell shows 130.
REFUSED = -2


class Ended:
    """How a run ended: its status, what it printed, its files."""

    def __init__(self, command, environment, folder):
        done = subprocess.run([str(word) for word in [*command, "-outdir", folder, "-o", "result"]],
                              capture_output=True, text=True, env=environment, check=False)
        self.status, self.text = done.returncode, done.stdout + done.stderr
        self.result = Result(folder)

    def association(self):
        return self.result.association()

    def row(self, snp):
        """The statistics of one SNP by name."""
        columns = self.association()
        at = columns["rs"].index(snp)
        return {name: values[at] for name, values in columns.items()}


def read_copies(bed, snp):
    """Copies of allele1 that the samples have."""
    row = bed[3 + snp * ROW_BYTES:3 + (snp + 1) * ROW_BYTES]
    return [COPIES[row[i // 4] >> i % 4 * 2 & 3] for i in range(SAMPLES)]


def packed(copies):
    row = bytearray(ROW_BYTES)
    for i, number in enumerate(copies):
        row[i // 4] |= BITS[number] << i % 4 * 2
    return bytes(row)


def copies_of(count):
    """`count` copies of allele1 among the samples, most of them in single doses."""
    order = list(range(SAMPLES))
    random.Random(count).shuffle(order)
    copies = [0] * SAMPLES
    for at in (order * 2)[:count]:
        copies[at] += 1
    return copies


class EdgeCase(GemmaTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bfile = cls.folder / "d"
        print(f"seed {SEED}")
        run([LOOM, "simulate", "-o", cls.bfile, "-n", SAMPLES, "-p", SNPS, "--missing", 0, "--seed",
             SEED], loom_environment())
        cls.bed = pathlib.Path(f"{cls.bfile}.bed").read_bytes()
        cls.fam = cls.rows_of("fam")
        cls.phenotype = [float(row[5]) for row in cls.fam]
        run(["gemma", "-bfile", cls.bfile, "-gk", 1, "-outdir", cls.folder, "-o", "result"],
            gemma_environment())
        cls.kinship = Result(cls.folder).kinship
        cls.matrix = [line.split() for line in cls.kinship.read_text().splitlines()]

    @classmethod
    def rows_of(cls, kind):
        return [line.split() for line in
                pathlib.Path(f"{cls.bfile}.{kind}").read_text().splitlines()]

    @classmethod
    def write(cls, name, rows):
        """A table in the folder: numbers or texts, one row a line."""
        path = cls.folder / name
        path.write_text("".join(" ".join(map(str, row)) + "\n" for row in rows))
        return path

    @classmethod
    def write_column(cls, name, values):
        return cls.write(name, [[value] for value in values])

    @classmethod
    def write_bimbam(cls):
        """The data set as BIMBAM files; the options for it."""
        genotypes, places = [], []
        for snp, (chromosome, name, _, position, *alleles) in enumerate(cls.rows_of("bim")):
            genotypes.append([name, *alleles, *read_copies(cls.bed, snp)])
            places.append([name, position, chromosome])
        return bimbam(cls.write("d.geno", genotypes), cls.write_column("d.pheno", cls.phenotype),
                      cls.write("d.anno", places))

    def gemma(self, *options, data=None):
        return self.ended(["gemma"], gemma_environment(), options, data)

    def loom_as(self, subcommand, *options, data=None):
        return self.ended([LOOM, subcommand], loom_environment(), options, data)

    def ended(self, program, environment, options, data):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        return Ended([*program, *(data or ["-bfile", self.bfile]), *options], environment, folder)

    def of_both(self, *options, data=None):
        """The same GEMMA command line for both; both must do it."""
        expected = self.gemma(*options, data=data)
        found = self.loom_as("gemma", *options, data=data)
        self.assertEqual((expected.status, found.status), (0, 0), expected.text + found.text)
        return expected, found

    def check_same(self, *options, data=None):
        expected, found = self.of_both(*options, data=data)
        self.assert_same_association(expected.result, found.result)
        return found


class Refused(EdgeCase):
    """Input that GEMMA takes as it is, or breaks at without a reason that a user understands, and
    that Loom refuses. tests/error has the messages to the letter."""

    def check(self, status, text, *options, data=None):
        """GEMMA ends with `status` (None: that is chance), Loom refuses with a message that has
        `text`; returns GEMMA's run. Nothing is left behind."""
        odd = self.gemma(*options, data=data)
        if status is not None:
            self.assertEqual(odd.status, status, odd.text)
        refused = self.loom_as("gemma", *options, data=data)
        self.assertIn(refused.status, (1, 2))
        self.assertIn(text, refused.text)
        self.assertEqual(list(refused.result.folder.iterdir()), [])
        return odd

    def lmm(self, *options):
        return ["-k", self.kinship, "-lmm", 4, *options]

    def with_entry(self, text):
        """The kinship matrix with one entry above the diagonal changed."""
        matrix = [list(row) for row in self.matrix]
        matrix[0][1] = text
        return self.write(f"K.{text}", matrix)

    def test_constant_phenotype(self):
        path = self.write_column("y", [3] * SAMPLES)
        odd = self.check(0, "has the same value, 3, in all 50 analysed samples",
                         *self.lmm("-p", path)).association()
        # Rounding errors, as if they were results.
        self.assertLess(max(map(abs, odd["beta"])), 1e-6)

    def test_nan_among_phenotypes(self):
        path = self.write_column("y", ["nan", *self.phenotype[1:]])
        odd = self.check(0, "expected a finite number", *self.lmm("-p", path)).association()
        self.assertTrue(all(map(math.isnan, odd["p_wald"])))

    def test_nobody_has_a_phenotype(self):
        path = self.write_column("y", ["NA"] * SAMPLES)
        self.check(REFUSED, "can be analysed", "-p", path, "-gk", 1)

    def test_covariate_twice(self):
        path = self.write("c", [[1, i % 5, i % 5] for i in range(SAMPLES)])
        odd = self.check(REFUSED, "covariates are collinear", *self.lmm("-c", path))
        self.assertIn("matrix is singular", odd.text)

    def test_phenotype_that_is_a_covariate(self):
        path = self.write("c", [[1, y] for y in self.phenotype])
        self.check(None, "the covariates explain the phenotype", *self.lmm("-c", path))

    def test_covariate_of_words(self):
        odd = self.check(REFUSED, "expected a number",
                         *self.lmm("-c", self.write_column("c", ["male", "female"] * 25)))
        self.assertIn("matrix is singular", odd.text)
        # Beside an intercept it is a constant and so nothing, without a word.
        path = self.write("c", [[1, "male"], [1, "female"]] * 25)
        odd = self.check(0, "expected a number", *self.lmm("-c", path))
        self.assertEqual(odd.association(), self.gemma(*self.lmm()).association())

    def test_kinship_of_other_samples(self):
        few = self.write("few", self.matrix[:-1])
        narrow = self.write("narrow", [row[:-1] for row in self.matrix])
        self.check(REFUSED, "expected 50 rows", "-k", few, "-lmm", 1)
        self.check(REFUSED, "expected 50 numbers", "-k", narrow, "-lmm", 1)

    def test_nan_in_the_kinship(self):
        odd = self.check(REFUSED, "expected a finite number", "-k", self.with_entry("nan"),
                         "-lmm", 1)
        self.assertIn("50 eigenvalues close to zero", odd.text)

    def test_asymmetric_kinship(self):
        for options in ([], ["-check"]):
            self.check(0, "not symmetric", "-k", self.with_entry("5"), "-lmm", 1, *options)

    def test_decomposition_that_is_none(self):
        eigen = self.gemma("-eigen", "-k", self.kinship).result
        values, vectors = eigen.path(".eigenD.txt"), eigen.path(".eigenU.txt")
        few = self.write_column("D", values.read_text().split()[1:])
        self.check(0, "expected 50 rows", "-d", few, "-u", vectors, "-lmm", 1)
        self.check(0, "not eigenvectors", "-d", values, "-u", self.kinship, "-lmm", 1)

    def test_kinship_pairs_that_disagree(self):
        names = [row[1] for row in self.fam]
        pairs = [[names[0], names[1], .1], [names[1], names[0], .2]]
        self.check(REFUSED, "in another line", "-k", self.write("pairs", pairs), "-km", 2,
                   "-lmm", 1)

    def test_bed_file_of_another_kind(self):
        for name, magic in (("magic", b"xyz"), ("samples", b"\x6c\x1b\x00")):
            for kind in ("bim", "fam"):
                self.folder.joinpath(f"{name}.{kind}").write_bytes(
                    pathlib.Path(f"{self.bfile}.{kind}").read_bytes())
            self.folder.joinpath(f"{name}.bed").write_bytes(magic + self.bed[3:])
            data = ["-bfile", self.folder / name]
            odd = self.check(0, f"{name}.bed", *self.lmm(), data=data)
            self.assertEqual(odd.association(), self.gemma(*self.lmm()).association())

    def test_no_snp_passes(self):
        path = self.write_column("none.snps", ["no-such-snp"])
        odd = self.check(0, "no SNP passes the filters", *self.lmm("-snps", path))
        self.assertEqual(len(odd.result.path(".assoc.txt").read_text().splitlines()), 1)

    def test_chromosome_that_is_not_there(self):
        odd = self.check(0, "no SNP is on chromosome '99'", *self.lmm("-loco", 99),
                         data=self.write_bimbam())
        # A list of no SNPs is no list.
        self.assertEqual(odd.association()["rs"],
                         self.gemma(*self.lmm(), data=self.write_bimbam()).association()["rs"])

    def test_phenotype_column_twice(self):
        self.check(1, "model of several phenotypes", *self.lmm("-n", 1, 1))

    def test_weights_of_residuals(self):
        path = self.write_column("weights", [1 + i % 3 for i in range(SAMPLES)])
        self.check(0, "Loom does not have GEMMA's -widv", *self.lmm("-widv", path))

    def test_results_that_cannot_be_written(self):
        blocked = self.write_column("file", ["text"])
        for program, status in (["gemma"], 0), ([LOOM, "gemma"], 1):
            done = Ended([*program, "-bfile", self.bfile, "-lm", 1], loom_environment(),
                         blocked / "below")
            self.assertEqual(done.status, status, done.text)


class Odd(EdgeCase):
    """Results that GEMMA gives and that are wrong, late or lost."""

    def kept_covariate(self):
        """A SNP as a covariate, one of which no rounding makes R2 more than 1, and its number."""
        for snp in range(1, SNPS):
            path = self.write("c", [[1, copies] for copies in read_copies(self.bed, snp)])
            names = self.gemma("-lm", 1, "-c", path, "-r2", 1).association()["rs"]
            if {f"snp{snp}", f"snp{snp + 1}"} <= set(names):
                return path, snp
        self.fail("GEMMA drops every SNP that is a covariate")

    def test_snp_that_is_a_covariate(self):
        """All statistics are nan, and the log counts such SNPs; GEMMA has leftovers and noise."""
        path, snp = self.kept_covariate()
        names = ["beta", "se", "p_wald", "p_lrt", "p_score"]
        counted = "number of SNPs collinear with the covariates (all statistics nan)"
        for model in (["-k", self.kinship, "-lmm", 4], ["-lm", 4]):
            odd, found = self.of_both(*model, "-c", path, "-r2", 1)
            row = found.row(f"snp{snp + 1}")
            self.assertTrue(all(math.isnan(row[name]) for name in names))
            self.assertEqual(found.result.log()[counted], "1")
            self.assertFalse(math.isnan(odd.row(f"snp{snp + 1}")["p_wald"]))
            if "-lmm" in model:
                self.assertEqual(odd.row(f"snp{snp + 1}")["p_wald"], odd.row(f"snp{snp}")["p_wald"])

    def test_snp_that_is_the_phenotype(self):
        """In the linear model its effect is certain; in the mixed one no variance is left to divide
        and only the score test, which has the variance without the SNP, says something. GEMMA ends,
        or has nan and rounding errors."""
        copies = read_copies(self.bed, 10)
        options = ["-p", self.write_column("y", copies), "-maf", 0]
        odd, found = (run.row("snp11") for run in self.of_both("-lm", 4, *options))
        self.assertTrue(math.isnan(odd["p_lrt"]))
        self.assertEqual([found[name] for name in ("beta", "se", "p_wald", "p_lrt")], [1, 0, 0, 0])
        options += ["-k", self.kinship, "-lmm", 4]
        odd, found = self.gemma(*options), self.loom_as("gemma", *options).row("snp11")
        if odd.status == 0:
            self.assertEqual(odd.row("snp11")["se"], 0)
        self.assertTrue(all(math.isnan(found[name]) for name in ("beta", "p_wald", "p_lrt")))
        self.assertLess(found["p_score"], 1e-6)

    def test_interaction_that_is_the_snp(self):
        """All carriers of an allele live in one environment: nan for this SNP; GEMMA ends, or has
        numbers made of rounding errors."""
        snp = next(i for i in range(SNPS) if sum(read_copies(self.bed, i)) > 10)
        path = self.write_column("e", [int(copies > 0) for copies in read_copies(self.bed, snp)])
        options = ["-k", self.kinship, "-gxe", path, "-lmm", 4]
        odd, found = self.gemma(*options), self.loom_as("gemma", *options)
        if odd.status == 0:
            self.assertFalse(math.isnan(odd.row(f"snp{snp + 1}")["p_wald"]))
        self.assertTrue(math.isnan(found.row(f"snp{snp + 1}")["p_wald"]))
        self.assertFalse(all(map(math.isnan, found.association()["p_wald"])))

    def test_leaving_out_a_chromosome_of_plink_files(self):
        """-loco does it, whatever the format; with -bfile GEMMA wants -a, and tests every SNP."""
        annotation = self.write_bimbam()[-1]
        options = ["-k", self.kinship, "-lmm", 1, "-loco", 3]
        without = self.gemma(*options)
        self.assertEqual(without.status, REFUSED)
        self.assertIn("LOCO requires annotation file", without.text)
        odd = self.gemma(*options, "-a", annotation)
        self.assertEqual(len(set(odd.association()["chr"])), 20)
        found = self.loom_as("gemma", *options, "-a", annotation)
        self.assertIn("-a has no effect", found.text)
        self.assertEqual(set(found.association()["chr"]), {"3"})

    def test_likelihood_ratio_of_an_interaction(self):
        """-lmm 9 -gxe gives the p_lrt of -lmm 4; GEMMA has no null model there: 1 for every SNP."""
        path = self.write_column("e", [i % 2 for i in range(SAMPLES)])
        options = ["-k", self.kinship, "-gxe", path, "-maf", .2, "-lmm"]
        odd, found = self.of_both(*options, 9)
        self.assertEqual(set(odd.association()["p_lrt"]), {1})
        every = self.gemma(*options, 4).association()
        for name in ("p_lrt", "l_mle"):
            for a, b in zip(every[name], found.association()[name], strict=True):
                self.assertLessEqual(relative(a, b), PRINTED, name)

    def test_interaction_of_bimbam_genotypes(self):
        """It is that of PLINK files; GEMMA opens another file and ends."""
        path = self.write_column("e", [i % 2 for i in range(SAMPLES)])
        options = ["-k", self.kinship, "-gxe", path, "-lmm", 4]
        data = self.write_bimbam()
        self.assertNotEqual(self.gemma(*options, data=data).status, 0)
        found, expected = (self.loom_as("lmm", *options, data=d).result.path(".assoc.txt")
                           for d in (data, None))
        self.assertEqual(found.read_bytes(), expected.read_bytes())

    def test_interaction_in_the_linear_model(self):
        """loom lm tests it; GEMMA's -lm ignores -gxe. The interaction is a SNP of the product, the
        SNP itself and the environment are covariates."""
        environment = [i % 2 for i in range(SAMPLES)]
        path = self.write_column("e", environment)
        odd, found = self.of_both("-lm", 4, "-gxe", path)
        self.assertEqual(odd.association(), self.gemma("-lm", 4).association())
        phenotype = self.write_column("y", self.phenotype)
        for snp in (4, 30):
            copies = read_copies(self.bed, snp)
            product = [a * b for a, b in zip(copies, environment)]
            covariates = self.write("c", [[1, *row] for row in zip(environment, copies)])
            alone = self.gemma("-lm", 4, "-c", covariates, "-notsnp", "-r2", 1, data=[
                "-g", self.write("g", [["x", "A", "C", *product]]), "-p", phenotype])
            expected, row = alone.row("x"), found.row(f"snp{snp + 1}")
            for name in ("beta", "se", "p_wald", "p_lrt", "p_score"):
                # One unit in the last of seven digits.
                self.assertLessEqual(abs(row[name] - expected[name]), 1.01e-6 * abs(expected[name]))

    def test_position_0(self):
        """It is a position."""
        data = self.write_bimbam()
        rows = [line.split() for line in data[-1].read_text().splitlines()]
        data[-1] = self.write("zero.anno", [[name, 0 if name == "snp3" else position, chromosome]
                                            for name, position, chromosome in rows])
        self.assertEqual(self.gemma("-lm", 1, data=data).status, REFUSED)
        self.assertEqual(self.loom_as("lm", data=data).row("snp3")["ps"], "0")

    def test_carriage_returns_of_the_bim_file(self):
        """They belong to the end of the line; GEMMA writes them into its results."""
        for kind in ("bed", "fam"):
            (self.folder / f"crlf.{kind}").write_bytes(
                pathlib.Path(f"{self.bfile}.{kind}").read_bytes())
        (self.folder / "crlf.bim").write_bytes(
            pathlib.Path(f"{self.bfile}.bim").read_bytes().replace(b"\n", b"\r\n"))
        odd, found = self.of_both("-lm", 1, data=["-bfile", self.folder / "crlf"])
        self.assertIn(b"\r\t", odd.result.path(".assoc.txt").read_bytes())
        self.assertNotIn(b"\r", found.result.path(".assoc.txt").read_bytes())

    def test_list_of_snps_for_the_kinship(self):
        """-ksnps works; GEMMA's help has it, GEMMA does not."""
        path = self.write_column("k.snps", [f"snp{i}" for i in range(1, SNPS, 2)])
        self.assertEqual(self.gemma("-gk", 1, "-ksnps", path).status, 1)
        listed = self.gemma("-gk", 1, "-snps", path).result.matrix(".cXX.txt")
        found = self.loom_as("gemma", "-gk", 1, "-ksnps", path).result.matrix(".cXX.txt")
        self.assertLessEqual(largest_difference(listed, found), 1e-9 * largest(listed))

    def test_time_is_that_of_a_clock(self):
        """GEMMA's minutes are those of all processors together."""
        start = time.monotonic()
        log = self.loom_as("lmm", "-k", self.kinship).result.log()
        elapsed = time.monotonic() - start
        spent = float(log["total computation time"].removesuffix(" min")) * 60
        self.assertTrue(0 < spent <= elapsed, (spent, elapsed))


class Underflow(GemmaTest):
    """P values that no double holds."""

    def test_p_values_below_the_smallest_double(self):
        """They print as 0, as GEMMA has them; --log10p shows what they are."""
        bfile, samples = self.folder / "d", 300
        print(f"seed {SEED}")
        run([LOOM, "simulate", "-o", bfile, "-n", samples, "-p", 30, "--missing", 0, "--seed",
             SEED], loom_environment())
        draw = random.Random(SEED)
        row = pathlib.Path(f"{bfile}.bed").read_bytes()[3 + 9 * 75:3 + 10 * 75]
        copies = [COPIES[row[i // 4] >> i % 4 * 2 & 3] for i in range(samples)]
        phenotype = self.folder / "y"
        phenotype.write_text("".join(f"{x + draw.gauss(0, .03):.6f}\n" for x in copies))
        options = ["-bfile", bfile, "-p", phenotype, "-lm", 1, "-outdir", self.folder]
        run(["gemma", *options, "-o", "g"], gemma_environment())
        run([LOOM, "gemma", *options, "-o", "l"], loom_environment())
        run([LOOM, "lm", *options, "--log10p", "-o", "log"], loom_environment())
        rows = {name: next(line.split() for line in
                           (self.folder / f"{name}.assoc.txt").read_text().splitlines()
                           if "\tsnp10\t" in line) for name in ("g", "l", "log")}
        self.assertEqual((rows["g"][-1], rows["l"][-1]), ("0.000000e+00", "0.000000e+00"))
        self.assertEqual(rows["g"][:-1], rows["l"][:-1])
        # With F so large, log p is -(df / 2) log(1 + F / df) but for a factor of order df.
        beta, se = map(float, rows["l"][-3:-1])
        dof = samples - 2
        leading = dof / 2 * math.log10(1 + (beta / se) ** 2 / dof)
        self.assertGreater(leading, 330)
        self.assertLessEqual(abs(float(rows["log"][-1]) - leading), 3)


class Same(EdgeCase):
    """Odd or surprising, but a user who switches wants the same: Loom does what GEMMA does."""

    def test_variance_ratio_at_a_bound(self):
        """It is taken, and the log counts such searches."""
        draw = random.Random(SEED)
        effects = [draw.gauss(0, 1) for _ in range(SAMPLES)]
        genetic = [sum(float(value) * effect for value, effect in zip(row, effects))
                   for row in self.matrix]
        path = self.write_column("y", [f"{value:.8f}" for value in genetic])
        found = self.check_same("-p", path, "-k", self.kinship, "-lmm", 4)
        self.assertEqual(set(found.association()["l_remle"]), {1e5})
        self.assertRegex(found.result.log()["REML searches by where they ended"],
                         r"^\d+ upper bound$")

    def test_likelihood_that_is_convex_at_the_bound(self):
        """se(pve) is that of the curvature's magnitude. GEMMA's curvature at small variance ratios
        has lost digits."""
        draw = random.Random(29)
        path = self.write_column("y", [f"{draw.gauss(0, 1):.6f}" for _ in range(SAMPLES)])
        expected, found = (log.result.log() for log in
                           self.of_both("-p", path, "-k", self.kinship, "-lmm", 4))
        self.assertLess(float(found["pve estimate in the null model"]), 1e-4)
        a, b = (float(log["se(pve) in the null model"]) for log in (expected, found))
        self.assertGreater(b, 0)
        self.assertLessEqual(abs(a - b), 1e-3 * a)

    def test_phenotypes_of_any_unit(self):
        """The statistics scale with the phenotype; p values do not change."""
        found = []
        for unit in (1, 1e-7, 1e7):
            path = self.write_column("y", [f"{y * unit:.12e}" for y in self.phenotype])
            found.append(self.check_same("-p", path, "-k", self.kinship, "-lmm", 4).association())
        for other in found[1:]:
            for name in ("p_wald", "p_lrt", "p_score", "l_remle"):
                for a, b in zip(found[0][name], other[name], strict=True):
                    self.assertLessEqual(abs(a - b), 1.01e-6 * abs(a), name)

    def test_frequencies_at_the_threshold(self):
        """af < maf and af > 1 - maf in doubles, where 1 - 0.07 is less than 0.93."""
        counts = [1, 6, 7, 8, 29, 71, 92, 93, 94, 99]
        snps = [copies_of(count) for count in counts]
        (self.folder / "ties.bed").write_bytes(b"\x6c\x1b\x01" + b"".join(map(packed, snps)))
        self.write("ties.bim", [[1, f"c{count}", 0, count, "A", "C"] for count in counts])
        self.write("ties.fam", self.fam)
        data = ["-bfile", self.folder / "ties"]
        for maf in ("0.01", "0.06", "0.07", "0.08", "0.29"):
            with self.subTest(maf=maf):
                expected, found = self.of_both("-lm", 1, "-maf", maf, data=data)
                kept = found.association()["rs"]
                self.assertEqual(kept, expected.association()["rs"])
                if maf == "0.07":
                    self.assertIn("c7", kept)
                    self.assertNotIn("c93", kept)

    def test_snps_of_one_genotype(self):
        """They are dropped, heterozygous ones too."""
        snps = {"none": [0] * SAMPLES, "one": [1] * SAMPLES, "two": [2] * SAMPLES,
                "some": read_copies(self.bed, 5)}
        (self.folder / "mono.bed").write_bytes(b"\x6c\x1b\x01" +
                                               b"".join(map(packed, snps.values())))
        self.write("mono.bim", [[1, name, 0, 1, "A", "C"] for name in snps])
        self.write("mono.fam", self.fam)
        found = self.check_same("-lm", 1, "-maf", 0, data=["-bfile", self.folder / "mono"])
        self.assertEqual(found.association()["rs"], ("some",))
        genotypes = self.write("mono.geno", [[name, "A", "C", *copies]
                                             for name, copies in snps.items()])
        found = self.check_same("-lm", 1, "-maf", 0, data=[
            "-g", genotypes, "-p", self.write_column("y", self.phenotype)])
        self.assertEqual(found.association()["rs"], ("some",))

    def test_minus_9(self):
        """It is missing in a .fam file and a value in a file of phenotypes."""
        values = [-9 if i < 3 else y for i, y in enumerate(self.phenotype)]
        found = self.check_same("-lm", 1, "-p", self.write_column("y", values))
        self.assertEqual(found.result.log()["number of analyzed individuals"], "50")
        for kind in ("bed", "bim"):
            (self.folder / f"nine.{kind}").write_bytes(
                pathlib.Path(f"{self.bfile}.{kind}").read_bytes())
        self.write("nine.fam", [[*row[:5], y] for row, y in zip(self.fam, values)])
        found = self.check_same("-lm", 1, data=["-bfile", self.folder / "nine"])
        self.assertEqual(found.result.log()["number of analyzed individuals"], "47")

    def test_constant_covariates(self):
        """Together they are the intercept; beside others, one of them is."""
        for name, rows in (("one", [[2]] * SAMPLES), ("two", [[2, 5]] * SAMPLES),
                           ("beside", [[3, i % 7] for i in range(SAMPLES)]),
                           ("none", [[i % 7] for i in range(SAMPLES)])):
            with self.subTest(name):
                options = ["-k", self.kinship, "-c", self.write("c", rows), "-lmm", 4]
                expected, found = (r.result for r in self.of_both(*options))
                self.assert_same_association(expected, found)
                columns = "number of covariates"
                self.assertEqual(found.log()[columns], expected.log()[columns])

    def test_kinship_of_pairs(self):
        """Pairs that are not listed have a kinship of 0, without a word."""
        names = [row[1] for row in self.fam]
        pairs = [[names[i], names[j], self.matrix[i][j]] for i in range(SAMPLES)
                 for j in range(i + 1) if (i, j) != (5, 3)]
        matrix = [list(row) for row in self.matrix]
        matrix[5][3] = matrix[3][5] = "0"
        of_pairs = self.check_same("-k", self.write("pairs", pairs), "-km", 2, "-lmm", 1)
        of_matrix = self.check_same("-k", self.write("K.0", matrix), "-lmm", 1)
        self.assertEqual(of_pairs.association(), of_matrix.association())

    def test_kinship_with_negative_eigenvalues(self):
        """They count as 0, however large they are."""
        matrix = [[f"{float(value) - (.2 if i == j else 0):.10g}" for j, value in enumerate(row)]
                  for i, row in enumerate(self.matrix)]
        path = self.write("K.negative", matrix)
        found = self.check_same("-k", path, "-lmm", 4)
        self.assertFalse(any(map(math.isnan, found.association()["p_wald"])))
        values = self.loom_as("eigen", "-k", path).result.matrix(".eigenD.txt")
        self.assertGreater(sum(row[0] == 0 for row in values), 5)

    def test_kinship_depends_on_who_has_a_phenotype(self):
        """They are the samples that SNPs are filtered by, though all samples are in the matrix."""
        copies = read_copies(self.bed, 7)
        y = ["NA" if number else value for number, value in zip(copies, self.phenotype)]
        path = self.write_column("y", y)
        name = "number of analyzed SNPs/var"
        left = []
        for options in ([], ["-p", path]):
            expected, found = (r.result for r in self.of_both("-gk", 1, *options))
            one, other = expected.matrix(".cXX.txt"), found.matrix(".cXX.txt")
            self.assertLessEqual(largest_difference(one, other), 1e-9 * largest(one))
            self.assertEqual(found.log()[name], expected.log()[name])
            left.append(int(found.log()[name]))
        self.assertLess(left[1], left[0])


if __name__ == "__main__":
    unittest.main()
