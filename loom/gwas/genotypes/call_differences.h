#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "loom/array/array.h"

namespace loom::gwas {

/// A SNP by what its calls have that those of an earlier SNP, or a constant, do not have. In
/// sample i it has sign * c_i + constant copies, c_i being the earlier SNP's, and one more for each
/// time that i is in `more`, one fewer for each time that it is in `fewer`.
///
/// Neighbouring SNPs are often nearly the same (linkage disequilibrium), be it that the other
/// allele is counted, and a SNP of a rare allele is nearly constant. What is linear in the calls
/// then follows from a few samples.
struct CallDifference {
  int sign = 0;              ///< 1; -1 where the other allele is counted; 0 without an earlier SNP
  int constant = 0;          ///< 0, 1 or 2
  std::int64_t earlier = 0;  ///< the earlier SNP's index
  std::vector<std::int32_t> more, fewer;  ///< ascending; a sample is there once or twice
};

/// SNPs before a SNP that it is compared with.
constexpr std::int64_t kLookBack = 16;

/// The difference of each SNP to what is nearest of the kLookBack SNPs before it, their other
/// alleles and the constants; nothing where that would take more than `most` entries of `more` and
/// `fewer`. `calls`: uint8 (p, n) in C order, each 0, 1 or 2.
std::vector<std::optional<CallDifference>> call_differences(const Array& calls, std::int64_t most);

}  // namespace loom::gwas
