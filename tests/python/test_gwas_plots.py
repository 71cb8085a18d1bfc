"""The pictures show what they should, and packages that are missing are named."""

import sys

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import scipy.stats
from command import loom_command
from matplotlib.collections import PathCollection

import loom

matplotlib.use("Agg")


@pytest.fixture(scope="module")
def association(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plots")
    loom_command("simulate", "-o", folder / "d", "-n", 150, "-p", 2000, "--chromosomes", 5,
                 "--causal", 3, "--h2", 0.9)  # fmt: skip
    return loom.gwas.gwas(folder / "d", test="all")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def points(ax):
    """The offsets of all scattered points."""
    return np.concatenate([collection.get_offsets() for collection in ax.collections
                           if isinstance(collection, PathCollection)])  # fmt: skip


def test_manhattan(association, tmp_path):
    ax = association.manhattan()
    p = association.to_numpy("p_wald")
    hits = p[p < 5e-8]
    assert len(points(ax)) == len(p) + len(hits)
    assert points(ax)[:, 1].max() == pytest.approx(-np.log10(p.min()))
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1", "2", "3", "4", "5"]
    assert ax.lines[0].get_ydata()[0] == pytest.approx(-np.log10(5e-8))
    assert ax.get_ylabel() == "$-\\log_{10}$ p (Wald)"
    assert ax.get_ylim()[1] > -np.log10(5e-8)
    ax.figure.savefig(tmp_path / "m.png")


def test_manhattan_keeps_chromosomes_apart(association):
    ax = association.manhattan(threshold=None)
    parts = [collection.get_offsets()[:, 0] for collection in ax.collections]
    assert len(parts) == 5
    for before, after in zip(parts, parts[1:], strict=False):
        assert before.max() < after.min()


def test_manhattan_options(association):
    _, ax = plt.subplots()
    assert association.manhattan(ax, p="p_score", threshold=None, label=2) is ax
    assert len(ax.lines) == 0
    best = association.top(1, by="p_score")[0]["rs"]
    assert ax.texts[0].get_text() == best
    assert len(ax.texts) == 2
    assert "score" in ax.get_ylabel()


def test_places_of_snps_without_a_position():
    along = loom.gwas.plots._along
    assert along(np, np.array([-9, 100, 0, 150, -9])).tolist() == [0, 0, 0, 50, 50]
    assert along(np, np.array([0, 0, 0])).tolist() == [0, 1, 2]


def test_qq(association, tmp_path):
    ax = association.qq()
    found = points(ax)
    assert len(found) == len(association)
    assert ax.get_title() == f"$\\lambda_{{GC}}$ = {association.lambda_gc():.3f}"
    assert ax.get_xlabel() == "expected $-\\log_{10}$ p"
    assert np.all(np.diff(found[:, 0]) < 0)
    ax.figure.savefig(tmp_path / "q.png")


def test_lambda_gc(association):
    median = np.median(scipy.stats.chi2.isf(association.to_numpy("p_lrt"), 1))
    expected = median / scipy.stats.chi2.ppf(0.5, 1)
    assert association.lambda_gc("p_lrt") == pytest.approx(expected, rel=1e-9)


def test_packages_that_are_missing_are_named(association, monkeypatch):
    for package in ("matplotlib", "matplotlib.pyplot", "pandas", "tqdm", "tqdm.auto"):
        monkeypatch.setitem(sys.modules, package, None)
    for needs in (association.manhattan, association.qq, association.to_pandas):
        with pytest.raises(ImportError, match=r"pip install 'loom\[plots\]'"):
            needs()
    with pytest.raises(ImportError, match="this needs tqdm"):
        loom.gwas.gwas("nowhere", progress=True)
