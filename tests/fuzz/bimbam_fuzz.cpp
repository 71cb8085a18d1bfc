#include "fuzz_file.h"
#include "loom/gwas/genotypes/bimbam.h"

namespace loom::fuzz {

void read_input(std::string_view input) {
  const auto files = parts(input, 2);
  gwas::BimbamReader reader(write_file("geno.txt", files[1]),
                            files[0].empty() ? "" : write_file("anno.txt", files[0]));
  read_everything(reader, Dosages::any);
}

std::vector<std::string> seeds() {
  const std::string begin(1, '\0');
  return {begin + "rs1, A, G, 0, 1, 2\nrs2, T, C, 0.25, NA, 1.5\n",
          "rs1 10 1\nrs2\t20\tX\t0.5\r\nrs3 NA NA NA\n" + begin +
              "rs1 A G 0 1 2 0 1 2 2 1 0\nrs2 A G 1e-3 +1 3 .5 1. -0.0 00.25 NA 1\n",
          begin + "rs1,A,G,1.99999999999999999999\r\nrs2,A,G,1\r\n \r\n"};
}

}  // namespace loom::fuzz
