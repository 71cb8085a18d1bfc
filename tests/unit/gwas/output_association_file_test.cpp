#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "loom/gwas/output/association_file.h"
#include "loom/support/error.h"
#include "loom/support/file.h"
#include "loom/support/threads.h"
#include "temp_folder.h"
#include "throws_ending.h"

namespace loom::gwas {
namespace {

const std::vector<Snp> kSnps = {{"1", "rs1", 0.5, 3197400, "A", "G"},
                                {"X", "rs2", 0, 12, "TT", "-"}};

AssociationRow example_row() {
  return {.snp = 1,
          .n_miss = 3,
          .n_obs = 97,
          .af = 0.4434,
          .beta = -7.8829754e-02,
          .se = 6.186788e-02,
          .logl = -1583.642,
          .lambda_remle = 4.332964,
          .lambda_mle = 4.327334,
          .p_wald = 0.202816,
          .p_lrt = 0.2025923,
          .p_score = 2.0323e-105,
          .log10p_wald = 0.69289781,
          .log10p_lrt = 0.6933774,
          .log10p_score = 104.692};
}

std::string written(const std::vector<AssociationColumn>& columns,
                    std::span<const AssociationRow> rows) {
  const TempFolder folder;
  AssociationWriter writer(folder / "a.assoc.txt", columns);
  writer.append(kSnps, rows);
  writer.commit();
  return folder.read("a.assoc.txt");
}

std::string written(const Analysis& analysis, std::span<const AssociationRow> rows) {
  return written(default_columns(analysis), rows);
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

TEST(AssociationFile, HasTheColumnsOfEachAnalysisOfGemma) {
  const auto header = [](bool mixed, int test) {
    const std::string text = written(Analysis(mixed, test), {});
    return text.substr(text.find("\taf") + 3);
  };
  EXPECT_EQ(header(true, 9), "\tbeta\tse\tl_mle\tp_lrt\n");
  EXPECT_EQ(header(false, 1), "\tbeta\tse\tp_wald\n");
  EXPECT_EQ(header(false, 2), "\tp_lrt\n");
  EXPECT_EQ(header(false, 3), "\tbeta\tse\tp_score\n");
  EXPECT_EQ(header(false, 4), "\tbeta\tse\tp_wald\tp_lrt\tp_score\n");
  const AssociationRow row = example_row();
  EXPECT_EQ(written(Analysis(false, 2), {&row, 1}),
            "chr\trs\tps\tn_mis\tn_obs\tallele1\tallele0\taf\tp_lrt\n"
            "X\trs2\t12\t3\t97\tTT\t-\t0.443\t2.025923e-01\n");
}

TEST(AssociationColumns, AreChosenByName) {
  const AssociationRow row = example_row();
  EXPECT_EQ(written(columns_named("p_wald,log10p_wald, rs,n_obs,beta", LmmTest::wald), {&row, 1}),
            "p_wald\tlog10p_wald\trs\tn_obs\tbeta\n"
            "2.028160e-01\t6.928978e-01\trs2\t97\t-7.882975e-02\n");
}

TEST(AssociationColumns, AsLog10OfP) {
  EXPECT_THAT(written(with_log10p(default_columns(LmmTest::all)), {}),
              testing::EndsWith("\tl_mle\tlog10p_wald\tlog10p_lrt\tlog10p_score\n"));
  EXPECT_EQ(main_log10p(LmmTest::all).name, "log10p_wald");
  EXPECT_EQ(main_log10p(Analysis(true, 9)).name, "log10p_lrt");
  EXPECT_EQ(main_log10p(Analysis(false, 3)).name, "log10p_score");
}

TEST(AssociationColumns, MustExistAndBeComputed) {
  const auto named = [](const char* names) {
    return [=] { columns_named(names, LmmTest::score); };
  };
  EXPECT_THAT(named("rs,pval"),
              throws_ending<ValueError>(
                  "[columns] there is no 'pval'; there are chr, rs, ps, n_miss, n_obs, allele1, "
                  "allele0, af, beta, se, p_score, log10p_score"));
  EXPECT_THAT(named("p_lrt"),
              throws_ending<ValueError>("[columns] -lmm 3 does not compute 'p_lrt'"));
  EXPECT_THAT(named("log10p_lrt"),
              throws_ending<ValueError>("[columns] -lmm 3 does not compute 'log10p_lrt'"));
  EXPECT_THAT(named("rs,ps,rs"), throws_ending<ValueError>("[columns] 'rs' is listed twice"));
  EXPECT_THAT(named(" ,"), throws_ending<ValueError>("[columns] no column is listed"));
}

TEST(AssociationFile, WritesNanWithoutASign) {
  AssociationRow row;
  row.beta = std::copysign(std::numeric_limits<double>::quiet_NaN(), -1.0);
  row.se = -std::numeric_limits<double>::infinity();
  row.p_score = 0;
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
  { AssociationWriter(folder / "a.assoc.txt", default_columns(LmmTest::wald)).append(kSnps, {}); }
  EXPECT_TRUE(folder.names().empty());
}

TEST(AssociationFile, KnowsFourTests) {
  EXPECT_THAT([] { written(static_cast<LmmTest>(5), {}); },
              throws_ending<ValueError>("[association] there is no analysis -lmm 5"));
}

class ResumedAssociation : public testing::TestWithParam<const char*> {};

TEST_P(ResumedAssociation, IsTheFileOfAnUninterruptedRun) {
  const TempFolder folder;
  const auto path = folder / GetParam();
  std::vector<AssociationRow> rows(3000, example_row());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].n_miss = static_cast<std::int64_t>(i);
  const auto chunk = [&](std::size_t i) { return std::span(rows).subspan(i * 1000, 1000); };
  const std::vector<AssociationColumn> columns = default_columns(LmmTest::all);
  std::string whole;
  {
    AssociationWriter out = AssociationWriter::resumable(path, columns);
    for (std::size_t i = 0; i < 3; ++i) {
      out.append(kSnps, chunk(i));
      out.checkpoint();
    }
    out.commit();
    whole = folder.read(GetParam());
  }
  // Killed after any checkpoint, with any part of what followed it on the disk.
  for (std::size_t done = 0; done < 3; ++done) {
    nlohmann::json state;
    {
      AssociationWriter out = AssociationWriter::resumable(path, columns);
      for (std::size_t i = 0; i < done; ++i) {
        out.append(kSnps, chunk(i));
        state = out.checkpoint();
      }
      out.append(kSnps, chunk(done));
      out.checkpoint();  // is not noted before the kill
    }
    const nlohmann::json at = state.is_object() ? state.at("file").at("position") : state;
    const std::uintmax_t position = at.is_null() ? 0 : at.get<std::uintmax_t>();
    const std::string partial = path.string() + ".partial";
    std::filesystem::resize_file(partial, (position + std::filesystem::file_size(partial)) / 2);
    AssociationWriter out = AssociationWriter::resumable(path, columns, state);
    for (std::size_t i = done; i < 3; ++i) {
      out.append(kSnps, chunk(i));
      out.checkpoint();
    }
    out.commit();
    EXPECT_EQ(folder.read(GetParam()), whole) << "resumed after " << done << " chunks";
  }
  EXPECT_THAT(read_text(path),
              testing::AnyOf(testing::StartsWith("chr\trs\tps"), testing::StartsWith("PAR1")));
}

INSTANTIATE_TEST_SUITE_P(Names, ResumedAssociation,
                         testing::Values("a.assoc.txt", "a.assoc.txt.gz", "a.assoc.txt.zst",
                                         "a.assoc.parquet"),
                         [](const auto& name) {
                           return std::filesystem::path(name.param).extension().string().substr(1);
                         });

}  // namespace
}  // namespace loom::gwas
