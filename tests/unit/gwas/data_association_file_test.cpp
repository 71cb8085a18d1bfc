#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "data_fixture.h"
#include "loom/gwas/association_file.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

const std::vector<Snp> kSnps = {{"1", "rs1", 0.5, 3197400, "A", "G"},
                                {"X", "rs2", 0, 12, "TT", "-"}};

AssociationRow example_row() {
  return {.snp = 1,
          .n_miss = 3,
          .af = 0.4434,
          .beta = -7.8829754e-02,
          .se = 6.186788e-02,
          .logl = -1583.642,
          .lambda_remle = 4.332964,
          .lambda_mle = 4.327334,
          .p_wald = 0.202816,
          .p_lrt = 0.2025923,
          .p_score = 2.0323e-105};
}

std::string written(LmmTest test, std::span<const AssociationRow> rows) {
  const TempFolder folder;
  AssociationWriter writer(folder / "a.assoc.txt", test, kSnps);
  writer.append(rows);
  writer.commit();
  return folder.read("a.assoc.txt");
}

TEST(AssociationFile, HasTheColumnsOfEachTest) {
  const std::string snp_header = "chr\trs\tps\tn_miss\tallele1\tallele0\taf\t";
  const std::string snp = "X\trs2\t12\t3\tTT\t-\t0.443\t";
  const AssociationRow row = example_row();
  EXPECT_EQ(written(LmmTest::wald, {&row, 1}),
            snp_header + "beta\tse\tlogl_H1\tl_remle\tp_wald\n" + snp +
                "-7.882975e-02\t6.186788e-02\t-1.583642e+03\t4.332964e+00\t2.028160e-01\n");
  EXPECT_EQ(
      written(LmmTest::likelihood_ratio, {&row, 1}),
      snp_header + "logl_H1\tl_mle\tp_lrt\n" + snp + "-1.583642e+03\t4.327334e+00\t2.025923e-01\n");
  EXPECT_EQ(written(LmmTest::score, {&row, 1}), snp_header + "beta\tse\tp_score\n" + snp +
                                                    "-7.882975e-02\t6.186788e-02\t2.032300e-105\n");
  EXPECT_EQ(written(LmmTest::all, {&row, 1}),
            snp_header + "beta\tse\tlogl_H1\tl_remle\tl_mle\tp_wald\tp_lrt\tp_score\n" + snp +
                "-7.882975e-02\t6.186788e-02\t-1.583642e+03\t4.332964e+00\t4.327334e+00\t"
                "2.028160e-01\t2.025923e-01\t2.032300e-105\n");
}

TEST(AssociationFile, WritesNanWithoutASign) {
  AssociationRow row;
  row.beta = std::copysign(std::numeric_limits<double>::quiet_NaN(), -1.0);
  row.se = -std::numeric_limits<double>::infinity();
  EXPECT_THAT(written(LmmTest::score, {&row, 1}),
              testing::EndsWith("1\trs1\t3197400\t0\tA\tG\t0.000\tnan\t-inf\t0.000000e+00\n"));
}

TEST(AssociationFile, KeepsTheOrderOfManyRowsOnAnyNumberOfThreads) {
  std::vector<AssociationRow> rows(2000, example_row());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].n_miss = static_cast<std::int64_t>(i);
  set_num_threads(1);
  const std::string one_thread = written(LmmTest::all, rows);
  set_num_threads(4);
  EXPECT_EQ(written(LmmTest::all, rows), one_thread);
  set_num_threads(0);
  EXPECT_EQ(std::ranges::count(one_thread, '\n'), 2001);
  EXPECT_LT(one_thread.find("\t511\tTT"), one_thread.find("\t512\tTT"));
  EXPECT_LT(one_thread.find("\t512\tTT"), one_thread.find("\t1999\tTT"));
}

TEST(AssociationFile, IsNotThereWithoutCommit) {
  const TempFolder folder;
  { AssociationWriter(folder / "a.assoc.txt", LmmTest::wald, kSnps).append({}); }
  EXPECT_TRUE(folder.names().empty());
}

TEST(AssociationFile, KnowsFourTests) {
  EXPECT_THAT([] { written(static_cast<LmmTest>(5), {}); },
              throws_ending<ValueError>("[lmm] there is no test 5"));
}

}  // namespace
}  // namespace loom::gwas
