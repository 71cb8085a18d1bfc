"""The analyses: Python signatures for the runs of the core."""

import dataclasses
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import loom
from loom import errors
from loom._core import _gwas as _engine
from loom.gwas.arguments import choice, integer, number, words
from loom.gwas.genotypes import DataSet, genotype_input
from loom.gwas.progress import Progress, shown_progress
from loom.gwas.results import Association, Decomposition, Kinship, RunSummary

_TESTS = {"wald": 1, "lrt": 2, "score": 3, "all": 4}
_KINDS = {"centred": 1, "standardised": 2}
_OPTIMIZERS = {"gemma": 0, "exact": 1}

#: An `Association`, or a dictionary of them where several phenotypes are asked for; to a type
#: checker, either.
Results = Association | Any

#: A phenotype by number, from 1, or name; several of them; or None, which is all of them.
Phenotype = int | str | Sequence[int | str] | None


def kinship(
    data: DataSet,
    *,
    kind: str = "centred",
    phenotype: Phenotype = 1,
    phenotypes: Any = None,
    covariates: Any = None,
    covariate_names: Iterable[str] | None = None,
    categorical: Iterable[int | str] = (),
    snps: str | os.PathLike[str] | Iterable[str] | None = None,
    miss: float = 0.05,
    maf: float = 0.01,
    hwe: float = 0.0,
    r2: float = 0.9999,
    population_filters: bool = True,
    loco: str | int | None = None,
    output: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> Kinship:
    """The kinship matrix of all samples of a data set.

    data: the prefix of PLINK files, or `Genotypes` for other formats.
    kind: "centred" genotypes, or "standardised" too.
    phenotype, phenotypes, covariates, covariate_names, categorical: as in `lmm`; they decide which
        samples the filters look at, which are those that have every phenotype.
    snps, miss, maf, hwe, r2, population_filters: which SNPs enter it, as in `lmm`.
    loco: a chromosome that is left out.
    output: "FOLDER/NAME" writes FOLDER/NAME.cXX.txt (.sXX.txt), NAME.cXX.id and NAME.log.txt.
    progress: None shows a bar on a terminal or in a notebook where tqdm is installed, True insists
        on it, False shows nothing; a function is called with (phase, done, total).
    """
    options = _common_options(locals())
    options["kind"] = choice("kind", kind, _KINDS)
    return Kinship(*_run(_engine.gk, options, progress))


def eigen(
    data: DataSet,
    kinship: Any,
    *,
    phenotype: Phenotype = 1,
    phenotypes: Any = None,
    covariates: Any = None,
    covariate_names: Iterable[str] | None = None,
    categorical: Iterable[int | str] = (),
    output: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> Decomposition:
    """The eigenvalues and -vectors of the kinship of the analysed samples, centred.

    It serves as the `kinship` of several calls of `lmm` that analyse the same samples, which then
    need no decomposition of their own. output: "FOLDER/NAME" writes FOLDER/NAME.eigenD.txt,
    .eigenU.txt and .eigen.id.
    """
    options = _common_options(locals() | _NO_FILTERS)
    options["kinship"] = _numbers("kinship", kinship)
    return Decomposition(*_run(_engine.eigen, options, progress))


def lmm(
    data: DataSet,
    kinship: Any,
    *,
    test: str | int = "wald",
    phenotype: Phenotype = 1,
    phenotypes: Any = None,
    covariates: Any = None,
    covariate_names: Iterable[str] | None = None,
    categorical: Iterable[int | str] = (),
    snps: str | os.PathLike[str] | Iterable[str] | None = None,
    miss: float = 0.05,
    maf: float = 0.01,
    hwe: float = 0.0,
    r2: float = 0.9999,
    population_filters: bool = True,
    chromosomes: str | None = None,
    environment: Any = None,
    lmin: float = 1e-5,
    lmax: float = 1e5,
    region: int = 10,
    optimizer: str = "gemma",
    permutations: int = 0,
    seed: int = 1,
    output: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> Results:
    """Tests the SNPs of a data set in the mixed model y = W a + x b + u + e.

    data: as in `kinship`.
    kinship: a file, whose samples are found by name where it has names; an array or a `Kinship` of
        all samples; or a `Decomposition`.
    test: "wald", "lrt" (likelihood ratio), "score" or "all"; or GEMMA's number, 1 to 4.
    phenotype: which one, from 1 or by name, of the data set or of `phenotypes`. Several of them, or
        None for all that can be analysed, are tested in one pass, each with its own samples, and
        give a dictionary of results by name, or by number where there is no name.
    phenotypes, covariates: a file whose header begins with FID or IID and names its columns, matched
        to the data set by these; or a file or an array with a row for each sample in the order of
        the data set. NaN (NA in a file) drops the sample. An intercept is always among the
        covariates.
    covariate_names: only these columns of a file with a header.
    categorical: names or numbers of the covariates whose values are categories.
    snps: the SNPs to test: their names, or a file that lists them.
    miss, maf, hwe, r2: drop SNPs with a larger share of missing genotypes, a rarer minor allele, a
        smaller Hardy-Weinberg p (0: no test), or of which covariates explain more.
    population_filters: False turns `maf` and `hwe` off.
    chromosomes: test only these, such as "1-4,X".
    environment: a number for each sample, a file or an array as for covariates: each SNP's
        interaction with it is tested.
    lmin, lmax, region: the range of the variance ratio and the steps of the search.
    optimizer: "gemma" stops the search where GEMMA does, "exact" at full convergence.
    permutations: how often the phenotype is permuted to tell what the smallest p of all SNPs is
        where none has an effect: `Association.threshold`. seed: of the permutations.
    output: "FOLDER/NAME" writes FOLDER/NAME.assoc.txt, or a NAME.PHENOTYPE.assoc.txt for each of
        several phenotypes, and NAME.log.txt.
    progress: as in `kinship`.
    """
    if kinship is None:
        raise errors.DTypeError("[gwas] lmm needs a kinship; loom.gwas.gwas computes its own")
    options = _association_options(locals())
    if isinstance(kinship, Decomposition):
        options |= {"eigen_values": kinship.values, "eigen_vectors": kinship.vectors}
    else:
        options["kinship"] = _numbers("kinship", kinship)
    return _associations(phenotype, *_run(_engine.lmm, options, progress))


def gwas(
    data: DataSet,
    *,
    kind: str = "centred",
    test: str | int = "wald",
    phenotype: Phenotype = 1,
    phenotypes: Any = None,
    covariates: Any = None,
    covariate_names: Iterable[str] | None = None,
    categorical: Iterable[int | str] = (),
    snps: str | os.PathLike[str] | Iterable[str] | None = None,
    kinship_snps: str | os.PathLike[str] | None = None,
    loco: str | int | None = None,
    loco_all: bool = False,
    miss: float = 0.05,
    maf: float = 0.01,
    hwe: float = 0.0,
    r2: float = 0.9999,
    population_filters: bool = True,
    chromosomes: str | None = None,
    environment: Any = None,
    lmin: float = 1e-5,
    lmax: float = 1e5,
    region: int = 10,
    optimizer: str = "gemma",
    permutations: int = 0,
    seed: int = 1,
    output: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> Results:
    """A whole association study: `kinship` and `lmm` in one, without a file between.

    The kinship matrix is that of the analysed samples alone, from the SNPs that are tested; `kind`
    is as in `kinship`, everything else as in `lmm`. kinship_snps: a file that lists those of the
    SNPs that enter it. loco: a chromosome, whose SNPs alone are tested and do not enter it;
    loco_all: every chromosome is tested like that, one after the other.
    """
    options = _association_options(locals())
    options["kind"] = choice("kind", kind, _KINDS)
    return _associations(phenotype, *_run(_engine.lmm, options, progress))


_NO_FILTERS = dict(snps=None, miss=1.0, maf=0.0, hwe=0.0, r2=1.0, population_filters=False)


def _common_options(given: dict[str, Any]) -> dict[str, Any]:
    """The options of the core that every analysis has, from the arguments of the call."""
    snps = given["snps"]
    listed = not (snps is None or isinstance(snps, str | os.PathLike))
    output = given["output"]
    if output is not None and not os.path.basename(os.fspath(output)):
        raise errors.ValueError(f"[gwas] output is FOLDER/NAME, and {str(output)!r} has no name")
    return {
        "genotypes": genotype_input(given["data"]),
        **_phenotype_choice(given["phenotype"]),
        "phenotypes": _numbers("phenotypes", given["phenotypes"]),
        "covariates": _numbers("covariates", given["covariates"]),
        "covariate_names": words("covariate_names", given["covariate_names"] or ()),
        "categorical": words("categorical", given["categorical"]),
        "snps_file": "" if snps is None or listed else os.fspath(snps),
        "snp_names": [str(name) for name in snps] if listed else None,
        "miss": number("miss", given["miss"], 0, 1),
        "maf": number("maf", given["maf"], 0, 0.5),
        "hwe": number("hwe", given["hwe"], 0, 1),
        "r2": number("r2", given["r2"], 0, 1),
        "population_filters": bool(given["population_filters"]),
        "output": None if output is None else os.fspath(output),
        "environment": None,
        "kinship_snps": os.fspath(given.get("kinship_snps") or ""),
        "loco": str(given.get("loco") or ""),
        "call": " ".join(sys.argv),
    }


def _association_options(given: dict[str, Any]) -> dict[str, Any]:
    options = _common_options(given)
    test = given["test"]
    options["test"] = test if test in _TESTS.values() else choice("test", test, _TESTS)
    options["lmin"] = number("lmin", given["lmin"], 1e-30, 1e30)
    options["lmax"] = number("lmax", given["lmax"], 1e-30, 1e30)
    options["region"] = integer("region", given["region"], 1, 1000)
    options["optimizer"] = choice("optimizer", given["optimizer"], _OPTIMIZERS)
    options["chromosomes"] = given["chromosomes"] or ""
    options["loco_all"] = bool(given.get("loco_all"))
    options["permutations"] = integer("permutations", given["permutations"], 0)
    options["seed"] = integer("seed", given["seed"], 0, 2**64 - 1)
    if not options["lmin"] < options["lmax"]:
        raise errors.ValueError(
            f"[gwas] lmin is {options['lmin']:g}, which is not below lmax, {options['lmax']:g}"
        )
    return options | {
        "environment": _numbers("environment", given["environment"]),
        "kind": _KINDS["centred"],
        "kinship": None,
        "eigen_values": None,
        "eigen_vectors": None,
    }


def _is_one(phenotype: Phenotype) -> bool:
    several = phenotype is None or isinstance(phenotype, Iterable)
    return isinstance(phenotype, str) or not several


def _phenotypes_asked(phenotype: Phenotype) -> list[int | str]:
    if phenotype is None:
        return []
    if isinstance(phenotype, Iterable) and not isinstance(phenotype, str):
        return list(phenotype)
    return [phenotype]


def _phenotype_choice(phenotype: Phenotype) -> dict[str, Any]:
    asked = _phenotypes_asked(phenotype)
    names = [item for item in asked if isinstance(item, str)]
    if names and len(names) < len(asked):
        raise errors.ValueError("[gwas] phenotypes are all asked for by number or all by name")
    if phenotype is not None and not asked:
        raise errors.ValueError("[gwas] no phenotype is asked for")
    return {
        "phenotype_numbers": [] if names else [integer("phenotype", i, 1) for i in asked],
        "phenotype_names": names,
        "all_phenotypes": phenotype is None,
    }


def _associations(
    phenotype: Phenotype, traits: list[tuple[Any, ...]], summary: RunSummary
) -> Results:
    """The results of the phenotypes, each with the facts of its own samples and SNPs."""
    results = {
        name or number: Association(
            table, nulls, permutations, dataclasses.replace(summary, **counts)
        )
        for number, name, table, nulls, permutations, counts in traits
    }
    return next(iter(results.values())) if _is_one(phenotype) else results


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
