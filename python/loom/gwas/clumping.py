"""Hits in clumps: those that one strong hit explains by linkage."""

import warnings
from typing import Any, NamedTuple

from loom._core import _gwas as _engine
from loom.gwas.arguments import number
from loom.gwas.genotypes import DataSet, genotype_input
from loom.gwas.progress import Progress, shown_progress


class Clump(NamedTuple):
    """A SNP and those of the SNPs near it that it explains."""

    chr: str
    rs: str  #: the index SNP, which has the smallest p
    ps: int
    p: float
    first: int  #: the least and the largest position of all of them
    last: int
    members: list[str]  #: by position, without the index SNP


def clumps_of(
    table: Any,
    column: str,
    samples: Any,
    data: DataSet,
    thresholds: dict[str, float],
    progress: Progress,
) -> list[Clump]:
    """The clumps of the hits in a table of the engine, by the linkage among `samples`.

    Warnings point to the caller of the function that calls this.
    """
    most = {"p1": 1, "p2": 1, "r2": 1, "kb": 1e9}
    options = {name: number(name, value, 0, most[name]) for name, value in thresholds.items()} | {
        "genotypes": genotype_input(data),
        "samples": samples,
        "column": column,
    }
    with shown_progress(progress) as show:
        clumps, not_found = _engine.clump(table, options, show)
    if not_found:
        warnings.warn(
            f"{not_found} hits are not among the SNPs of the data set, by chromosome, name and "
            "position, and in no clump",
            RuntimeWarning,
            stacklevel=3,
        )
    return [Clump(*clump) for clump in clumps]
