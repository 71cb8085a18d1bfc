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

std::string little(std::uint32_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> 8 * i & 0xff);
  return bytes;
}

/// A BCF file of one variant that has the GT of two samples (SAM/BCF specification, section 6).
std::string bcf(const std::string& genotypes) {
  const std::string fixed = little(0) + little(9) + little(1) + little(0x7f800001) +
                            little(2 << 16) + little(1 << 24 | 2);
  const std::string shared = fixed +
                             "\x37rs1\x17"
                             "A"
                             "\x17"
                             "C" +
                             std::string(1, '\0');
  const std::string individual = "\x11\x01" + genotypes;
  return "BCF\2\2" + little(static_cast<std::uint32_t>(kHeader.size() + 1)) + kHeader +
         std::string(1, '\0') + little(static_cast<std::uint32_t>(shared.size())) +
         little(static_cast<std::uint32_t>(individual.size())) + shared + individual;
}

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
          bcf("\x21\x02\x04\x05\x81"),
          bcf("\x11\x02\x04"),
          bcf("\x31\x02\x04\x81\x02\x04\x04"),
          bcf("\x15\1\2\3\4\1\2\3\4")};
}

}  // namespace loom::fuzz
