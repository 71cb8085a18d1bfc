#include "fuzz_file.h"
#include "loom/gwas/genotypes/sample_table.h"
#include "loom/support/error.h"
#include "unit/gwas/pgen_writer.h"

namespace loom::fuzz {

void read_input(std::string_view input) {
  const std::string path = write_file("samples", input);
  for (const auto& read : {gwas::read_fam, gwas::read_psam, gwas::read_oxford_samples}) {
    try {
      const gwas::SampleTable table = read(path);
      const std::vector<std::int64_t> columns = {2, 1};
      for (const gwas::Phenotype& phenotype : table.phenotypes(columns)) {
        if (phenotype.size() != table.samples.size()) std::abort();
      }
    } catch (const Error&) {
      // The others may take it.
    }
  }
}

std::vector<std::string> seeds() {
  return {gwas::psam_text(3), "F1 I1 0 0 1 0.5 1\nF2 I2 0 0 2 -9 NA\n",
          "##x\n#IID SID PAT MAT SEX y z\nI 0 0 0 1 nan 3\r\n",
          "ID_1 ID_2 missing sex age y z\n0 0 0 D C P B\nF1 I1 0 1 40 1.5 1\nF2 I2 0 2 NA NA 0\n"};
}

}  // namespace loom::fuzz
