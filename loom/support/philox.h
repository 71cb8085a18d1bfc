#pragma once

#include <array>
#include <cstdint>

// The counter-based generator under every random number of Loom.
namespace loom {

/// Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
/// SC'11: a bijection of 128-bit counters for each 64-bit key. It has no state, so any part of a
/// stream can be computed by anyone, in any order.
struct Philox4x32 {
  using Block = std::array<std::uint32_t, 4>;

  /// The 128 random bits that belong to a counter. Word 0 of the paper's counter is the low half of
  /// `counter_low`, word 3 the high half of `counter_high`; key word 0 is the low half of `key`.
  static constexpr Block block(std::uint64_t counter_high, std::uint64_t counter_low,
                               std::uint64_t key) {
    Block words = {low_half(counter_low), high_half(counter_low), low_half(counter_high),
                   high_half(counter_high)};
    std::uint32_t key0 = low_half(key);
    std::uint32_t key1 = high_half(key);
    for (int round = 0; round < kRounds; ++round) {
      const std::uint64_t product0 = kMultiplier0 * words[0];
      const std::uint64_t product1 = kMultiplier1 * words[2];
      words = {high_half(product1) ^ words[1] ^ key0, low_half(product1),
               high_half(product0) ^ words[3] ^ key1, low_half(product0)};
      key0 += kWeyl0;
      key1 += kWeyl1;
    }
    return words;
  }

 private:
  static constexpr int kRounds = 10;
  static constexpr std::uint64_t kMultiplier0 = 0xD2511F53;
  static constexpr std::uint64_t kMultiplier1 = 0xCD9E8D57;
  static constexpr std::uint32_t kWeyl0 = 0x9E3779B9;  // golden ratio
  static constexpr std::uint32_t kWeyl1 = 0xBB67AE85;  // sqrt(3) - 1

  static constexpr std::uint32_t low_half(std::uint64_t value) {
    return static_cast<std::uint32_t>(value);
  }
  static constexpr std::uint32_t high_half(std::uint64_t value) {
    return static_cast<std::uint32_t>(value >> 32);
  }
};

}  // namespace loom
