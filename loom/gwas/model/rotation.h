#pragma once

#include <cstdint>
#include <vector>

#include "loom/gwas/genotypes/hard_calls.h"

namespace loom::gwas {

/// Whether the rotation of calls of so many samples is faster by integers: the processor multiplies
/// bytes in fours, the backend in force has more for them than the portable kernel, and no sum can
/// overflow.
bool integer_rotation_pays(std::int64_t samples);

/// Rotates SNPs to the eigenvectors U of a kinship matrix: x'U for each SNP x.
///
/// Calls can go by integers. Column j of U is scaled so that its largest element is kLargest and
/// rounded, u_ij = h_j (q_ij + e_ij) with |e_ij| <= 1/2 (1 + 2^-20). An integer q of
/// [-kLargest, kLargest] is 256^3 d_3 + 256^2 d_2 + 256 d_1 + d_0 with digits of [-128, 127], the
/// digits being the bytes of q + 0x80808080 less 128 each. So four products of bytes, which are the
/// columns of one, give sum_i g_i q_ij of a SNP exactly. Where a SNP differs in few samples from an
/// earlier one or from a constant, that sum follows from the other's by sums of q_ij over those
/// samples: the same integer, so results do not depend on what SNPs come together. With the sum of
/// q_ij over the samples in which it is not missing, an integer too, its mean is taken away. Hence
///
///     |result - x'u_j| <= sum_i |x_i| max_i |u_ij| 2^-32 (1 + 2^-7),
///
/// kLargest being 2^31 / (1 + 2^-8) or so, and a few units in the last place of
/// sum_i (g_i + m) |u_ij|, because mean times sum and the difference are rounded to double.
class Rotation {
 public:
  /// The integer that the largest element of a column becomes: all digits 127.
  static constexpr std::int32_t kLargest = 0x7F7F7F7F;
  /// With more samples, sums of 2 q and what leads to them could exceed 2^53; those of digits stay
  /// below 2^31.
  static constexpr std::int64_t kMostSamples = std::int64_t{1} << 20;

  /// Bytes of the digits of n eigenvectors.
  static std::int64_t digit_bytes(std::int64_t n);

  /// `vectors`: float64 (n, n), its columns the eigenvectors; kept, not copied. By integers another
  /// digit_bytes(n) are kept, and none of `vectors` is read by `of(HardCalls)`. Throws ShapeError,
  /// and ValueError where integers are wanted for vectors that are not finite or of more samples
  /// than kMostSamples.
  explicit Rotation(const Array& vectors);
  Rotation(const Array& vectors, bool by_integers);

  bool by_integers() const { return !steps_.empty(); }

  /// float64 (p, n): row s is (g_s - m_s)'U, where a missing genotype counts as the mean m_s.
  /// Throws ShapeError.
  Array of(const HardCalls& calls) const;
  /// float64 (p, n): `centred` U of rows that are centred already.
  Array of(const Array& centred) const;

 private:
  void quantise();
  class Block;  ///< some columns of the result

  Array vectors_;
  // Columns of zeros stand behind the last one, up to a multiple of kWordColumns.
  Array digits_;               ///< int8 (n, 4 N): those of q, by panels of columns, then by place
  std::vector<double> steps_;  ///< h; empty where calls do not go by integers
  std::vector<double> sums_;   ///< sum_i q_ij
};

}  // namespace loom::gwas
