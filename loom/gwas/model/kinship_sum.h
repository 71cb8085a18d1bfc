#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "loom/gwas/genotypes/hard_calls.h"

namespace loom::gwas {

/// The sum S = sum_s x_s x_s' over SNPs s with x_s = g_s - m_s, where a missing genotype counts as
/// the mean m_s and so as 0: p times the kinship of centred genotypes.
///
/// With missing genotypes g_s = 0 in the matrix G of calls, their indicators in M and D the
/// diagonal matrix of the means, S is
///
///     G'G - a 1' - 1 a' + 1 (sum_s m_s^2) 1' + N + N',   a = G'm + M'D^2 1,
///     N = M'DG + M'D^2 M / 2.
///
/// G'G is summed exactly in integers of 32 bits. Row j of N is a sum of rows of G over the SNPs
/// that sample j lacks. The result is symmetric to the last bit and has the same bits for any
/// number of threads. Its elements err by some eps times the sums of squares of what is subtracted,
/// at most 4 eps (c + SNPs of a chunk + missing genotypes of a sample) sum_s (2 + m_s)^2 for c
/// chunks; on how SNPs are cut into chunks they depend by less than that.
///
/// Memory for n samples: 4 n^2 bytes, 8 n^2 from the first missing genotype on (and for the result,
/// which is made in place of it), and 4 kStrip n for a product.
class KinshipSum {
 public:
  /// Rows of G'G that are computed at a time.
  static constexpr std::int64_t kStrip = 1024;
  /// What the elements of G'G, up to 4 for each SNP, leave room for.
  static constexpr std::int64_t kMostSnps = INT32_MAX / 4;

  /// What a sum needs at its peak, beside what is added.
  static std::int64_t bytes(std::int64_t samples) {
    return (4 + 8) * samples * samples + 4 * std::min(kStrip, samples) * samples;
  }

  explicit KinshipSum(std::int64_t samples);

  /// Adds SNPs whose calls are at most 2. Throws ShapeError where they are of other samples,
  /// ValueError beyond kMostSnps.
  void add(const HardCalls& calls);
  std::int64_t snps() const { return snps_; }
  /// Ends the sum: float64 (n, n).
  Array finish();

 private:
  void add_products(const Array& calls);
  void add_means(const HardCalls& calls);

  std::int64_t samples_;
  std::int64_t snps_ = 0;
  Array products_;                ///< int32 (n, n): G'G on and below the diagonal
  std::optional<Array> missing_;  ///< float64 (n, n): N
  std::vector<double> margins_;   ///< a
  double squares_ = 0;            ///< sum m^2
};

}  // namespace loom::gwas
