#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "data_fixture.h"
#include "loom/gwas/genotypes/snp_list.h"
#include "loom/gwas/tables/covariates.h"
#include "loom/gwas/tables/phenotype.h"
#include "loom/gwas/tables/sample_selection.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

using testing::ElementsAre;
using testing::IsNan;
using testing::UnorderedElementsAre;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kFirst[] = {1};

std::vector<Phenotype> read_table(const std::string& text, std::span<const std::int64_t> columns,
                                  std::int64_t rows) {
  const TempFolder folder;
  return read_phenotypes(folder.write("pheno.txt", text), kPhenotypeTable, columns,
                         {rows, "one for each sample in data.fam"});
}

TEST(Phenotypes, MinusNineIsAValueInATable) {
  EXPECT_THAT(read_table("-9\nNA\n+3e-1\n", kFirst, 3)[0], ElementsAre(-9, IsNan(), 0.3));
}

TEST(Phenotypes, ComeInTheOrderAskedFor) {
  const std::int64_t columns[] = {3, 1};
  const auto phenotypes = read_table("1,2,3\r\n4\t5 6", columns, 2);
  EXPECT_THAT(phenotypes[0], ElementsAre(3, 6));
  EXPECT_THAT(phenotypes[1], ElementsAre(1, 4));
}

TEST(Phenotypes, ReadCompressedTables) {
  const TempFolder folder;
  const auto path = write_gz(folder, "pheno.txt.gz", "1\n2\n");
  EXPECT_THAT(read_phenotypes(path, kPhenotypeTable, kFirst, {2, ""})[0], ElementsAre(1, 2));
}

TEST(Phenotypes, RefuseWhatIsNoFiniteNumber) {
  const std::string finite = "pheno.txt: line 2, field 1: expected a finite number, found ";
  EXPECT_THAT([] { read_table("1\nnan\n", kFirst, 2); }, throws_ending<IoError>(finite + "'nan'"));
  EXPECT_THAT([] { read_table("1\n-inf\n", kFirst, 2); },
              throws_ending<IoError>(finite + "'-inf'"));
  EXPECT_THAT([] { read_table("1\n2cm\n", kFirst, 2); },
              throws_ending<IoError>("pheno.txt: line 2, field 1: expected a number, found '2cm'"));
}

TEST(Phenotypes, RefuseAWrongNumberOfRows) {
  EXPECT_THAT(
      [] { read_table("1\n2\n", kFirst, 3); },
      throws_ending<IoError>("pheno.txt: expected 3 rows (one for each sample in data.fam), "
                             "found 2"));
  EXPECT_THAT([] { read_table("1\n2\n", kFirst, 1); }, throws_ending<IoError>("found 2"));
}

TEST(Phenotypes, RefuseColumnsThatAreNotThere) {
  const std::int64_t zero[] = {0};
  const std::int64_t second[] = {2};
  const std::int64_t twice[] = {1, 1};
  EXPECT_THAT([&] { read_table("1\n", zero, 1); },
              throws_ending<ValueError>("[phenotype] columns count from 1, not from 0"));
  EXPECT_THAT([&] { read_table("1 2\n", twice, 1); },
              throws_ending<ValueError>("[phenotype] column 1 is asked for twice"));
  EXPECT_THAT(
      [&] { read_table("1 2\n1\n", second, 2); },
      throws_ending<IoError>("pheno.txt: line 2: phenotype column 2 is asked for, found 1 of "
                             "them"));
}

TEST(Phenotypes, MustVary) {
  const double constant[] = {0.5, 0.5, 0.5};
  const double varied[] = {0.5, 0.5, 0.25};
  EXPECT_THAT([&] { check_phenotype_varies(constant, "bmi"); },
              throws_ending<Error>("[lmm] phenotype bmi has the same value, 0.5, in all 3 analysed "
                                   "samples"));
  EXPECT_NO_THROW(check_phenotype_varies(varied, "1"));
}

TEST(SelectSamples, KeepsThoseWithEverything) {
  const std::vector<Phenotype> phenotypes = {{1, kNan, 3, 4, 5}, {1, 2, 3, kNan, 5}};
  const Covariates covariates{2, {kNan, 0, 0, 0, 0, 0, 0, 0, 1, 2}};
  const SampleSelection selection = select_samples(5, phenotypes, covariates);
  EXPECT_THAT(selection.samples, ElementsAre(2, 4));
  EXPECT_EQ(selection.without_phenotype, 2);
  EXPECT_EQ(selection.without_covariate, 1);
  EXPECT_THAT(gather(phenotypes[0], selection.samples), ElementsAre(3, 5));
}

TEST(SelectSamples, TakesAllWithoutPhenotypesAndCovariates) {
  EXPECT_THAT(select_samples(3, {}, {}).samples, ElementsAre(0, 1, 2));
}

TEST(SelectSamples, RefusesNone) {
  const std::vector<Phenotype> phenotypes = {{kNan, kNan, 1}};
  EXPECT_THAT(
      [&] {
        select_samples(3, phenotypes, {1, {0, 0, kNan}});
      },
      throws_ending<Error>("[samples] none of 3 samples can be analysed: 2 lack a phenotype "
                           "and 1 more a covariate"));
}

TEST(SnpList, TakesTheFirstWordOfEachLine) {
  const TempFolder folder;
  const std::string text = "rs1\r\n  rs2 ignored\n\nrs3,x\nrs1";
  EXPECT_THAT(read_snp_list(folder.write("snps.txt", text)),
              UnorderedElementsAre("rs1", "rs2", "rs3"));
  EXPECT_THAT(read_snp_list(write_gz(folder, "snps.gz", text)),
              UnorderedElementsAre("rs1", "rs2", "rs3"));
}

}  // namespace
}  // namespace loom::gwas
