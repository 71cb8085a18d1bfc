"""scikit-learn's estimators on loom arrays: their linear algebra runs on Loom's backends.

Prints, for each estimator, how far the result is from the one on NumPy arrays and which operations
ran where. Needs scikit-learn; run it as `python examples/python/scikit_learn.py`.
"""

import os

os.environ["SCIPY_ARRAY_API"] = "1"  # scikit-learn wants SciPy's dispatch on, before SciPy loads

import numpy as np  # noqa: E402
import sklearn  # noqa: E402
from sklearn.datasets import load_diabetes, load_iris  # noqa: E402
from sklearn.decomposition import PCA  # noqa: E402
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis  # noqa: E402
from sklearn.linear_model import Ridge  # noqa: E402

import loom  # noqa: E402


def pca(x, y):
    return PCA(n_components=3, svd_solver="full").fit(x).transform(x)


def ridge(x, y):
    return Ridge(alpha=0.5, solver="svd").fit(x, y).predict(x)


def discriminant(x, y):
    return LinearDiscriminantAnalysis().fit(x, y).predict_proba(x)


ESTIMATORS = {
    "PCA": (pca, load_iris),
    "Ridge(solver='svd')": (ridge, load_diabetes),
    "LinearDiscriminantAnalysis": (discriminant, load_iris),
}


def differences() -> dict[str, float]:
    """The largest difference between results on loom arrays and on NumPy's, by estimator."""
    found = {}
    for name, (estimator, data) in ESTIMATORS.items():
        x, y = data(return_X_y=True)
        expected = estimator(x, y)
        with sklearn.config_context(array_api_dispatch=True), loom.trace() as trace:
            result = estimator(loom.asarray(x), loom.asarray(y))
        assert isinstance(result, loom.Array), type(result)
        found[name] = float(np.max(np.abs(np.asarray(result) - expected)))
        print(f"{name}: differs from NumPy by at most {found[name]:.1e}\n{trace}\n")
    return found


if __name__ == "__main__":
    differences()
