"""What the analyses return."""

import heapq
import math
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from loom import errors
from loom._core import _gwas as _engine
from loom.gwas import plots
from loom.gwas.clumping import Clump, clumps_of
from loom.gwas.extras import require
from loom.gwas.genotypes import DataSet
from loom.gwas.progress import Progress

if TYPE_CHECKING:
    import matplotlib.axes
    import numpy

_TEXT_COLUMNS = ("chr", "rs", "allele1", "allele0")
_P_COLUMNS = ("p_wald", "p_lrt", "p_score")


class OperationSummary(NamedTuple):
    """The calls of one operation that one backend computed."""

    operation: str
    backend: str
    calls: int
    seconds: float


@dataclass(frozen=True)
class RunSummary:
    """The facts of a run: who was analysed, what became of the SNPs, who computed, how long."""

    backend: str
    samples: tuple[tuple[str, str], ...] = field(repr=False)  #: (family, individual), all of them
    analysed: Any = field(repr=False)  #: their rows, as an array
    without_phenotype: int
    without_covariate: int
    covariates: int  #: columns of fixed effects, the intercept among them
    snps_total: int
    snps_tested: int
    snps_dropped: dict[str, int]  #: by the filter that dropped them
    phases: dict[str, float]  #: seconds
    seconds: float
    operations: tuple[OperationSummary, ...]
    warnings: list[str]
    files: list[str]  #: results written

    def __post_init__(self) -> None:
        named = tuple(OperationSummary(*operation) for operation in self.operations)
        object.__setattr__(self, "operations", named)

    def __str__(self) -> str:
        lines = [
            f"{len(self.analysed)} of {len(self.samples)} samples analysed "
            f"({self.without_phenotype} lack the phenotype, {self.without_covariate} a covariate)",
        ]
        if self.snps_total:
            dropped = ", ".join(f"{count} by {why}" for why, count in self.snps_dropped.items())
            lines.append(
                f"{self.snps_tested} of {self.snps_total} SNPs pass the filters"
                + (f"; dropped: {dropped}" if dropped else "")
            )
        lines.append(f"{self.seconds:.2f} s on {self.backend}")
        lines += [f"{seconds:10.3f} s {phase}" for phase, seconds in self.phases.items()]
        lines += [
            f"{o.seconds:10.3f} s {o.operation} by {o.backend}, {o.calls} calls"
            for o in self.operations
            if o.seconds >= 0.01 * self.seconds
        ]
        return "\n".join(lines)


@dataclass(frozen=True)
class NullModel:
    """The model without a SNP; NaN where the search for its variance ratio failed."""

    pve: float  #: share of variance explained, with its standard error
    pve_se: float
    vg: float  #: genetic and residual variance
    ve: float
    lambda_remle: float  #: variance ratio by restricted and by full likelihood
    lambda_mle: float
    logl_remle: float
    logl_mle: float
    beta: list[float]  #: effects of the covariates, with their standard errors
    beta_se: list[float]


@dataclass(frozen=True, eq=False)
class Kinship:
    """A kinship matrix of all samples of a data set."""

    matrix: Any = field(repr=False)  #: loom.Array, float64, samples x samples
    summary: RunSummary = field(repr=False)

    @property
    def samples(self) -> tuple[tuple[str, str], ...]:
        """(family, individual) of each row."""
        return self.summary.samples

    @property
    def snps(self) -> int:
        """How many SNPs entered the matrix."""
        return self.summary.snps_tested

    def to_numpy(self) -> "numpy.ndarray[Any, Any]":
        """The matrix over the same memory."""
        matrix: numpy.ndarray[Any, Any] = require("numpy").asarray(self.matrix)
        return matrix

    def write(self, path: str | os.PathLike[str]) -> None:
        """Writes the matrix as `loom gk` does, for NumPy where the name ends in .npy, and the names
        of its samples beside it."""
        _engine.write_kinship(os.fspath(path), self.matrix, self.samples)

    def __len__(self) -> int:
        return len(self.samples)

    def __repr__(self) -> str:
        return f"<Kinship of {len(self)} samples from {self.snps} SNPs>"


@dataclass(frozen=True, eq=False)
class Decomposition:
    """A centred kinship matrix of the analysed samples as U diag(d) U'."""

    values: Any  #: d, ascending, as a loom.Array
    vectors: Any  #: U, eigenvectors as columns
    summary: RunSummary

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        return f"<Decomposition of the kinship of {len(self)} samples>"


class PermutationThreshold(NamedTuple):
    """The p value that a share of the permutations reaches."""

    level: float  #: that share
    p: float  #: NaN where there are too few permutations
    low: float  #: with a confidence interval of 95 %
    high: float


class Association:
    """The tested SNPs, one row each, with the columns of an association file.

    A column is an attribute: `result.p_wald` is a `loom.Array`, `result.rs` a list of strings.
    """

    #: The models without a SNP by the chromosome that their kinship leaves out; "" for none.
    nulls: dict[str, NullModel]
    permutations: Any  #: the smallest p of each permutation, as a loom.Array
    summary: RunSummary

    def __init__(
        self, table: Any, nulls: dict[str, Any], permutations: Any, summary: RunSummary
    ) -> None:
        self._table = table
        self._columns: dict[str, Any] = {}
        self.nulls = {chromosome: NullModel(**null) for chromosome, null in nulls.items()}
        self.permutations = permutations
        self.summary = summary

    @property
    def null(self) -> NullModel:
        """The model without a SNP, where there is one for all chromosomes."""
        if len(self.nulls) > 1:
            raise errors.ValueError(
                "[gwas] each chromosome has a model without a SNP of its own: see nulls"
            )
        return next(iter(self.nulls.values()))

    def threshold(self, level: float = 0.05) -> PermutationThreshold:
        """The p value below which a share `level` of the permutations has a SNP, so that a SNP at
        or below it is found in at most that share of data sets in which no SNP has an effect."""
        if not 0 < level < 1:
            raise errors.ValueError(f"[gwas] level is between 0 and 1, not {level:g}")
        if not len(self.permutations):
            raise errors.ValueError("[gwas] a threshold needs permutations, such as 1000")
        return PermutationThreshold(*_engine.permutation_threshold(self.permutations, level))

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in the order of an association file."""
        ps, n_miss, *statistics = self._table.numeric_names()
        return ["chr", "rs", ps, n_miss, "allele1", "allele0", *statistics]

    @property
    def p_column(self) -> str:
        """The column of p values; that of Wald's test where there are several."""
        return next(name for name in _P_COLUMNS if name in self.columns)

    def __getitem__(self, column: str) -> Any:
        """A column: an array, or a list of strings."""
        if column not in self._columns:
            if column not in self.columns:
                raise KeyError(f"{column!r} is none of {', '.join(self.columns)}")
            text = column in _TEXT_COLUMNS
            make = self._table.text_column if text else self._table.column
            self._columns[column] = make(column)
        return self._columns[column]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self.columns:
            raise AttributeError(f"an Association has no {name!r}; columns: {self.columns}")
        return self[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.columns]

    def __len__(self) -> int:
        return len(self._table)

    def to_numpy(self, column: str) -> "numpy.ndarray[Any, Any]":
        """A column as a NumPy array; one of numbers shares its memory with the result."""
        array: numpy.ndarray[Any, Any] = require("numpy").asarray(self[column])
        return array

    def to_pandas(self) -> Any:
        """All columns as a DataFrame; those of numbers share their memory with the result."""
        pandas = require("pandas")
        series = {
            name: pandas.Series(
                self[name] if name in _TEXT_COLUMNS else self.to_numpy(name), copy=False
            )
            for name in self.columns
        }
        return pandas.DataFrame(series, copy=False)

    def top(self, n: int = 10, by: str | None = None) -> list[dict[str, Any]]:
        """The `n` rows with the smallest p values, or values of `by`, as dictionaries."""
        if n < 0:
            raise errors.ValueError(f"[top] a number of rows is at least 0, not {n}")
        values = list(memoryview(self[by or self.p_column]))
        existing = (i for i, value in enumerate(values) if not math.isnan(value))
        return [self.row(i) for i in heapq.nsmallest(n, existing, key=values.__getitem__)]

    def row(self, index: int) -> dict[str, Any]:
        """One row by its number, as Python values."""
        return {
            name: column if isinstance(column := self[name][index], str) else column.item()
            for name in self.columns
        }

    def write(self, path: str | os.PathLike[str]) -> None:
        """Writes the association file that `loom lmm` writes: as text, which .gz and .zst at the
        end of the name compress, or as Parquet where it ends in .parquet."""
        self._table.write(os.fspath(path))

    def clumps(
        self,
        data: DataSet,
        *,
        p1: float = 5e-8,
        p2: float = 0.01,
        r2: float = 0.5,
        kb: float = 250,
        by: str | None = None,
        progress: Progress = None,
    ) -> list[Clump]:
        """Hits in clumps, as `loom lmm --clump` and `plink --clump` form them.

        The SNP with the smallest p that is in no clump begins one where its p is at most `p1`. SNPs
        in no clump that are nearer to it than `kb` thousand base pairs, have p below `p2` and a
        linkage r2 with it above `r2`, among the analysed samples, are its members.

        data: the data set that was analysed. by: the column of p values, `p_column` where none is
        given. progress: as in `lmm`.
        """
        thresholds = {"p1": p1, "p2": p2, "r2": r2, "kb": kb}
        return clumps_of(
            self._table, by or self.p_column, self.summary.analysed, data, thresholds, progress
        )

    def lambda_gc(self, p: str | None = None) -> float:
        """The inflation factor of genomic control of a column of p values."""
        return float(_engine.genomic_inflation(self[p or self.p_column]))

    def manhattan(
        self, ax: "matplotlib.axes.Axes | None" = None, **options: Any
    ) -> "matplotlib.axes.Axes":
        """Draws -log10 p along the genome: see `loom.gwas.plots.manhattan` for the options."""
        return plots.manhattan(self, ax, **options)

    def qq(
        self, ax: "matplotlib.axes.Axes | None" = None, **options: Any
    ) -> "matplotlib.axes.Axes":
        """Draws p values beside those of chance: see `loom.gwas.plots.qq` for the options."""
        return plots.qq(self, ax, **options)

    def __repr__(self) -> str:
        shown = self.top(5)
        names = self.columns
        rows = [names, *([_short(row[name]) for name in names] for row in shown)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        table = [
            "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            for row in rows
        ]
        each = self.nulls.values()
        pve = (
            f"pve {self.null.pve:.3g} (se {self.null.pve_se:.2g})"
            if len(each) == 1
            else f"pve {min(n.pve for n in each):.3g} to {max(n.pve for n in each):.3g}"
        )
        head = (
            f"Association of {len(self)} SNPs in {len(self.summary.analysed)} samples; {pve}, "
            f"lambda GC {self.lambda_gc():.3f}; smallest {self.p_column}:"
        )
        return "\n".join([head, *table])


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
