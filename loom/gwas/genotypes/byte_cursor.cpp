#include "loom/gwas/genotypes/byte_cursor.h"

#include <fmt/format.h>

#include "loom/support/error.h"

namespace loom::gwas {

void fail_at(const BytePlace& place, std::int64_t index, std::string_view problem) {
  const std::string variant =
      place.variant < 0 ? std::string() : fmt::format("variant {}, ", place.variant + 1);
  throw IoError(fmt::format("{}: {}byte {}{}: {}", place.file->string(), variant,
                            place.offset + index, place.inside, problem));
}

std::span<const std::uint8_t> ByteCursor::take(std::int64_t count, std::string_view what) {
  if (count > remaining()) {
    fail(fmt::format("expected {}, {} bytes, found {}", what, count, remaining()));
  }
  const auto taken =
      bytes_.subspan(static_cast<std::size_t>(position_), static_cast<std::size_t>(count));
  position_ += count;
  return taken;
}

std::uint64_t ByteCursor::number(int bytes, std::string_view what) {
  return little_endian(take(bytes, what));
}

std::uint64_t ByteCursor::varint(std::string_view what) {
  constexpr int kLongest = 5;  // 35 bits: the numbers of samples are 32 bits long
  std::uint64_t value = 0;
  for (int i = 0; i < kLongest; ++i) {
    const std::uint64_t byte = number(1, what);
    value |= (byte & 0x7f) << 7 * i;
    if (byte < 0x80) return value;
  }
  fail(fmt::format("expected {} in at most {} bytes", what, kLongest), kLongest);
}

void ByteCursor::fail(std::string_view problem, std::int64_t back) const {
  fail_at(place_, position_ - back, problem);
}

}  // namespace loom::gwas
