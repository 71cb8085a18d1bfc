#include "loom/gwas/genotypes/chromosomes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data_fixture.h"
#include "loom/gwas/genotypes/block_feed.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

std::vector<Snp> snps_on(const std::vector<std::string>& chromosomes) {
  std::vector<Snp> snps;
  for (const std::string& chromosome : chromosomes) {
    snps.push_back({chromosome, "rs" + std::to_string(snps.size() + 1), 0, 0, "A", "G"});
  }
  return snps;
}

TEST(Chromosomes, AreFoundAcrossBlocks) {
  ChromosomeFinder finder;
  finder.add(snps_on({"1", "1", "2"}));
  finder.add(snps_on({"2", "X"}));
  finder.add({});
  const std::vector<Chromosome> expected = {{"1", 0, 2}, {"2", 2, 2}, {"X", 4, 1}};
  EXPECT_EQ(finder.contiguous(), expected);
  EXPECT_EQ(finder.found(), expected);
}

TEST(Chromosomes, InPiecesAreRefusedAtTheFirst) {
  ChromosomeFinder finder;
  finder.add(snps_on({"1", "2", "2", "1", "2"}));
  EXPECT_THAT([&] { finder.contiguous(); },
              testing::ThrowsMessage<Error>(
                  "[loco] SNP 4 ('rs4') is on chromosome 1 again, whose SNPs end with SNP 1: sort "
                  "the data set by chromosome"));
  EXPECT_EQ(finder.found().size(), 2u);
  EXPECT_EQ(finder.found()[0].count, 2);
}

TEST(Chromosomes, ThatAreNotThereAreAnErrorThatListsThem) {
  const std::vector<Chromosome> some = {{"1", 0, 2}, {"X", 2, 2}};
  EXPECT_EQ(find_chromosome(some, "X"), some[1]);
  EXPECT_THAT(
      [&] { find_chromosome(some, "chrX"); },
      testing::ThrowsMessage<ValueError>("[loco] no SNP is on chromosome 'chrX': there are 1, X"));
}

TEST(Chromosomes, AreReadOnTheirOwn) {
  std::string bim;
  std::vector<std::string> genotypes;
  for (int i = 0; i < 10; ++i) {
    bim += std::string(i < 3 ? "1" : i < 8 ? "2" : "3") + " rs" + std::to_string(i) + " 0 1 A G\n";
    genotypes.push_back("0120" + std::to_string(i % 3));
  }
  const SmallPlink files(bim, kFam, kBedMagic + pack(genotypes));
  BedReader data = files.open();
  for (const std::int64_t block_size : {1, 2, 5, 100}) {
    std::vector<std::string> read;
    std::int64_t last = -1;
    Monitor monitor;
    monitor.progress = [&](std::string_view, std::int64_t done, std::int64_t total) {
      last = done;
      EXPECT_EQ(total, 5);
    };
    read_chromosome(data, {"2", 3, 5}, block_size, "reading", monitor,
                    [&](const GenotypeBlock& block) {
                      for (const Snp& snp : block.snps) read.push_back(snp.id);
                    });
    EXPECT_THAT(read, testing::ElementsAre("rs3", "rs4", "rs5", "rs6", "rs7")) << block_size;
    EXPECT_EQ(last, 5);
  }
}

}  // namespace
}  // namespace loom::gwas
