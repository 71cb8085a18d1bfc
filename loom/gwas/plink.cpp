#include "loom/gwas/plink.h"

#include <fmt/format.h>

#include "loom/support/error.h"
#include "loom/support/text.h"

namespace loom::gwas {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kBedHeaderBytes = 3;
constexpr std::size_t kFields = 6;

/// `path`, or its compressed form where only that exists.
fs::path plain_or_compressed(const std::string& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored) && fs::exists(path + ".gz", ignored)) return path + ".gz";
  return path;
}

[[noreturn]] void fail_field_count(const fs::path& file, const TextRow& row, const char* expected) {
  throw IoError(fmt::format("{}: line {}: expected {} fields, found {}", file.string(), row.line,
                            expected, row.fields.size()));
}

Snp parse_snp(const fs::path& file, const TextRow& row) {
  if (row.fields.size() != kFields) fail_field_count(file, row, "6");
  const auto position = parse_int(row.fields[3]);
  if (!position) {
    throw IoError(fmt::format("{}: line {}, field 4: expected a position in base pairs, found {}",
                              file.string(), row.line, quoted(row.fields[3])));
  }
  return {.chromosome = std::string(row.fields[0]),
          .id = std::string(row.fields[1]),
          .centimorgan = finite_number(file, row, 2),
          .position = *position,
          .allele1 = std::string(row.fields[4]),
          .allele0 = std::string(row.fields[5])};
}

std::vector<Snp> read_bim(const fs::path& file) {
  const std::string text = read_text(file);
  std::vector<Snp> snps;
  for_each_row(text, " \t", [&](const TextRow& row) { snps.push_back(parse_snp(file, row)); });
  if (snps.empty()) throw IoError(fmt::format("{}: there are no SNPs in it", file.string()));
  return snps;
}

std::vector<Sample> read_fam(const fs::path& file) {
  const std::string text = read_text(file);
  std::vector<Sample> samples;
  for_each_row(text, " \t", [&](const TextRow& row) {
    if (row.fields.size() < kFields) fail_field_count(file, row, "at least 6");
    samples.push_back({std::string(row.fields[0]), std::string(row.fields[1])});
  });
  if (samples.empty()) throw IoError(fmt::format("{}: there are no samples in it", file.string()));
  return samples;
}

}  // namespace

PlinkFiles::PlinkFiles(const std::string& prefix)
    : bim_path_(plain_or_compressed(prefix + ".bim")),
      fam_path_(plain_or_compressed(prefix + ".fam")),
      snps_(read_bim(bim_path_)),
      samples_(read_fam(fam_path_)),
      bed_(prefix + ".bed") {
  check_bed(prefix + ".bed");
}

void PlinkFiles::check_bed(const fs::path& bed_path) const {
  const auto bytes = bed_.bytes();
  const auto byte = [&](std::size_t i) {
    return i < bytes.size() ? std::to_integer<int>(bytes[i]) : -1;
  };
  if (byte(0) != 0x6c || byte(1) != 0x1b || (byte(2) != 0 && byte(2) != 1)) {
    std::string found;
    for (std::size_t i = 0; i < 3 && i < bytes.size(); ++i)
      found += fmt::format(" {:02x}", byte(i));
    throw IoError(
        fmt::format("{}: not a PLINK .bed file: it must begin with the bytes 6c 1b 01, "
                    "found{}",
                    bed_path.string(), found.empty() ? " an empty file" : found));
  }
  if (byte(2) == 0) {
    throw IoError(
        fmt::format("{}: the genotypes are stored sample by sample (bytes 6c 1b 00); "
                    "rewrite the file SNP by SNP with 'plink --make-bed'",
                    bed_path.string()));
  }
  const std::int64_t expected = kBedHeaderBytes + snp_count() * row_bytes();
  if (std::ssize(bytes) != expected) {
    throw IoError(
        fmt::format("{}: expected {} bytes for {} SNPs ({}) and {} samples ({}), found {}",
                    bed_path.string(), expected, snp_count(), bim_path_.string(), sample_count(),
                    fam_path_.string(), bytes.size()));
  }
  check_padding(bed_path);
}

// The size of the file does not tell 39 samples from 40, but the bits behind the last sample are
// zero. Some rows are enough to see that they are not, and reading all would take long.
void PlinkFiles::check_padding(const fs::path& bed_path) const {
  constexpr std::int64_t kRows = 1000;
  const std::int64_t used_bits = 2 * (sample_count() % 4);
  if (used_bits == 0) return;
  for (std::int64_t snp = 0; snp < snp_count(); snp += (snp_count() + kRows - 1) / kRows) {
    if (packed(snp, 1).back() >> used_bits == 0) continue;
    throw IoError(fmt::format("{}: SNP {} has genotypes of more than {} samples ({})",
                              bed_path.string(), snp + 1, sample_count(), fam_path_.string()));
  }
}

std::span<const std::uint8_t> PlinkFiles::packed(std::int64_t first, std::int64_t count) const {
  const auto rows =
      bed_.bytes().subspan(static_cast<std::size_t>(kBedHeaderBytes + first * row_bytes()),
                           static_cast<std::size_t>(count * row_bytes()));
  return {reinterpret_cast<const std::uint8_t*>(rows.data()), rows.size()};
}

void PlinkFiles::release(std::int64_t first, std::int64_t count) const {
  bed_.release(static_cast<std::size_t>(kBedHeaderBytes + first * row_bytes()),
               static_cast<std::size_t>(count * row_bytes()));
}

std::vector<Phenotype> PlinkFiles::phenotypes(std::span<const std::int64_t> columns) const {
  return read_phenotypes(fam_path_, PhenotypeFormat::fam, columns, one_row_per_sample());
}

ExpectedRows PlinkFiles::one_row_per_sample() const {
  return {sample_count(), fmt::format("one for each sample in {}", fam_path_.string())};
}

}  // namespace loom::gwas
