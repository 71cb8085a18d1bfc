#include "fuzz_file.h"
#include "loom/gwas/genotypes/bed.h"

namespace loom::fuzz {

void read_input(std::string_view input) {
  const auto files = parts(input, 3);
  write_file("data.bim", files[0]);
  write_file("data.fam", files[1]);
  const std::string path = write_file("data.bed", files[2]);
  gwas::BedReader reader(path.substr(0, path.rfind('.')));
  read_everything(reader);
  const std::vector<std::int64_t> columns = {1, 2};
  for (const gwas::Phenotype& phenotype : reader.phenotypes(columns)) {
    if (std::ssize(phenotype) != reader.sample_count()) std::abort();
  }
}

std::vector<std::string> seeds() {
  const std::string end(1, '\0'), bed = "\x6c\x1b\x01";
  return {"1\trs1\t0.5\t1000\tA\tG\nX rs2 0 2000 T C\r\n" + end +
              "F1 I1 0 0 1 0.5 1\nF2 I2 0 0 2 -9 NA\nF3 I3 0 0 1 NA 1e3\n" + end + bed + "\x1e\x27",
          "1 rs1 0 -5 A 0" + end +
              "F I 0 0 0 1 2\nF J 0 0 0 2 2\nF K 0 0 0 2 2\nF L 0 0 0 2 2\n"
              "F M 0 0 0 2 2\n" +
              end + bed + "\xe4\x02"};
}

}  // namespace loom::fuzz
