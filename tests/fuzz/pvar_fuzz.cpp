#include "fuzz_file.h"
#include "loom/gwas/genotypes/pvar.h"
#include "unit/gwas/pgen_writer.h"

namespace loom::fuzz {

void read_input(std::string_view input) {
  gwas::PvarFile file(write_file("data.pvar", input));
  for (std::int64_t i = 0; i < file.count(); ++i) file.next();
  file.seek(file.count() / 2);
  file.next();
}

std::vector<std::string> seeds() {
  return {gwas::pvar_text(3), "#CHROM CM ALT ID REF POS\n7 1.5 A rs9 AC 20\r\n",
          "##x\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n1\t2\t3\tA\tC,G\t.\t.\t."
          "\tGT\t0\n",
          "7 rs9 1.5 20 A AC\n7 rs9 1.5 20 A AC\n", "7 rs9 20 A AC\n"};
}

}  // namespace loom::fuzz
