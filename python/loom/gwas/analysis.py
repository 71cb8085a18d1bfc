"""The analyses: Python signatures for the runs of the core."""

import os
import sys
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import loom
from loom import errors
from loom._core import _gwas as _engine
from loom.gwas.progress import shown_progress
from loom.gwas.results import Association, Decomposition, Kinship, RunSummary

_TESTS = {"wald": 1, "lrt": 2, "score": 3, "all": 4}
_KINDS = {"centred": 1, "standardised": 2}

#: Where progress goes: None = a bar where somebody sees it, True = a bar, False = nowhere, or a
#: function of (phase, done, total).
Progress = bool | Callable[[str, int, int], object] | None


def kinship(
    prefix: str | os.PathLike[str],
    *,
    kind: str = "centred",
    phenotype: int = 1,
    phenotypes: Any = None,
    covariates: Any = None,
    snps: str | os.PathLike[str] | Iterable[str] | None = None,
    miss: float = 0.05,
    maf: float = 0.01,
    hwe: float = 0.0,
    r2: float = 0.9999,
    population_filters: bool = True,
    output: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> Kinship:
    """The kinship matrix of all samples of PREFIX.bed, .bim and .fam.

    kind: "centred" genotypes, or "standardised" too.
    phenotype, phenotypes, covariates: as in `lmm`; they decide which samples the filters look at.
    snps, miss, maf, hwe, r2, population_filters: which SNPs enter it, as in `lmm`.
    output: "FOLDER/NAME" writes FOLDER/NAME.cXX.txt (.sXX.txt) and NAME.log.txt.
    progress: None shows a bar on a terminal or in a notebook where tqdm is installed, True insists
        on it, False shows nothing; a function is called with (phase, done, total).
    """
    options = _common_options(locals())
    options["kind"] = _choice("kind", kind, _KINDS)
    return Kinship(*_run(_engine.gk, options, progress))


def eigen(
    prefix: str | os.PathLike[str],
    kinship: Any,
    *,
    phenotype: int = 1,
    phenotypes: Any = None,
    covariates: Any = None,
    output: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> Decomposition:
    """The eigenvalues and -vectors of the kinship of the analysed samples, centred.

    It serves as the `kinship` of several calls of `lmm` that analyse the same samples, which then
    need no decomposition of their own. output: "FOLDER/NAME" writes FOLDER/NAME.eigenD.txt and
    .eigenU.txt.
    """
    options = _common_options(locals() | _NO_FILTERS)
    options["kinship"] = _numbers("kinship", kinship)
    return Decomposition(*_run(_engine.eigen, options, progress))


def lmm(
    prefix: str | os.PathLike[str],
    kinship: Any,
    *,
    test: str | int = "wald",
    phenotype: int = 1,
    phenotypes: Any = None,
    covariates: Any = None,
    snps: str | os.PathLike[str] | Iterable[str] | None = None,
    miss: float = 0.05,
    maf: float = 0.01,
    hwe: float = 0.0,
    r2: float = 0.9999,
    population_filters: bool = True,
    lmin: float = 1e-5,
    lmax: float = 1e5,
    region: int = 10,
    output: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> Association:
    """Tests the SNPs of PREFIX.bed, .bim and .fam in the mixed model y = W a + x b + u + e.

    kinship: of all samples: a file, an array or a `Kinship`; or a `Decomposition`.
    test: "wald", "lrt" (likelihood ratio), "score" or "all"; or GEMMA's number, 1 to 4.
    phenotype: which one, from 1, of the .fam file or of `phenotypes`.
    phenotypes, covariates: a file or an array with a row for each sample in the order of the .fam
        file; NaN (NA in a file) drops the sample. An intercept is always among the covariates.
    snps: the SNPs to test: their names, or a file that lists them.
    miss, maf, hwe, r2: drop SNPs with a larger share of missing genotypes, a rarer minor allele, a
        smaller Hardy-Weinberg p (0: no test), or of which covariates explain more.
    population_filters: False turns `maf` and `hwe` off.
    lmin, lmax, region: the range of the variance ratio and the steps of the search.
    output: "FOLDER/NAME" writes FOLDER/NAME.assoc.txt and NAME.log.txt.
    progress: as in `kinship`.
    """
    if kinship is None:
        raise errors.DTypeError("[gwas] lmm needs a kinship; loom.gwas.gwas computes its own")
    options = _association_options(locals())
    if isinstance(kinship, Decomposition):
        options |= {"eigen_values": kinship.values, "eigen_vectors": kinship.vectors}
    else:
        options["kinship"] = _numbers("kinship", kinship)
    return Association(*_run(_engine.lmm, options, progress))


def gwas(
    prefix: str | os.PathLike[str],
    *,
    kind: str = "centred",
    test: str | int = "wald",
    phenotype: int = 1,
    phenotypes: Any = None,
    covariates: Any = None,
    snps: str | os.PathLike[str] | Iterable[str] | None = None,
    miss: float = 0.05,
    maf: float = 0.01,
    hwe: float = 0.0,
    r2: float = 0.9999,
    population_filters: bool = True,
    lmin: float = 1e-5,
    lmax: float = 1e5,
    region: int = 10,
    output: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> Association:
    """A whole association study: `kinship` and `lmm` in one, without a file between.

    The kinship matrix is that of the analysed samples alone, from the SNPs that are tested; `kind`
    is as in `kinship`, everything else as in `lmm`.
    """
    options = _association_options(locals())
    options["kind"] = _choice("kind", kind, _KINDS)
    return Association(*_run(_engine.lmm, options, progress))


_NO_FILTERS = dict(snps=None, miss=1.0, maf=0.0, hwe=0.0, r2=1.0, population_filters=False)


def _common_options(given: dict[str, Any]) -> dict[str, Any]:
    """The options of the core that every analysis has, from the arguments of the call."""
    snps = given["snps"]
    listed = not (snps is None or isinstance(snps, str | os.PathLike))
    output = given["output"]
    if output is not None and not os.path.basename(os.fspath(output)):
        raise errors.ValueError(f"[gwas] output is FOLDER/NAME, and {str(output)!r} has no name")
    return {
        "prefix": os.fspath(given["prefix"]),
        "phenotype": _integer("phenotype", given["phenotype"], 1),
        "phenotypes": _numbers("phenotypes", given["phenotypes"]),
        "covariates": _numbers("covariates", given["covariates"]),
        "snps_file": "" if snps is None or listed else os.fspath(snps),
        "snp_names": [str(name) for name in snps] if listed else None,
        "miss": _number("miss", given["miss"], 0, 1),
        "maf": _number("maf", given["maf"], 0, 0.5),
        "hwe": _number("hwe", given["hwe"], 0, 1),
        "r2": _number("r2", given["r2"], 0, 1),
        "population_filters": bool(given["population_filters"]),
        "output": None if output is None else os.fspath(output),
        "call": " ".join(sys.argv),
    }


def _association_options(given: dict[str, Any]) -> dict[str, Any]:
    options = _common_options(given)
    test = given["test"]
    options["test"] = test if test in _TESTS.values() else _choice("test", test, _TESTS)
    options["lmin"] = _number("lmin", given["lmin"], 1e-30, 1e30)
    options["lmax"] = _number("lmax", given["lmax"], 1e-30, 1e30)
    options["region"] = _integer("region", given["region"], 1, 1000)
    if not options["lmin"] < options["lmax"]:
        raise errors.ValueError(
            f"[gwas] lmin is {options['lmin']:g}, which is not below lmax, {options['lmax']:g}"
        )
    return options | {
        "kind": _KINDS["centred"],
        "kinship": None,
        "eigen_values": None,
        "eigen_vectors": None,
    }


def _run(function: Callable[..., Any], options: dict[str, Any], progress: Progress) -> Any:
    """What `function` returns, with the summary, which comes last, as a class.

    Warnings point to the caller of the function that calls this.
    """
    with shown_progress(progress) as show:
        *results, facts = function(options, show)
    summary = RunSummary(**facts)
    for text in summary.warnings:
        warnings.warn(text, RuntimeWarning, stacklevel=3)
    return *results, summary


def _numbers(name: str, given: Any) -> Any:
    """A file name, an array or None, from what a user has."""
    if given is None or isinstance(given, str):
        return given
    if isinstance(given, os.PathLike):
        return os.fspath(given)
    if isinstance(given, Kinship):
        return given.matrix
    if hasattr(given, "to_numpy"):  # a table or column of pandas
        given = given.to_numpy(dtype="float64", na_value=float("nan"))
    try:
        return loom.asarray(given)
    except TypeError as error:
        raise errors.DTypeError(
            f"[gwas] {name} is a file or an array of numbers, not {type(given).__name__}"
        ) from error


def _number(name: str, given: Any, low: float, high: float) -> float:
    try:
        number = float(given)
    except TypeError:
        raise errors.DTypeError(f"[gwas] {name} is a number, not {given!r}") from None
    if not low <= number <= high:
        raise errors.ValueError(f"[gwas] {name} is from {low:g} to {high:g}, not {number:g}")
    return number


def _integer(name: str, given: Any, low: int, high: int | None = None) -> int:
    if isinstance(given, bool) or not hasattr(given, "__index__"):
        raise errors.DTypeError(f"[gwas] {name} is an integer, not {given!r}")
    number = given.__index__()
    if number < low or (high is not None and number > high):
        limits = f"at least {low}" if high is None else f"from {low} to {high}"
        raise errors.ValueError(f"[gwas] {name} is {limits}, not {number}")
    return int(number)


def _choice(name: str, given: Any, choices: dict[str, int]) -> int:
    if given not in choices:
        raise errors.ValueError(f"[gwas] {name} is one of {', '.join(choices)}, not {given!r}")
    return choices[given]
