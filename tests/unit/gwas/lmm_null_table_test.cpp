#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "loom/gwas/model/null_table.h"

namespace loom::gwas {
namespace {

enum class Spectrum { mouse_like, narrow, wide, low_rank };

// Eigenvalues as kinship matrices have them, and harder ones.
std::vector<double> eigenvalues_of(Spectrum spectrum, std::int64_t n, std::mt19937_64& generator) {
  std::normal_distribution<double> normal;
  std::vector<double> values(n);
  for (std::int64_t i = 0; i < n; ++i) {
    switch (spectrum) {
      case Spectrum::mouse_like:
        values[i] = std::exp(2.0 * normal(generator) - 3.0);
        break;
      case Spectrum::narrow:
        values[i] = 1.0 + 0.1 * std::abs(normal(generator));
        break;
      case Spectrum::wide:
        values[i] = std::exp(6.0 * normal(generator));
        break;
      case Spectrum::low_rank:
        values[i] = i < n / 2 ? 0.0 : std::exp(normal(generator));
        break;
    }
  }
  values[0] = 0.0;
  return values;
}

ModelColumns random_model(Spectrum spectrum, std::int64_t n, std::int64_t c, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  const std::vector<double> values = eigenvalues_of(spectrum, n, generator);
  std::vector<double> covariates(n * c), phenotype(n);
  for (double& w : covariates) w = normal(generator);
  if (c > 0) covariates[0] = std::sqrt(static_cast<double>(n));  // an intercept, in U's last column
  for (double& y : phenotype) y = normal(generator);
  return ModelColumns(values, covariates, phenotype);
}

// What the entry's rounding is proportional to: a pair's to the geometric mean of its diagonals.
double magnitude(const std::vector<double>& projection, std::int64_t c, std::size_t entry,
                 std::int64_t n) {
  if (entry < kPartsOfProjection) return std::abs(projection[entry]) + static_cast<double>(n);
  const std::int64_t pairs = pair_count(c + 1);
  const std::int64_t place = static_cast<std::int64_t>(entry) - kPartsOfProjection;
  const double* run = projection.data() + kPartsOfProjection + place / pairs * pairs;
  for (std::int64_t a = 0, pair = 0; a <= c; ++a) {
    for (std::int64_t b = a; b <= c; ++b, ++pair) {
      if (pair != place % pairs) continue;
      // With other columns projected out, the diagonal of b as it is in row b is what is left.
      return std::abs(run[pair]) +
             std::sqrt(std::abs(run[pair_index(c + 1, a, a)] * run[pair_index(c + 1, b, b)]));
    }
  }
  return 0.0;
}

// Between the nodes too, the table is as good as summing over the samples: both are within some
// tens of roundings of the truth. An order drops by up to 30 over a piece, and the error is that of
// the largest value in the piece: 60 roundings of 30 times the value, and as much again for every
// other covariate that is projected out.
TEST(NullTable, IsTheProjectionToTheLastDigits) {
  for (const Spectrum spectrum :
       {Spectrum::mouse_like, Spectrum::narrow, Spectrum::wide, Spectrum::low_rank}) {
    for (const std::int64_t c : {0, 1, 5}) {
      const std::int64_t n = 300;
      const ModelColumns model = random_model(spectrum, n, c, 7 + c);
      const Array coefficients = null_table(model, 1e-5, 1e5);
      const NullTable table(coefficients.data<double>(), coefficients.shape(), 1e-5, 1e5);
      std::vector<double> exact(projection_size(c, 3)), found(exact.size());
      double worst = 0.0;
      for (double log10 = -5.0; log10 <= 5.0; log10 += 0.0371) {
        const double lambda = std::pow(10.0, log10);
        project_covariates(model, lambda, 3, exact.data());
        table.at(lambda, found);
        for (std::size_t i = 0; i < exact.size(); ++i) {
          const double error = std::abs(found[i] - exact[i]) / magnitude(exact, c, i, n);
          worst = std::max(worst, error);
          EXPECT_LE(error, 4e-13 * static_cast<double>(std::max<std::int64_t>(c, 1)))
              << "spectrum " << static_cast<int>(spectrum) << ", c " << c << ", lambda " << lambda
              << ", entry " << i;
        }
      }
      RecordProperty(
          "worst_" + std::to_string(static_cast<int>(spectrum)) + "_" + std::to_string(c),
          std::to_string(worst * 1e16) + "e-16");
    }
  }
}

TEST(NullTable, GivesFewerOrdersAsTheFirstEntries) {
  const ModelColumns model = random_model(Spectrum::mouse_like, 100, 2, 3);
  const Array coefficients = null_table(model, 0.01, 3.0);
  const NullTable table(coefficients.data<double>(), coefficients.shape(), 0.01, 3.0);
  std::vector<double> all(projection_size(2, 3));
  table.at(0.7, all);
  for (const std::int64_t orders : {1, 2}) {
    std::vector<double> some(projection_size(2, orders));
    table.at(0.7, some);
    all.resize(some.size());
    EXPECT_EQ(some, all);
    all.resize(projection_size(2, 3));
    table.at(0.7, all);
  }
}

TEST(NullTable, KnowsTheEndsOfItsRange) {
  const ModelColumns model = random_model(Spectrum::mouse_like, 100, 1, 4);
  for (const auto& [lower, upper] : {std::pair{1e-5, 1e5}, {1.0, 1.1}, {1e-30, 1.0}}) {
    const Array coefficients = null_table(model, lower, upper);
    const NullTable table(coefficients.data<double>(), coefficients.shape(), lower, upper);
    std::vector<double> exact(projection_size(1, 3)), found(exact.size());
    for (const double lambda : {lower, upper}) {
      project_covariates(model, lambda, 3, exact.data());
      table.at(lambda, found);
      for (std::size_t i = 0; i < exact.size(); ++i) {
        EXPECT_NEAR(found[i], exact[i], 1e-12 * magnitude(exact, 1, i, 100));
      }
    }
  }
}

}  // namespace
}  // namespace loom::gwas
