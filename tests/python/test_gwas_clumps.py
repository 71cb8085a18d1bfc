"""Clumps of results in memory are those of the command."""

import math
import warnings

import pandas
import pytest
from command import loom_command, mouse_data

import loom

MOUSE = mouse_data()
THRESHOLDS = {"p1": 1e-5, "p2": 1e-3, "r2": 0.3, "kb": 3000}


@pytest.fixture(scope="module")
def result():
    return loom.gwas.gwas(MOUSE, test="all")


@pytest.mark.parametrize("by", ["p_wald", "p_score"])
def test_clumps_are_those_of_the_command(result, tmp_path, by):
    result.write(tmp_path / "a.txt")
    options = [word for name, value in THRESHOLDS.items() for word in (f"--clump-{name}", value)]
    loom_command("clump", "-bfile", MOUSE, "--assoc", tmp_path / "a.txt", "--field", by,
                 *options, "-outdir", tmp_path, "-silence")  # fmt: skip
    expected = pandas.read_table(tmp_path / "result.clumps.txt", keep_default_na=False)
    found = result.clumps(MOUSE, by=by, **THRESHOLDS)
    assert len(found) == len(expected) > 1
    assert any(clump.members for clump in found)
    for clump, row in zip(found, expected.itertuples(), strict=True):
        assert (clump.chr, clump.rs, clump.ps) == (str(row.chr), row.rs, row.ps)
        assert (clump.first, clump.last) == (row.first, row.last)
        assert clump.members == ([] if row.members == "NONE" else row.members.split(","))
        assert math.isclose(clump.p, row.p, rel_tol=1e-6)


def test_hits_of_another_data_set_are_told(result, tmp_path):
    loom_command("simulate", "-o", tmp_path / "d", "-n", 1940, "-p", 50)
    with pytest.warns(RuntimeWarning, match="hits are not among the SNPs of the data set"):
        assert result.clumps(tmp_path / "d", p1=1e-5) == []


def test_no_hits_are_no_clumps(result):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert result.clumps(MOUSE, p1=1e-300, p2=0) == []


def test_progress_is_told(result):
    seen = []
    result.clumps(MOUSE, p1=1e-5, progress=lambda *step: seen.append(step))
    assert {phase for phase, _, _ in seen} == {"clumping"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"p1": 2}, r"\[gwas\] p1 is from 0 to 1, not 2"),
        ({"kb": -1}, r"\[gwas\] kb is from 0 to 1e\+09, not -1"),
        ({"by": "p_none"}, "no column of numbers is called 'p_none'"),
        ({"by": "ps"}, "'ps' is not a column of p values"),
    ],
)
def test_what_it_cannot_use_is_refused(result, options, message):
    with pytest.raises(loom.errors.ValueError, match=message):
        result.clumps(MOUSE, **options)
