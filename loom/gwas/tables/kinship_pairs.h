#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "loom/gwas/tables/sample_match.h"

namespace loom::gwas {

/// What a file of kinships by pairs holds.
struct KinshipPairs {
  std::vector<bool> present;  ///< which of the samples are in any pair
  std::int64_t others = 0;    ///< lines of somebody who is not among the samples
};

/// Reads lines of two individuals and their kinship (GEMMA's -km 2; compressed too) into `out`, the
/// row-major matrix of `samples`. A pair may be written either way round; one that is not there is
/// 0. Throws IoError for malformed lines and for a pair with two values: "k.txt: line 7: I2 and I1
/// have 0.25 here and 0.5 in another line"; Error where two samples are the same individual in two
/// families, or nobody in the file is among the samples.
KinshipPairs read_kinship_pairs(const std::filesystem::path& file, const SampleList& samples,
                                std::span<double> out);

}  // namespace loom::gwas
