#include "loom/gwas/genotypes/bed.h"

#include <fmt/format.h>

#include <algorithm>

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

Snp parse_snp(const fs::path& file, const TextRow& row) {
  if (row.fields.size() != kFields) {
    throw IoError(fmt::format("{}: line {}: expected {} fields, found {}", file.string(), row.line,
                              kFields, row.fields.size()));
  }
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

}  // namespace

BimFile::BimFile(fs::path path) : lines_(std::move(path)) {
  if (count() == 0) {
    throw IoError(fmt::format("{}: there are no SNPs in it", lines_.path().string()));
  }
  // A mistake is better found now than after hours of work.
  for (std::int64_t i = 0; i < count(); ++i) next();
  seek(0);
}

Snp BimFile::next() {
  TextRow row;
  split_fields(lines_.next(), " \t\r", row.fields);
  row.line = lines_.line_number();
  return parse_snp(path(), row);
}

BedReader::BedReader(const std::string& prefix)
    : bim_(plain_or_compressed(prefix + ".bim")),
      sample_table_(read_fam(plain_or_compressed(prefix + ".fam"))),
      bed_path_(prefix + ".bed"),
      bed_(bed_path_) {
  set_samples(sample_table_.samples, sample_table_.path.string());
  check_bed();
}

GenotypeBlock BedReader::read(std::int64_t count) {
  // The block before the last one is not needed any more; the last may still be in use.
  bed_.release(static_cast<std::size_t>(kBedHeaderBytes + released_ * row_bytes()),
               static_cast<std::size_t>((block_ - released_) * row_bytes()));
  released_ = block_;
  block_ = position_;
  count = std::min(count, bim_.count() - position_);
  std::vector<Snp> snps;
  for (std::int64_t i = 0; i < count; ++i) snps.push_back(bim_.next());
  const std::span<const std::uint8_t> rows = packed(position_, count);
  position_ += count;
  return block_of_packed(std::move(snps),
                         Array::borrow(const_cast<std::uint8_t*>(rows.data()), {count, row_bytes()},
                                       {row_bytes(), 1}, DType::uint8, false, nullptr));
}

void BedReader::seek(std::int64_t index) {
  released_ = block_ = position_ = std::min(index, bim_.count());
  bim_.seek(position_);
}

double BedReader::fraction_read() const {
  return static_cast<double>(position_) / static_cast<double>(bim_.count());
}

void BedReader::check_bed() const {
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
                    bed_path_.string(), found.empty() ? " an empty file" : found));
  }
  if (byte(2) == 0) {
    throw IoError(
        fmt::format("{}: the genotypes are stored sample by sample (bytes 6c 1b 00); "
                    "rewrite the file SNP by SNP with 'plink --make-bed'",
                    bed_path_.string()));
  }
  const std::int64_t expected = kBedHeaderBytes + bim_.count() * row_bytes();
  if (std::ssize(bytes) != expected) {
    throw IoError(
        fmt::format("{}: expected {} bytes for {} SNPs ({}) and {} samples ({}), found {}",
                    bed_path_.string(), expected, bim_.count(), bim_.path().string(),
                    sample_count(), sample_table_.path.string(), bytes.size()));
  }
  check_padding();
}

// The size of the file does not tell 39 samples from 40, but the bits behind the last sample are
// zero. Some rows are enough to see that they are not, and reading all would take long.
void BedReader::check_padding() const {
  constexpr std::int64_t kRows = 1000;
  const std::int64_t used_bits = 2 * (sample_count() % 4);
  if (used_bits == 0) return;
  for (std::int64_t snp = 0; snp < bim_.count(); snp += (bim_.count() + kRows - 1) / kRows) {
    if (packed(snp, 1).back() >> used_bits == 0) continue;
    throw IoError(fmt::format("{}: SNP {} has genotypes of more than {} samples ({})",
                              bed_path_.string(), snp + 1, sample_count(),
                              sample_table_.path.string()));
  }
}

std::span<const std::uint8_t> BedReader::packed(std::int64_t first, std::int64_t count) const {
  const auto rows =
      bed_.bytes().subspan(static_cast<std::size_t>(kBedHeaderBytes + first * row_bytes()),
                           static_cast<std::size_t>(count * row_bytes()));
  return {reinterpret_cast<const std::uint8_t*>(rows.data()), rows.size()};
}

std::vector<std::string> BedReader::phenotype_names() const {
  return sample_table_.phenotype_names;
}

std::vector<Phenotype> BedReader::phenotypes(std::span<const std::int64_t> columns) const {
  return sample_table_.phenotypes(columns);
}

}  // namespace loom::gwas
