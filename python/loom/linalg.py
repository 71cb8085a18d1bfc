"""Products, factorisations, solvers and norms of matrices and of stacks of matrices."""

from loom._core.linalg import *  # noqa: F403
