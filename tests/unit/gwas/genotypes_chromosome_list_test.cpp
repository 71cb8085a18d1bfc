#include "loom/gwas/genotypes/chromosome_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loom/support/error.h"

namespace loom::gwas {
namespace {

TEST(ChromosomeList, HasAllWhereItIsEmpty) {
  EXPECT_TRUE(ChromosomeList().contains("7"));
  EXPECT_TRUE(ChromosomeList(" ,").contains("X"));
}

TEST(ChromosomeList, TakesNamesAndRangesWithChrOrWithout) {
  const ChromosomeList list("1-3, chr7,X chr10-chr11,2L-x");
  for (const char* name : {"1", "chr2", "3", "7", "chr7", "X", "Chr10", "11", "2L-x"}) {
    EXPECT_TRUE(list.contains(name)) << name;
  }
  for (const char* name : {"4", "chr", "", "x", "12", "17"}) {
    EXPECT_FALSE(list.contains(name)) << name;
  }
}

TEST(ChromosomeList, RefusesRangesThatAreNone) {
  for (const char* text : {"3-1", "1-", "1-x", "1-9000000000"}) {
    EXPECT_THAT([&] { ChromosomeList{text}; },
                testing::ThrowsMessage<ValueError>("[chromosomes] '" + std::string(text) +
                                                   "' is no range"));
  }
}

}  // namespace
}  // namespace loom::gwas
