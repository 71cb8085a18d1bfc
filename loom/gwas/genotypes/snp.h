#pragma once

#include <cstdint>
#include <string>

#include "loom/gwas/tables/sample.h"  // IWYU pragma: export

namespace loom::gwas {

/// A place where genomes differ. Genotypes count copies of `allele1`.
struct Snp {
  std::string chromosome;
  std::string id;
  double centimorgan = 0;
  std::int64_t position = 0;  ///< base pairs
  std::string allele1;
  std::string allele0;
};

}  // namespace loom::gwas
