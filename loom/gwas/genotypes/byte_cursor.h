#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

namespace loom::gwas {

/// Which bytes are read, as errors name them: "data.bgen: variant 3, byte 1021".
struct BytePlace {
  const std::filesystem::path* file;
  std::int64_t variant = -1;  ///< from 0; below that it is not said
  std::int64_t offset = 0;    ///< of the first byte
  const char* inside = "";    ///< what the offset counts in, if not the file
};

/// Throws IoError: "data.bgen: variant 3, byte 1021: PROBLEM", with `index` added to the offset.
[[noreturn]] void fail_at(const BytePlace& place, std::int64_t index, std::string_view problem);

/// Walks over bytes of a binary file and checks that they are there.
class ByteCursor {
 public:
  ByteCursor(std::span<const std::uint8_t> bytes, const BytePlace& place)
      : bytes_(bytes), place_(place) {}

  /// The next `count` bytes. Throws IoError where there are fewer; `what` they are is for the
  /// message.
  std::span<const std::uint8_t> take(std::int64_t count, std::string_view what);
  /// The next bytes, at most 8, as a number, the lowest first.
  std::uint64_t number(int bytes, std::string_view what);
  /// A number of seven bits a byte, the lowest first; every byte but the last has its high bit set.
  std::uint64_t varint(std::string_view what);

  /// Bytes taken.
  std::int64_t position() const { return position_; }
  std::int64_t remaining() const { return std::ssize(bytes_) - position_; }
  /// Of the next byte in the file.
  std::int64_t offset() const { return place_.offset + position_; }

  /// Throws IoError that names the place of the next byte, or of that `back` bytes before it.
  [[noreturn]] void fail(std::string_view problem, std::int64_t back = 0) const;

 private:
  std::span<const std::uint8_t> bytes_;
  BytePlace place_;
  std::int64_t position_ = 0;
};

/// The bytes as text.
inline std::string_view text_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The number in at most 8 bytes, the lowest first.
inline std::uint64_t little_endian(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) value |= std::uint64_t{bytes[i]} << 8 * i;
  return value;
}

}  // namespace loom::gwas
