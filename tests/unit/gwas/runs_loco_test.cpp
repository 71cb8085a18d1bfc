#include <filesystem>
#include <unordered_set>

#include "loom/gwas/tables/matrix_file.h"
#include "loom/gwas/tables/sample_ids.h"
#include "loom/ops/creation.h"
#include "loom/support/error.h"
#include "runs_fixture.h"

// Runs whose kinship leaves out a chromosome, and decompositions that are kept in a folder.
namespace loom::gwas {
namespace {

class Loco : public Runs {
 protected:
  /// SNPs on chromosome `name`, or on all others.
  std::unordered_set<std::string> names(const std::string& name, bool others) const {
    BedReader data(data_ / "d");
    std::unordered_set<std::string> names;
    for (const Snp& snp : all_snps(data)) {
      if ((snp.chromosome == name) != others) names.insert(snp.id);
    }
    return names;
  }

  LmmOptions loco(const std::string& chromosome) const {
    auto result = options<LmmOptions>();
    result.test = LmmTest::all;
    result.loco = chromosome;
    return result;
  }

  LmmOptions loco_all(bool kept = false) const {
    auto result = options<LmmOptions>();
    result.test = LmmTest::all;
    result.loco_all = true;
    if (kept) result.eigen_folder = folder_ / "eigen";
    return result;
  }
};

TEST_F(Loco, TheKinshipIsOfTheSnpsOnAllOtherChromosomes) {
  auto without = options<GkOptions>(), listed = options<GkOptions>();
  without.loco = "7";
  listed.input.snp_names = names("7", true);
  const GkResult found = run_gk(without), expected = run_gk(listed);
  EXPECT_EQ(found.kinship.filter.kept(), expected.kinship.filter.kept());
  EXPECT_EQ(found.kinship.filter.count(SnpVerdict::other_chromosome),
            expected.kinship.filter.count(SnpVerdict::not_listed));
  for (std::int64_t i = 0; i < kSamples * kSamples; ++i) {
    ASSERT_EQ(found.kinship.matrix.data<double>()[i], expected.kinship.matrix.data<double>()[i]);
  }
}

TEST_F(Loco, AListOfSnpsForTheKinshipLeavesTheTestsAlone) {
  const std::unordered_set<std::string> others = names("7", true);
  std::string text;
  for (const std::string& name : others) text += name + "\n";
  auto listed = options<LmmOptions>();
  listed.test = LmmTest::all;
  listed.input.kinship_snps = folder_.write("list.txt", text);
  std::int64_t kinship_snps = 0;
  AssociationTable of_seven(LmmTest::all);
  listed.sink = [&](auto, std::span<const Snp> snps, std::span<const AssociationRow> rows) {
    for (const AssociationRow& row : rows) {
      if (snps[static_cast<std::size_t>(row.snp)].chromosome == "7") {
        of_seven.append(snps, {&row, 1});
      }
    }
  };
  const LmmResult result = run_lmm(listed);
  kinship_snps = result.traits[0].fits[0].kinship_snps;
  EXPECT_GT(result.traits[0].filter.kept(), kinship_snps);
  // Sums over SNPs in another order: rounding, which a step of Newton's method may enlarge.
  expect_same(of_seven, table_of_run(loco("7")), 1e-4);
}

TEST_F(Loco, AllChromosomesInOneRunAreTheRunsOfEach) {
  AssociationTable each(LmmTest::all);
  std::int64_t tested = 0;
  BedReader data(data_ / "d");
  std::string last;
  for (const Snp& snp : all_snps(data)) {
    if (snp.chromosome == last) continue;
    last = snp.chromosome;
    LmmOptions options = loco(last);
    options.sink = [&](auto, auto snps, auto rows) { each.append(snps, rows); };
    const LmmResult result = run_lmm(options);
    ASSERT_EQ(result.traits[0].fits.size(), 1u);
    EXPECT_EQ(result.traits[0].fits[0].chromosome, last);
    tested += result.traits[0].fits[0].tested;
  }
  LmmOptions all = loco_all();
  AssociationTable found(LmmTest::all);
  all.sink = [&](auto, auto snps, auto rows) { found.append(snps, rows); };
  const LmmResult result = run_lmm(all);
  expect_same(found, each);
  EXPECT_EQ(result.traits[0].fits.size(), 20u);
  EXPECT_EQ(result.traits[0].filter.kept(), tested);
  EXPECT_EQ(result.traits[0].filter.total(), kSnps);
  EXPECT_EQ(found.size(), tested);
}

TEST_F(Loco, AGivenKinshipServesTheSnpsOfOneChromosome) {
  auto gk = options<GkOptions>();
  gk.loco = "7";
  LmmOptions given = loco("7");
  given.kinship.array = run_gk(gk).kinship.matrix;
  const AssociationTable table = table_of_run(given);
  for (const Snp& snp : table.snps()) EXPECT_EQ(snp.chromosome, "7");
  expect_same(table, table_of_run(loco("7")), 1e-4);
}

TEST_F(Loco, EachOfSeveralPhenotypesHasItsOwnSamples) {
  const Array y = phenotypes();
  std::vector<double> two;
  for (std::int64_t i = 0; i < kSamples; ++i) {
    const double value = y.at<double>({i});
    two.push_back(i % 7 == 0 ? std::nan("") : value);
    two.push_back(value * value);
  }
  const Array table = Array::from(two, Dims{kSamples, 2});
  std::vector<AssociationTable> together(2, AssociationTable(LmmTest::all));
  LmmOptions both = loco_all(true);
  both.input.phenotypes.array = table;
  both.input.phenotype_choice.numbers = {2, 1};
  both.sink = [&](std::int64_t trait, auto snps, auto rows) {
    together[static_cast<std::size_t>(trait)].append(snps, rows);
  };
  for (int time = 0; time < 2; ++time) {  // computed, then from the folder
    together.assign(2, AssociationTable(LmmTest::all));
    const LmmResult result = run_lmm(both);
    EXPECT_EQ(result.traits[0].number, 2);
    EXPECT_EQ(result.traits[1].analysed, kSamples - 9);
    for (const std::int64_t column : {2, 1}) {
      LmmOptions one = loco_all();
      one.input.phenotypes.array = table;
      one.input.phenotype_choice.numbers = {column};
      expect_same(together[column == 2 ? 0 : 1], table_of_run(one));
    }
  }
}

TEST_F(Loco, NoChromosomeIsLeftOutThatIsNotThere) {
  const auto message = testing::StartsWith("[loco] no SNP is on chromosome '77': there are 1, 2, ");
  auto gk = options<GkOptions>();
  gk.loco = "77";
  EXPECT_THAT([&] { run_gk(gk); }, testing::ThrowsMessage<ValueError>(message));
  EXPECT_THAT([&] { run_lmm(loco("77")); }, testing::ThrowsMessage<ValueError>(message));
  LmmOptions given = lmm();
  given.loco = "77";
  EXPECT_THAT([&] { run_lmm(given); }, testing::ThrowsMessage<ValueError>(message));
}

TEST_F(Loco, AKinshipOfNothingIsRefused) {
  LmmOptions options = loco_all();
  options.input.snp_names = names("7", false);
  EXPECT_THAT([&] { run_lmm(options); },
              testing::ThrowsMessage<Error>(
                  "[loco] no SNP is left for the kinship matrix without chromosome 7"));
}

class EigenFolderRuns : public Loco {
 protected:
  /// Runs and returns what the user was told about decompositions.
  std::string told(LmmOptions options) {
    std::string text;
    options.monitor.say = [&](const std::string& line) {
      if (line.find("ecomposition") != std::string::npos) text += line + "\n";
    };
    for (const std::string& warning : run_lmm(options).summary.warnings) text += warning + "\n";
    return text;
  }
  std::string file(const std::string& name) const { return folder_ / ("eigen/" + name); }
};

TEST_F(EigenFolderRuns, DecompositionsAreReusedToTheBit) {
  const AssociationTable computed = table_of_run(loco_all(true));
  EXPECT_TRUE(std::filesystem::exists(file("chr20.eigenU.npy")));
  EXPECT_THAT(told(loco_all(true)), testing::HasSubstr("20 from "));
  expect_same(table_of_run(loco_all(true)), computed);
  LmmOptions one = loco("7");
  one.eigen_folder = folder_ / "eigen";
  EXPECT_THAT(told(one), testing::HasSubstr("1 from "));
  LmmOptions all = options<LmmOptions>();
  all.eigen_folder = folder_ / "eigen";
  EXPECT_THAT(told(all),
              testing::AllOf(testing::HasSubstr("0 from "), testing::HasSubstr("1 computed")));
  EXPECT_THAT(told(all), testing::HasSubstr("1 from "));
  EXPECT_THAT(told(loco_all(true)), testing::HasSubstr("20 from "));
}

TEST_F(EigenFolderRuns, OtherSettingsAreToldAndComputedAnew) {
  const auto anew = [&](const std::string& why, auto change) {
    told(loco_all(true));
    LmmOptions options = loco_all(true);
    change(options);
    EXPECT_THAT(told(options),
                testing::AllOf(testing::HasSubstr("are of another analysis (" + why + ")"),
                               testing::HasSubstr("0 from "), testing::HasSubstr("20 computed")));
    LmmOptions elsewhere = options;
    elsewhere.eigen_folder.clear();
    expect_same(table_of_run(options), table_of_run(elsewhere));
  };
  anew("maf was 0.01, is 0.1", [](LmmOptions& o) { o.thresholds.min_maf = 0.1; });
  anew("kind of kinship was 1, is 2", [](LmmOptions& o) { o.kind = KinshipKind::standardised; });
  anew("covariates; samples", [&](LmmOptions& o) {
    o.input.phenotypes.array = copy(phenotypes());
    o.input.phenotypes.array->at<double>({3}) = std::nan("");
  });
  anew("list of SNPs", [&](LmmOptions& o) {
    o.input.snp_names = names("7", false);
    o.input.snp_names->merge(names("8", false));
  });
}

TEST_F(EigenFolderRuns, AChangedDataSetIsSeen) {
  told(loco_all(true));
  const std::string bed = data_ / "d.bed";
  std::filesystem::last_write_time(bed,
                                   std::filesystem::last_write_time(bed) + std::chrono::seconds(1));
  EXPECT_THAT(told(loco_all(true)), testing::HasSubstr("another analysis (d.bed)"));
}

TEST_F(EigenFolderRuns, ADamagedFileIsComputedAnew) {
  const AssociationTable expected = table_of_run(loco_all(true));
  std::filesystem::copy_file(file("chr3.eigenU.npy"), file("chr7.eigenU.npy"),
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::remove(file("chr9.eigenD.npy"));
  EXPECT_THAT(told(loco_all(true)),
              testing::AllOf(testing::HasSubstr("chr7.eigenU.npy: no longer as it was written"),
                             testing::HasSubstr("chr9.eigenD.npy: cannot open"),
                             testing::HasSubstr("18 from "), testing::HasSubstr("2 computed")));
  expect_same(table_of_run(loco_all(true)), expected);
}

TEST_F(EigenFolderRuns, WhatIsNoManifestIsRefused) {
  std::filesystem::create_directories(folder_ / "eigen");
  for (const char* text : {"", "[]", "{}"}) {
    folder_.write("eigen/manifest.json", text);
    EXPECT_THAT([&] { run_lmm(loco_all(true)); },
                testing::ThrowsMessage<IoError>(
                    testing::HasSubstr("manifest.json: not a manifest of decompositions: ")));
  }
}

TEST_F(Loco, AComputedKinshipAndItsDecompositionAreKeptOnRequest) {
  LmmOptions saving = options<LmmOptions>(true);
  saving.save_kinship = saving.save_eigen = true;
  const AssociationTable expected = table_of_run(saving);
  LmmOptions by_kinship = options<LmmOptions>(), by_eigen = options<LmmOptions>();
  by_kinship.kinship.file = folder_ / "out/result.cXX.npy";
  by_eigen.eigen_values.file = folder_ / "out/result.eigenD.npy";
  by_eigen.eigen_vectors.file = folder_ / "out/result.eigenU.npy";
  expect_same(table_of_run(by_kinship), expected);
  expect_same(table_of_run(by_eigen), expected);
  EXPECT_EQ(read_ids(folder_ / "out/result.cXX.id").size(), std::size_t{kSamples});
}

}  // namespace
}  // namespace loom::gwas
