#include "bcf_file.h"
#include "fuzz_file.h"
#include "loom/gwas/genotypes/vcf.h"
#include "loom/support/compression.h"
#include "loom/support/error.h"

namespace loom::fuzz {
namespace {

const std::string kHeader =
    "##fileformat=VCFv4.2\n##contig=<ID=1>\n"
    "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n"
    "##FORMAT=<ID=DS,Number=A,Type=Float,Description=\"\">\n"
    "##FORMAT=<ID=GP,Number=G,Type=Float,Description=\"\">\n"
    "##FORMAT=<ID=HDS,Number=.,Type=Float,Description=\"\">\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNA1\tNA2\n";

}  // namespace

void read_input(std::string_view input) {
  const std::string path = write_file("data.vcf", input);
  for (const char* field : {"", "DS", "GP", "HDS"}) {
    try {
      gwas::VcfReader reader(path, field);
      read_everything(reader, Dosages::any);
    } catch (const Error&) {
      // The other fields may be there.
    }
  }
}

std::vector<std::string> seeds() {
  const std::string text =
      kHeader +
      "1\t10\trs1\tA\tC\t.\t.\t.\tGT:DS\t0/1:0.5\t1|1:.\n"
      "1\t20\t.\tA\tC,G\t9\tPASS\tX=1\tGT\t0/2\t./.\n"
      "2\t30\trs3\tA\t<DEL>\t.\t.\t.\tGT:GP:HDS\t0:0.5,0.5:1\t0/1:0,1,0:0.5,2.5\n"
      "1\t40\trs4\tA\t.\t.\t.\t.\t.\t.\t.\n";
  return {text,
          compress_block(Compression::gzip, text) + std::string(end_of_blocks(Compression::gzip)),
          bcf_file(kHeader, "\1\x21\x02\x04\x05\x81"),
          bcf_file(kHeader, "\1\x11\x02\x04"),
          bcf_file(kHeader, "\1\x31\x02\x04\x81\x02\x04\x04"),
          bcf_file(kHeader, "\1\x15\1\2\3\4\1\2\3\4"),
          bcf_file(kHeader, "\2\x17xy")};
}

}  // namespace loom::fuzz
