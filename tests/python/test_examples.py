"""The programs of examples/python run, and agree with NumPy."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples" / "python"


# Well-conditioned problems of a few hundred rows: some hundred roundings of 2^-53 relative to values
# of order 100.
TOLERANCE = 1e-10


@pytest.mark.parametrize("example", ["scikit_learn", "scipy_functions"])
def test_agrees_with_numpy(example: str) -> None:
    # A process of its own, because the examples switch on SciPy's dispatch for the whole process.
    code = (f"import sys; sys.path.insert(0, {str(EXAMPLES)!r}); import {example}; "
            f"found = {example}.differences(); assert len(found) == 3; "
            f"assert all(d <= {TOLERANCE} for d in found.values()), found")
    subprocess.run([sys.executable, "-c", code], check=True)
