"""loom.gwas gives what the command gives, refuses what it cannot use, and says what it did."""

import subprocess
import threading
import warnings

import numpy as np
import pandas
import pytest
from command import loom_command, mouse_data

import loom

MOUSE = mouse_data()
# Of a statistic at a SNP where a stopping test of the search for lambda falls the other way: the
# most that a step of Newton's method changes (see tests/gwas/backends_test.py).
A_STEP_APART = 1e-4


@pytest.fixture(scope="module")
def commanded(tmp_path_factory):
    """The files that the command writes for the mouse data."""
    folder = tmp_path_factory.mktemp("command")
    loom_command("gk", "-bfile", MOUSE, "-outdir", folder, "-silence")
    for test in (1, 2, 3, 4):
        loom_command("lmm", "-bfile", MOUSE, "-k", folder / "result.cXX.txt", "-lmm", test,
                     "-outdir", folder, "-o", f"lmm{test}", "-silence")  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The prefix of a small data set."""
    folder = tmp_path_factory.mktemp("small")
    loom_command("simulate", "-o", folder / "d", "-n", 80, "-p", 600)
    return folder / "d"


@pytest.fixture(scope="module")
def association(small):
    return loom.gwas.gwas(small, test="all")


def test_kinship_is_that_of_the_command(commanded, tmp_path):
    kinship = loom.gwas.kinship(MOUSE, output=tmp_path / "below" / "k")
    expected = (commanded / "result.cXX.txt").read_bytes()
    assert (tmp_path / "below" / "k.cXX.txt").read_bytes() == expected
    kinship.write(tmp_path / "again.txt")
    assert (tmp_path / "again.txt").read_bytes() == expected
    assert kinship.matrix.shape == (1940, 1940)
    assert kinship.snps == 10768
    first = MOUSE.with_suffix(".fam").read_text().split()[:2]
    assert kinship.samples[0] == tuple(first)
    assert np.shares_memory(kinship.to_numpy(), np.asarray(kinship.matrix))


@pytest.mark.parametrize(("test", "number"), [("wald", 1), ("lrt", 2), ("score", 3), ("all", 4)])
def test_association_is_that_of_the_command(commanded, tmp_path, test, number):
    result = loom.gwas.lmm(MOUSE, commanded / "result.cXX.txt", test=test, output=tmp_path / "r")
    expected = (commanded / f"lmm{number}.assoc.txt").read_bytes()
    assert (tmp_path / "r.assoc.txt").read_bytes() == expected
    result.write(tmp_path / "written.txt")
    assert (tmp_path / "written.txt").read_bytes() == expected
    assert result.summary.files == [str(tmp_path / "r.assoc.txt")]
    log = (tmp_path / "r.log.txt").read_text()
    assert f"## pve estimate in the null model = {result.null.pve:.6g}\n" in log


def test_one_call_is_kinship_and_lmm(commanded):
    both = loom.gwas.gwas(MOUSE, test="all")
    lines = (commanded / "lmm4.assoc.txt").read_text().splitlines()
    names, *rows = [line.split("\t") for line in lines]
    assert both.columns == names
    for name, texts in zip(names, zip(*rows, strict=True), strict=True):
        if name in ("chr", "rs", "allele1", "allele0"):
            assert both[name] == list(texts)
            continue
        expected = np.array(texts, dtype=float)
        # The command reads a kinship of ten digits; allele frequencies are written with three.
        limit = 5.1e-4 if name == "af" else A_STEP_APART * np.maximum(np.abs(expected), 1e-12)
        if name == "beta":  # is known to a fraction of its error, and may be near zero
            limit = A_STEP_APART * both.to_numpy("se")
        assert np.all(np.abs(both.to_numpy(name) - expected) <= limit), name


def test_nothing_is_written_without_an_output(small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    loom.gwas.lmm(small, loom.gwas.kinship(small))
    assert list(tmp_path.iterdir()) == []


def test_arrays_of_every_kind_serve(small):
    kinship = loom.gwas.kinship(small)
    rows = [line.split() for line in small.with_suffix(".fam").read_text().splitlines()]
    phenotypes = np.array([[0.0, float(row[5])] for row in rows])
    expected = loom.gwas.lmm(small, kinship)
    for given in (kinship.matrix, kinship.to_numpy(), kinship.to_numpy().tolist()):
        for table in (phenotypes, loom.asarray(phenotypes), phenotypes.tolist()):
            found = loom.gwas.lmm(small, given, phenotypes=table, phenotype=2)
            assert np.array_equal(found.to_numpy("p_wald"), expected.to_numpy("p_wald"))


@pytest.fixture
def table(small, tmp_path):
    """A file of phenotypes and covariates by the names of the samples, in another order."""
    rows = [line.split() for line in small.with_suffix(".fam").read_text().splitlines()]
    values = np.random.default_rng(80).normal(size=(80, 2)).round(4).astype(str)
    values[::9, 1] = "NA"
    lines = [" ".join([row[1], *value, "ABC"[i % 3], "1"])
             for i, (row, value) in enumerate(zip(rows, values, strict=True))]  # fmt: skip
    path = tmp_path / "table.txt"
    path.write_text("\n".join(["IID bmi height batch same", *reversed(lines)]) + "\n")
    return path


def test_several_phenotypes_give_a_result_each(small, table):
    kinship = loom.gwas.kinship(small)
    both = loom.gwas.lmm(small, kinship, phenotypes=table, phenotype=["height", "bmi"])
    assert list(both) == ["height", "bmi"]
    for name, samples in (("bmi", 80), ("height", 71)):
        alone = loom.gwas.lmm(small, kinship, phenotypes=table, phenotype=name)
        assert np.array_equal(both[name].to_numpy("p_wald"), alone.to_numpy("p_wald"))
        assert both[name].null == alone.null
        assert len(both[name].summary.analysed) == len(alone.summary.analysed) == samples
    numbered = loom.gwas.lmm(small, kinship, phenotypes=np.eye(80)[:, :3], phenotype=(3, 1))
    assert list(numbered) == [3, 1]
    with pytest.warns(RuntimeWarning, match="phenotype same has the same value, 1"):
        every = loom.gwas.lmm(small, kinship, phenotypes=numeric_part(table), phenotype=None)
    assert list(every) == ["bmi", "height"]


def numeric_part(table):
    """The table without its column of categories."""
    path = table.with_name("numbers.txt")
    rows = [line.split() for line in table.read_text().splitlines()]
    path.write_text("".join(" ".join([*row[:3], row[4]]) + "\n" for row in rows))
    return path


def test_categorical_covariates(small, table):
    rows = table.read_text().splitlines()[:0:-1]
    batch = [row.split()[3] for row in rows]
    indicators = np.array([[name == "B", name == "C"] for name in batch], dtype=float)
    codes = np.array(["ABC".index(name) for name in batch], dtype=float)
    expected = loom.gwas.gwas(small, covariates=indicators)
    for options in (
        {"covariates": table, "covariate_names": ["batch"], "categorical": ["batch"]},
        {"covariates": codes, "categorical": [1]},
    ):
        found = loom.gwas.gwas(small, **options)
        assert np.array_equal(found.to_numpy("p_wald"), expected.to_numpy("p_wald"))
        assert found.summary.covariates == 3


def test_a_kinship_is_written_with_its_samples(small, tmp_path):
    kinship = loom.gwas.kinship(small)
    kinship.write(tmp_path / "k.npy")
    names = [tuple(line.split("\t")) for line in (tmp_path / "k.id").read_text().splitlines()]
    assert names == list(kinship.samples)
    found = loom.gwas.lmm(small, tmp_path / "k.npy")
    expected = loom.gwas.lmm(small, kinship)
    assert np.array_equal(found.to_numpy("p_wald"), expected.to_numpy("p_wald"))


def test_pandas_tables_serve_and_nan_drops_a_sample(small):
    table = pandas.DataFrame({"age": np.arange(80.0), "sex": np.arange(80) % 2})
    table.loc[[3, 5], "age"] = np.nan
    result = loom.gwas.gwas(small, covariates=table)
    assert len(result.summary.analysed) == 78
    assert result.summary.without_covariate == 2
    assert result.summary.covariates == 3
    as_array = loom.gwas.gwas(small, covariates=table.to_numpy())
    assert np.array_equal(result.to_numpy("beta"), as_array.to_numpy("beta"))


def test_a_decomposition_serves_again(small):
    kinship = loom.gwas.kinship(small)
    eigen = loom.gwas.eigen(small, kinship)
    assert len(eigen) == 80
    found, expected = loom.gwas.lmm(small, eigen), loom.gwas.lmm(small, kinship)
    assert np.array_equal(found.to_numpy("p_wald"), expected.to_numpy("p_wald"))
    assert "eigh" not in [o.operation for o in found.summary.operations]


def test_snps_by_name(small, tmp_path):
    names = [f"snp{i}" for i in range(1, 600, 7)]
    (tmp_path / "list.txt").write_text("\n".join(names))
    by_name = loom.gwas.gwas(small, snps=names)
    assert set(by_name.rs) <= set(names)
    assert by_name.summary.snps_dropped["the list of SNPs"] == 600 - len(names)
    assert by_name.rs == loom.gwas.gwas(small, snps=tmp_path / "list.txt").rs


def test_filters(small):
    strict = loom.gwas.gwas(small, maf=0.2, miss=0.01)
    assert np.all((strict.to_numpy("af") >= 0.2) & (strict.to_numpy("af") <= 0.8))
    assert np.all(strict.to_numpy("n_miss") <= 0.8)
    assert set(strict.summary.snps_dropped) == {"missing genotypes", "allele frequency"}


def test_numbers_share_memory(association):
    column = association.p_wald
    assert isinstance(column, loom.Array)
    assert association.p_wald is column
    assert np.shares_memory(association.to_numpy("p_wald"), np.asarray(column))
    assert association.ps.dtype == loom.int64
    assert association.rs[0].startswith("snp")


def test_pandas_view_shares_memory(association):
    frame = association.to_pandas()
    assert list(frame.columns) == association.columns
    assert len(frame) == len(association)
    assert np.shares_memory(frame["p_wald"].to_numpy(), association.to_numpy("p_wald"))
    assert list(frame["rs"]) == association.rs


def test_columns_outlive_the_result(small):
    p = loom.gwas.gwas(small).p_wald
    assert 0 < float(loom.min(p)) <= float(loom.max(p)) <= 1


def test_top_and_rows(association):
    top = association.top(3)
    p = np.sort(association.to_numpy("p_wald"))
    assert [row["p_wald"] for row in top] == p[:3].tolist()
    assert association.top(1, by="p_lrt")[0]["p_lrt"] == association.to_numpy("p_lrt").min()
    assert association.row(0)["rs"] == association.rs[0]
    assert association.top(0) == []
    with pytest.raises(ValueError, match="at least 0, not -1"):
        association.top(-1)


def test_it_tells_what_it_did(association):
    text = repr(association)
    assert text.startswith(f"Association of {len(association)} SNPs in 80 samples; pve ")
    assert association.top(1)[0]["rs"] in text
    assert len(text.splitlines()) == 7
    summary = association.summary
    assert {o.operation for o in summary.operations} >= {"matmul", "eigh", "lmm_scan"}
    assert sum(summary.phases.values()) <= summary.seconds
    assert summary.snps_tested == len(association)
    assert summary.snps_tested + sum(summary.snps_dropped.values()) == summary.snps_total == 600
    assert "80 of 80 samples analysed" in str(summary)
    assert 0 <= association.null.pve <= 1
    assert association.null.lambda_remle > 0


def test_no_such_column(association):
    with pytest.raises(KeyError, match="p_walt"):
        association["p_walt"]
    with pytest.raises(AttributeError, match="p_walt"):
        _ = association.p_walt


def test_the_backend_of_the_calling_thread_computes(small):
    with loom.use_backend("reference"):
        result = loom.gwas.gwas(small)
    assert result.summary.backend.startswith("reference (")
    assert {o.backend for o in result.summary.operations} == {"reference"}


def test_threads(small):
    """Called from threads other than the main one, at the same time."""
    expected = loom.gwas.gwas(small).to_numpy("p_wald")
    found = []

    def analyse():
        found.append(loom.gwas.gwas(small).to_numpy("p_wald"))

    threads = [threading.Thread(target=analyse) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(np.array_equal(p, expected) for p in found)


def test_progress_is_told(small):
    told = []
    loom.gwas.gwas(small, progress=lambda *news: told.append(news))
    assert list(dict.fromkeys(phase for phase, _, _ in told)) == [
        "kinship", "eigen-decomposition", "association"]  # fmt: skip
    assert told[-1] == ("association", 600, 600)


def test_what_the_progress_raises_ends_the_run(small, tmp_path):
    def stop(phase, done, total):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        loom.gwas.gwas(small, output=tmp_path / "new" / "r", progress=stop)


def test_progress_bars(small, capsys):
    loom.gwas.gwas(small, progress=True)
    assert "association" in capsys.readouterr().err
    loom.gwas.gwas(small, progress=False)
    loom.gwas.gwas(small)  # not a terminal
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"test": "walt"}, ValueError, "test is one of wald, lrt, score, all, not 'walt'"),
        ({"test": 5}, ValueError, "test is one of"),
        ({"kind": 1}, ValueError, "kind is one of centred, standardised, not 1"),
        ({"maf": 0.7}, ValueError, "maf is from 0 to 0.5, not 0.7"),
        ({"miss": float("nan")}, ValueError, "miss is from 0 to 1, not nan"),
        ({"miss": None}, TypeError, "miss is a number, not None"),
        ({"phenotype": 0}, ValueError, "phenotype is at least 1, not 0"),
        ({"phenotype": [1, "bmi"]}, ValueError, "all asked for by number or all by name"),
        ({"phenotype": []}, ValueError, "no phenotype is asked for"),
        ({"categorical": "sex"}, TypeError, "categorical is a list, not 'sex'"),
        ({"phenotype": 1.5}, TypeError, "phenotype is an integer, not 1.5"),
        ({"lmin": 2, "lmax": 1}, ValueError, "lmin is 2, which is not below lmax, 1"),
        ({"region": 0}, ValueError, "region is from 1 to 1000, not 0"),
        ({"covariates": object()}, TypeError, "covariates is a file or an array of numbers"),
        ({"covariates": [1.0, 2.0]}, ValueError, r"\[covariates\] expected 80 rows"),
        ({"covariates": np.ones(80) * 1j}, TypeError, "expected real numbers, found complex128"),
        ({"output": "folder/"}, ValueError, "output is FOLDER/NAME"),
        ({"colour": "red"}, TypeError, "colour"),
    ],
)
def test_wrong_options(small, options, error, message):
    with pytest.raises(error, match=message):
        loom.gwas.gwas(small, **options)


def test_errors_are_those_of_loom(small, tmp_path):
    with pytest.raises(loom.errors.IoError, match="nowhere.bim: cannot open") as raised:
        loom.gwas.gwas(tmp_path / "nowhere")
    assert isinstance(raised.value, OSError)
    with pytest.raises(loom.errors.ShapeError, match=r"\[kinship\] expected shape \(80, 80\)"):
        loom.gwas.lmm(small, np.ones((80, 3)))
    with pytest.raises(loom.errors.DTypeError, match="lmm needs a kinship"):
        loom.gwas.lmm(small, None)
    with pytest.raises(loom.errors.Error, match="no SNP passes"):
        loom.gwas.gwas(small, snps=["nobody"])
    with pytest.raises(loom.errors.LinAlgError, match="every eigenvalue"):
        loom.gwas.lmm(small, np.zeros((80, 80)))


def test_warnings_reach_the_caller(small, monkeypatch):
    """A warning of the core is one of Python, at the line of the call."""
    engine = loom.gwas.analysis._engine

    class WarningEngine:
        @staticmethod
        def lmm(options, progress):
            traits, facts = engine.lmm(options, progress)
            return traits, facts | {"warnings": ["look out"]}

    monkeypatch.setattr(loom.gwas.analysis, "_engine", WarningEngine)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        loom.gwas.lmm(small, np.eye(80))
    assert [str(warning.message) for warning in caught] == ["look out"]
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"optimizer": "exact", "test": "all"}, ["--optimizer", "exact", "--lmm", 4]),
        ({"environment": "environment.txt"}, ["--gxe", "environment.txt"]),
        ({"chromosomes": "2-4"}, ["--chr", "2-4"]),
        ({"loco": 2}, ["--loco", 2]),
        ({"loco_all": True}, ["--loco-all"]),
        ({"kinship_snps": "few.txt"}, ["--ksnps", "few.txt"]),
        ({"data": {"pfile": "p"}}, ["--pfile", "p"]),
        ({"data": {"bgen": "b.bgen", "ref_first": True}}, ["--bgen", "b.bgen", "--ref-first"]),
        ({"data": {"vcf": "v.vcf", "dosage_field": "DS"}, "phenotypes": "p.txt"},
         ["--vcf", "v.vcf", "--dosage", "DS", "-p", "p.txt"]),
    ],
)  # fmt: skip
def test_options_are_those_of_the_command(small, tmp_path, monkeypatch, options, words):
    write_other_formats(small, tmp_path)
    monkeypatch.chdir(tmp_path)
    data = options.get("data")
    if data is None:
        words = ["--bfile", small, *words]
    options = options | {"data": loom.gwas.Genotypes(**data) if data else small}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loom.gwas.gwas(**options, output="python")
    loom_command("lmm", *words, "-outdir", ".", "-o", "command", "-silence")
    found = (tmp_path / "python.assoc.txt").read_bytes()
    assert found.count(b"\n") > 10
    assert found == (tmp_path / "command.assoc.txt").read_bytes()


def test_permutations_are_those_of_the_command(small, tmp_path):
    result = loom.gwas.gwas(small, permutations=200, seed=7)
    loom_command("lmm", "--bfile", small, "--permutations", 200, "--seed", 7,
                 "-outdir", tmp_path, "-silence")  # fmt: skip
    table = pandas.read_table(tmp_path / "result.permutations.txt")
    printed = 1e-6  # seven digits
    np.testing.assert_allclose(np.asarray(result.permutations), table["min_p"], rtol=printed)
    thresholds = pandas.read_table(tmp_path / "result.permutations.thresholds.txt")
    for row in thresholds.itertuples(index=False):
        np.testing.assert_allclose(result.threshold(row.level), tuple(row), rtol=printed)
    assert result.threshold() == result.threshold(0.05)
    other = loom.gwas.gwas(small, permutations=200, seed=8)
    assert other.threshold() != result.threshold()


def test_a_threshold_needs_permutations_and_a_level(association):
    with pytest.raises(loom.errors.ValueError, match="a threshold needs permutations"):
        association.threshold()
    with pytest.raises(loom.errors.ValueError, match="between 0 and 1, not 1"):
        association.threshold(1)


def test_every_chromosome_has_a_model_of_its_own(small):
    result = loom.gwas.gwas(small, loco_all=True)
    assert list(result.nulls) == list(dict.fromkeys(result.chr))
    assert len(result.nulls) > 1
    one = loom.gwas.gwas(small, loco=2)
    assert one.nulls == {"2": one.null}
    assert result.nulls["2"] == one.null
    with pytest.raises(loom.errors.ValueError, match="see nulls"):
        _ = result.null
    lowest, highest = (f(n.pve for n in result.nulls.values()) for f in (min, max))
    assert f"pve {lowest:.3g} to {highest:.3g}" in repr(result)


def write_other_formats(prefix, folder):
    for words in (["--make-pgen", "--out", "p"], ["--export", "bgen-1.2", "--out", "b"],
                  ["--export", "vcf", "vcf-dosage=DS-force", "--out", "v"]):  # fmt: skip
        subprocess.run(["plink2", "--bfile", prefix, *words], cwd=folder, check=True,
                       capture_output=True)  # fmt: skip
    samples = [line.split() for line in prefix.with_suffix(".fam").read_text().splitlines()]
    snps = [line.split() for line in prefix.with_suffix(".bim").read_text().splitlines()]
    (folder / "p.txt").write_text("".join(f"{fields[5]}\n" for fields in samples))
    (folder / "few.txt").write_text("".join(f"{fields[1]}\n" for fields in snps[::3]))
    (folder / "environment.txt").write_text("".join(f"{i % 7}\n" for i in range(len(samples))))
