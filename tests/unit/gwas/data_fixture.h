#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "loom/gwas/genotypes/bed.h"
#include "temp_folder.h"
#include "throws_ending.h"

// Small data sets for the tests of the readers.
namespace loom::gwas {

/// Packed SNPs from genotypes written as copies of allele1: '2', '1', '0', and '?' for missing.
inline std::string pack(const std::vector<std::string>& snps) {
  static constexpr std::string_view kByCode = "2?10";
  std::string bytes;
  for (const std::string& snp : snps) {
    for (std::size_t i = 0; i < snp.size(); ++i) {
      if (i % 4 == 0) bytes += '\0';
      const auto code = static_cast<unsigned>(kByCode.find(snp[i]));
      bytes.back() =
          static_cast<char>(static_cast<unsigned char>(bytes.back()) | code << 2 * (i % 4));
    }
  }
  return bytes;
}

inline const std::string kBedMagic = "\x6c\x1b\x01";

/// Two SNPs of five samples, with two phenotypes.
inline const std::string kBim = "1\trs1\t0.5\t1000\tA\tG\nX rs2 0 2000 T C\n";
inline const std::string kFam =
    "F1 I1 0 0 1 0.5 1\nF2 I2 0 0 2 -9 2\nF3 I3 0 0 1 NA x\nF4 I4 0 0 2 -2.5 4\nF5 I5 0 0 1 7 5\n";
inline const std::vector<std::string> kGenotypes = {"012?0", "22110"};

struct SmallPlink {
  TempFolder folder;
  std::string prefix = folder / "data";

  explicit SmallPlink(const std::string& bim = kBim, const std::string& fam = kFam,
                      const std::string& bed = kBedMagic + pack(kGenotypes)) {
    folder.write("data.bim", bim);
    folder.write("data.fam", fam);
    folder.write("data.bed", bed);
  }
  BedReader open() const { return BedReader(prefix); }
};

/// The SNPs of a data set from its first one on.
inline std::vector<Snp> all_snps(GenotypeReader& data) {
  std::vector<Snp> snps;
  data.seek(0);
  for (GenotypeBlock block = data.read(1000); block.size() > 0; block = data.read(1000)) {
    snps.insert(snps.end(), block.snps.begin(), block.snps.end());
  }
  return snps;
}

inline std::filesystem::path write_gz(const TempFolder& folder, const std::string& name,
                                      const std::string& text) {
  const std::filesystem::path path = folder / name;
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  return path;
}

/// `text` with the line ends of Windows.
inline std::string with_crlf(const std::string& text) {
  std::string result;
  for (const char c : text) (c == '\n' ? result += '\r' : result) += c;
  return result;
}

}  // namespace loom::gwas
