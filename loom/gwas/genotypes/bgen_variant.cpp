#include "loom/gwas/genotypes/bgen_variant.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>

namespace loom::gwas {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint8_t kMissingFlag = 0x80;
constexpr std::int64_t kBytesBesidesSamples = 10;

std::string_view read_text(ByteCursor& cursor, int length_bytes, std::string_view what) {
  const auto length = static_cast<std::int64_t>(cursor.number(length_bytes, what));
  return text_of(cursor.take(length, what));
}

/// How many times larger than its compressed form something can be at most: a code of deflate is at
/// least one bit and stands for at most 258 bytes, of which two codes make a match; a block of zstd
/// is at least 4 bytes and stands for at most 2^17.
constexpr std::int64_t largest_ratio(BgenCompression compression) {
  return compression == BgenCompression::zlib ? 258 * 8 / 2 : (1 << 17) / 4;
}

/// What the bytes before the probabilities say.
struct Layout {
  std::span<const std::uint8_t> ploidy;  ///< of each sample, with the flag of a missing one
  bool phased = false;
  int bits = 0;
};

/// Numbers of `bits` bits each, side by side, the lowest bit first.
class BitNumbers {
 public:
  BitNumbers(std::span<const std::uint8_t> bytes, int bits)
      : bytes_(bytes), bits_(bits), mask_((std::uint64_t{1} << bits) - 1) {}

  std::uint64_t next() {
    const std::size_t byte = position_ / 8;
    std::uint64_t window = 0;
    std::memcpy(&window, bytes_.data() + byte, std::min(sizeof window, bytes_.size() - byte));
    const std::uint64_t value = window >> position_ % 8 & mask_;
    position_ += static_cast<std::size_t>(bits_);
    return value;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  int bits_;
  std::uint64_t mask_;
  std::size_t position_ = 0;
};

Layout read_layout(ByteCursor& cursor, std::int64_t sample_count) {
  Layout layout;
  const std::uint64_t least = cursor.number(1, "the smallest ploidy");
  const std::uint64_t most = cursor.number(1, "the largest ploidy");
  layout.ploidy = cursor.take(sample_count, "the ploidy of every sample");
  std::int64_t numbers = 0;
  for (std::size_t i = 0; i < layout.ploidy.size(); ++i) {
    const std::uint8_t ploidy = layout.ploidy[i] & static_cast<std::uint8_t>(~kMissingFlag);
    const auto back = static_cast<std::int64_t>(layout.ploidy.size() - i);
    if (ploidy < least || ploidy > most) {
      cursor.fail(fmt::format("expected a ploidy from {} to {}, found {}", least, most, ploidy),
                  back);
    }
    if (ploidy > 2) {
      cursor.fail(
          fmt::format("sample {} has {} chromosomes; at most two are supported", i + 1, ploidy),
          back);
    }
    numbers += ploidy;
  }
  const std::uint64_t phased = cursor.number(1, "whether genotypes are phased");
  if (phased > 1) cursor.fail(fmt::format("expected 0 or 1 for phased, found {}", phased), 1);
  layout.phased = phased == 1;
  layout.bits = static_cast<int>(cursor.number(1, "the bits of a probability"));
  if (layout.bits < 1 || layout.bits > 32) {
    cursor.fail(fmt::format("expected 1 to 32 bits for a probability, found {}", layout.bits), 1);
  }
  const std::int64_t bytes = (numbers * layout.bits + 7) / 8;
  if (cursor.remaining() != bytes) {
    cursor.fail(
        fmt::format("expected {} bytes of probabilities, found {}", bytes, cursor.remaining()));
  }
  return layout;
}

}  // namespace

Snp BgenVariant::snp(int counted) const {
  return {.chromosome = std::string(chromosome),
          .id = std::string(rsid.empty() ? id : rsid),
          .position = position,
          .allele1 = std::string(alleles[counted]),
          .allele0 = std::string(alleles[1 - counted])};
}

BgenVariant read_bgen_variant(ByteCursor& cursor, std::int64_t index, BgenCompression compression) {
  BgenVariant variant;
  variant.index = index;
  variant.id = read_text(cursor, 2, "the identifier");
  variant.rsid = read_text(cursor, 2, "the rsid");
  variant.chromosome = read_text(cursor, 2, "the chromosome");
  variant.position = static_cast<std::int64_t>(cursor.number(4, "the position"));
  variant.allele_count = static_cast<std::int64_t>(cursor.number(2, "the number of alleles"));
  for (std::int64_t i = 0; i < variant.allele_count; ++i) {
    const std::string_view allele = read_text(cursor, 4, "an allele");
    if (i < 2) variant.alleles[i] = allele;
  }
  auto stored = static_cast<std::int64_t>(cursor.number(4, "the size of the genotypes"));
  variant.size = stored;
  if (compression != BgenCompression::none) {
    if (stored < 4) cursor.fail(fmt::format("expected at least 4 bytes, found {}", stored), 4);
    stored -= 4;
    variant.size = static_cast<std::int64_t>(cursor.number(4, "the size of the genotypes"));
  }
  variant.stored_offset = cursor.offset();
  variant.stored = cursor.take(stored, "the genotypes");
  return variant;
}

BgenDecoder::BgenDecoder(const std::filesystem::path& file, BgenCompression compression,
                         std::int64_t sample_count)
    : file_(file),
      compression_(compression),
      sample_count_(sample_count),
      zstd_(compression == BgenCompression::zstd ? ZSTD_createDCtx() : nullptr, &ZSTD_freeDCtx) {
  if (compression == BgenCompression::zstd && !zstd_) throw std::bad_alloc();
}

BgenDecoder::~BgenDecoder() = default;

BytePlace BgenDecoder::place_of(const BgenVariant& variant) const {
  if (compression_ == BgenCompression::none) {
    return {&file_, variant.index, variant.stored_offset};
  }
  return {&file_, variant.index, 0, " of the decompressed genotypes"};
}

/// Fills the buffer, which is as large as the variant says, and returns how much of it.
std::size_t BgenDecoder::inflated(const BgenVariant& variant) {
  const BytePlace place{&file_, variant.index, variant.stored_offset};
  if (compression_ == BgenCompression::zstd) {
    const std::size_t size = ZSTD_decompressDCtx(zstd_.get(), buffer_.data(), buffer_.size(),
                                                 variant.stored.data(), variant.stored.size());
    if (ZSTD_isError(size) == 0) return size;
    fail_at(place, 0, fmt::format("cannot decompress by zstd: {}", ZSTD_getErrorName(size)));
  }
  uLongf size = buffer_.size();
  uLong used = variant.stored.size();
  const int status = uncompress2(buffer_.data(), &size, variant.stored.data(), &used);
  if (status == Z_MEM_ERROR) throw std::bad_alloc();
  if (status != Z_OK)
    fail_at(place, 0, fmt::format("cannot decompress by zlib: {}", zError(status)));
  if (used != variant.stored.size()) {
    fail_at(place, static_cast<std::int64_t>(used), "bytes follow the compressed genotypes");
  }
  return size;
}

/// The genotypes of a variant, which may have `largest` bytes.
std::span<const std::uint8_t> BgenDecoder::decompressed(const BgenVariant& variant,
                                                        std::int64_t largest) {
  if (compression_ == BgenCompression::none) return variant.stored;
  const BytePlace place{&file_, variant.index, variant.stored_offset};
  // Refused before memory is taken that the file gives no reason for.
  largest = std::min(largest, std::ssize(variant.stored) * largest_ratio(compression_));
  if (variant.size > largest) {
    fail_at(place, -4,
            fmt::format("expected at most {} bytes of decompressed genotypes, found {}", largest,
                        variant.size));
  }
  buffer_.resize(static_cast<std::size_t>(variant.size));
  const std::size_t size = inflated(variant);
  if (size != buffer_.size()) {
    fail_at(
        place, -4,
        fmt::format("the genotypes have {} bytes when decompressed, not {}", size, buffer_.size()));
  }
  return buffer_;
}

void BgenDecoder::check_beginning(ByteCursor& cursor, std::int64_t allele_count) const {
  const auto samples = static_cast<std::int64_t>(cursor.number(4, "the number of samples"));
  if (samples != sample_count_) {
    cursor.fail(fmt::format("expected genotypes of {} samples, found {}", sample_count_, samples),
                4);
  }
  const auto alleles = static_cast<std::int64_t>(cursor.number(2, "the number of alleles"));
  if (alleles != allele_count) {
    cursor.fail(fmt::format("expected genotypes of {} alleles, found {}", allele_count, alleles),
                2);
  }
}

void BgenDecoder::check_sample_count(const BgenVariant& variant) {
  ByteCursor cursor(decompressed(variant, std::numeric_limits<std::int64_t>::max()),
                    place_of(variant));
  check_beginning(cursor, variant.allele_count);
  cursor.take(2 + sample_count_, "the ploidy of every sample");
}

void BgenDecoder::decode(const BgenVariant& variant, int counted, std::span<double> copies) {
  constexpr std::int64_t kLargestPerSample = 1 + 2 * 4;  // ploidy, two probabilities of 32 bits
  const std::span<const std::uint8_t> bytes =
      decompressed(variant, kBytesBesidesSamples + kLargestPerSample * sample_count_);
  ByteCursor cursor(bytes, place_of(variant));
  check_beginning(cursor, 2);
  const Layout layout = read_layout(cursor, sample_count_);
  BitNumbers probabilities(bytes.subspan(static_cast<std::size_t>(cursor.position())), layout.bits);
  const std::uint64_t one = (std::uint64_t{1} << layout.bits) - 1;
  const auto scale = static_cast<double>(one);
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const int ploidy = layout.ploidy[i] & ~kMissingFlag;
    const bool missing = ploidy == 0 || (layout.ploidy[i] & kMissingFlag) != 0;
    std::uint64_t first = 0;  // copies of the first allele, in units of 1 / scale
    if (ploidy == 1) {
      first = 2 * probabilities.next();
    } else if (ploidy == 2) {
      const std::uint64_t a = probabilities.next(), b = probabilities.next();
      if (!layout.phased && !missing && a + b > one) {
        cursor.fail(fmt::format("the probabilities of sample {} are more than 1 together", i + 1));
      }
      first = layout.phased ? a + b : 2 * a + b;
    }
    copies[i] = missing        ? kMissing
                : counted == 0 ? static_cast<double>(first) / scale
                               : static_cast<double>(2 * one - first) / scale;
  }
}

}  // namespace loom::gwas
