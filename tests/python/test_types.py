"""The package's types, its stubs among them, as mypy sees them."""

import subprocess
import sys
from pathlib import Path

import pytest

CONFIG = Path(__file__).parents[2] / "pyproject.toml"


def mypy(*arguments: str, cache: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", CONFIG, "--cache-dir", cache, *arguments],
        capture_output=True, text=True)
    return done.stdout + done.stderr


def test_the_package_has_no_error(tmp_path: Path) -> None:
    assert mypy("-p", "loom", cache=tmp_path).startswith("Success"), mypy(
        "-p", "loom", cache=tmp_path)


USES = """
import loom
from loom import gwas
a = loom.asarray([1.0, 2.0], dtype=loom.float32)
reveal_type(a + 1)
reveal_type(loom.exp(a))
reveal_type(loom.sum(a, axis=0, keepdims=True))
reveal_type(a.shape)
reveal_type(loom.linalg.qr(loom.randn(3, 3)).Q)
reveal_type(loom.random.default_rng(1).normal(size=(2,)))
with loom.use_backend("reference"), loom.trace() as trace:
    reveal_type(a @ a)
loom.sum(a, axes=0)
loom.exp("text")
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("types")
    (folder / "uses.py").write_text(USES)
    return [line for line in mypy(str(folder / "uses.py"), cache=folder).splitlines()
            if "uses.py" in line]


def test_results_have_their_types(seen: list[str]) -> None:
    revealed = [line.split("Revealed type is ")[1] for line in seen if "Revealed" in line]
    array = '"loom._core.Array"'
    assert revealed == [array, array, array, '"tuple[int, ...]"', array, array, array]


def test_wrong_calls_are_found(seen: list[str]) -> None:
    errors = [line.split(": error: ")[1] for line in seen if ": error: " in line]
    assert len(errors) == 2, errors
    assert 'Unexpected keyword argument "axes" for "sum"' in errors[0]
    assert 'Argument 1 to "exp" has incompatible type "str"' in errors[1]
