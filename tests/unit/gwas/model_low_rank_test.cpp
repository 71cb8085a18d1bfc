#include "loom/gwas/model/low_rank.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "loom/gwas/model/coordinates.h"
#include "loom/gwas/tables/matrix_file.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/indexing.h"
#include "loom/ops/linalg.h"
#include "loom/ops/manipulation.h"
#include "loom/ops/reduction.h"
#include "runs_fixture.h"

namespace loom::gwas {
namespace {

double largest(const Array& values) { return max(abs(values)).item<double>(); }

Array slice_rows(const Array& x, std::int64_t from, std::int64_t to) {
  std::vector<std::int64_t> rows;
  for (std::int64_t i = from; i < to; ++i) rows.push_back(i);
  return take(x, Array::from(rows), 0);
}

/// Rows of normal numbers, row i times scale^i.
Array genotypes(std::int64_t p, std::int64_t n, double scale) {
  std::mt19937_64 generator(42);
  std::normal_distribution<double> normal(1);
  const Array x = Array::empty({p, n});
  for (std::int64_t i = 0; i < p * n; ++i) {
    x.data<double>()[i] = normal(generator) * std::pow(scale, static_cast<double>(i / n));
  }
  return x;
}

Array matrix_of(const Decomposition& eigen) {
  return matmul(eigen.vectors * eigen.values, transpose(eigen.vectors));
}

void expect_decomposition(const Array& x) {
  const std::int64_t n = x.shape(1);
  const Array k = matmul(transpose(x), x) / static_cast<double>(x.shape(0));
  centre(k);
  const Decomposition found = decompose_factor(x), expected = decompose(k);
  const std::int64_t rank = found.values.size();
  // Rounding of an eigenvalue problem: some eps times the largest eigenvalue, below n times the
  // largest element.
  const double tolerance = 1e-14 * static_cast<double>(n) * largest(k);
  for (std::int64_t i = 0; i < n; ++i) {
    const double value = i < n - rank ? 0 : found.values.at<double>({i - (n - rank)});
    EXPECT_NEAR(value, expected.values.at<double>({i}), tolerance) << i;
  }
  EXPECT_LE(largest(matmul(transpose(found.vectors), found.vectors) - eye(rank)), 1e-13);
  // Not with K itself, of which both leave out eigenvalues that count as 0.
  EXPECT_LE(largest(matrix_of(found) - matrix_of(expected)), tolerance);
}

TEST(LowRank, IsTheDecompositionOfTheMatrix) {
  for (const std::int64_t p : {1, 5, 30, 45}) expect_decomposition(genotypes(p, 50, 1));
}

TEST(LowRank, StaysOrthonormalWhereEigenvaluesDifferWidely) {
  expect_decomposition(genotypes(20, 50, 0.5));
  expect_decomposition(genotypes(20, 50, 0.2));
}

TEST(LowRank, SnpsThatSayTheSameCountOnce) {
  const Array x = genotypes(10, 40, 1);
  expect_decomposition(concat({x, x}));
  EXPECT_EQ(largest(decompose_factor(ones({3, 40})).values), 0);
}

/// Columns in the span of the vectors, some beside it, and some in both.
Array some_rows(const Array& x, std::int64_t count) {
  const Array random = genotypes(count, x.shape(1), 1) - 0.5;
  const Array centred_x = x - mean(x, Dims{1}, true);
  return concat({random, slice_rows(centred_x, 0, 2), slice_rows(centred_x, 2, 4) + 0.1 * random});
}

TEST(Coordinates, KeepAllInnerProducts) {
  const std::int64_t n = 40;
  const Array x = genotypes(12, n, 0.8);
  const Decomposition eigen = decompose_factor(x);
  const Array k = matrix_of(eigen);
  const Array fixed = some_rows(x, 2), snps = 3 * some_rows(x, 2);
  for (const std::int64_t columns : {1, 2, 3}) {
    SCOPED_TRACE(columns);
    const Coordinates coordinates(eigen, transpose(fixed), columns);
    EXPECT_FALSE(coordinates.complete());
    EXPECT_LE(coordinates.size(), eigen.values.size() + fixed.shape(0) + columns);
    const Array f = coordinates.of_fixed(transpose(fixed)), s = coordinates.of_snps(snps);
    const Array d = coordinates.values();
    // Sums of 40 products of numbers of order 1 and, squared, of order 10.
    EXPECT_LE(largest(matmul(f, transpose(f)) - matmul(fixed, transpose(fixed))), 1e-12);
    EXPECT_LE(largest(matmul(s, transpose(f)) - matmul(snps, transpose(fixed))), 1e-12);
    EXPECT_LE(largest(matmul(s * d, transpose(f)) - matmul(matmul(snps, k), transpose(fixed))),
              1e-12);
    EXPECT_LE(largest(matmul(s * d, transpose(s)) - matmul(matmul(snps, k), transpose(snps))),
              1e-11);
    for (std::int64_t first = 0; first < snps.shape(0); first += columns) {
      const Array own = slice_rows(s, first, first + columns);
      const Array rows = slice_rows(snps, first, first + columns);
      EXPECT_LE(largest(matmul(own, transpose(own)) - matmul(rows, transpose(rows))), 1e-11);
    }
  }
}

TEST(Coordinates, AreThoseAlongTheEigenvectorsWhereAllAreThere) {
  const Array x = genotypes(20, 10, 1);
  const Array k = matmul(transpose(x), x);
  centre(k);
  const Decomposition eigen = decompose(k);
  const Coordinates coordinates(eigen, ones({10, 1}), 2);
  EXPECT_TRUE(coordinates.complete());
  EXPECT_EQ(coordinates.size(), 10);
  EXPECT_EQ(largest(coordinates.of_snps(x) - matmul(x, eigen.vectors)), 0);
}

class FewSnps : public Runs {
 protected:
  /// A list of some of the SNPs of every chromosome.
  std::string list() {
    std::string text;
    for (int i = 1; i <= 50; ++i) text += "snp" + std::to_string(8 * i) + "\n";
    return folder_.write("few.txt", text);
  }
};

TEST_F(FewSnps, AssociationsAreThoseWithTheMatrix) {
  auto gk = options<GkOptions>();
  gk.input.kinship_snps = list();
  LmmOptions given = options<LmmOptions>(), computed = options<LmmOptions>();
  given.test = computed.test = LmmTest::all;
  given.kinship.array = run_gk(gk).kinship.matrix;
  computed.input.kinship_snps = list();
  ASSERT_TRUE(has_few_snps(open_study(computed.input, Missingness::each), kSamples));
  // Rounding, which the search for lambda may turn into a step of Newton's method more or less.
  expect_same(table_of_run(computed), table_of_run(given), 1e-4);

  std::vector<double> environment;
  for (std::int64_t i = 0; i < kSamples; ++i) environment.push_back(std::sin(i));
  given.input.environment.array = computed.input.environment.array = Array::from(environment);
  expect_same(table_of_run(computed), table_of_run(given), 1e-4);
}

TEST_F(FewSnps, ResidualsAreThoseWithTheMatrix) {
  auto gk = options<GkOptions>();
  gk.input.kinship_snps = list();
  LmmOptions given = options<LmmOptions>(true), computed = options<LmmOptions>(true);
  given.residuals = computed.residuals = true;
  given.kinship.array = run_gk(gk).kinship.matrix;
  computed.input.kinship_snps = list();
  computed.output->prefix = "computed";
  run_lmm(given);
  run_lmm(computed);
  for (const std::string suffix : {".residU.txt", ".residE.txt"}) {
    std::vector<double> one(kSamples), other(kSamples);
    read_matrix(folder_ / ("out/result" + suffix), {kSamples, ""}, 1, one);
    read_matrix(folder_ / ("out/computed" + suffix), {kSamples, ""}, 1, other);
    for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(one[i], other[i], 1e-6);
  }
}

TEST_F(FewSnps, ChromosomesAreLeftOut) {
  LmmOptions all = options<LmmOptions>(), given = options<LmmOptions>();
  all.input.kinship_snps = given.input.kinship_snps = list();
  all.loco_all = true;
  all.eigen_folder = folder_ / "eigen";
  auto gk = options<GkOptions>();
  gk.input.kinship_snps = list();
  gk.loco = given.loco = "7";
  given.kinship.array = run_gk(gk).kinship.matrix;
  const AssociationTable expected = table_of_run(given);
  for (int time = 0; time < 2; ++time) {  // computed, then from the folder
    AssociationTable found(LmmTest::wald);
    all.sink = [&](auto, std::span<const Snp> snps, std::span<const AssociationRow> rows) {
      for (const AssociationRow& row : rows) {
        if (snps[static_cast<std::size_t>(row.snp)].chromosome == "7") {
          found.append(snps, {&row, 1});
        }
      }
    };
    run_lmm(all);
    expect_same(found, expected, 1e-4);
  }
}

}  // namespace
}  // namespace loom::gwas
