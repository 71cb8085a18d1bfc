#include "loom/gwas/runs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "loom/gwas/tables/matrix_file.h"
#include "loom/support/error.h"
#include "runs_fixture.h"

// Whole runs on a small data set: what they return, what they write, and how they are stopped.
namespace loom::gwas {
namespace {

TEST_F(Runs, WriteNothingWithoutAnOutput) {
  const GkResult gk = run_gk(options<GkOptions>());
  EXPECT_EQ(gk.kinship.matrix.shape(), (Dims{kSamples, kSamples}));
  EXPECT_EQ(gk.kinship.filter.total(), kSnps);
  EXPECT_EQ(gk.summary.samples.size(), std::size_t{kSamples});
  EXPECT_TRUE(gk.summary.files.empty());
  EXPECT_GT(table_of_run(lmm()).size(), 300);
  EXPECT_TRUE(folder_.names().empty());
}

TEST_F(Runs, ATableWritesTheFileOfTheRun) {
  for (const LmmTest test :
       {LmmTest::wald, LmmTest::likelihood_ratio, LmmTest::score, LmmTest::all}) {
    LmmOptions options = lmm();
    options.test = test;
    options.output = RunOutput{folder_ / "out", "result", ""};
    table_of_run(options).write(folder_ / "table.txt");
    EXPECT_EQ(folder_.read("table.txt"), folder_.read("out/result.assoc.txt"));
  }
}

TEST_F(Runs, ATableKeepsTheColumnsThatItGaveOut) {
  const std::vector<Snp> snps = {{"1", "rs1", 0, 7, "A", "G"}};
  const AssociationRow row{.snp = 0, .n_miss = 2, .af = 0.25, .p_wald = 0.5};
  AssociationTable table(LmmTest::wald);
  table.append(snps, {&row, 1});
  const Array before = table.column("p_wald");
  for (int i = 0; i < 100; ++i) table.append(snps, {&row, 1});
  EXPECT_EQ(before.shape(), Dims{1});
  EXPECT_EQ(before.at<double>({0}), 0.5);
  EXPECT_EQ(table.column("ps").at<std::int64_t>({100}), 7);
  EXPECT_EQ(table.column("n_miss").at<std::int64_t>({100}), 2);
  EXPECT_THAT([&] { table.column("p_lrt"); },
              testing::ThrowsMessage<ValueError>(
                  "[lmm] no column of numbers is called 'p_lrt'; there are ps, n_miss, af, beta, "
                  "se, logl_H1, l_remle, p_wald"));
}

TEST_F(Runs, ComputeTheKinshipThatIsNotGiven) {
  // The kinship of the analysed samples alone is summed in another order: rounding, which the
  // search for lambda may turn into a step of Newton's method more or less.
  expect_same(table_of_run(options<LmmOptions>()), table_of_run(lmm()), 1e-4);
}

TEST_F(Runs, ACentredKinshipNeedsTheMeansOfAllSamples) {
  std::vector<double> some(kSamples, std::numeric_limits<double>::quiet_NaN());
  const Array all = phenotypes();
  for (std::size_t i = 0; i < 40; ++i) some[i] = all.at<double>({static_cast<std::int64_t>(i)});
  LmmOptions given = lmm(), computed = options<LmmOptions>();
  auto gk = options<GkOptions>();
  gk.input.phenotypes.array = Array::from(some);  // the filters look at the analysed samples
  given.kinship.array = run_gk(gk).kinship.matrix;
  given.input.phenotypes.array = computed.input.phenotypes.array = Array::from(some);
  expect_same(table_of_run(computed), table_of_run(given), 1e-4);
}

TEST_F(Runs, ArraysServeAsFilesDo) {
  const Array k = kinship(), y = phenotypes();
  std::vector<double> two(2 * kSamples), covariate(kSamples);
  for (std::int64_t i = 0; i < kSamples; ++i) {
    covariate[static_cast<std::size_t>(i)] = std::sin(static_cast<double>(i));
    two[static_cast<std::size_t>(2 * i + 1)] = y.at<double>({i});
  }
  covariate[7] = std::numeric_limits<double>::quiet_NaN();
  LmmOptions arrays = lmm();
  arrays.input.phenotypes.array = Array::from(two, Dims{kSamples, 2});
  arrays.input.phenotype_choice.numbers = {2};
  arrays.input.covariates.array = Array::from(covariate);
  arrays.input.snp_names = {"snp1", "snp5", "snp9", "snp13"};

  std::string covariate_text;
  for (const double value : covariate) {
    covariate_text += std::isnan(value) ? "NA\n" : std::to_string(value) + "\n";
  }
  LmmOptions files = options<LmmOptions>();
  files.kinship.file = folder_ / "k.txt";
  write_matrix(files.kinship.file, k.span<const double>(), kSamples);
  files.input.covariates.file = folder_.write("c.txt", covariate_text);
  files.input.snps = folder_.write("snps.txt", "snp1\nsnp5\nsnp9\nsnp13\n");
  // Files have six digits of a covariate and ten of the kinship.
  expect_same(table_of_run(arrays), table_of_run(files), 1e-3);
}

TEST_F(Runs, ADecompositionServesForItsKinship) {
  auto eigen = options<EigenOptions>();
  eigen.kinship.array = kinship();
  const Decomposition found = run_eigen(eigen).decomposition;
  LmmOptions again = options<LmmOptions>();
  again.eigen_values.array = found.values;
  again.eigen_vectors.array = found.vectors;
  expect_same(table_of_run(again), table_of_run(lmm()));
}

TEST_F(Runs, RefuseArraysThatDoNotFit) {
  const auto fails = [&]<class E>(std::type_identity<E>, auto change, const std::string& message) {
    LmmOptions options = lmm();
    change(options);
    EXPECT_THAT([&] { run_lmm(options); }, testing::ThrowsMessage<E>(testing::HasSubstr(message)));
  };
  const Array three = Array::from({1.0, 2.0, 3.0});
  fails(
      std::type_identity<ShapeError>(), [&](LmmOptions& o) { o.input.phenotypes.array = three; },
      "[phenotypes] expected 60 rows (one for each sample in ");
  fails(
      std::type_identity<ShapeError>(), [&](LmmOptions& o) { o.kinship.array = phenotypes(); },
      "[kinship] expected shape (60, 60), found (60,)");
  fails(
      std::type_identity<ValueError>(),
      [&](LmmOptions& o) {
        o.kinship.array->at<double>({2, 3}) = 9;
      },
      "[kinship] not symmetric: row 3, column 4 is 9 but row 4, column 3 is ");
  fails(
      std::type_identity<ValueError>(),
      [&](LmmOptions& o) {
        o.kinship.array->at<double>({2, 3}) = NAN;
      },
      "[kinship] row 3, column 4: expected a finite number, found nan");
  fails(
      std::type_identity<ValueError>(),
      [&](LmmOptions& o) {
        o.input.covariates.array = phenotypes();
        o.input.covariates.array->at<double>({5}) = INFINITY;
      },
      "[covariates] row 6, column 1: expected a finite number or NaN, found inf");
  fails(
      std::type_identity<ValueError>(),
      [&](LmmOptions& o) {
        o.input.phenotypes.array = phenotypes();
        o.input.phenotype_choice.numbers = {2};
      },
      "[phenotypes] column 2 is asked for, there are 1 to 1");
}

/// The phases that a run goes through, and what it leaves where it is stopped in each.
template <class Options>
void stop_in_each_phase(Options options, const TempFolder& folder, auto run) {
  std::set<std::string> phases;
  options.monitor.progress = [&](std::string_view phase, std::int64_t, std::int64_t) {
    phases.emplace(phase);
  };
  run(options);
  std::filesystem::remove_all(folder / "out");
  for (const std::string& wanted : phases) {
    std::stop_source source;
    options.monitor.stop = source.get_token();
    options.monitor.progress = [&](std::string_view phase, std::int64_t, std::int64_t) {
      if (phase == wanted) source.request_stop();
    };
    EXPECT_THAT([&] { run(options); },
                testing::ThrowsMessage<CancelledError>(testing::EndsWith("] stopped on request")))
        << wanted;
    EXPECT_TRUE(folder.names().empty()) << wanted;
  }
  EXPECT_GE(phases.size(), 2u);
}

TEST_F(Runs, StopInEveryPhaseAndLeaveNothing) {
  stop_in_each_phase(options<GkOptions>(true), folder_, run_gk);
  stop_in_each_phase(options<LmmOptions>(true), folder_, run_lmm);
  auto eigen = options<EigenOptions>(true);
  eigen.kinship.array = kinship();
  stop_in_each_phase(eigen, folder_, run_eigen);
}

TEST_F(Runs, EndWithWhatTheProgressThrows) {
  LmmOptions options = lmm();
  options.monitor.progress = [](std::string_view, std::int64_t, std::int64_t) {
    throw std::runtime_error("enough");
  };
  EXPECT_THAT([&] { run_lmm(options); }, testing::ThrowsMessage<std::runtime_error>("enough"));
}

}  // namespace
}  // namespace loom::gwas
