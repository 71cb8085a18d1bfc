#include "loom/gwas/model/permutation_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <limits>

#include "loom/gwas/model/p_values.h"
#include "loom/gwas/model/projection.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/linalg.h"
#include "loom/ops/manipulation.h"
#include "loom/ops/random.h"
#include "loom/ops/reduction.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The columns of `x`, less what lies in the span of the orthonormal columns of `basis`. Twice, for
/// what rounding leaves of it the first time.
Array projected(const Array& x, const Array& basis) {
  const Array once = x - matmul(basis, matmul(transpose(basis), x));
  return once - matmul(basis, matmul(transpose(basis), once));
}

Array with_unit_columns(const Array& x) { return x / sqrt(sum(square(x), Dims{0}, true)); }

/// `residuals` of n samples in the order of permutations [first, first + count): float64 (n,
/// count).
Array permuted(const Array& residuals, std::int64_t first, std::int64_t count, std::uint64_t seed) {
  const std::int64_t n = residuals.size();
  const Array result = Array::empty({n, count});
  const double* const from = residuals.span<const double>().data();
  for (std::int64_t k = 0; k < count; ++k) {
    const Array order = random::Generator(seed, (first + k) * n).permutation(n);
    double* to = result.data<double>() + k;
    for (const std::int64_t i : order.span<const std::int64_t>()) {
      *to = from[i];
      to += count;
    }
  }
  return result;
}

}  // namespace

PermutationTest::PermutationTest(const RotatedModel& model, const Array& vectors, double lambda,
                                 std::int64_t count, std::uint64_t seed) {
  if (count < 0) throw ValueError(fmt::format("[permutations] {} is not a number of them", count));
  if (!(lambda >= 0)) {
    throw ValueError("[permutations] the model without a SNP has no variance ratio");
  }
  const std::int64_t n = model.columns.samples(), c = model.columns.covariates();
  dof_ = static_cast<double>(n - c - 1);
  const Array h = (1.0 / (lambda * model.values + 1.0)).expand_dims(1);
  const Array root = sqrt(h);
  weights_ = h;
  const Array basis = linalg::qr(root * transpose(model.covariates)).q;
  const Array phenotype = projected(root * model.phenotype.expand_dims(1), basis);
  fixed_ = concat({root * with_unit_columns(phenotype), root * basis}, 1);
  const Array residuals = matmul(vectors, phenotype).squeeze(1);
  for (std::int64_t first = 0; first < count; first += kTogether) {
    const Array shuffled = permuted(residuals, first, std::min(kTogether, count - first), seed);
    const Array rotated = projected(matmul(transpose(vectors), shuffled), basis);
    permuted_.push_back(contiguous(root * with_unit_columns(rotated)));
  }
}

std::vector<double> PermutationTest::test(const Array& x, std::span<double> largest) const {
  const std::int64_t snps = x.shape(0), c = fixed_.shape(1) - 1;
  const Array lengths = contiguous(matmul(square(x), weights_));
  const Array products = contiguous(matmul(x, fixed_));
  std::vector<double> observed(static_cast<std::size_t>(snps)), inverse(observed.size());
  for (std::int64_t i = 0; i < snps; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double* product = products.data<double>() + i * (c + 1);
    const double total = lengths.data<double>()[i];
    double rest = total;
    for (std::int64_t j = 1; j <= c; ++j) rest -= product[j] * product[j];
    const bool collinear = is_collinear(rest / total);
    inverse[at] = collinear ? 0 : 1 / rest;
    observed[at] = collinear ? kNaN : std::min(1.0, product[0] * product[0] / rest);
  }
  std::int64_t first = 0;
  for (const Array& some : permuted_) {
    const std::int64_t width = some.shape(1);
    const Array with_some = contiguous(matmul(x, some));
    const double* const values = with_some.data<double>();
    parallel_for(width, 16, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = 0; i < snps; ++i) {
        const double scale = inverse[static_cast<std::size_t>(i)];
        for (std::int64_t k = begin; k < end; ++k) {
          const double value = values[i * width + k];
          double& most = largest[static_cast<std::size_t>(first + k)];
          most = std::max(most, value * value * scale);
        }
      }
    });
    first += width;
  }
  return observed;
}

double correlation_p(double r2, double dof) { return f_test(dof * r2 / (1 - r2), dof).p; }

PermutationThreshold permutation_threshold(std::span<const double> smallest, double level) {
  std::vector<double> sorted(smallest.begin(), smallest.end());
  std::ranges::sort(sorted);
  const std::int64_t count = std::ssize(sorted);
  const auto rank = [&](std::int64_t k, double below, double above) {
    return k < 1 ? below : k > count ? above : sorted[static_cast<std::size_t>(k - 1)];
  };
  const auto k =
      static_cast<std::int64_t>(std::floor(level * static_cast<double>(count + 1) * (1 + 1e-12)));
  // As many permutations as Binomial(N, level) lie below the true threshold.
  using namespace boost::math::policies;
  using RoundedUp = policy<discrete_quantile<integer_round_up>>;
  const boost::math::binomial_distribution<double, RoundedUp> below(static_cast<double>(count),
                                                                    level);
  const auto low = static_cast<std::int64_t>(boost::math::quantile(below, 0.025));
  const auto high = static_cast<std::int64_t>(boost::math::quantile(complement(below, 0.025))) + 1;
  return {level, rank(k, kNaN, kNaN), rank(low, 0, 1), rank(high, 0, 1)};
}

}  // namespace loom::gwas
