#include "loom/support/fingerprint.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace loom {
namespace {

// The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): a bijection in which every bit
// of the input moves about half of those of the result.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

}  // namespace

void Fingerprint::add(std::span<const std::byte> bytes) {
  const auto add_word = [this](std::uint64_t word) { state_ = mixed(std::rotl(state_, 1) ^ word); };
  add_word(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, std::min(sizeof(word), bytes.size() - i));
    add_word(word);
  }
}

std::string Fingerprint::text() const { return fmt::format("{:016x}", state_); }

}  // namespace loom
