#include "loom/gwas/genotypes/pgen_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace loom::gwas {
namespace {

constexpr std::int64_t kGroup = 64;  // samples of a list whose numbers follow from the first one's
constexpr std::uint64_t kWhole = 1 << 14;  // a dosage of one copy
constexpr std::uint64_t kNoDosage = 0xffff;

std::int64_t bytes_of_bits(std::int64_t bits) { return (bits + 7) / 8; }

/// What `function` makes of each byte.
template <class Function>
constexpr std::array<std::uint8_t, 256> byte_table(Function function) {
  std::array<std::uint8_t, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte)
    table[byte] = static_cast<std::uint8_t>(function(byte));
  return table;
}

/// Four 2-bit codes, each by `codes`.
template <class Codes>
constexpr unsigned each_code(unsigned byte, const Codes& codes) {
  unsigned result = 0;
  for (unsigned i = 0; i < 8; i += 2) result |= static_cast<unsigned>(codes[byte >> i & 3]) << i;
  return result;
}

/// Copies of ALT, 3 for missing, as the code of a .bed file.
constexpr auto kBedCodes = byte_table([](unsigned byte) {
  return each_code(byte, std::array{3, 2, 0, 1});
});
/// The code of a .bed file as copies of ALT, 3 for missing.
constexpr auto kFromBed = byte_table([](unsigned byte) {
  return each_code(byte, std::array{2, 3, 1, 0});
});
/// REF and ALT swapped.
constexpr auto kSwapped = byte_table([](unsigned byte) {
  return each_code(byte, std::array{2, 1, 0, 3});
});
/// How many of four codes are 1.
constexpr auto kOnes =
    byte_table([](unsigned byte) { return std::popcount(byte & ~(byte >> 1) & 0x55); });

void look_up(const std::array<std::uint8_t, 256>& table, std::span<std::uint8_t> bytes) {
  for (std::uint8_t& byte : bytes) byte = table[byte];
}

/// Each of the low four bits in two bits.
constexpr std::uint8_t spread(unsigned bits) {
  return static_cast<std::uint8_t>((bits & 1) | (bits & 2) << 1 | (bits & 4) << 2 |
                                   (bits & 8) << 3);
}

std::int64_t set_bits(std::span<const std::uint8_t> bytes) {
  std::int64_t count = 0;
  for (const std::uint8_t byte : bytes) count += std::popcount(byte);
  return count;
}

bool bit(std::span<const std::uint8_t> bytes, std::int64_t i) {
  return (bytes[static_cast<std::size_t>(i / 8)] >> i % 8 & 1) != 0;
}

unsigned code(std::span<const std::uint8_t> codes, std::int64_t i) {
  return codes[static_cast<std::size_t>(i / 4)] >> 2 * (i % 4) & 3u;
}

}  // namespace

PgenDecoder::PgenDecoder(const PgenFile& file, std::int64_t sample_count)
    : path_(file.path()),
      is_bed_(file.is_bed()),
      sample_count_(sample_count),
      sample_bytes_(sample_count <= 1 << 8    ? 1
                    : sample_count <= 1 << 16 ? 2
                    : sample_count <= 1 << 24 ? 3
                                              : 4),
      calls_(static_cast<std::size_t>(bytes_of_bits(2 * sample_count))) {}

void PgenDecoder::decode(const PgenRecord& record) {
  ByteCursor cursor(record.bytes, {&path_, record.index, record.offset});
  read_calls(cursor, record);
  track_end_ = cursor.position();
  clear_padding();
  if (!record.is_difference()) base_ = calls_;
}

void PgenDecoder::read_calls(ByteCursor& cursor, const PgenRecord& record) {
  switch (record.coding()) {
    case 0:
      std::ranges::copy(cursor.take(std::ssize(calls_), "the genotypes"), calls_.begin());
      if (is_bed_) look_up(kFromBed, calls_);
      return;
    case 1:
      return read_two_common(cursor);
    case 2:
      calls_ = base_;
      return read_differences(cursor);
    case 3:
      // As plink2 has it; the draft of the specification reads as if it were the other way round.
      calls_ = base_;
      read_differences(cursor);
      return look_up(kSwapped, calls_);
    case 5:
      cursor.fail("expected a coding of the genotypes other than 5");
    default:
      // Most samples have the code that the low bits say.
      std::ranges::fill(calls_, static_cast<std::uint8_t>(0x55 * (record.coding() & 3)));
      return read_differences(cursor);
  }
}

/// A bit for each sample chooses one of two codes; a list has those with another one.
void PgenDecoder::read_two_common(ByteCursor& cursor) {
  const auto codes = static_cast<unsigned>(cursor.number(1, "the two common genotypes"));
  const unsigned low = codes >> 2, step = codes & 3;
  if (step == 0 || low + step > 3) {
    cursor.fail(fmt::format("expected two common genotypes, found {}", codes), 1);
  }
  const auto bits = cursor.take(bytes_of_bits(sample_count_), "a bit for each sample");
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    const unsigned chosen = spread(bits[i / 2] >> i % 2 * 4);
    calls_[i] = static_cast<std::uint8_t>(low * 0x55 + step * chosen);
  }
  read_differences(cursor);
}

void PgenDecoder::read_differences(ByteCursor& cursor) {
  read_list(cursor, true);
  for (std::size_t i = 0; i < list_.size(); ++i) {
    std::uint8_t& byte = calls_[static_cast<std::size_t>(list_[i] / 4)];
    const int shift = static_cast<int>(2 * (list_[i] % 4));
    const unsigned cleared = byte & ~(3u << shift);
    byte =
        static_cast<std::uint8_t>(cleared | code(values_, static_cast<std::int64_t>(i)) << shift);
  }
}

void PgenDecoder::read_list(ByteCursor& cursor, bool with_values) {
  list_.clear();
  const auto length = static_cast<std::int64_t>(cursor.varint("the length of a list"));
  if (length > sample_count_) {
    cursor.fail(
        fmt::format("expected a list of at most {} samples, found {}", sample_count_, length));
  }
  if (length == 0) return;
  const std::int64_t groups = (length + kGroup - 1) / kGroup;
  const auto firsts = cursor.take(groups * sample_bytes_, "the first samples of a list");
  cursor.take(groups - 1, "the sizes of a list's groups");
  if (with_values) {
    const auto values = cursor.take(bytes_of_bits(2 * length), "the genotypes of a list");
    values_.assign(values.begin(), values.end());
  }
  read_list_groups(cursor, length, firsts);
}

void PgenDecoder::read_list_groups(ByteCursor& cursor, std::int64_t length,
                                   std::span<const std::uint8_t> firsts) {
  std::int64_t sample = -1;
  for (std::int64_t i = 0; i < length; ++i) {
    const std::int64_t last = sample;
    if (i % kGroup == 0) {
      sample = static_cast<std::int64_t>(
          little_endian(firsts.subspan(static_cast<std::size_t>(i / kGroup * sample_bytes_),
                                       static_cast<std::size_t>(sample_bytes_))));
    } else {
      sample += static_cast<std::int64_t>(cursor.varint("a sample of a list"));
    }
    if (sample <= last || sample >= sample_count_) {
      cursor.fail(fmt::format("expected sample {} to {} in a list, found {}", last + 2,
                              sample_count_, sample + 1));
    }
    list_.push_back(sample);
  }
}

void PgenDecoder::clear_padding() {
  const std::int64_t used = sample_count_ % 4;
  if (used != 0) calls_.back() &= static_cast<std::uint8_t>((1 << 2 * used) - 1);
}

std::int64_t PgenDecoder::heterozygotes() const {
  std::int64_t count = 0;
  for (const std::uint8_t byte : calls_) count += kOnes[byte];
  return count;
}

void PgenDecoder::write_packed(std::uint8_t* out) const {
  std::ranges::copy(calls_, out);
  look_up(kBedCodes, {out, calls_.size()});
  const std::int64_t used = sample_count_ % 4;
  if (used != 0) out[calls_.size() - 1] &= static_cast<std::uint8_t>((1 << 2 * used) - 1);
}

void PgenDecoder::write_copies(const PgenRecord& record, std::span<double> copies) {
  constexpr std::array<double, 4> kCopies = {0, 1, 2, std::numeric_limits<double>::quiet_NaN()};
  for (std::size_t i = 0; i < copies.size(); ++i) {
    copies[i] = kCopies[code(calls_, static_cast<std::int64_t>(i))];
  }
  ByteCursor cursor(record.bytes, {&path_, record.index, record.offset});
  cursor.take(track_end_, "the genotypes");
  if (record.has_phases()) skip_phases(cursor);
  if (record.has_dosages()) {
    read_dosage_samples(cursor, record);
    for (const std::int64_t sample : list_) {
      const std::uint64_t dosage = cursor.number(2, "a dosage");
      if (dosage == kNoDosage && record.has_dosage_of_everyone()) continue;
      if (dosage > 2 * kWhole) {
        cursor.fail(fmt::format("expected a dosage from 0 to {}, found {}", 2 * kWhole, dosage), 2);
      }
      copies[static_cast<std::size_t>(sample)] =
          static_cast<double>(dosage) / static_cast<double>(kWhole);
    }
  }
  if (record.has_phased_dosages()) skip_phased_dosages(cursor, record);
  if (cursor.remaining() > 0) {
    cursor.fail(
        fmt::format("expected the end of the variant, found {} more bytes", cursor.remaining()));
  }
}

/// Phases of heterozygotes: a bit that says whether a bit for each says if its phase is known,
/// those bits, and, from a new byte on, the phases that are known; or all phases after the first
/// bit.
void PgenDecoder::skip_phases(ByteCursor& cursor) const {
  const std::int64_t count = heterozygotes();
  const auto bits = cursor.take(bytes_of_bits(1 + count), "phases");
  if (!bit(bits, 0)) return;
  // The bits behind the last one are zero, the first one is one.
  cursor.take(bytes_of_bits(set_bits(bits) - 1), "the known phases");
}

/// Fills the list with the samples whose dosages follow.
void PgenDecoder::read_dosage_samples(ByteCursor& cursor, const PgenRecord& record) {
  if (record.has_dosage_list()) return read_list(cursor, false);
  list_.clear();
  const bool everyone = record.has_dosage_of_everyone();
  const auto bits = everyone ? std::span<const std::uint8_t>()
                             : cursor.take(bytes_of_bits(sample_count_), "who has a dosage");
  for (std::int64_t i = 0; i < sample_count_; ++i) {
    if (everyone || bit(bits, i)) list_.push_back(i);
  }
}

void PgenDecoder::skip_phased_dosages(ByteCursor& cursor, const PgenRecord& record) const {
  std::int64_t count = sample_count_;
  if (!record.has_dosage_of_everyone()) {
    count = set_bits(cursor.take(bytes_of_bits(std::ssize(list_)), "which dosages are phased"));
  }
  cursor.take(2 * count, "phased dosages");
}

}  // namespace loom::gwas
