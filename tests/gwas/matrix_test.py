#!/usr/bin/env python3
"""Command lines of GEMMA, each run by both programs on the data of GEMMA's documentation: what they
write agrees to the printed digit.

A line of a table is a command line without its files of genotypes; words that begin with @ are
files of the data set, such as @K, the kinship matrix that GEMMA made.
"""

import math
import pathlib
import unittest

from gemma_runs import (BXD, DATA, MOUSE, MOUSE_BIMBAM, PRINTED, SNP_COUNTS, GemmaTest, gemma,
                        largest, largest_difference, write_covariates, write_environment,
                        write_mice_with_gaps, write_snp_list)

HLC = DATA / "HLC"

# Of the largest number in a matrix or a vector. Both programs print ten digits; sums of thousands
# of products in another order differ by far less.
MATRIX = 1e-9
# Of a residual. A variance ratio that is right to 1e-6 leaves so much of it uncertain.
RESIDUAL = 1e-6

# 1,940 mice, of which 1,410 have the first phenotype.
ON_MOUSE = """
-gk 1
-gk 2
-gk 1 -c @covariates -r2 .6
-gk 2 -c @covariates
-gk 1 -snps @some -n 6 -maf .1 -hwe .001
-gk 2 -snps @some -notsnp
-eigen -k @K
-lmm 4 -k @K -n 6 -snps @more
-lmm 4 -k @K -n 2 -snps @some
-lmm 4 -k @K -n 3 -snps @some
-lmm 4 -k @K -n 4 -snps @some
-lmm 4 -k @K -n 5 -snps @some
-lmm 4 -k @K -lmin .1 -lmax 10 -region 3 -snps @some
-lmm 4 -k @K -region 50 -snps @some
-lmm 4 -k @K -lmin 4.3 -lmax 1e3 -snps @some
-lmm 4 -k @K -lmin 1e-3 -lmax 4.3 -snps @some
-lmm 9 -k @K -snps @some -maf .2 -hwe 1e-4
-lmm 4 -d @D -u @U -snps @some
-lmm 5 -k @K -p @phenotypes -c @covariates
-lmm 1 -k @Ks -snps @some
-lmm 4 -k @Kc -c @covariates -snps @more
-lmm 1 -k @Kc -c @covariates -snps @some
-lmm 2 -k @Kc -c @covariates -snps @some
-lmm 3 -k @Kc -c @covariates -snps @some
-lmm 9 -k @Kc -c @covariates -snps @some -r2 .6
-lm 1
-lm 2
-lm 3
-lm 4
-lm 4 -c @covariates -n 6
"""

# The first SNPs of the mice with up to a tenth of the genotypes missing.
ON_MOUSE_WITH_GAPS = """
-gk 1 -miss .2
-gk 2 -miss .2
-lmm 4 -k @K -miss .2
-lmm 9 -k @K -miss .025
-lm 4 -miss .2
"""

ON_MOUSE_BIMBAM = """
-gk 1
-gk 2
-lmm 1 -k @K
-lmm 4 -k @K
-lmm 1 -k @K -maf .1 -miss 0 -hwe .001 -n 6
-lmm 2 -k @K -snps @some -notsnp
-lmm 9 -k @K -snps @some -c @covariates
-lm 4 -snps @some -n 2
"""

# 427 livers, every hundredth of 358,499 SNPs; 21 phenotypes.
ON_HLC = """
-gk 1 -snps @some
-gk 2 -snps @some -maf .1 -miss .01
-eigen -k @K
-eigen -k @K -n 3 -p @phenotypes -c @covariates
-lmm 1 -k @K -snps @some
-lmm 2 -k @K -snps @some -p @phenotypes
-lmm 3 -k @K -snps @some -p @phenotypes -n 2
-lmm 4 -k @K -snps @some -p @phenotypes -n 21 -miss 0
-lmm 9 -k @K -snps @some -p @phenotypes -n 4 -hwe .05
-lmm 5 -k @K -p @phenotypes -n 5
-lmm 4 -k @K -snps @some -c @covariates -maf .1
-lmm 4 -k @pairs -km 2 -snps @some
-lmm 4 -k @Ks -snps @some -lmin 1e-3 -lmax 100 -region 20
-lmm 1 -k @K -snps @some -gxe @environment
-lmm 2 -k @K -snps @some -gxe @environment -c @covariates
-lm 1 -snps @some -maf 0
-lm 2 -snps @some -notsnp
-lm 3 -snps @some -c @covariates -r2 .5
-lm 4 -snps @some -p @phenotypes -n 7 -miss .001
"""

# 198 strains of mice, of which 67 have a phenotype.
ON_BXD = """
-gk 1
-gk 2 -maf .05
-gk 1 -c @covariates -maf .1
-gk 1 -loco 5
-eigen -k @K
-lmm 1 -k @K
-lmm 2 -k @K -snps @some
-lmm 3 -k @K
-lmm 4 -k @K
-lmm 9 -k @K -maf .2
-lmm 1 -k @Kc -c @covariates -maf .1
-lmm 4 -k @Kc -c @covariates -maf .1
-lmm 4 -k @K5 -loco 5
-lm 1 -c @covariates
-lm 4 -notsnp -miss 0
"""


def write_pairs(path, names, kinship):
    """The lower half of a matrix as lines of two names and a number."""
    with open(kinship) as matrix, open(path, "w") as pairs:
        for i, line in enumerate(matrix):
            for j, value in enumerate(line.split()[:i + 1]):
                pairs.write(f"{names[i]} {names[j]} {value}\n")
    return path


def write_list(path, lines, step):
    """The names of some SNPs, the second words of `lines`."""
    path.write_text("".join(f"{line.split()[1]}\n" for line in lines[::step]))
    return path


class Matrix(GemmaTest):
    """Runs a table on `data`; `files` are those that its words name."""

    data, files = None, {}
    less_exact = []  # entries of the log in which GEMMA has lost digits

    @classmethod
    def words(cls, line):
        return [cls.files[word[1:]] if word.startswith("@") else word for word in line.split()]

    def run_table(self, table):
        for line in table.split("\n")[1:-1]:
            with self.subTest(command=line):
                words = self.words(line)
                expected, found = gemma(*words, data=self.data), self.loom("gemma", *words,
                                                                           data=self.data)
                compare = {"-gk": self.compare_kinship, "-eigen": self.compare_eigenvalues,
                           "-lmm": self.compare_mixed_model, "-lm": self.compare_linear_model}
                print(f"gemma {line}")
                compare[words[0]](expected, found, words)

    def compare_kinship(self, expected, found, words):
        suffix = expected.kinship.name.removeprefix("result")
        one, other = (result.matrix(suffix) for result in (expected, found))
        self.assertEqual([len(row) for row in one], [len(row) for row in other])
        self.assertLessEqual(largest_difference(one, other), MATRIX * largest(one))
        if "-loco" not in words:  # GEMMA counts what it leaves out, too
            self.compare_counts(expected, found, "number of analyzed SNPs/var")

    def compare_eigenvalues(self, expected, found, _):
        """Vectors are not unique; eigen_test.py looks at them."""
        one, other = (result.matrix(".eigenD.txt") for result in (expected, found))
        self.assertEqual(len(one), len(other))
        self.assertLessEqual(largest_difference(one, other), MATRIX * largest(one))

    def compare_counts(self, expected, found, *names):
        for name in names:
            self.assertEqual(found.log()[name], expected.log()[name], name)

    def compare_linear_model(self, expected, found, _):
        self.compare_counts(expected, found, "number of analyzed individuals",
                            "number of covariates", "number of analyzed SNPs/var")
        self.assert_same_association(expected, found)

    def compare_mixed_model(self, expected, found, words):
        residuals = words[1] == "5"
        if "-gxe" not in words:  # where GEMMA's log has the model without the environment
            # Loom reads no SNPs for residuals; GEMMA counts what -loco leaves out, too.
            counts = SNP_COUNTS if residuals or "-loco" in words else []
            self.assert_same_null_model(expected, found, but=[*counts, *self.less_exact])
        compare = self.compare_residuals if residuals else self.compare_association
        compare(expected, found)

    def compare_residuals(self, expected, found):
        self.assertFalse(found.path(".assoc.txt").exists())
        for suffix in (".residU.txt", ".residE.txt"):
            one, other = expected.matrix(suffix), found.matrix(suffix)
            self.assertEqual(len(one), len(other))
            self.assertLessEqual(largest_difference(one, other), RESIDUAL * largest(one), suffix)

    def compare_association(self, expected, found):
        self.assert_same_association(expected, found)


class HardlyInherited(Matrix):
    """Where the variance ratio is next to nothing, GEMMA's derivatives of the likelihood subtract
    nearly equal numbers."""

    # Their error moves the place where they are zero, but hardly what depends on it.
    LAMBDA = 1e-7
    less_exact = ["se(pve) in the null model"]  # of the second derivative

    def compare_association(self, expected, found):
        self.assert_same_association(expected, found, but=["l_remle", "l_mle"], lost=4)
        expected, found = expected.association(), found.association()
        for name in expected.keys() & {"l_remle", "l_mle"}:
            for a, b in zip(expected[name], found[name], strict=True):
                if not math.isnan(a):
                    self.assertLessEqual(abs(a - b), max(self.LAMBDA, PRINTED * a), name)


class Mouse(Matrix):
    data = ["-bfile", MOUSE]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kinship = gemma("-gk", 1, data=cls.data).kinship
        eigen = gemma("-eigen", "-k", kinship, data=cls.data)
        covariates = write_covariates(cls.folder / "covariates.txt")
        phenotypes = cls.folder / "phenotypes.txt"
        phenotypes.write_text("".join(
            f"{line.split()[5]}\n" for line in
            pathlib.Path(f"{MOUSE}.fam").read_text().splitlines()))
        cls.files = {
            "K": kinship, "Ks": gemma("-gk", 2, data=cls.data).kinship,
            "Kc": gemma("-gk", 1, "-c", covariates, data=cls.data).kinship,
            "D": eigen.path(".eigenD.txt"), "U": eigen.path(".eigenU.txt"),
            "covariates": covariates, "phenotypes": phenotypes,
            "some": write_snp_list(cls.folder / "some.txt", 12),
            "more": write_snp_list(cls.folder / "more.txt", 4)}

    def test_all(self):
        self.run_table(ON_MOUSE)


class MouseWithGaps(Matrix):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = ["-bfile", write_mice_with_gaps(cls.folder / "gaps")]
        cls.files = {"K": gemma("-gk", 1).kinship}

    def test_all(self):
        self.run_table(ON_MOUSE_WITH_GAPS)


class MouseBimbam(Matrix):
    data = MOUSE_BIMBAM

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = {"K": gemma("-gk", 1, data=cls.data).kinship,
                     "covariates": write_covariates(cls.folder / "covariates.txt"),
                     "some": write_snp_list(cls.folder / "snps.txt", 12)}

    def test_all(self):
        self.run_table(ON_MOUSE_BIMBAM)


class Livers(HardlyInherited):
    data = ["-bfile", HLC]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        snps = write_list(cls.folder / "snps.txt",
                          pathlib.Path(f"{HLC}.bim").read_text().splitlines(), 100)
        names = [line.split()[1] for line in pathlib.Path(f"{HLC}.fam").read_text().splitlines()]
        kinship = gemma("-gk", 1, "-snps", snps, data=cls.data).kinship
        cls.files = {
            "K": kinship, "Ks": gemma("-gk", 2, "-snps", snps, data=cls.data).kinship,
            "pairs": write_pairs(cls.folder / "pairs.txt", names, kinship), "some": snps,
            "covariates": DATA / "HLC_covariates.txt", "phenotypes": DATA / "HLC.simu.pheno.txt",
            "environment": write_environment(cls.folder / "environment.txt", len(names))}

    def test_all(self):
        self.run_table(ON_HLC)

    def test_one_run_of_loom_is_two_of_gemma(self):
        """Loom makes the kinship of some of the SNPs that it tests."""
        lines = pathlib.Path(f"{HLC}.bim").read_text().splitlines()
        tested = write_list(self.folder / "tested.txt", lines, 50)
        expected = gemma("-lmm", 4, "-k", self.files["K"], "-snps", tested, data=self.data)
        found = self.loom("lmm", "-lmm", 4, "-ksnps", self.files["some"], "-snps", tested,
                          data=self.data)
        self.assert_same_null_model(expected, found)
        self.assert_same_association(expected, found)


class Strains(HardlyInherited):
    data = BXD

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        covariates = DATA / "BXD_covariates2.txt"
        lines = [f". {line}" for line in (DATA / "BXD_snps.txt").read_text().splitlines()]
        kinship = {name: gemma("-gk", 1, *options, data=BXD).kinship for name, options in
                   {"K": [], "Kc": ["-c", covariates, "-maf", ".1"], "K5": ["-loco", 5]}.items()}
        cls.files = kinship | {"covariates": covariates,
                               "some": write_list(cls.folder / "snps.txt", lines, 3)}

    def test_all(self):
        self.run_table(ON_BXD)


if __name__ == "__main__":
    unittest.main()
