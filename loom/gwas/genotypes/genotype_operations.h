#pragma once

#include "loom/array/array.h"

// Operations on packed genotypes: rows of the op table that this module adds, so that they are
// selected, traced and tested like any other.
namespace loom::gwas {

/// Counts genotypes. `packed`: uint8 (p, ceil(n / 4)), rows of a .bed file; `samples`: int64 (m),
/// rows of the data set, ascending. Returns int64 (p, 4): SNPs by number of samples with two, one,
/// no copies of allele1, and missing.
Array count_genotypes(const Array& packed, const Array& samples);

/// Unpacks genotypes. `values`: float64 (p, 4), what the two-bit codes of each SNP stand for (see
/// `GenotypeValues`). Returns float64 (p, m).
Array decode_genotypes(const Array& packed, const Array& values, const Array& samples);

}  // namespace loom::gwas
