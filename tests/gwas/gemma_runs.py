"""Runs `gemma` and the `loom` command on example data and compares what they write.

LOOM is the path of the command, LOOM_DATA the folder that scripts/data fills. What GEMMA computed
is kept beside that folder, under a name made of its version, its command line and the content of
its input, so that a second run of the tests is quick; the tests of several files may run at the
same time.
"""

import fcntl
import hashlib
import math
import operator
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import unittest

LOOM = os.environ["LOOM"]
DATA = pathlib.Path(os.environ["LOOM_DATA"]).resolve()
MOUSE = DATA / "mouse_hs1940"
CACHE = DATA.parent / "gemma-cache"


def bimbam(geno, pheno, annotation):
    """The options of both programs for a data set of this format."""
    return ["-g", geno, "-p", pheno, "-a", annotation]


MOUSE_BIMBAM = bimbam(*(DATA / f"mouse_hs1940.{kind}" for kind in
                        ["geno.txt.gz", "pheno.txt", "anno.txt"]))
BXD = bimbam(*(DATA / f"BXD_{kind}" for kind in ["geno.txt.gz", "pheno.txt", "snps.txt"]))

# Both programs print statistics with seven digits and round them, so that equal results may differ
# by one unit in the last digit: 1e-6 of a number that begins with 1.
PRINTED = 1.0000001e-6

# What a line says of its SNP rather than of the model; compared as text.
SNP_COLUMNS = ["chr", "rs", "ps", "n_miss", "n_mis", "n_obs", "allele1", "allele0", "af"]

# What the logs say of SNPs.
SNP_COUNTS = ["number of total SNPs/var", "number of analyzed SNPs/var"]


def kernel_core():
    """The kernels that OpenBLAS should use here; GEMMA's does not know recent processors."""
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    return "SkylakeX" if "avx512vl" in flags else "Haswell" if "avx2" in flags else None


def gemma_environment():
    """One thread: with more, the last digits of GEMMA's results change from run to run."""
    core = {"OPENBLAS_CORETYPE": kernel_core()} if kernel_core() else {}
    return os.environ | core | {"OPENBLAS_NUM_THREADS": "1"}


def loom_environment():
    """As a user has it who never heard of OpenBLAS: Loom finds the right kernels itself."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith("OPENBLAS_")}


class Result:
    """The files of one run, of either program."""

    def __init__(self, folder):
        self.folder = folder

    def path(self, suffix):
        return self.folder / f"result{suffix}"

    @property
    def kinship(self):
        """The path of the kinship matrix, centred or standardised."""
        centred = self.path(".cXX.txt")
        return centred if centred.exists() else self.path(".sXX.txt")

    def matrix(self, suffix):
        return read_matrix(self.path(suffix))

    def log(self):
        """The entries "## name = value" of the log."""
        lines = self.path(".log.txt").read_text().splitlines()
        entries = [line[2:].split("=", 1) for line in lines if "=" in line]
        return {name.strip(): value.strip() for name, value in entries}

    def association(self):
        """The columns of the association file by name, statistics as numbers."""
        lines = self.path(".assoc.txt").read_text().splitlines()
        header, *rows = [line.split("\t") for line in lines]
        columns = dict(zip(header, zip(*rows)))
        for name in columns.keys() - set(SNP_COLUMNS):
            columns[name] = [float(text) for text in columns[name]]
        return columns


def read_matrix(path):
    with open(path) as file:
        return [[float(text) for text in line.split()] for line in file]


def run(command, environment):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          env=environment)
    if done.returncode != 0:
        raise AssertionError(f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def digest(path):
    """The content of an input: of a file, or of PLINK files where `path` is their prefix."""
    files = [path] if path.exists() else [pathlib.Path(f"{path}.{kind}")
                                          for kind in ("bed", "bim", "fam")]
    content = hashlib.blake2b()
    for file in files:
        content.update(file.read_bytes())
    return content.hexdigest()


def cache_key(command):
    version = run(["dpkg-query", "-W", "gemma"], os.environ).stdout
    words = [digest(word) if isinstance(word, pathlib.Path) else str(word) for word in command]
    return hashlib.blake2b("\n".join([version, *words]).encode(), digest_size=12).hexdigest()


def data_options(bfile, data):
    """`data` itself, or what says that it is PLINK files."""
    return data or ["-bfile", bfile]


def gemma(*arguments, bfile=MOUSE, data=None):
    """GEMMA's result, computed at most once. Arguments that are paths are inputs."""
    command = ["gemma", *data_options(bfile, data), *arguments]
    CACHE.mkdir(exist_ok=True)
    kept = CACHE / cache_key(command)
    with open(f"{kept}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            work = pathlib.Path(tempfile.mkdtemp(dir=CACHE))
            try:
                run([*command, "-outdir", work, "-o", "result"], gemma_environment())
                work.rename(kept)
            finally:
                shutil.rmtree(work, ignore_errors=True)
    return Result(kept)


def relative(a, b, scale=0.0):
    """The difference of two numbers relative to the larger one, or to `scale` where that is more;
    infinite where one of them does not exist."""
    if math.isnan(a) or math.isnan(b):
        return 0.0 if math.isnan(a) and math.isnan(b) else math.inf
    return 0.0 if a == b else abs(a - b) / max(abs(a), abs(b), scale)


def differences(expected, found):
    """For each statistic the relative difference of every SNP.

    An effect is known to a fraction of its standard error and may be as near to zero as chance has
    it: its difference is relative to the larger of the two.
    """
    result = {}
    for name in expected.keys() - set(SNP_COLUMNS):
        scales = expected["se"] if name == "beta" else [0.0] * len(expected[name])
        scales = [0.0 if math.isnan(scale) else scale for scale in scales]
        result[name] = list(map(relative, expected[name], found[name], scales))
    return result


def describe(found_differences, names):
    """A line for each statistic with its largest difference and the SNP that has it."""
    worst = {name: max(zip(values, names)) for name, values in found_differences.items()}
    return "\n".join(f"{name}: {value:.3g} at {snp}"
                     for name, (value, snp) in sorted(worst.items()))


def largest(matrix):
    return max(max(map(abs, row)) for row in matrix)


def largest_difference(a, b):
    """Of two matrices of the same shape."""
    return max(max(map(abs, map(operator.sub, one, other))) for one, other in zip(a, b))


def multiply(matrix, vector):
    return [sum(map(operator.mul, row, vector)) for row in matrix]


def write_covariates(path):
    """Two covariates of all mice, neither constant and far from zero; 39 mice lack the second."""
    draw = random.Random(1940)
    rows = []
    for i in range(1940):
        second = "NA" if i % 50 == 7 else f"{draw.uniform(1, 2):.6f}"
        rows.append(f"{draw.gauss(3, 1):.6f}\t{second}\n")
    path.write_text("".join(rows))
    return path


def write_environment(path, samples=1940):
    """A number for each sample, far from centred; some samples lack it."""
    draw = random.Random(1941)
    path.write_text("".join("NA\n" if i % 51 == 5 else f"{draw.gauss(2, 1):.6f}\n"
                            for i in range(samples)))
    return path


def write_snp_list(path, step):
    """The names of every `step`-th SNP of the mouse data, and one that no data set has."""
    lines = pathlib.Path(f"{MOUSE}.bim").read_text().splitlines()
    names = [line.split()[1] for line in lines[::step]]
    path.write_text("".join(f"{name}\n" for name in [*names, "no-such-snp"]))
    return path


def write_mice_with_gaps(prefix, snps=3000):
    """The first SNPs of the mouse data with up to a tenth of their genotypes made missing, since
    the original has no missing ones."""
    draw = random.Random(12226)
    samples, row_bytes = 1940, 485
    bed = bytearray(pathlib.Path(f"{MOUSE}.bed").read_bytes()[:3 + snps * row_bytes])
    for snp in range(snps):
        for sample in draw.sample(range(samples), snp % 11 * samples // 100):
            byte, shift = 3 + snp * row_bytes + sample // 4, sample % 4 * 2
            bed[byte] = bed[byte] & ~(3 << shift) | 1 << shift
    pathlib.Path(f"{prefix}.bed").write_bytes(bed)
    with open(f"{MOUSE}.bim") as bim:
        pathlib.Path(f"{prefix}.bim").write_text("".join(next(bim) for _ in range(snps)))
    shutil.copy(f"{MOUSE}.fam", f"{prefix}.fam")
    return prefix


class GemmaTest(unittest.TestCase):
    """A test that runs both programs; `folder` holds its files and goes when it is done."""

    longMessage = True

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))

    @classmethod
    def loom(cls, subcommand, *options, bfile=MOUSE, data=None):
        """Loom's result: loom("lmm", "-k", file)."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=cls.folder))
        run([LOOM, subcommand, *data_options(bfile, data), *options, "-outdir", folder,
             "-o", "result"], loom_environment())
        return Result(folder)

    @classmethod
    def both(cls, subcommand, *options, **data):
        """The results of GEMMA and Loom for the same options."""
        return gemma(*options, **data), cls.loom(subcommand, *options, **data)

    def assert_same_association(self, expected, found, tolerance=PRINTED, but=(), lost=0):
        """Of two results: the same columns, SNPs in the same order, and statistics that agree; the
        statistics `but` may differ. At most `lost` SNPs may have nan in GEMMA's result and numbers
        in the other."""
        expected, found = expected.association(), found.association()
        self.assertEqual(list(found), list(expected))
        for name in found.keys() & set(SNP_COLUMNS):
            self.assertEqual(found[name], expected[name], name)
        by_column = differences(expected, found)
        gone = set()
        for name in by_column if lost else ():
            for i, value in enumerate(expected[name]):
                if math.isnan(value) and math.isfinite(found[name][i]):
                    by_column[name][i] = 0
                    gone.add(i)
        self.assertLessEqual(len(gone), lost)
        for name in but:
            by_column.pop(name, None)
        report = describe(by_column, expected["rs"])
        print(f"{self.id()}\n{report}")
        worst = max(max(values) for values in by_column.values())
        self.assertLessEqual(worst, tolerance, f"\n{report}")

    def assert_same_null_model(self, expected, found, but=()):
        """What the logs of two runs say about samples, SNPs and the model without a SNP; the
        entries `but` may differ."""
        expected, found = expected.log(), found.log()
        for name in ["number of total individuals", "number of analyzed individuals",
                     "number of covariates", *SNP_COUNTS]:
            if name not in but:
                self.assertEqual(found[name], expected[name], name)
        for name in ["REMLE log-likelihood in the null model",
                     "MLE log-likelihood in the null model",
                     "pve estimate in the null model", "se(pve) in the null model",
                     "vg estimate in the null model", "ve estimate in the null model"]:
            if name not in but:
                self.assert_printed_alike(expected[name], found[name], name)
        errors = expected["se(beta)"].split()
        self.assertEqual(len(found["se(beta)"].split()), len(errors))
        for a, b in zip(errors, found["se(beta)"].split()):
            self.assert_printed_alike(a, b, "se(beta)")
        betas = [log["beta estimate in the null model"].split() for log in (expected, found)]
        for a, b, error in zip(*betas, errors, strict=True):
            self.assertLessEqual(relative(float(a), float(b), float(error)), 1e-5, "beta")

    def assert_printed_alike(self, expected, found, name):
        """Equal up to one unit in the last of six digits."""
        a, b = float(expected), float(found)
        if math.isnan(a) or a == 0:
            self.assertEqual(found.lstrip("-"), expected.lstrip("-"), name)
            return
        unit = 10.0 ** (math.floor(math.log10(abs(a))) - 5)
        self.assertLessEqual(abs(a - b), 1.001 * unit, f"{name}: {found} for {expected}")
