#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "data_fixture.h"
#include "loom/gwas/genotypes/simulate.h"
#include "loom/gwas/output/association_table.h"
#include "loom/gwas/runs.h"

// Whole runs on a small data set.
namespace loom::gwas {

inline constexpr std::int64_t kSamples = 60;
inline constexpr std::int64_t kSnps = 400;

class Runs : public testing::Test {
 protected:
  void SetUp() override {
    SimulateOptions options;
    options.samples = kSamples;
    options.snps = kSnps;
    simulate(data_ / "d", options);
  }

  template <class Options>
  Options options(bool with_output = false) const {
    Options result;
    result.input.genotypes.bfile = data_ / "d";
    if (with_output) result.output = RunOutput{folder_ / "out", "result", "a test"};
    return result;
  }

  Array kinship() const { return run_gk(options<GkOptions>()).kinship.matrix; }

  /// The options of an association in memory with the kinship of the data.
  LmmOptions lmm() const {
    auto result = options<LmmOptions>();
    result.kinship.array = kinship();
    return result;
  }

  /// Runs an association and returns what it finds.
  static AssociationTable table_of_run(LmmOptions options) {
    AssociationTable table(options.test);
    options.sink = [&](auto, auto snps, auto rows) { table.append(snps, rows); };
    run_lmm(options);
    return table;
  }

  /// The phenotypes of the data, as the .fam file has them.
  Array phenotypes() const {
    const std::int64_t columns[] = {1};
    return Array::from(BedReader(data_ / "d").phenotypes(columns)[0]);
  }

  TempFolder data_;
  TempFolder folder_;
};

/// Whether two columns are the same, NaN and all.
inline void expect_same(const AssociationTable& a, const AssociationTable& b,
                        double tolerance = 0) {
  ASSERT_EQ(a.size(), b.size());
  for (const std::string& name : a.numeric_names()) {
    if (name == "ps" || name == "n_miss") continue;
    const Array one = a.column(name), other = b.column(name);
    for (std::int64_t i = 0; i < a.size(); ++i) {
      const double x = one.at<double>({i}), y = other.at<double>({i});
      EXPECT_LE(std::abs(x - y), tolerance * std::max(std::abs(x), 1.0)) << name << " " << i;
    }
  }
}

}  // namespace loom::gwas
