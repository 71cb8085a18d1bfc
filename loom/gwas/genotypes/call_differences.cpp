#include "loom/gwas/genotypes/call_differences.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr std::int64_t kSnpsPerPiece = 16;

/// Copies by which two SNPs differ. The loop becomes sums of absolute differences of vectors.
std::int64_t distance(const std::uint8_t* a, const std::uint8_t* b, std::int64_t n) {
  std::int32_t sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += std::abs(a[i] - b[i]);
  return sum;
}

/// Finds differences, SNP by SNP. An object is for one thread.
class Comparison {
 public:
  Comparison(const Array& calls, std::int64_t most)
      : calls_(calls.view().as<const std::uint8_t>()),
        n_(calls.shape(1)),
        most_(most),
        other_allele_(n_),
        nearest_(n_) {}

  std::optional<CallDifference> of(std::int64_t snp) {
    const std::uint8_t* const own = row(snp);
    const std::optional<CallDifference> base = nearest(snp);
    if (!base) return std::nullopt;
    CallDifference result = *base;
    const std::uint8_t* const earlier = row(result.earlier);
    for (std::int64_t i = 0; i < n_; ++i) {
      nearest_[i] = static_cast<std::uint8_t>(result.sign * earlier[i] + result.constant);
    }
    list(own, result);
    return result;
  }

 private:
  const std::uint8_t* row(std::int64_t snp) const { return calls_ + snp * n_; }

  /// The nearest base within reach, of equally near ones the first.
  std::optional<CallDifference> nearest(std::int64_t snp) {
    const std::uint8_t* const own = row(snp);
    std::optional<CallDifference> best;
    std::int64_t least = most_ + 1;
    const auto offer = [&](std::int64_t distance, int sign, int constant, std::int64_t earlier) {
      if (distance >= least) return;
      least = distance;
      best = {sign, constant, earlier, {}, {}};
    };
    std::int64_t copies = 0, others_than_one = 0;
    for (std::int64_t i = 0; i < n_; ++i) {
      copies += own[i];
      others_than_one += own[i] != 1;
      other_allele_[i] = static_cast<std::uint8_t>(2 - own[i]);
    }
    offer(copies, 0, 0, snp);
    offer(others_than_one, 0, 1, snp);
    offer(2 * n_ - copies, 0, 2, snp);
    for (std::int64_t back = 1; back <= std::min(kLookBack, snp) && least > 0; ++back) {
      const std::int64_t earlier = snp - back;
      offer(distance(own, row(earlier), n_), 1, 0, earlier);
      offer(distance(other_allele_.data(), row(earlier), n_), -1, 2, earlier);
    }
    return best;
  }

  /// Where `own` is not `nearest_`; eight samples are compared at a time.
  void list(const std::uint8_t* own, CallDifference& result) const {
    constexpr std::int64_t kWord = 8;
    for (std::int64_t begin = 0; begin < n_; begin += kWord) {
      const std::int64_t end = std::min(begin + kWord, n_);
      const auto bytes = static_cast<std::size_t>(end - begin);
      if (std::memcmp(own + begin, nearest_.data() + begin, bytes) == 0) continue;
      for (std::int64_t i = begin; i < end; ++i) {
        const int difference = own[i] - nearest_[i];
        auto& samples = difference > 0 ? result.more : result.fewer;
        samples.insert(samples.end(), std::abs(difference), static_cast<std::int32_t>(i));
      }
    }
  }

  const std::uint8_t* calls_;
  std::int64_t n_, most_;
  std::vector<std::uint8_t> other_allele_, nearest_;
};

}  // namespace

std::vector<std::optional<CallDifference>> call_differences(const Array& calls, std::int64_t most) {
  std::vector<std::optional<CallDifference>> result(calls.shape(0));
  parallel_for(calls.shape(0), kSnpsPerPiece, [&](std::int64_t begin, std::int64_t end) {
    Comparison comparison(calls, most);
    for (; begin < end; ++begin) result[begin] = comparison.of(begin);
  });
  return result;
}

}  // namespace loom::gwas
