#include "loom/gwas/tables/covariates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "loom/gwas/tables/design_matrix.h"
#include "loom/support/error.h"
#include "temp_folder.h"
#include "throws_ending.h"

namespace loom::gwas {
namespace {

using testing::ElementsAre;
using testing::IsNan;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Covariates read_covariate_text(const std::string& text, std::int64_t rows,
                               const CovariateChoice& choice = {}) {
  const TempFolder folder;
  const std::vector<Sample> samples = {{"F1", "I1"}, {"F2", "I2"}, {"F3", "I3"}, {"F4", "I4"}};
  const AlignedTable table(folder.write("cov.txt", text), {samples, "data.fam"},
                           {rows, "one for each sample in data.fam"});
  return read_covariates(table, choice);
}

TEST(Covariates, ReadBlanksCommasAndNa) {
  const Covariates covariates = read_covariate_text("1 2\n3,NA\r\n5\t 6\n\n", 3);
  EXPECT_EQ(covariates.columns, 2);
  EXPECT_THAT(covariates.values, ElementsAre(1, 2, 3, IsNan(), 5, 6));
}

TEST(Covariates, RefuseTextNanRaggedRowsAndRowCount) {
  EXPECT_THAT([] { read_covariate_text("1 2\n1 male\n", 2); },
              throws_ending<IoError>("cov.txt: line 2, field 2: expected a number, found 'male'; "
                                     "columns of categories have to be named as such "
                                     "(--categorical)"));
  EXPECT_THAT([] { read_covariate_text("nan\n", 1); },
              throws_ending<IoError>("cov.txt: line 1, field 1: expected a finite number, found "
                                     "'nan'"));
  EXPECT_THAT([] { read_covariate_text("1 2\n1\n", 2); },
              throws_ending<IoError>("cov.txt: line 2: expected 2 fields as in line 1, found 1"));
  EXPECT_THAT([] { read_covariate_text("1\n", 2); },
              throws_ending<IoError>("cov.txt: expected 2 rows (one for each sample in data.fam), "
                                     "found 1"));
}

TEST(Covariates, LongFieldsAreCutInMessages) {
  EXPECT_THAT([] { read_covariate_text(std::string(1000, 'a'), 1); },
              testing::ThrowsMessage<IoError>(
                  testing::HasSubstr("found '" + std::string(40, 'a') + "...'")));
}

const std::string kNamed = "IID age batch site\nI3 30 B 2\nI1 10 A 1\nI4 nan B na\nI2 20 C 1\n";

TEST(Covariates, OfAHeaderHaveNamesAndRowsInTheOrderOfTheData) {
  const Covariates covariates =
      read_covariate_text(kNamed, 4, {.names = {"site", "age"}, .categorical = {}});
  EXPECT_THAT(covariates.names, ElementsAre("site", "age"));
  EXPECT_THAT(covariates.values, ElementsAre(1, 10, 1, 20, 2, 30, IsNan(), IsNan()));
  EXPECT_TRUE(covariates.levels.empty());
}

TEST(Covariates, CategoriesAreNamedOrNumbered) {
  for (const char* batch : {"batch", "2"}) {
    const Covariates covariates =
        read_covariate_text(kNamed, 4, {.names = {}, .categorical = {batch}});
    EXPECT_EQ(covariates.columns, 3);
    EXPECT_FALSE(covariates.is_categorical(0));
    EXPECT_TRUE(covariates.is_categorical(1));
    EXPECT_THAT(covariates.levels[1], ElementsAre("A", "B", "C"));
    EXPECT_THAT(covariates.values, ElementsAre(10, 0, 1, 20, 2, 1, 30, 1, 2, IsNan(), 1, IsNan()));
  }
}

TEST(Covariates, OfATableWithoutHeaderMayBeCategories) {
  const Covariates covariates =
      read_covariate_text("x 1\ny 2\nNA 3\nx 4\n", 4, {.names = {}, .categorical = {"1"}});
  EXPECT_THAT(covariates.levels[0], ElementsAre("x", "y"));
  EXPECT_THAT(covariates.values, ElementsAre(0, 1, 1, 2, IsNan(), 3, 0, 4));
  EXPECT_EQ(covariates.label(0), "1");
}

TEST(Covariates, OfAnArrayMayBeCategories) {
  const Array table = Array::from({2.5, 1.0, 10.0, 2.0, kNan, 3.0}, Dims{3, 2});
  const Covariates covariates = covariates_of(table, {.names = {}, .categorical = {"1"}});
  EXPECT_THAT(covariates.levels[0], ElementsAre("10", "2.5"));
  EXPECT_THAT(covariates.values, ElementsAre(1, 1, 0, 2, IsNan(), 3));
}

TEST(Covariates, RefuseColumnsThatAreNotThere) {
  const auto fails = [](const std::string& text, const CovariateChoice& choice,
                        const std::string& message) {
    EXPECT_THAT([&] { read_covariate_text(text, 4, choice); }, throws_ending<ValueError>(message));
  };
  fails(kNamed, {{"height"}, {}}, "cov.txt is called 'height'");
  fails(kNamed, {{"age", "age"}, {}}, "[covariates] 'age' is asked for twice");
  fails(kNamed, {{}, {"4"}}, "cov.txt has no column '4'");
  fails(kNamed, {{"age"}, {"batch"}},
        "[covariates] 'batch' is to be categorical but not among the covariates");
  fails("1\n2\n3\n4\n", {{"1"}, {}}, "cov.txt is called '1'");
}

const std::vector<std::int64_t> kThreeRows = {0, 1, 3};

TEST(DesignMatrix, IsAnInterceptWithoutCovariates) {
  const DesignMatrix design = design_matrix({}, kThreeRows);
  EXPECT_EQ(design.rows, 3);
  EXPECT_EQ(design.columns, 1);
  EXPECT_THAT(design.values, ElementsAre(1, 1, 1));
  EXPECT_FALSE(design.intercept_appended);
}

TEST(DesignMatrix, AppendsTheInterceptThatIsMissing) {
  const DesignMatrix design = design_matrix({2, {1, 5, 2, 6, kNan, 0, 4, 5}}, kThreeRows);
  EXPECT_EQ(design.columns, 3);
  EXPECT_THAT(design.values, ElementsAre(1, 5, 1, 2, 6, 1, 4, 5, 1));
  EXPECT_TRUE(design.intercept_appended);
}

TEST(DesignMatrix, KeepsAnInterceptThatIsThere) {
  // The second column is constant only on the analysed rows, which is what counts.
  const DesignMatrix design = design_matrix({2, {1, 5, 2, 5, 3, 7, 4, 5}}, kThreeRows);
  EXPECT_THAT(design.values, ElementsAre(1, 5, 2, 5, 4, 5));
  EXPECT_FALSE(design.intercept_appended);
}

TEST(DesignMatrix, ConstantCovariatesBecomeOneIntercept) {
  const DesignMatrix design = design_matrix({2, {3, 0, 3, 0, 9, 9, 3, 0}}, kThreeRows);
  EXPECT_EQ(design.columns, 1);
  EXPECT_THAT(design.values, ElementsAre(1, 1, 1));
  EXPECT_FALSE(design.intercept_appended);
}

TEST(DesignMatrix, HasAColumnForEachLevelButTheFirst) {
  // Nobody of the analysed rows has level A.
  const Covariates covariates{
      2, {1, 5, 2, 6, 0, 7, 3, 8, 1, 9, 2, 1, 3, 2}, {"batch", "age"}, {{"A", "B", "C", "D"}, {}}};
  const std::vector<std::int64_t> rows = {0, 1, 3, 4, 5, 6};
  const DesignMatrix design = design_matrix(covariates, rows);
  EXPECT_THAT(design.names, ElementsAre("batch=C", "batch=D", "age", "intercept"));
  EXPECT_THAT(design.values, ElementsAre(0, 0, 5, 1, 1, 0, 6, 1, 0, 1, 8, 1,  //
                                         0, 0, 9, 1, 1, 0, 1, 1, 0, 1, 2, 1));
  ASSERT_EQ(design.categories.size(), 1u);
  EXPECT_EQ(design.categories[0].name, "batch");
  EXPECT_THAT(design.categories[0].levels, ElementsAre("B", "C", "D"));
  EXPECT_THAT(design.categories[0].counts, ElementsAre(2, 2, 2));
  EXPECT_NO_THROW(check_design(design));
}

TEST(DesignMatrix, ASingleLevelGivesNoColumn) {
  const Covariates covariates{1, {0, 0, 1, 0}, {}, {{"x", "y"}}};
  const DesignMatrix design = design_matrix(covariates, kThreeRows);
  EXPECT_THAT(design.values, ElementsAre(1, 1, 1));
  EXPECT_FALSE(design.intercept_appended);
  EXPECT_THAT(design.categories[0].levels, ElementsAre("x"));
}

TEST(DesignMatrix, RefusesALevelForAlmostEverySample) {
  const Covariates covariates{1, {0, 1, 2, 3}, {"name"}, {{"a", "b", "c", "d"}}};
  EXPECT_THAT([&] { design_matrix(covariates, kThreeRows); },
              throws_ending<Error>("[covariates] 'name' has 3 levels in 3 analysed samples: "
                                   "categories are at most half as many"));
}

TEST(CheckDesign, NamesTheColumnByItsName) {
  const Covariates covariates{2, {1, 2, 3, 6, 4, 8, 9, 18, 5, 10}, {"cm", "twice"}, {}};
  const std::vector<std::int64_t> rows = {0, 1, 2, 3, 4};
  EXPECT_THAT([&] { check_design(design_matrix(covariates, rows)); },
              throws_ending<Error>("[lmm] covariates are collinear: column 2 (twice) is a "
                                   "combination of the columns before it"));
}

TEST(CheckDesign, AcceptsIndependentColumnsOfAnyScale) {
  // A year beside an intercept, and columns of wildly different sizes, are no reason to refuse.
  EXPECT_NO_THROW(check_design({5,
                                3,
                                {1, 2020, 1e-9, 1, 2021, 0, 1, 2019, 3e-9,  //
                                 1, 2020, 0, 1, 2023, 1e-9}}));
}

TEST(CheckDesign, NamesTheColumnThatDepends) {
  const std::vector<double> third_is_sum = {1, 0.1, 1.1, 5, 1, 0.7, 1.7, 2, 1, 0.3, 1.3, 4,
                                            1, 0.9, 1.9, 7, 1, 0.2, 1.2, 1, 1, 0.4, 1.4, 1};
  EXPECT_THAT(
      [&] {
        check_design({6, 4, third_is_sum});
      },
      throws_ending<Error>("[lmm] covariates are collinear: column 3 is a combination of the "
                           "columns before it"));
  EXPECT_THAT(
      [] {
        check_design({4, 2, {1, 0, 1, 0, 1, 0, 1, 0}});
      },
      throws_ending<Error>("column 2 is a combination of the columns before it"));
}

TEST(CheckDesign, NamesTheInterceptAsSuch) {
  // Two indicators that add up to one in every sample.
  const Covariates groups{2, {1, 0, 0, 1, 1, 0, 0, 1, 1, 0}};
  const std::vector<std::int64_t> rows = {0, 1, 2, 3, 4};
  EXPECT_THAT(
      [&] { check_design(design_matrix(groups, rows)); },
      throws_ending<Error>("[lmm] covariates are collinear: the intercept appended as column "
                           "3 is a combination of the columns before it"));
}

TEST(CheckDesign, NeedsDegreesOfFreedom) {
  EXPECT_NO_THROW(check_design({4, 2, {1, 1, 1, 2, 1, 3, 1, 5}}));
  EXPECT_THAT(
      [] {
        check_design({3, 2, {1, 1, 1, 2, 1, 3}});
      },
      throws_ending<Error>("[lmm] 3 analysed samples are too few for 2 covariate columns and "
                           "a SNP: at least 4 are needed"));
}

}  // namespace
}  // namespace loom::gwas
