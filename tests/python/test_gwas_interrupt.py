"""Ctrl-C ends an analysis within a second, in every phase, and leaves nothing behind."""

import signal
import subprocess
import sys
import time

import pytest
from command import loom_command

# Samples and SNPs that get to a phase soon and keep it busy for a second or more on two cores.
PHASES = {
    "kinship": (2500, 20000),
    "eigen-decomposition": (2500, 2000),
    "association": (800, 60000),
}
# An analysis that says when a phase begins, and what became of it.
PROGRAM = """
import signal
import sys
import loom

# Scripts that run in the background have it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
phase, output, after = sys.argv[1:]
begun = []

def show(name, done, total):
    if name == phase and not begun:
        begun.append(name)
        print("begun", flush=True)

try:
    loom.gwas.gwas(phase, output=output, progress=show)
    print("finished", flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
    if after == "end":
        raise
x = loom.ones((200, 200))
assert float(loom.sum(x @ x)) == 200**3
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Data for each phase, of its name."""
    folder = tmp_path_factory.mktemp("interrupt")
    for phase, (samples, snps) in PHASES.items():
        loom_command("simulate", "-o", phase, "-n", samples, "-p", snps, folder=folder)
    return folder


def interrupt(folder, phase, after):
    """Sends SIGINT when `phase` has begun. Returns (seconds until the call raised, until the
    program ended, its status, what it said on standard error)."""
    program = subprocess.Popen([sys.executable, "-c", PROGRAM, phase, "results/r", after],
                               cwd=folder, text=True, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)  # fmt: skip
    assert program.stdout.readline() == "begun\n", program.stderr.read()
    time.sleep(0.1)
    start = time.monotonic()
    program.send_signal(signal.SIGINT)
    assert program.stdout.readline() == "interrupted\n"
    raised = time.monotonic() - start
    _, errors = program.communicate(timeout=30)
    return raised, time.monotonic() - start, program.returncode, errors


@pytest.mark.parametrize("phase", PHASES)
def test_ends_the_program(folder, phase):
    before = sorted(folder.iterdir())
    raised, ended, status, errors = interrupt(folder, phase, "end")
    assert (status, errors.splitlines()[-1]) == (-signal.SIGINT, "KeyboardInterrupt")
    assert raised < 1
    assert ended < 1
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("phase", PHASES)
def test_a_program_may_go_on(folder, phase):
    raised, _, status, errors = interrupt(folder, phase, "go on")
    assert (status, errors) == (0, "")
    assert raised < 1
    assert not (folder / "results").exists()
