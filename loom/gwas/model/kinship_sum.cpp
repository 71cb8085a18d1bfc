#include "loom/gwas/model/kinship_sum.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>

#include "loom/gwas/model/row_sums.h"
#include "loom/ops/creation.h"
#include "loom/ops/linalg.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

/// Rows that are worth another thread where a matrix is walked over.
constexpr std::int64_t kRows = 32;

/// SNPs by the sample that lacks them: those of sample j are snps[begin[j]] up to
/// snps[begin[j + 1]], ascending.
struct LackedSnps {
  std::vector<std::int64_t> begin;
  std::vector<std::int32_t> snps;

  explicit LackedSnps(const HardCalls& calls)
      : begin(calls.samples() + 1), snps(calls.missing_samples.size()) {
    for (const std::int32_t sample : calls.missing_samples) ++begin[sample + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<std::int64_t> next(begin.begin(), begin.end() - 1);
    for (std::int64_t snp = 0; snp < calls.snps(); ++snp) {
      for (const std::int32_t sample : calls.missing(snp)) {
        snps[next[sample]++] = static_cast<std::int32_t>(snp);
      }
    }
  }
  std::span<const std::int32_t> of(std::int64_t sample) const {
    return std::span(snps).subspan(begin[sample], begin[sample + 1] - begin[sample]);
  }
};

/// What the calls 0, 1, 2 of a SNP and a missing genotype count for in N and in a.
struct SnpValues {
  std::vector<CodeValues> pairs, margins;

  explicit SnpValues(std::span<const double> means) {
    for (const double m : means) {
      pairs.push_back({0, m, 2 * m, m * m / 2});
      margins.push_back({0, m, 2 * m, m * m});
    }
  }
};

/// The genotypes of kCodeColumns neighbouring samples, side by side, so that they stay in a cache
/// while all rows of N are summed: calls, and kMissing.
class Columns {
 public:
  Columns(const HardCalls& calls, std::int64_t first)
      : first_(first),
        width_(std::min(kCodeColumns, calls.samples() - first)),
        codes_(calls.snps() * kCodeColumns) {
    const std::uint8_t* from = calls.calls.view().as<const std::uint8_t>() + first;
    std::uint8_t* to = codes_.data();
    for (std::int64_t snp = 0; snp < calls.snps(); ++snp) {
      std::memcpy(to, from, width_);
      const std::span<const std::int32_t> missing = calls.missing(snp);
      for (auto i = std::ranges::lower_bound(missing, first);
           i != missing.end() && *i < first + width_; ++i) {
        to[*i - first] = kMissing;
      }
      from += calls.samples();
      to += kCodeColumns;
    }
  }

  /// Adds what the genotypes of some SNPs count for to the elements of a row of N, or to a.
  void add(std::span<const std::int32_t> snps, const std::vector<CodeValues>& values,
           double* row) const {
    if (width_ == kCodeColumns) {
      return row_sums().add_codes(codes_.data(), snps, values.data(), row + first_);
    }
    double sums[kCodeColumns] = {};
    std::copy_n(row + first_, width_, sums);
    row_sums().add_codes(codes_.data(), snps, values.data(), sums);
    std::copy_n(sums, width_, row + first_);
  }

 private:
  static constexpr std::uint8_t kMissing = 3;
  std::int64_t first_, width_;
  std::vector<std::uint8_t> codes_;
};

}  // namespace

KinshipSum::KinshipSum(std::int64_t samples)
    : samples_(samples), products_(zeros({samples, samples}, DType::int32)), margins_(samples) {}

void KinshipSum::add(const HardCalls& calls) {
  if (calls.samples() != samples_) {
    throw ShapeError(
        fmt::format("[kinship] calls of {} samples in a sum over {}", calls.samples(), samples_));
  }
  if (calls.snps() > kMostSnps - snps_) {
    throw ValueError(fmt::format("[kinship] more than {} SNPs", kMostSnps));
  }
  snps_ += calls.snps();
  add_products(calls.calls);
  add_means(calls);
}

/// Strip by strip, because a product of all samples would take as much memory as the sum.
void KinshipSum::add_products(const Array& calls) {
  std::int32_t* const out = products_.data<std::int32_t>();
  const auto add = [&](const Array& left, const Array& right, std::int64_t row,
                       std::int64_t column) {
    const Array product = matmul_integer(left, right);
    const std::int32_t* const from = product.data<std::int32_t>();
    const std::int64_t width = product.shape(1);
    parallel_for(product.shape(0), kRows, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        std::int32_t* const to = out + (row + i) * samples_ + column;
        for (std::int64_t j = 0; j < width; ++j) to[j] += from[i * width + j];
      }
    });
  };
  for (std::int64_t row = 0; row < samples_; row += kStrip) {
    const Array strip = calls.slice_axis(1, row, std::min(row + kStrip, samples_));
    const Array left = strip.transpose();
    if (row > 0) add(left, calls.slice_axis(1, 0, row), row, 0);
    add(left, strip, row, row);
  }
}

/// Adds to N, a and the sum of squares.
void KinshipSum::add_means(const HardCalls& calls) {
  const bool any = !calls.missing_samples.empty();
  if (any && !missing_) missing_ = zeros({samples_, samples_});
  double* const rows = any ? missing_->data<double>() : nullptr;
  const LackedSnps lacked(calls);
  const SnpValues values(calls.means);
  std::vector<std::int32_t> all(calls.snps());
  std::iota(all.begin(), all.end(), 0);
  std::vector<double> margins(samples_);  // apart, so that no sum is longer than a chunk
  const std::int64_t blocks = (samples_ + kCodeColumns - 1) / kCodeColumns;
  parallel_for(blocks, 1, [&](std::int64_t begin, std::int64_t end) {
    for (; begin < end; ++begin) {
      const Columns columns(calls, begin * kCodeColumns);
      columns.add(all, values.margins, margins.data());
      for (std::int64_t sample = 0; any && sample < samples_; ++sample) {
        const std::span<const std::int32_t> snps = lacked.of(sample);
        if (!snps.empty()) columns.add(snps, values.pairs, rows + sample * samples_);
      }
    }
  });
  std::ranges::transform(margins_, margins, margins_.begin(), std::plus());
  double squares = 0;
  for (const double mean : calls.means) squares += mean * mean;
  squares_ += squares;
}

Array KinshipSum::finish() {
  constexpr std::int64_t kTile = 64;
  const bool any = missing_.has_value();
  const Array result = any ? *missing_ : Array::empty({samples_, samples_});
  const std::int32_t* const products = products_.data<std::int32_t>();
  double* const out = result.data<double>();
  const std::int64_t tiles = (samples_ + kTile - 1) / kTile;
  // Both sides of the diagonal at a time, so that N can be the result's memory; tile by tile,
  // because one of them goes down columns.
  const auto finish_tile = [&](std::int64_t top, std::int64_t left) {
    for (std::int64_t i = top; i < std::min(top + kTile, samples_); ++i) {
      for (std::int64_t j = left; j < std::min({left + kTile, i + 1, samples_}); ++j) {
        double& lower = out[i * samples_ + j];
        double& upper = out[j * samples_ + i];
        const double centred = products[i * samples_ + j] + squares_ - (margins_[i] + margins_[j]);
        lower = upper = any ? centred + (lower + upper) : centred;
      }
    }
  };
  parallel_for(tiles, 1, [&](std::int64_t begin, std::int64_t end) {
    for (; begin < end; ++begin) {
      for (std::int64_t left = 0; left <= begin; ++left) finish_tile(begin * kTile, left * kTile);
    }
  });
  return result;
}

}  // namespace loom::gwas
