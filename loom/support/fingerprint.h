#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace loom {

/// A number of 64 bits that tells contents apart which differ by accident; it is no protection
/// against somebody who wants two to look alike. The same on every machine of one byte order.
class Fingerprint {
 public:
  /// Adds bytes, eight at a time; where one call ends and the next begins counts too.
  void add(std::span<const std::byte> bytes);
  void add(std::string_view text) { add(std::as_bytes(std::span(text))); }
  template <class T>
  requires std::is_arithmetic_v<T>
  void add(std::span<const T> values) { add(std::as_bytes(values)); }

  /// "0123456789abcdef".
  std::string text() const;

 private:
  std::uint64_t state_ = 0x9e3779b97f4a7c15;
};

}  // namespace loom
