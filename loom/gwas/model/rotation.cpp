#include "loom/gwas/model/rotation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "loom/dispatch/backend.h"
#include "loom/dispatch/execute.h"
#include "loom/gwas/genotypes/call_differences.h"
#include "loom/gwas/model/rotation_loops.h"
#include "loom/ops/creation.h"
#include "loom/ops/linalg.h"
#include "loom/support/cpu.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

/// What makes the bytes of q its digits plus 128.
constexpr std::uint32_t kBias = 0x80808080;
/// Columns of U that one product is for; a multiple of kWordColumns. The product of some thousand
/// SNPs stays in a third-level cache until the sums of digits are put together.
constexpr std::int64_t kPanel = 512;
/// Where a column has nothing larger, it is taken for zeros, lest its scale be infinite.
constexpr double kTiny = 0x1p-900;
/// A SNP goes by its difference from another where that is in less than one sample of so many.
constexpr std::int64_t kDifferenceShare = 4;
/// SNPs ahead of the one under way whose sums are asked for.
constexpr std::int64_t kAhead = 3;
/// Rows or SNPs that are worth another thread.
constexpr std::int64_t kRows = 16;

/// n columns and as many of zeros as fill up the last loop.
std::int64_t padded(std::int64_t n) { return (n + kWordColumns - 1) / kWordColumns * kWordColumns; }

/// Neighbouring columns of U whose digits are columns of one product: first all lowest digits, then
/// the others, place by place.
struct Panel {
  std::int64_t begin, width;  ///< columns of U; behind its last one, zeros

  Panel(std::int64_t n, std::int64_t first)
      : begin(first), width(std::min(kPanel, padded(n) - first)) {}
  std::int64_t digits_begin() const { return kDigits * begin; }
  std::int64_t digits_width() const { return kDigits * width; }
};

std::int64_t check_square(const Array& vectors) {
  if (vectors.ndim() == 2 && vectors.shape(0) == vectors.shape(1) &&
      vectors.dtype() == DType::float64) {
    return vectors.shape(0);
  }
  throw ShapeError(fmt::format("[rotation] a square matrix of float64 is needed, found {}",
                               to_string(vectors.layout())));
}

/// Rows of g - m, 0 where a genotype is missing.
Array centred_of(const HardCalls& calls) {
  const std::int64_t n = calls.samples();
  const Array centred = Array::empty({calls.snps(), n});
  const auto* const from = calls.calls.view().as<const std::uint8_t>();
  double* const to = centred.data<double>();
  parallel_for(calls.snps(), kRows, [&](std::int64_t begin, std::int64_t end) {
    for (; begin < end; ++begin) {
      double* const row = to + begin * n;
      for (std::int64_t i = 0; i < n; ++i) row[i] = from[begin * n + i] - calls.means[begin];
      for (const std::int32_t sample : calls.missing(begin)) row[sample] = 0;
    }
  });
  return centred;
}

}  // namespace

bool integer_rotation_pays(std::int64_t samples) {
  if (samples > Rotation::kMostSamples || !has_byte_products(cpu_info())) return false;
  const Dims shape = {samples, samples};
  const View calls{nullptr, DType::uint8, shape, c_strides(shape)};
  const View digits{nullptr, DType::int8, shape, c_strides(shape)};
  const View product{nullptr, DType::int32, shape, c_strides(shape)};
  const View inputs[] = {calls, digits};
  const dispatch::Choice choice =
      dispatch::choose(schema::op("matmul_integer"), inputs, {&product, 1}, {});
  return choice.entry->next != nullptr;
}

Rotation::Rotation(const Array& vectors)
    : Rotation(vectors, integer_rotation_pays(check_square(vectors))) {}

Rotation::Rotation(const Array& vectors, bool by_integers) : vectors_(contiguous(vectors)) {
  const std::int64_t n = check_square(vectors);
  if (!by_integers) return;
  if (n > kMostSamples) {
    throw ValueError(
        fmt::format("[rotation] by integers of at most {} samples, found {}", kMostSamples, n));
  }
  quantise();
}

std::int64_t Rotation::digit_bytes(std::int64_t n) { return kDigits * n * padded(n); }

void Rotation::quantise() {
  const std::int64_t n = vectors_.shape(0), all_digits = kDigits * padded(n);
  const double* const from = vectors_.data<double>();
  digits_ = Array::empty({n, all_digits}, DType::int8);
  std::int8_t* const digits = digits_.data<std::int8_t>();
  steps_.resize(padded(n));
  sums_.resize(padded(n));
  const auto quantise_panel = [&](const Panel& panel) {
    const std::int64_t begin = panel.begin, columns = std::min(panel.width, n - begin);
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = begin; j < begin + columns; ++j) {
        const double size = std::abs(from[i * n + j]);
        if (!std::isfinite(size)) {
          throw ValueError(fmt::format("[rotation] eigenvector {} is not finite", j));
        }
        steps_[j] = std::max(steps_[j], size);
      }
    }
    std::vector<double> scales(columns);
    for (std::int64_t j = begin; j < begin + columns; ++j) {
      scales[j - begin] = steps_[j] > kTiny ? kLargest / steps_[j] : 0;
      steps_[j] /= kLargest;
    }
    for (std::int64_t i = 0; i < n; ++i) {
      std::int8_t* const row = digits + i * all_digits + panel.digits_begin();
      for (std::int64_t j = 0; j < panel.width; ++j) {
        const auto q =
            j < columns ? static_cast<std::int32_t>(std::lrint(from[i * n + begin + j] * scales[j]))
                        : 0;
        sums_[begin + j] += q;
        const std::uint32_t bytes = (static_cast<std::uint32_t>(q) + kBias) ^ kBias;
        for (std::int64_t place = 0; place < kDigits; ++place) {
          row[place * panel.width + j] = static_cast<std::int8_t>(bytes >> (8 * place));
        }
      }
    }
  };
  parallel_for((n + kPanel - 1) / kPanel, 1, [&](std::int64_t begin, std::int64_t end) {
    for (; begin < end; ++begin) quantise_panel(Panel(n, begin * kPanel));
  });
}

/// SNPs in the order of their rotation, each by itself or by what it differs in from another.
struct SnpOrder {
  std::vector<std::optional<CallDifference>> differences;  ///< nothing where a SNP stands by itself
  Array by_themselves;                                     ///< uint8 (w, n): the calls of those

  explicit SnpOrder(const Array& calls)
      : differences(call_differences(calls, calls.shape(1) / kDifferenceShare)),
        by_themselves(calls) {
    const auto known = [](const auto& difference) { return difference.has_value(); };
    const std::int64_t n = calls.shape(1), left = std::ranges::count_if(differences, known);
    if (left == 0) return;
    by_themselves = Array::empty({calls.shape(0) - left, n}, DType::uint8);
    const auto* from = calls.view().as<const std::uint8_t>();
    auto* to = by_themselves.data<std::uint8_t>();
    for (const auto& difference : differences) {
      if (!difference) to = std::copy_n(from, n, to);
      from += n;
    }
  }
};

/// kWordColumns neighbouring columns of a panel, for the SNPs of one call.
class Rotation::Block {
 public:
  /// `digit_sums`: int32 (w, kDigits * panel.width), the sums of digits of the SNPs that stand by
  /// themselves.
  Block(const Rotation& rotation, const HardCalls& calls, const SnpOrder& order, const Panel& panel,
        std::int64_t first, const Array& digit_sums)
      : calls_(calls),
        order_(order),
        place_(panel.width),
        steps_(rotation.steps_.data() + panel.begin + first),
        all_(rotation.sums_.data() + panel.begin + first),
        digit_sums_(digit_sums.data<std::int32_t>() + first),
        recent_((kLookBack + 1) * kWordColumns) {
    const std::int64_t n = calls.samples();
    const bool some_samples =
        !calls.missing_samples.empty() || order.by_themselves.shape(0) < calls.snps();
    if (!some_samples) return;
    words_.resize(n * kWordColumns);
    loops_.join(rotation.digits_.data<std::int8_t>() + panel.digits_begin() + first, n,
                rotation.digits_.shape(1), place_, words_.data());
  }

  /// Writes the first `width` of these columns of the result, whose rows are `stride` apart.
  void write(double* out, std::int64_t width, std::int64_t stride) {
    std::int64_t by_itself = 0;
    double centred[kWordColumns];
    for (std::int64_t snp = 0; snp < calls_.snps(); ++snp, out += stride) {
      double* const totals = totals_of(snp);
      if (const auto& difference = order_.differences[snp]) {
        add_difference(*difference, totals);
      } else {
        put_together(by_itself++, totals);
      }
      take_mean(snp, totals, centred);
      std::copy_n(centred, width, out);
    }
  }

 private:
  /// sum_i g_i q_ij of a SNP; those of the last kLookBack SNPs are kept.
  double* totals_of(std::int64_t snp) {
    return recent_.data() + snp % (kLookBack + 1) * kWordColumns;
  }

  void put_together(std::int64_t row, double* totals) {
    const std::int64_t stride = kDigits * place_, last = order_.by_themselves.shape(0) - 1;
    prefetch(digit_sums_ + std::min(row + kAhead, last) * stride);
    loops_.total(digit_sums_ + row * stride, place_, totals);
  }

  /// Asks for the sums of a SNP before they are needed: they lie in short stretches, far apart.
  void prefetch(const std::int32_t* sums) const {
    constexpr std::int64_t kLine = 16;
    for (std::int64_t place = 0; place < kDigits; ++place) {
      for (std::int64_t j = 0; j < kWordColumns; j += kLine) {
        __builtin_prefetch(sums + place * place_ + j);
      }
    }
  }

  // Whatever is added up belongs to calls between those of the two SNPs: it stays below 2^53.
  void add_difference(const CallDifference& difference, double* totals) {
    const double* const earlier = totals_of(difference.earlier);
    for (std::int64_t j = 0; j < kWordColumns; ++j) {
      totals[j] = difference.sign * earlier[j] + difference.constant * all_[j];
    }
    loops_.add_words(words_.data(), difference.more, totals);
    double fewer[kWordColumns] = {};
    loops_.add_words(words_.data(), difference.fewer, fewer);
    for (std::int64_t j = 0; j < kWordColumns; ++j) totals[j] -= fewer[j];
  }

  void take_mean(std::int64_t snp, const double* totals, double* out) const {
    double weights[kWordColumns] = {};
    loops_.add_words(words_.data(), calls_.missing(snp), weights);
    for (std::int64_t j = 0; j < kWordColumns; ++j) weights[j] = all_[j] - weights[j];
    loops_.centre(totals, calls_.means[snp], weights, steps_, out);
  }

  const RotationLoops& loops_ = rotation_loops();
  const HardCalls& calls_;
  const SnpOrder& order_;
  std::int64_t place_;          ///< from a digit to the next
  const double *steps_, *all_;  ///< h, and the sums of q over all samples
  const std::int32_t* digit_sums_;
  std::vector<double> recent_;
  std::vector<std::int32_t> words_;  ///< q of each sample, where sums over some are needed
};

Array Rotation::of(const HardCalls& calls) const {
  const std::int64_t n = vectors_.shape(0), p = calls.snps();
  if (calls.samples() != n) {
    throw ShapeError(
        fmt::format("[rotation] calls of {} samples and {} eigenvectors", calls.samples(), n));
  }
  if (!by_integers()) return of(centred_of(calls));
  const Array result = Array::empty({p, n});
  const SnpOrder order(calls.calls);
  for (std::int64_t begin = 0; begin < n; begin += kPanel) {
    const Panel panel(n, begin);
    const Array sums = matmul_integer(
        order.by_themselves,
        digits_.slice_axis(1, panel.digits_begin(), panel.digits_begin() + panel.digits_width()));
    parallel_for(panel.width / kWordColumns, 1, [&](std::int64_t first, std::int64_t last) {
      for (; first < last; ++first) {
        const std::int64_t column = begin + first * kWordColumns;
        Block(*this, calls, order, panel, column - begin, sums)
            .write(result.data<double>() + column, std::min(kWordColumns, n - column), n);
      }
    });
  }
  return result;
}

Array Rotation::of(const Array& centred) const { return matmul(centred, vectors_); }

}  // namespace loom::gwas
