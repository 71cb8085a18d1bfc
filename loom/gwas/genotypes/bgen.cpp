#include "loom/gwas/genotypes/bgen.h"

#include <fmt/format.h>

#include <algorithm>

#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kVariantsPerPiece = 4;
constexpr std::int64_t kSmallestVariant = 16;  // lengths, position, alleles and size of nothing
constexpr std::int64_t kSmallestHeader = 20;

bool file_exists(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

std::vector<Sample> numbered_samples(std::int64_t count) {
  std::vector<Sample> samples(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    samples[static_cast<std::size_t>(i)].individual_id = std::to_string(i + 1);
  }
  return samples;
}

/// The block of sample identifiers.
std::vector<Sample> read_samples(ByteCursor& cursor, std::int64_t expected) {
  const auto size = static_cast<std::int64_t>(cursor.number(4, "the size of the sample block"));
  const auto count = static_cast<std::int64_t>(cursor.number(4, "the number of samples"));
  if (count != expected) {
    cursor.fail(fmt::format("expected identifiers of {} samples, found {}", expected, count), 4);
  }
  const std::int64_t begin = cursor.position() - 8;
  std::vector<Sample> samples;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto length = static_cast<std::int64_t>(cursor.number(2, "a sample's identifier"));
    samples.push_back({"", std::string(text_of(cursor.take(length, "a sample's identifier")))});
  }
  if (cursor.position() - begin != size) {
    cursor.fail(fmt::format("expected a sample block of {} bytes, found {}", size,
                            cursor.position() - begin));
  }
  return samples;
}

BgenCompression compression_of(const ByteCursor& cursor, std::uint64_t flags) {
  const std::uint64_t layout = flags >> 2 & 15;
  if (layout < 2) {
    cursor.fail(fmt::format("layout {} (BGEN 1.1 and older) is not supported; convert the file "
                            "with 'plink2 --bgen FILE ref-first --export bgen-1.2 ref-first'",
                            layout),
                4);
  }
  if (layout > 2) cursor.fail(fmt::format("expected layout 2, found {}", layout), 4);
  if ((flags & 3) == 3) cursor.fail("expected compression 0, 1 or 2, found 3", 4);
  return static_cast<BgenCompression>(flags & 3);
}

}  // namespace

BgenReader::BgenReader(const std::string& path, const std::string& sample_path, bool ref_first)
    : path_(path), file_(path_), counted_(ref_first ? 1 : 0) {
  Header header = read_header();
  first_variant_ = next_offset_ = header.first_variant;
  choose_samples(std::move(header), sample_path);
  const fs::path index = path + ".bgi";
  if (file_exists(index)) index_.emplace(index, file_.bytes());
}

BgenReader::Header BgenReader::read_header() {
  ByteCursor cursor(bytes_from(0), {&path_});
  const auto offset = static_cast<std::int64_t>(cursor.number(4, "the offset of the variants"));
  const auto size = static_cast<std::int64_t>(cursor.number(4, "the size of the header"));
  variant_count_ = static_cast<std::int64_t>(cursor.number(4, "the number of variants"));
  Header header;
  header.first_variant = offset + 4;
  header.sample_count = static_cast<std::int64_t>(cursor.number(4, "the number of samples"));
  const std::uint64_t magic = cursor.number(4, "'bgen'");
  constexpr std::uint64_t kMagic = 0x6e656762;
  if (magic != kMagic && magic != 0) cursor.fail("not a BGEN file: expected 'bgen'", 4);
  if (size < kSmallestHeader || size > offset) {
    cursor.fail(fmt::format("expected a header of 20 to {} bytes, found {}", offset, size), 16);
  }
  if (header.first_variant > std::ssize(file_.bytes())) {
    cursor.fail(fmt::format("expected variants at byte {}, found {} bytes", header.first_variant,
                            file_.size()),
                20);
  }
  cursor.take(size - kSmallestHeader, "the free data of the header");
  const std::uint64_t flags = cursor.number(4, "the flags");
  compression_ = compression_of(cursor, flags);
  if (variant_count_ == 0) {
    throw IoError(fmt::format("{}: there are no SNPs in it", path_.string()));
  }
  if (header.sample_count == 0) {
    throw IoError(fmt::format("{}: there are no samples in it", path_.string()));
  }
  const std::int64_t room = (std::ssize(file_.bytes()) - header.first_variant) / kSmallestVariant;
  if (variant_count_ > room) {
    fail_at({&path_}, 8,
            fmt::format("expected at most {} variants in a file of {} bytes, found {}", room,
                        file_.size(), variant_count_));
  }
  const bool named = (flags >> 31) != 0;
  if (named) header.samples = read_samples(cursor, header.sample_count);
  if (cursor.offset() > header.first_variant) {
    fail_at({&path_}, 0,
            fmt::format("expected variants at byte {} or behind it, found {}", cursor.offset(),
                        header.first_variant));
  }
  return header;
}

void BgenReader::choose_samples(Header header, const std::string& sample_path) {
  fs::path beside = path_;
  beside.replace_extension(".sample");
  if (!sample_path.empty() || file_exists(beside)) {
    sample_table_ = read_oxford_samples(sample_path.empty() ? beside : fs::path(sample_path));
    check_row_count(sample_table_->path,
                    {header.sample_count, fmt::format("one for each sample in {}", path_.string())},
                    std::ssize(sample_table_->samples));
    set_samples(sample_table_->samples, sample_table_->path.string());
    return;
  }
  if (header.samples.empty()) {
    // A number in the header is no reason to make room for billions of samples.
    BgenDecoder decoder(path_, compression_, header.sample_count);
    ByteCursor cursor = cursor_at(0, header.first_variant);
    decoder.check_sample_count(read_bgen_variant(cursor, 0, compression_));
    header.samples = numbered_samples(header.sample_count);
  }
  set_samples(std::move(header.samples), path_.string());
}

std::span<const std::uint8_t> BgenReader::bytes_from(std::int64_t offset) const {
  const auto bytes = file_.bytes().subspan(static_cast<std::size_t>(offset));
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

ByteCursor BgenReader::cursor_at(std::int64_t index, std::int64_t offset) const {
  return {bytes_from(offset), {&path_, index, offset}};
}

std::vector<BgenVariant> BgenReader::next_variants(std::int64_t count) {
  std::vector<BgenVariant> variants;
  for (; std::ssize(variants) < count && next_ < variant_count_; ++next_) {
    ByteCursor cursor = cursor_at(next_, next_offset_);
    variants.push_back(read_bgen_variant(cursor, next_, compression_));
    next_offset_ = cursor.offset();
  }
  if (next_ == variant_count_ && next_offset_ != std::ssize(file_.bytes())) {
    fail_at({&path_}, next_offset_,
            fmt::format("expected the end behind {} variants, found {} more bytes", variant_count_,
                        std::ssize(file_.bytes()) - next_offset_));
  }
  return variants;
}

GenotypeBlock BgenReader::read(std::int64_t count) {
  const std::int64_t begin = next_offset_;
  const std::vector<BgenVariant> variants = next_variants(count);
  std::vector<Snp> snps;
  const auto usable = std::make_unique<bool[]>(variants.size());
  for (std::size_t i = 0; i < variants.size(); ++i) {
    snps.push_back(variants[i].snp(counted_));
    usable[i] = variants[i].has_two_alleles();
  }
  const std::int64_t samples = sample_count();
  const Array copies = Array::empty({std::ssize(variants), samples});
  parallel_for(std::ssize(variants), kVariantsPerPiece, [&](std::int64_t first, std::int64_t last) {
    BgenDecoder decoder(path_, compression_, samples);
    for (std::int64_t i = first; i < last; ++i) {
      const BgenVariant& variant = variants[static_cast<std::size_t>(i)];
      if (!variant.has_two_alleles()) continue;
      double* row = copies.data<double>() + i * samples;
      decoder.decode(variant, counted_, {row, static_cast<std::size_t>(samples)});
    }
  });
  file_.release(static_cast<std::size_t>(begin), static_cast<std::size_t>(next_offset_ - begin));
  return block_of(std::move(snps), copies, {usable.get(), variants.size()});
}

void BgenReader::seek(std::int64_t index) {
  index = std::min(index, variant_count_);
  if (index < next_) {
    next_ = 0;
    next_offset_ = first_variant_;
  }
  if (index > next_ && index_) {
    if (offsets_.empty()) offsets_ = offsets_from_index();
    next_ = std::min(index, variant_count_ - 1);
    next_offset_ = offsets_[static_cast<std::size_t>(next_)];
  }
  for (; next_ < index; ++next_) {
    ByteCursor cursor = cursor_at(next_, next_offset_);
    read_bgen_variant(cursor, next_, compression_);
    next_offset_ = cursor.offset();
  }
}

std::vector<std::int64_t> BgenReader::offsets_from_index() const {
  std::vector<std::int64_t> offsets = index_->offsets();
  if (std::ssize(offsets) != variant_count_ || offsets.front() != first_variant_ ||
      offsets.back() >= std::ssize(file_.bytes())) {
    throw IoError(
        fmt::format("{}.bgi: does not list the {} variants of the .bgen file; make it "
                    "anew with 'bgenix -index', or remove it",
                    path_.string(), variant_count_));
  }
  return offsets;
}

double BgenReader::fraction_read() const {
  return static_cast<double>(next_offset_) / static_cast<double>(file_.size());
}

std::vector<fs::path> BgenReader::files() const {
  if (sample_table_) return {path_, sample_table_->path};
  return {path_};
}

std::vector<std::string> BgenReader::phenotype_names() const {
  return sample_table_ ? sample_table_->phenotype_names : std::vector<std::string>();
}

std::vector<Phenotype> BgenReader::phenotypes(std::span<const std::int64_t> columns) const {
  if (!sample_table_) return GenotypeReader::phenotypes(columns);
  return sample_table_->phenotypes(columns);
}

}  // namespace loom::gwas
