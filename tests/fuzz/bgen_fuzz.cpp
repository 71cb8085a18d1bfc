#include "fuzz_file.h"
#include "loom/gwas/genotypes/bgen.h"
#include "unit/gwas/bgen_writer.h"

namespace loom::fuzz {

using gwas::BgenCompression;
using gwas::BgenTestFile;

void read_input(std::string_view input) {
  const std::string path = write_file("data.bgen", input);
  for (const bool ref_first : {false, true}) {
    gwas::BgenReader reader(path, "", ref_first);
    read_everything(reader);
  }
}

std::vector<std::string> seeds() {
  std::vector<std::string> seeds;
  for (const auto compression :
       {BgenCompression::none, BgenCompression::zlib, BgenCompression::zstd}) {
    for (const int bits : {1, 8, 11, 32}) {
      BgenTestFile file{.compression = compression, .names = {}};
      const std::uint64_t one = (std::uint64_t{1} << bits) - 1;
      file.variants = {
          {.ploidy = {2, 2, 0x82}, .bits = bits, .probabilities = {one, 0, one / 2, one / 3, 0, 0}},
          {.ploidy = {1, 2, 0}, .phased = true, .bits = bits, .probabilities = {one, one, 0}},
          {.alleles = {"A", "C", "G"},
           .ploidy = {1, 1, 1},
           .bits = bits,
           .probabilities = {0, one, 0, 0, 0, one}}};
      seeds.push_back(file.bytes());
      file.names = {"one", "two", "three"};
      seeds.push_back(file.bytes());
    }
  }
  return seeds;
}

}  // namespace loom::fuzz
