#include "loom/gwas/genotypes/pgen_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "loom/support/error.h"

namespace loom::gwas {
namespace {

constexpr std::int64_t kBlock = 1 << 16;  // variants whose records' places are told together
constexpr std::int64_t kBedHeaderBytes = 3;
constexpr std::uint8_t kFixedTypes[] = {0x00, 0x40, 0xc0};  // of modes 2, 3 and 4

std::int64_t bytes_of_bits(std::int64_t bits) { return (bits + 7) / 8; }

}  // namespace

PgenFile::PgenFile(std::filesystem::path path, std::int64_t variant_count,
                   std::int64_t sample_count)
    : path_(std::move(path)), file_(path_) {
  read_header(variant_count, sample_count);
  seek(0);
}

void PgenFile::read_header(std::int64_t variant_count, std::int64_t sample_count) {
  ByteCursor cursor(header_at(0, std::ssize(file_.bytes())), {&path_});
  const std::uint64_t magic = cursor.number(2, "the magic bytes");
  if (magic != 0x1b6c) cursor.fail("not a PLINK .pgen file: expected the bytes 6c 1b", 2);
  mode_ = static_cast<int>(cursor.number(1, "the storage mode"));
  variant_count_ = variant_count;
  sample_count_ = sample_count;
  if (mode_ == 1) return set_fixed_records(cursor);
  if ((mode_ < 2 || mode_ > 4) && mode_ != 0x10) {
    cursor.fail(fmt::format("storage mode 0x{:02x} is not supported; write the file again with "
                            "'plink2 --make-pgen'",
                            mode_),
                1);
  }
  const auto variants = static_cast<std::int64_t>(cursor.number(4, "the number of variants"));
  if (variants != variant_count) {
    cursor.fail(
        fmt::format("expected {} variants as in the .pvar file, found {}", variant_count, variants),
        4);
  }
  const auto samples = static_cast<std::int64_t>(cursor.number(4, "the number of samples"));
  if (samples != sample_count) {
    cursor.fail(
        fmt::format("expected {} samples as in the .psam file, found {}", sample_count, samples),
        4);
  }
  const auto control = static_cast<unsigned>(cursor.number(1, "how the header goes on"));
  const bool has_flags = control >> 6 == 3;  // of references that are not trusted
  if (mode_ == 0x10) return set_variable_records(cursor, control);
  if (has_flags) cursor.take(bytes_of_bits(variant_count_), "flags of references");
  set_fixed_records(cursor);
}

void PgenFile::set_fixed_records(ByteCursor& cursor) {
  const int dosage_tracks = std::max(mode_ - 2, 0);
  record_bytes_ = bytes_of_bits(2 * sample_count_) + dosage_tracks * 2 * sample_count_;
  first_record_ = cursor.offset();
  // A file has less than 2^63 bytes, and so many variants and samples might not.
  if (cursor.remaining() % record_bytes_ != 0 ||
      cursor.remaining() / record_bytes_ != variant_count_) {
    cursor.fail(fmt::format("expected {} records of {} bytes, found {} bytes", variant_count_,
                            record_bytes_, cursor.remaining()));
  }
}

void PgenFile::set_variable_records(ByteCursor& cursor, unsigned control) {
  const unsigned form = control & 15;
  if (form > 7)
    cursor.fail(fmt::format("expected a form of records from 0 to 7, found {}", form), 1);
  type_bits_ = form < 4 ? 4 : 8;
  length_bytes_ = static_cast<int>(form % 4 + 1);
  const std::int64_t allele_bytes = control >> 4 & 3;
  const bool has_flags = control >> 6 == 3;
  const auto size = [&](std::int64_t variants) {
    return bytes_of_bits(variants * type_bits_) + variants * (length_bytes_ + allele_bytes) +
           (has_flags ? bytes_of_bits(variants) : 0);
  };
  const std::int64_t blocks = (variant_count_ + kBlock - 1) / kBlock;
  block_offsets_ = cursor.offset();
  cursor.take(8 * blocks, "where blocks of variants begin");
  tables_ = cursor.offset();
  table_bytes_ = size(kBlock);
  cursor.take((blocks - 1) * table_bytes_ + size(variant_count_ - (blocks - 1) * kBlock),
              "the types and lengths of records");
}

std::span<const std::uint8_t> PgenFile::header_at(std::int64_t offset, std::int64_t size) const {
  const auto bytes =
      file_.bytes().subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

std::uint8_t PgenFile::type_of(std::int64_t index) const {
  if (is_bed()) return 0;
  if (mode_ != 0x10) return kFixedTypes[mode_ - 2];
  const std::int64_t table = tables_ + index / kBlock * table_bytes_, within = index % kBlock;
  if (type_bits_ == 8) return header_at(table + within, 1)[0];
  return header_at(table + within / 2, 1)[0] >> within % 2 * 4 & 15;
}

std::int64_t PgenFile::length_of(std::int64_t index) const {
  if (mode_ != 0x10) return record_bytes_;
  const std::int64_t block = index / kBlock;
  const std::int64_t variants = std::min(kBlock, variant_count_ - block * kBlock);
  const std::int64_t lengths =
      tables_ + block * table_bytes_ + bytes_of_bits(variants * type_bits_);
  return static_cast<std::int64_t>(
      little_endian(header_at(lengths + index % kBlock * length_bytes_, length_bytes_)));
}

PgenRecord PgenFile::record_at(std::int64_t index, std::int64_t offset) const {
  const std::int64_t length = length_of(index);
  const std::int64_t size = std::ssize(file_.bytes());
  if (offset < 0 || offset > size || length > size - offset) {
    fail_at({&path_, index, offset}, 0,
            fmt::format("expected a record of {} bytes in a file of {} bytes", length, size));
  }
  return {index, type_of(index), offset, header_at(offset, length)};
}

PgenRecord PgenFile::next() {
  const PgenRecord record = record_at(next_, next_offset_);
  ++next_;
  next_offset_ += std::ssize(record.bytes);
  if (mode_ == 0x10 && next_ % kBlock == 0 && next_ < variant_count_) seek(next_);
  return record;
}

void PgenFile::seek(std::int64_t index) {
  next_ = index;
  if (mode_ != 0x10) {
    next_offset_ = first_record_ + index * record_bytes_;
    return;
  }
  const std::int64_t block = std::min(index, variant_count_ - 1) / kBlock;
  next_offset_ = static_cast<std::int64_t>(little_endian(header_at(block_offsets_ + 8 * block, 8)));
  if (next_offset_ < 0 || next_offset_ > std::ssize(file_.bytes())) {
    fail_at({&path_}, block_offsets_ + 8 * block,
            fmt::format("expected the place of variant {} in a file of {} bytes, found {}",
                        block * kBlock + 1, file_.size(), next_offset_));
  }
  for (std::int64_t i = block * kBlock; i < index; ++i) next_offset_ += length_of(i);
}

PgenRecord PgenFile::base_of(const PgenRecord& record) const {
  std::int64_t index = record.index, offset = record.offset;
  PgenRecord base = record;
  while (base.is_difference()) {
    if (index % kBlock == 0) {
      fail_at({&path_, record.index, record.offset}, 0,
              "it is told by differences from an earlier variant, and there is none");
    }
    offset -= length_of(--index);
    base = record_at(index, offset);
  }
  return base;
}

void PgenFile::release(const PgenRecord& first) const {
  file_.release(static_cast<std::size_t>(first.offset),
                static_cast<std::size_t>(std::max(next_offset_ - first.offset, std::int64_t{0})));
}

}  // namespace loom::gwas
