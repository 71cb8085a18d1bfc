#include "loom/dispatch/selection.h"
#include "loom/gwas/genotypes/genotype_operations.h"
#include "loom/gwas/model/null_model.h"
#include "loom/gwas/model/scan_operation.h"
#include "parity/generators.h"

namespace loom::test::generators {

using schema::Attribute;
using schema::OpRow;

namespace {

/// Seeds and positions in a stream, among them some that need all their bits.
constexpr std::pair<std::int64_t, std::int64_t> kPlaces[] = {
    {0, 0}, {1, 3}, {-1, (std::int64_t{1} << 40) + 1}};

}  // namespace

Problems real_stream(const OpRow&, DType dtype, Random&) {
  if (!kReals.contains(dtype)) return {};
  Problems problems;
  for (const auto& [seed, offset] : kPlaces) {
    for (const Dims& shape : {Dims{}, Dims{0}, Dims{7, 3}, Dims{10007}}) {
      problems.push_back({{}, {shape, seed, offset, dtype}});
    }
  }
  return problems;
}

Problems integers(const OpRow&, DType dtype, Random&) {
  if (!is_integer(dtype)) return {};
  const bool wide = item_size(dtype) == 8;
  Problems problems;
  for (const auto& [seed, offset] : kPlaces) {
    for (const Dims& shape : {Dims{}, Dims{0}, Dims{7, 3}, Dims{10007}}) {
      for (const std::int64_t last : {std::int64_t{0}, std::int64_t{99}, wide ? INT64_MAX : 126}) {
        problems.push_back({{}, {shape, seed, offset, std::int64_t{0}, last, dtype}});
      }
      if (dtype == DType::int64) {
        problems.push_back({{}, {shape, seed, offset, INT64_MIN, INT64_MAX, dtype}});
      }
    }
  }
  return problems;
}

Problems permutation(const OpRow&, DType dtype, Random&) {
  if (dtype != DType::int64) return {};
  Problems problems;
  for (const auto& [seed, offset] : kPlaces) {
    for (const std::int64_t length : {0, 1, 2, 1000}) {
      problems.push_back({{}, {length, seed, offset, dtype}});
    }
  }
  return problems;
}

Problems genotypes(const OpRow& row, DType dtype, Random& random) {
  if (dtype != DType::uint8) return {};
  Problems problems;
  for (const std::int64_t snps : {0, 1, 40}) {
    const Array packed = random.array({snps, 9}, DType::uint8, 0, 255);
    const Array values = random.array({snps, 4}, DType::float64);
    const Array samples = arange(1, 36, 3, DType::int64);
    Problem& problem = problems.emplace_back();
    problem.inputs =
        row.inputs == 2 ? std::vector{packed, samples} : std::vector{packed, values, samples};
    problem.any_layout = false;
  }
  return problems;
}

Problems lmm_scan(const OpRow&, DType dtype, Random& random) {
  if (dtype != DType::float64) return {};
  const std::int64_t samples = 43, snps = 5;
  Problems problems;
  for (const std::int64_t covariates : {0, 2}) {
    const auto column = [&](std::int64_t n) { return random.array({n}, dtype, 0.1, 2); };
    const Array eigenvalues = column(samples), phenotype = column(samples);
    const Array others = column(covariates * samples);
    const gwas::ModelColumns model(eigenvalues.span<double>(), others.span<double>(),
                                   phenotype.span<double>());
    const gwas::LambdaGrid grid = gwas::lambda_grid({}, 2);
    const gwas::ScanTables tables =
        gwas::scan_tables(model, gwas::fit_null_model(model, grid), grid);
    for (const std::int64_t columns : {1, 2}) {
      const Array x = random.array({snps, columns, samples}, dtype, 0.1, 2);
      for (const bool exact : {false, true}) {
        problems.push_back({{model.tiles(), tables.weights, tables.projections, tables.null_table,
                             tables.lambdas, x},
                            {samples, Dims{0, 1}, exact},
                            static_cast<long double>(samples),
                            false});
      }
    }
  }
  return problems;
}

void add_rows_of_modules() {
  const BackendScope scope("reference");
  const Array packed = Array::empty({0, 1}, DType::uint8),
              samples = Array::empty({0}, DType::int64);
  gwas::count_genotypes(packed, samples);
  gwas::decode_genotypes(packed, Array::empty({0, 4}), samples);
  const double values[] = {1, 2, 3};
  const gwas::ModelColumns model(values, {}, values);
  const gwas::LambdaGrid grid = gwas::lambda_grid({}, 3);
  const gwas::ScanTables tables = gwas::scan_tables(model, gwas::fit_null_model(model, grid), grid);
  gwas::scan_snps(model, tables, Array::empty({0, 1, 3}), {}, gwas::SearchPath::gemma);
}

}  // namespace loom::test::generators
