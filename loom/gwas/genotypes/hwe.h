#pragma once

#include "loom/gwas/genotypes/genotype_counts.h"

namespace loom::gwas {

/// P-value of the exact test of Hardy-Weinberg equilibrium: given the allele counts, the
/// probability of all numbers of heterozygotes that are at most as probable as the observed one
/// (Wigginton, Cutler and Abecasis, "A note on exact tests of Hardy-Weinberg equilibrium", AJHG 76,
/// 2005). 1 where nothing is observed.
double hardy_weinberg_p(const GenotypeCounts& counts);

}  // namespace loom::gwas
