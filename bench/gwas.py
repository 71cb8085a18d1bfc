#!/usr/bin/env python3
"""Times `loom` beside GEMMA, JAMMA and plink2 and prints tables for README.md.

Every program runs as its user would run it, as a whole process from the same files, with every core;
runs of the programs alternate, so that a slower minute of the machine meets all of them. The
comparison is fair to GEMMA: its OpenBLAS is told which kernels suit the processor (by itself it does
not know recent ones), and its log is checked for that; plink2 gets the same. The kinship matrix that
`lmm` takes is GEMMA's text, except where a row says otherwise. JAMMA (PyPI) writes binary matrices,
GEMMA and Loom text. plink2 has no mixed model: its row is the kinship matrix (`--make-rel`).

    bench/gwas.py                           mouse data, five runs of each
    bench/gwas.py --data-set medium         5,000 samples x 50,000 SNPs, simulated
    bench/gwas.py --data-set wide           2,000 samples x 500,000 SNPs, simulated
    bench/gwas.py --repetitions 1 --programs gemma loom
"""

import argparse
import dataclasses
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]


@dataclasses.dataclass(frozen=True)
class DataSet:
    """Data and the analyses of it."""
    analyses: tuple
    simulate: tuple = ()  # options of `loom simulate`; without them it is the mouse data


DATA_SETS = {
    "mouse": DataSet(("gk 1", "lmm 1", "lmm 4", "lmm 4, 2 covariates")),
    "medium": DataSet(("gk 1", "lmm 1"), ("--samples", "5000", "--snps", "50000")),
    "wide": DataSet(("gk 1", "lmm 1"), ("--samples", "2000", "--snps", "500000")),
}
GEMMA_OPTIONS = {
    "gk 1": ["-gk", "1"],
    "lmm 1": ["-lmm", "1", "-k", "{kinship}"],
    "lmm 4": ["-lmm", "4", "-k", "{kinship}"],
    "lmm 4, 2 covariates": ["-lmm", "4", "-k", "{kinship}", "-c", "{covariates}"],
}
# plink2 takes the founders for all samples only where it is told so.
PLINK_OPTIONS = {"gk 1": ["--make-rel", "square", "--bad-freqs", "--nonfounders"]}


def kernel_core():
    """The fastest kernels of Debian's OpenBLAS for this processor."""
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    if "avx512vl" in flags:
        return "SkylakeX"
    if "avx2" in flags:
        return "Haswell"
    sys.exit("gwas: this processor has no AVX2; nothing is known about the right kernels")


def environment(program):
    """The right kernels on all cores for those that cannot choose; Loom as it is, whatever the
    caller's shell has."""
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("OPENBLAS_", "OMP_", "LOOM_", "JAMMA_"))}
    if program == "jamma":
        return clean | {"JAMMA_NO_TELEMETRY": "1"}
    if program == "loom":
        return clean
    cores = len(os.sched_getaffinity(0))
    return clean | {"OPENBLAS_CORETYPE": kernel_core(), "OPENBLAS_NUM_THREADS": str(cores)}


def run(command, env):
    """Runs a command once; returns seconds and MiB at the peak."""
    start = time.perf_counter()
    child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    complaint = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"gwas: {command}: exit {child.returncode}\n{complaint.decode()}")
    return seconds, usage.ru_maxrss / 1024


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.data_set = DATA_SETS[options.data_set]
        self.bfile = self.data()
        self.files = {"kinship": folder / "kinship.cXX.txt", "covariates": folder / "covariates.txt"}
        self.write_covariates()
        self.measure("gemma", "gk 1", "kinship")

    def data(self):
        if not self.data_set.simulate:
            return self.options.data.resolve() / "mouse_hs1940"
        prefix = self.folder / self.options.data_set
        subprocess.run([self.options.loom, "simulate", *self.data_set.simulate, "--out", prefix],
                       check=True, stdout=subprocess.DEVNULL)
        return prefix

    def write_covariates(self):
        samples = sum(1 for _ in open(f"{self.bfile}.fam"))
        draw = random.Random(1940)
        self.files["covariates"].write_text(
            "".join(f"{draw.gauss(3, 1):.6f}\t{draw.uniform(1, 2):.6f}\n" for _ in range(samples)))

    def command(self, program, analysis, prefix):
        """The command line, or None where the program has no such analysis."""
        if program == "plink2":
            if analysis not in PLINK_OPTIONS:
                return None
            return ["plink2", "--bfile", self.bfile, *PLINK_OPTIONS[analysis],
                    "--out", self.folder / prefix]
        start = {"gemma": ["gemma"], "loom": [self.options.loom, "gemma"],
                 "jamma": [self.options.jamma]}[program]
        rest = [option.format(**self.files) for option in GEMMA_OPTIONS[analysis]]
        return [*start, "-bfile", self.bfile, *rest, "-outdir", self.folder, "-o", prefix]

    def measure(self, program, analysis, prefix):
        # JAMMA keeps a binary copy of the kinship matrix beside it, which would spare it the text.
        for cache in self.folder.glob("kinship.*.npy"):
            cache.unlink()
        result = run(self.command(program, analysis, prefix), environment(program))
        if program == "gemma":
            self.check_kernels(prefix)
        return result

    def check_kernels(self, prefix):
        log = (self.folder / f"{prefix}.log.txt").read_text()
        cores = [line.split("=")[1].strip() for line in log.splitlines() if "arch  " in line]
        if cores != [kernel_core()]:
            sys.exit(f"gwas: GEMMA ran the kernels {cores}, not {kernel_core()}")

    def same_lines(self):
        """How many result lines of the latest runs of GEMMA and Loom are the same text."""
        results = [(self.folder / f"{program}.assoc.txt").read_text().splitlines()[1:]
                   for program in ("gemma", "loom")]
        return "{:,} of {:,}".format(sum(a == b for a, b in zip(*results)), max(map(len, results)))

    def compare(self, analysis):
        """Rows of the table."""
        programs = [program for program in self.options.programs
                    if self.command(program, analysis, program)]
        runs = {program: [] for program in programs}
        for repetition in range(self.options.repetitions):
            # Each program goes first in its turn.
            turn = repetition % len(programs)
            for program in programs[turn:] + programs[:turn]:
                runs[program].append(self.measure(program, analysis, program))
        medians = {program: [statistics.median(column) for column in zip(*runs[program])]
                   for program in programs}
        for program in programs:
            times = [seconds for seconds, _ in runs[program]]
            seconds, memory = medians[program]
            faster, smaller = (medians[program][i] / medians["loom"][i] for i in (0, 1))
            same = self.same_lines() if program == "gemma" and "lmm" in analysis else ""
            print(f"| `{analysis}` | {program} | {seconds:.2f} s ({min(times):.2f} to "
                  f"{max(times):.2f}) | {faster:.1f}x | {memory:.0f} MiB | {smaller:.1f}x | {same} |",
                  flush=True)


def facts(options):
    """What the numbers hold for."""
    cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line)
    gemma = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "gemma"], capture_output=True,
                           text=True).stdout
    table = subprocess.run([options.loom, "backends"], capture_output=True, text=True, check=True,
                           env=environment("loom")).stdout
    blas = table.partition("\nblas ")[2]
    version, isa = (blas.partition(f"    {name}")[2].partition("\n")[0].strip()
                    for name in ("version", "ISA"))
    jamma = ""
    if "jamma" in options.programs:
        text = subprocess.run([options.jamma, "--version"], capture_output=True, text=True,
                              env=environment("jamma")).stdout.splitlines()
        jamma = f" {text[0].strip()}." if text else ""
    return (f"{cpu}, {len(os.sched_getaffinity(0))} cores. GEMMA {gemma}, OpenBLAS with its "
            f"{kernel_core()} kernels.{jamma} Loom under `-be auto`: {version}, {isa}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-set", choices=DATA_SETS, default="mouse")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--programs", nargs="+", choices=["gemma", "jamma", "plink2", "loom"],
                        help="default: all that are there")
    parser.add_argument("--loom", type=pathlib.Path, default=ROOT / "build/release/loom")
    parser.add_argument("--jamma", default=shutil.which("jamma"), help="the program of that name")
    parser.add_argument("--data", type=pathlib.Path, default=ROOT / "build/data",
                        help="folder of mouse_hs1940, as scripts/data makes it")
    options = parser.parse_args()
    options.loom = options.loom.resolve()
    if options.programs is None:
        options.programs = ["gemma", "plink2", "loom"] + (["jamma"] if options.jamma else [])
    elif not {"gemma", "loom"} <= set(options.programs):
        parser.error("gemma makes the kinship matrix and loom is what the others are compared with")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, pathlib.Path(folder))
        print(f"Medians of {options.repetitions} (lowest to highest), wall time and peak memory.")
        print(f"{facts(options)}\n")
        print("| analysis | program | time | Loom is faster | peak memory | Loom takes less |"
              " lines as GEMMA's |")
        print("|---|---|---|---|---|---|---|")
        for analysis in bench.data_set.analyses:
            bench.compare(analysis)


if __name__ == "__main__":
    main()
