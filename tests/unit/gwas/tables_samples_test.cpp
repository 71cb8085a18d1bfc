#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "loom/gwas/tables/aligned_table.h"
#include "loom/gwas/tables/kinship_pairs.h"
#include "loom/gwas/tables/phenotype_choice.h"
#include "loom/gwas/tables/sample_ids.h"
#include "loom/gwas/tables/sample_match.h"
#include "loom/support/error.h"
#include "temp_folder.h"
#include "throws_ending.h"

// Who the rows of a file belong to.
namespace loom::gwas {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNan;
using testing::ThrowsMessage;

using Samples = std::vector<Sample>;
const Samples kData = {{"F1", "I1"}, {"F2", "I2"}, {"F3", "I3"}};

std::vector<std::int64_t> match(const Samples& wanted, const Samples& having) {
  return match_samples({wanted, "data.fam"}, {having, "pheno.txt"});
}

TEST(MatchSamples, FindsThemInAnyOrder) {
  EXPECT_THAT(match(kData, {{"F3", "I3"}, {"F9", "I9"}, {"F1", "I1"}}), ElementsAre(2, -1, 0));
}

TEST(MatchSamples, TellsFamiliesApart) {
  const Samples twins = {{"F1", "I"}, {"F2", "I"}};
  EXPECT_THAT(match(twins, {{"F2", "I"}, {"F1", "I"}}), ElementsAre(1, 0));
  EXPECT_THAT(match({{"F1", "I"}, {"F1", "J"}}, {{"F2", "I"}, {"F1", "J"}}), ElementsAre(-1, 1));
}

TEST(MatchSamples, TakesAFamilyThatIsUnknownForAny) {
  for (const char* unknown : {"", "0"}) {
    EXPECT_THAT(match(kData, {{unknown, "I2"}, {unknown, "I1"}}), ElementsAre(1, 0, -1));
    EXPECT_THAT(match({{unknown, "I2"}}, kData), ElementsAre(1));
    // The sample of the same family goes before one of unknown family.
    EXPECT_THAT(match(kData, {{unknown, "I1"}, {"F1", "I1"}}), ElementsAre(1, -1, -1));
  }
}

TEST(MatchSamples, RefusesToGuess) {
  EXPECT_THAT(
      [] {
        match({{"", "I"}}, {{"F1", "I"}, {"F2", "I"}});
      },
      ThrowsMessage<Error>("[samples] I of data.fam may be F1 I or F2 I of pheno.txt"));
  EXPECT_THAT(
      [] {
        match({{"F1", "I"}, {"F2", "I"}}, {{"", "I"}});
      },
      ThrowsMessage<Error>("[samples] F1 I and F2 I of data.fam may both be I of pheno.txt"));
  EXPECT_THAT(
      [] {
        match({{"F1", "I"}, {"F1", "I"}}, {{"F1", "I"}});
      },
      ThrowsMessage<Error>("[samples] F1 I and F1 I of data.fam may both be F1 I of pheno.txt"));
}

TEST(MatchSamples, ShowsBothListsWhereNobodyMatches) {
  EXPECT_THAT(
      [] {
        match(kData, {{"", "a"}, {"", "b"}, {"G", "c"}, {"", "d"}});
      },
      ThrowsMessage<Error>("[samples] nobody in pheno.txt (a, b, G c, ...) is in data.fam "
                           "(F1 I1, F2 I2, F3 I3)"));
}

TEST(MatchSamples, KnowsNamesThatSayOnlyTheOrder) {
  EXPECT_TRUE(are_numbered(Samples{{"", "1"}, {"0", "2"}}));
  EXPECT_FALSE(are_numbered(Samples{{"", "2"}, {"", "1"}}));
  EXPECT_FALSE(are_numbered(Samples{{"F", "1"}}));
}

/// The first phenotypes of a table for the samples of `kData`, and how it differs from these.
struct Aligned {
  std::vector<Phenotype> phenotypes;
  std::vector<PhenotypeId> ids;
  std::string differences;
};

Aligned align(const std::string& text, const PhenotypeChoice& choice = {}) {
  const TempFolder folder;
  const AlignedTable table(folder.write("pheno.txt", text), {kData, "data.fam"},
                           {3, "one for each sample in data.fam"});
  const auto ids = choose_phenotypes(choice, table.names(), "pheno.txt");
  const std::string differences = table.differences();
  return {read_phenotypes(table, ids), ids,
          differences.substr(std::min(differences.size(), differences.rfind('/') + 1))};
}

TEST(AlignedTable, WithoutHeaderHasTheOrderOfTheData) {
  const Aligned table = align("1 -9\nNA 5\n2,7\n\n", {{2, 1}, {}, false});
  EXPECT_THAT(table.phenotypes[0], ElementsAre(-9, 5, 7));
  EXPECT_THAT(table.phenotypes[1], ElementsAre(1, IsNan(), 2));
  EXPECT_THAT(table.differences, IsEmpty());
}

TEST(AlignedTable, WithHeaderIsMatchedByName) {
  for (const char* header : {"FID IID a b", "#FID IID a b"}) {
    const Aligned table =
        align(std::string(header) + "\r\nF3 I3 3 30\r\nF1 I1 1 -9\r\nF7 I7 7 70\n",
              {{}, {"b", "a"}, false});
    EXPECT_THAT(table.phenotypes[0], ElementsAre(IsNan(), IsNan(), 30));
    EXPECT_THAT(table.phenotypes[1], ElementsAre(1, IsNan(), 3));
    EXPECT_EQ(label(table.ids[0]), "b");
    EXPECT_EQ(table.ids[0].number, 2);
    EXPECT_EQ(table.differences,
              "pheno.txt: 1 of 3 samples in data.fam are not in it, 1 of its 3 rows are of others");
  }
  for (const char* header : {"IID a", "#IID a"}) {
    EXPECT_THAT(align(std::string(header) + "\nI2 2\nI3 3\nI1 1\n").phenotypes[0],
                ElementsAre(1, 2, 3));
  }
}

TEST(AlignedTable, WithHeaderTakesNanAndMinusNineForMissing) {
  EXPECT_THAT(align("IID a\nI1 nan\nI2 -9.0\nI3 na\n").phenotypes[0],
              ElementsAre(IsNan(), IsNan(), IsNan()));
  EXPECT_THAT([] { align("nan\n1\n2\n"); },
              throws_ending<IoError>("line 1, field 1: expected a finite number, found 'nan'"));
}

TEST(AlignedTable, RefusesMalformedTables) {
  const auto fails = [](const std::string& text, const std::string& message) {
    EXPECT_THAT([&] { align(text); }, throws_ending<IoError>("pheno.txt: " + message)) << text;
  };
  fails("FID a\nF1 I1\n", "line 1: expected IID behind FID");
  fails("FID IID\nF1 I1\n", "line 1: there are no columns but those of the samples' names");
  fails("IID a a\nI1 1 2\n", "line 1: two columns are called 'a'");
  fails("IID a\nI1 1\nI2\n", "line 3: expected 2 fields as in the header, found 1");
  fails("IID a\nI1 1\n\nI2 2\n", "line 3: expected 2 fields as in the header, found 0");
  fails("FID IID a\nF1 I1 1\nF2 I2 2\nF1 I1 1\n", "line 4: sample F1 I1 stands in line 2 already");
  fails("IID a\nI1 x\n", "line 2, field 2: expected a number, found 'x'");
  fails("1\n2\n", "expected 3 rows (one for each sample in data.fam), found 2");
  fails("1\n2\n3 4\n5\n", "expected 3 rows (one for each sample in data.fam), found 4");
}

TEST(ChoosePhenotypes, ByNumberNameOrAll) {
  const std::vector<std::string> names = {"height", "", "bmi"};
  const auto numbers = [&](const PhenotypeChoice& choice) {
    std::vector<std::int64_t> result;
    for (const PhenotypeId& id : choose_phenotypes(choice, names, "pheno.txt")) {
      result.push_back(id.number);
    }
    return result;
  };
  EXPECT_THAT(numbers({}), ElementsAre(1));
  EXPECT_THAT(numbers({{3, 1}, {}, false}), ElementsAre(3, 1));
  EXPECT_THAT(numbers({{1}, {"bmi"}, false}), ElementsAre(3));
  EXPECT_THAT(numbers({{1}, {}, true}), ElementsAre(1, 2, 3));
  EXPECT_EQ(label(choose_phenotypes({{2}, {}, false}, names, "")[0]), "2");
}

TEST(ChoosePhenotypes, RefusesWhatIsNotThere) {
  const auto fails = [](const PhenotypeChoice& choice, const std::vector<std::string>& names,
                        const std::string& message) {
    EXPECT_THAT([&] { choose_phenotypes(choice, names, "pheno.txt"); },
                ThrowsMessage<ValueError>("[phenotypes] " + message));
  };
  fails({{0}, {}, false}, {"a"}, "columns count from 1, not from 0");
  fails({{1, 1}, {}, false}, {"a"}, "a is asked for twice");
  fails({{1}, {"c"}, false}, {"a", "b"}, "nothing in pheno.txt is called 'c': there are a, b");
  fails({{1}, {"c"}, false}, {"", ""},
        "the columns of pheno.txt have no names: ask for them by number");
  fails({{1}, {}, true}, {}, "there are none in pheno.txt");
}

TEST(ChoosePhenotypes, LeavesANumberTooLargeToTheReader) {
  EXPECT_THAT(
      [] {
        align("IID a\nI1 1\n", {{2}, {}, false});
      },
      throws_ending<IoError>("line 2: phenotype column 2 is asked for, found 1 of them"));
  EXPECT_THAT(
      [] {
        align("1\n2\n3\n", {{2}, {}, false});
      },
      throws_ending<IoError>("line 1: phenotype column 2 is asked for, found 1 of them"));
}

struct Pairs {
  std::vector<double> matrix;
  KinshipPairs facts;
};

Pairs read_pairs(const std::string& text, const Samples& samples = kData) {
  const TempFolder folder;
  Pairs result{std::vector<double>(samples.size() * samples.size()), {}};
  result.facts =
      read_kinship_pairs(folder.write("k.txt", text), {samples, "data.fam"}, result.matrix);
  return result;
}

TEST(KinshipPairs, FillBothHalvesAndLeaveZeros) {
  const Pairs pairs = read_pairs("I1 I1 1\nI3 I1 0.25\nI1\tI3,0.25\nI9 I1 3\nI3 I3 0.5\n\n");
  EXPECT_THAT(pairs.matrix, ElementsAre(1, 0, 0.25, 0, 0, 0, 0.25, 0, 0.5));
  EXPECT_THAT(pairs.facts.present, ElementsAre(true, false, true));
  EXPECT_EQ(pairs.facts.others, 1);
}

TEST(KinshipPairs, RefuseWhatIsWrong) {
  EXPECT_THAT(
      [] { read_pairs("I1 I2 0.5\nI2 I1 0.25\n"); },
      throws_ending<IoError>("k.txt: line 2: I2 and I1 have 0.25 here and 0.5 in another line"));
  EXPECT_THAT([] { read_pairs("I1 I2\n"); },
              throws_ending<IoError>(
                  "k.txt: line 1: expected two samples and their kinship, found 2 fields"));
  EXPECT_THAT([] { read_pairs("I1 I2 nan\n"); },
              throws_ending<IoError>("line 1, field 3: expected a finite number, found 'nan'"));
  EXPECT_THAT([] { read_pairs("A B 1\n"); },
              throws_ending<Error>("k.txt is of samples in data.fam (F1 I1, F2 I2, F3 I3)"));
  EXPECT_THAT(
      [] {
        read_pairs("I I 1\n", {{"F1", "I"}, {"F2", "I"}});
      },
      ThrowsMessage<Error>("[kinship] F1 I and F2 I in data.fam cannot be told apart: pairs are of "
                           "individuals, without families"));
}

TEST(IdsFile, IsFoundUnderEitherName) {
  const TempFolder folder;
  EXPECT_EQ(find_ids_file(folder / "a.cXX.txt"), std::nullopt);
  folder.write("a.cXX.id", "");
  EXPECT_EQ(find_ids_file(folder / "a.cXX.txt"), folder / "a.cXX.id");
  EXPECT_EQ(find_ids_file(folder / "a.cXX.txt.gz"), folder / "a.cXX.id");
  EXPECT_EQ(find_ids_file(folder / "a.cXX.npy"), folder / "a.cXX.id");
  folder.write("p.rel.id", "");
  EXPECT_EQ(find_ids_file(folder / "p.rel"), folder / "p.rel.id");
  EXPECT_EQ(find_ids_file(folder / "p.rel.gz"), folder / "p.rel.id");
}

TEST(IdsFile, OfEigenvectorsIsThatOfBothFiles) {
  EXPECT_EQ(eigen_ids_file("out/a.eigenU.txt"), "out/a.eigen.id");
  EXPECT_EQ(eigen_ids_file("a.eigenU.npy"), "a.eigen.id");
  EXPECT_EQ(eigen_ids_file("vectors.txt"), "vectors.id");
}

}  // namespace
}  // namespace loom::gwas
