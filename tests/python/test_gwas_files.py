"""Other programs read the files that results are written to."""

import gzip

import numpy as np
import pytest
from command import loom_command

import loom


@pytest.fixture(scope="module")
def association(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    loom_command("simulate", "-o", folder / "d", "-n", 80, "-p", 600)
    return loom.gwas.gwas(folder / "d", test="all")


def test_parquet_has_every_bit(association, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    association.write(tmp_path / "a.parquet")
    table = parquet.read_table(tmp_path / "a.parquet")
    assert table.column_names == association.columns
    for name in association.columns:
        if isinstance(association[name], list):
            assert table[name].to_pylist() == association[name]
            continue
        expected = association.to_numpy(name)
        found = table[name].to_numpy()
        assert found.dtype == expected.dtype
        assert np.array_equal(found.view(np.int64), expected.view(np.int64)), name


def test_parquet_of_a_part_of_the_columns(association, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    association.write(tmp_path / "a.parquet")
    table = parquet.read_table(tmp_path / "a.parquet", columns=["p_wald", "rs"])
    assert table["rs"].to_pylist() == association.rs
    assert np.array_equal(table["p_wald"].to_numpy(), association.to_numpy("p_wald"))


def test_compressed_text_is_the_text(association, tmp_path):
    association.write(tmp_path / "a.txt")
    association.write(tmp_path / "a.txt.gz")
    with gzip.open(tmp_path / "a.txt.gz") as file:
        assert file.read() == (tmp_path / "a.txt").read_bytes()


def test_numpy_reads_matrices(tmp_path):
    loom_command("simulate", "-o", tmp_path / "d", "-n", 30, "-p", 200)
    kinship = loom.gwas.kinship(tmp_path / "d")
    kinship.write(tmp_path / "k.npy")
    assert np.array_equal(np.load(tmp_path / "k.npy"), kinship.to_numpy())
    assert (tmp_path / "k.id").exists()
