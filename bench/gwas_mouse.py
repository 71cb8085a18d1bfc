#!/usr/bin/env python3
"""Times `loom` beside `gemma` on the mouse data and prints a table for README.md.

The comparison is fair to GEMMA: its OpenBLAS is told which kernels suit the processor (by itself it
does not know recent ones) and may use every core; GEMMA's own log is checked for that. Runs of the
two programs alternate, so that a slower minute of the machine meets both. Both read the same files,
and the kinship matrix that `lmm` takes is GEMMA's.

    bench/gwas_mouse.py                     five runs of each, about three minutes
    bench/gwas_mouse.py --repetitions 1     does it work?
"""

import argparse
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
ANALYSES = {
    "gk 1": ["-gk", "1"],
    "lmm 1": ["-lmm", "1", "-k", "{kinship}"],
    "lmm 4": ["-lmm", "4", "-k", "{kinship}"],
    "lmm 4, 2 covariates": ["-lmm", "4", "-k", "{kinship}", "-c", "{covariates}"],
}
PROGRAMS = ["gemma", "loom"]


def kernel_core():
    """The fastest kernels of Debian's OpenBLAS for this processor."""
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    if "avx512vl" in flags:
        return "SkylakeX"
    if "avx2" in flags:
        return "Haswell"
    sys.exit("gwas_mouse: this processor has no AVX2; nothing is known about the right kernels")


def environment(program):
    """GEMMA with the right kernels on all cores; Loom as it is, whatever the caller's shell has."""
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("OPENBLAS_", "OMP_", "LOOM_"))}
    if program == "loom":
        return clean
    cores = len(os.sched_getaffinity(0))
    return clean | {"OPENBLAS_CORETYPE": kernel_core(), "OPENBLAS_NUM_THREADS": str(cores)}


class Bench:
    def __init__(self, loom, data, folder):
        self.loom = loom
        self.bfile = data / "mouse_hs1940"
        self.folder = folder
        self.files = {"kinship": folder / "kinship.cXX.txt",
                      "covariates": write_covariates(folder / "covariates.txt")}
        self.measure("gemma", "gk 1", "kinship")

    def measure(self, program, analysis, prefix):
        """Runs once; returns seconds and MiB at the peak."""
        command = ["gemma"] if program == "gemma" else [self.loom, "gemma"]
        options = [option.format(**self.files) for option in ANALYSES[analysis]]
        command += ["-bfile", self.bfile, *options, "-outdir", self.folder, "-o", prefix]
        start = time.perf_counter()
        child = subprocess.Popen(command, env=environment(program), stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE)
        complaint = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"gwas_mouse: {command}: exit {child.returncode}\n{complaint.decode()}")
        if program == "gemma":
            self.check_kernels(prefix)
        return seconds, usage.ru_maxrss / 1024

    def check_kernels(self, prefix):
        log = (self.folder / f"{prefix}.log.txt").read_text()
        cores = [line.split("=")[1].strip() for line in log.splitlines() if "arch  " in line]
        if cores != [kernel_core()]:
            sys.exit(f"gwas_mouse: GEMMA ran the kernels {cores}, not {kernel_core()}")

    def same_lines(self):
        """How many result lines of the latest runs are the same text, and of how many."""
        results = [(self.folder / f"{program}.assoc.txt").read_text().splitlines()[1:]
                   for program in PROGRAMS]
        return sum(a == b for a, b in zip(*results)), max(map(len, results))

    def compare(self, analysis, repetitions):
        """One row of the table."""
        runs = {program: [] for program in PROGRAMS}
        for repetition in range(repetitions):
            # Each program goes first every other time.
            for program in PROGRAMS[::-1 if repetition % 2 else 1]:
                runs[program].append(self.measure(program, analysis, program))
        cells = [f"`{analysis}`"]
        for unit, number in (("s", ".2f"), ("MiB", ".0f")):
            values = [[run[unit == "MiB"] for run in runs[program]] for program in PROGRAMS]
            middle = [statistics.median(some) for some in values]
            cells += [f"{median:{number}} {unit} ({min(some):{number}} to {max(some):{number}})"
                      for median, some in zip(middle, values)]
            cells.append(f"**{middle[0] / middle[1]:.1f}x**")
        cells.append("{:,} of {:,}".format(*self.same_lines()) if "lmm" in analysis else "")
        return f"| {' | '.join(cells)} |"


def write_covariates(path):
    draw = random.Random(1940)
    path.write_text("".join(f"{draw.gauss(3, 1):.6f}\t{draw.uniform(1, 2):.6f}\n"
                            for _ in range(1940)))
    return path


def facts(loom):
    """What the numbers hold for."""
    cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line)
    gemma = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "gemma"], capture_output=True,
                           text=True).stdout
    table = subprocess.run([loom, "backends"], capture_output=True, text=True, check=True,
                           env=environment("loom")).stdout
    blas = table.partition("\nblas ")[2]
    version, isa = (blas.partition(f"    {name}")[2].partition("\n")[0].strip()
                    for name in ("version", "ISA"))
    return (f"{cpu}, {len(os.sched_getaffinity(0))} cores. GEMMA {gemma}, OpenBLAS with its "
            f"{kernel_core()} kernels. Loom under `-be auto`: {version}, {isa}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--loom", type=pathlib.Path, default=ROOT / "build/release/loom")
    parser.add_argument("--data", type=pathlib.Path, default=ROOT / "build/data",
                        help="folder of mouse_hs1940, as scripts/data makes it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.loom.resolve(), options.data.resolve(), pathlib.Path(folder))
        print(f"Medians of {options.repetitions} (lowest to highest), wall time and peak memory.")
        print(f"{facts(options.loom.resolve())}\n")
        print("| analysis | GEMMA | Loom | faster | GEMMA | Loom | less memory | same lines |")
        print("|---|---|---|---|---|---|---|---|")
        for analysis in ANALYSES:
            print(bench.compare(analysis, options.repetitions), flush=True)


if __name__ == "__main__":
    main()
