"""Which files a data set is made of."""

import dataclasses
import os
from dataclasses import dataclass
from typing import Any

from loom import errors

_Path = str | os.PathLike[str]


@dataclass(frozen=True, kw_only=True)
class Genotypes:
    """The files of a data set: one of bfile, geno, vcf, pfile and bgen, with what belongs to it."""

    bfile: _Path = ""  #: PLINK 1: the prefix of .bed, .bim and .fam
    geno: _Path = ""  #: BIMBAM mean genotypes
    annotation: _Path = ""  #: where their SNPs lie
    vcf: _Path = ""  #: a VCF or BCF file
    dosage_field: str = ""  #: the field of its samples to read instead of GT, such as DS
    pfile: _Path = ""  #: PLINK 2: the prefix of .pgen, .pvar and .psam
    bgen: _Path = ""  #: a BGEN file
    sample: _Path = ""  #: its .sample file, if that does not lie beside it
    ref_first: bool = False  #: of the BGEN file, count copies of the second allele of each SNP


#: A data set: `Genotypes`, or the prefix of PLINK 1 files.
DataSet = str | os.PathLike[str] | Genotypes


def genotype_input(data: DataSet) -> dict[str, Any]:
    """The fields of the core's GenotypeInput."""
    if not isinstance(data, Genotypes):
        data = Genotypes(bfile=data)
    fields = dataclasses.asdict(data)
    try:
        return {name: value if name == "ref_first" else os.fspath(value)
                for name, value in fields.items()}
    except TypeError as error:
        raise errors.DTypeError(f"[gwas] the files of a data set are paths: {error}") from None
