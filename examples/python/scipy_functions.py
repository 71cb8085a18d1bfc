"""SciPy's functions on loom arrays, with SciPy's own support of the Array API.

Prints how far each result is from the one on NumPy arrays. Needs SciPy; run it as
`python examples/python/scipy_functions.py`.
"""

import os

os.environ["SCIPY_ARRAY_API"] = "1"  # before SciPy loads

import numpy as np  # noqa: E402
from scipy import cluster, special, stats  # noqa: E402

import loom  # noqa: E402

VALUES = np.random.default_rng(1).normal(size=(200, 3))

FUNCTIONS = {
    "scipy.special.logsumexp": lambda x: special.logsumexp(x, axis=0),
    "scipy.stats.zscore": lambda x: stats.zscore(x, axis=0),
    "scipy.cluster.vq.whiten": cluster.vq.whiten,
}


def differences() -> dict[str, float]:
    """The largest difference between results on loom arrays and on NumPy's, by function."""
    found = {}
    for name, function in FUNCTIONS.items():
        result = function(loom.asarray(VALUES))
        assert isinstance(result, loom.Array), type(result)
        found[name] = float(np.max(np.abs(np.asarray(result) - function(VALUES))))
        print(f"{name}: differs from NumPy by at most {found[name]:.1e}")
    return found


if __name__ == "__main__":
    differences()
