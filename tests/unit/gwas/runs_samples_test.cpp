#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "data_fixture.h"
#include "loom/gwas/association_outputs.h"
#include "loom/gwas/genotypes/simulate.h"
#include "loom/gwas/output/association_table.h"
#include "loom/gwas/runs.h"
#include "loom/gwas/tables/matrix_file.h"
#include "loom/gwas/tables/sample_ids.h"
#include "loom/support/error.h"

// Runs whose samples, phenotypes and kinship are found by name.
namespace loom::gwas {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

constexpr std::int64_t kSamples = 60;

/// The results of a run by phenotype, each as the file that would hold them.
struct Results {
  std::vector<std::string> files;
  LmmResult run;
};

class RunsBySample : public testing::Test {
 protected:
  void SetUp() override {
    SimulateOptions options;
    options.samples = kSamples;
    options.snps = 300;
    simulate(folder_ / "d", options);
    GkOptions gk;
    gk.input.genotypes.bfile = folder_ / "d";
    gk.output = RunOutput{folder_ / "", "k", ""};
    kinship_ = run_gk(gk).kinship.matrix;
  }

  /// With the kinship of the data, in a file that names its samples.
  LmmOptions options() const {
    LmmOptions result;
    result.input.genotypes.bfile = folder_ / "d";
    result.kinship.file = folder_ / "k.cXX.txt";
    return result;
  }

  Results run(LmmOptions options) const {
    std::vector<std::unique_ptr<AssociationTable>> tables;
    options.sink = [&](std::int64_t trait, auto snps, auto rows) {
      while (std::ssize(tables) <= trait) {
        tables.push_back(std::make_unique<AssociationTable>(options.test));
      }
      tables[static_cast<std::size_t>(trait)]->append(snps, rows);
    };
    Results results{{}, run_lmm(options)};
    for (const auto& table : tables) {
      table->write(folder_ / "table.txt");
      results.files.push_back(folder_.read("table.txt"));
    }
    return results;
  }

  void expect_same(const LmmOptions& one, const LmmOptions& other) const {
    EXPECT_EQ(run(one).files, run(other).files);
  }

  std::vector<Sample> samples() const { return read_ids(folder_ / "k.cXX.id"); }

  /// A table with a header: phenotypes a and b lack some samples, c lacks those of a.
  std::string phenotype_table() const {
    std::mt19937 draw(60);
    std::normal_distribution<double> normal;
    std::string text = "FID IID a b c none constant\n";
    std::int64_t i = 0;
    for (const Sample& sample : samples()) {
      const double values[] = {normal(draw), normal(draw), normal(draw)};
      const bool lacks_a = i % 10 == 3, lacks_b = i % 7 == 2;
      text += sample.family_id + " " + sample.individual_id + " " +
              (lacks_a ? "NA" : std::to_string(values[0])) + " " +
              (lacks_b ? "-9" : std::to_string(values[1])) + " " +
              (lacks_a ? "nan" : std::to_string(values[2])) + " NA 2\n";
      ++i;
    }
    return text;
  }

  /// The rows and columns of the kinship `order`, and their names, as NAME.txt and NAME.id.
  void write_kinship(const std::string& name, const std::vector<std::int64_t>& order) const {
    const auto n = std::ssize(order);
    Array matrix = Array::empty({n, n});
    std::vector<Sample> ids;
    for (std::int64_t i = 0; i < n; ++i) {
      ids.push_back(samples()[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])]);
      for (std::int64_t j = 0; j < n; ++j) {
        matrix.at<double>({i, j}) = kinship_.at<double>(
            {order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(j)]});
      }
    }
    write_matrix(folder_ / (name + ".txt"), matrix.span<const double>(), n);
    write_ids(folder_ / (name + ".id"), ids);
  }

  static std::vector<std::int64_t> shuffled() {
    std::vector<std::int64_t> order(kSamples);
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), std::mt19937(7));
    return order;
  }

  TempFolder folder_;
  Array kinship_;
};

TEST_F(RunsBySample, PhenotypesTogetherAreAsEachAlone) {
  LmmOptions together = options();
  together.test = LmmTest::all;
  together.input.phenotypes.file = folder_.write("pheno.txt", phenotype_table());
  together.input.phenotype_choice.names = {"c", "b", "a"};
  const Results all = run(together);
  ASSERT_EQ(all.files.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    LmmOptions alone = together;
    alone.input.phenotype_choice.names = {together.input.phenotype_choice.names[i]};
    const Results one = run(alone);
    EXPECT_EQ(one.files[0], all.files[i]);
    EXPECT_EQ(one.run.traits[0].name, all.run.traits[i].name);
    EXPECT_EQ(one.run.traits[0].selection.samples, all.run.traits[i].selection.samples);
    EXPECT_EQ(one.run.traits[0].fits.front().null.pve, all.run.traits[i].fits.front().null.pve);
  }
  EXPECT_EQ(all.run.traits[1].number, 2);
  EXPECT_EQ(all.run.traits[0].analysed, all.run.traits[2].analysed);
  EXPECT_NE(all.run.traits[0].analysed, all.run.traits[1].analysed);
}

TEST_F(RunsBySample, AllPhenotypesAreThoseThatCanBeAnalysed) {
  LmmOptions every = options();
  every.input.phenotypes.file = folder_.write("pheno.txt", phenotype_table());
  every.input.phenotype_choice.all = true;
  every.output = RunOutput{folder_ / "out", "r", ""};
  const Results results = run(every);
  ASSERT_EQ(results.run.traits.size(), 3u);
  EXPECT_THAT(results.run.summary.warnings,
              ElementsAre("phenotype none: [samples] none of 60 samples can be analysed: 60 lack a "
                          "phenotype and 0 more a covariate; it is left out",
                          "[lmm] phenotype constant has the same value, 2, in all 60 analysed "
                          "samples; it is left out"));
  EXPECT_EQ(folder_.read("out/r.a.assoc.txt"), results.files[0]);
  EXPECT_EQ(folder_.read("out/r.c.assoc.txt"), results.files[2]);
  every.input.phenotype_choice = {{1}, {"a", "constant"}, false};
  EXPECT_THAT([&] { run(every); }, ThrowsMessage<Error>(HasSubstr("phenotype constant has the")));
}

TEST_F(RunsBySample, FilesHaveNamesThatAnyFolderTakes) {
  const std::vector<PhenotypeId> ids = {
      {1, "bmi"}, {2, "a/b c"}, {3, "a b/c"}, {4, ""}, {5, "H\xc3\xb6he.2-x"}};
  EXPECT_THAT(file_names(ids), ElementsAre("bmi", "a_b_c", "a_b_c_2", "pheno4", "H\xc3\xb6he.2-x"));
}

TEST_F(RunsBySample, RowsOfTablesMayStandInAnyOrder) {
  std::vector<std::string> lines;
  std::string text = phenotype_table();
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    lines.push_back(text.substr(at, text.find('\n', at) + 1 - at));
  }
  std::shuffle(lines.begin() + 1, lines.end(), std::mt19937(3));
  LmmOptions one = options();
  one.input.phenotypes.file = folder_.write("pheno.txt", text);
  one.input.covariates.file = one.input.phenotypes.file;
  one.input.covariate_choice.names = {"b"};
  LmmOptions other = one;
  other.input.phenotypes.file = other.input.covariates.file =
      folder_.write("shuffled.txt", std::accumulate(lines.begin(), lines.end(), std::string()));
  expect_same(one, other);
}

TEST_F(RunsBySample, RowsOfAKinshipMayStandInAnyOrder) {
  write_kinship("other", shuffled());
  LmmOptions other = options();
  other.kinship.file = folder_ / "other.txt";
  expect_same(options(), other);
  EXPECT_THAT(run(other).run.summary.warnings, IsEmpty());
}

TEST_F(RunsBySample, AKinshipMayHaveMoreSamplesThanAreAnalysed) {
  LmmOptions one = options();
  one.input.phenotypes.file = folder_.write("pheno.txt", phenotype_table());
  std::vector<std::int64_t> order = shuffled();
  std::erase(order, 3);  // sample 4 has no phenotype
  write_kinship("fewer", order);
  LmmOptions other = one;
  other.kinship.file = folder_ / "fewer.txt";
  expect_same(one, other);
  std::erase(order, 5);
  write_kinship("fewer", order);
  EXPECT_THAT(
      [&] { run(other); },
      ThrowsMessage<Error>(testing::AllOf(
          HasSubstr("[kinship] 1 of 54 analysed samples are not in "),
          HasSubstr("fewer.id: " + samples()[5].family_id + " " + samples()[5].individual_id))));
  // Whichever of several phenotypes has the sample, none is analysed.
  order = shuffled();
  std::erase(order, 3);
  write_kinship("fewer", order);
  other.input.phenotype_choice.names = {"a", "b"};
  std::int64_t rows = 0;
  other.sink = [&](std::int64_t, auto, auto found) { rows += std::ssize(found); };
  EXPECT_THAT([&] { run_lmm(other); },
              ThrowsMessage<Error>(HasSubstr("fewer.id: " + samples()[3].family_id + " " +
                                             samples()[3].individual_id)));
  EXPECT_EQ(rows, 0);
}

TEST_F(RunsBySample, AKinshipWithoutNamesIsTakenOnTrust) {
  folder_.write("copy.txt", folder_.read("k.cXX.txt"));
  LmmOptions other = options();
  other.kinship.file = folder_ / "copy.txt";
  const Results results = run(other);
  EXPECT_EQ(results.files, run(options()).files);
  EXPECT_THAT(results.run.summary.warnings,
              ElementsAre(testing::EndsWith("d.fam, in its order, is taken on trust")));
  // Names that are numbers say no more.
  std::vector<Sample> numbers;
  for (std::int64_t i = 1; i <= kSamples; ++i) numbers.push_back({"", std::to_string(i)});
  write_ids(folder_ / "copy.id", numbers);
  EXPECT_EQ(run(other).run.summary.warnings, results.run.summary.warnings);
}

TEST_F(RunsBySample, PairsMakeTheMatrix) {
  std::string text;
  for (std::int64_t i = 0; i < kSamples; ++i) {
    for (std::int64_t j = 0; j <= i; ++j) {
      char number[32];
      std::snprintf(number, sizeof number, "%.10g", kinship_.at<double>({i, j}));
      text += samples()[static_cast<std::size_t>(i)].individual_id + " " +
              samples()[static_cast<std::size_t>(j)].individual_id + " " + number + "\n";
    }
  }
  LmmOptions pairs = options();
  pairs.kinship.file = write_gz(folder_, "pairs.gz", text);
  pairs.kinship.format = KinshipFormat::pairs;
  expect_same(options(), pairs);
}

TEST_F(RunsBySample, RowsOfEigenvectorsMayStandInAnyOrder) {
  EigenOptions eigen;
  eigen.input = options().input;
  eigen.kinship = options().kinship;
  eigen.output = RunOutput{folder_ / "", "e", ""};
  const Decomposition found = run_eigen(eigen).decomposition;
  LmmOptions one = options();
  one.kinship = {};
  one.eigen_values.file = folder_ / "e.eigenD.txt";
  one.eigen_vectors.file = folder_ / "e.eigenU.txt";

  const std::vector<std::int64_t> order = shuffled();
  Array vectors = Array::empty({kSamples, kSamples});
  std::vector<Sample> ids;
  for (std::int64_t i = 0; i < kSamples; ++i) {
    const std::int64_t from = order[static_cast<std::size_t>(i)];
    ids.push_back(samples()[static_cast<std::size_t>(from)]);
    for (std::int64_t j = 0; j < kSamples; ++j) {
      vectors.at<double>({i, j}) = found.vectors.at<double>({from, j});
    }
  }
  LmmOptions other = one;
  other.eigen_vectors.file = folder_ / "s.eigenU.txt";
  write_matrix(other.eigen_vectors.file, vectors.span<const double>(), kSamples);
  write_ids(folder_ / "s.eigen.id", ids);
  expect_same(one, other);

  ids[4] = {"F", "nobody"};
  write_ids(folder_ / "s.eigen.id", ids);
  EXPECT_THAT([&] { run(other); },
              ThrowsMessage<Error>(HasSubstr("names 60 samples, which are not the 60 analysed")));
}

}  // namespace
}  // namespace loom::gwas
