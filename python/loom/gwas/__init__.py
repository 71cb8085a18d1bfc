"""Genome-wide association with linear mixed models.

    import loom

    result = loom.gwas.gwas("mouse", output="results/mouse")
    print(result)
    result.manhattan()

`kinship`, `eigen` and `lmm` are its steps; they do what the commands `loom gk`, `loom eigen` and
`loom lmm` do, and give the same numbers.
"""

from loom.gwas.analysis import eigen, gwas, kinship, lmm
from loom.gwas.clumping import Clump
from loom.gwas.genotypes import Genotypes
from loom.gwas.results import (
    Association,
    Decomposition,
    Kinship,
    NullModel,
    OperationSummary,
    PermutationThreshold,
    RunSummary,
)

__all__ = [
    "Association",
    "Clump",
    "Decomposition",
    "Genotypes",
    "Kinship",
    "NullModel",
    "OperationSummary",
    "PermutationThreshold",
    "RunSummary",
    "eigen",
    "gwas",
    "kinship",
    "lmm",
]
