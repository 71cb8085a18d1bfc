#include "loom/support/philox.h"

#include <gtest/gtest.h>

#include <bit>

namespace loom {
namespace {

using Block = Philox4x32::Block;

// The three known-answer vectors that the authors of the generator publish for philox4x32 with 10
// rounds (Random123, kat_vectors): zeros, ones, and the digits of pi.
static_assert(Philox4x32::block(0, 0, 0) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});

TEST(Philox, KnownAnswerOfZeros) {
  EXPECT_EQ(Philox4x32::block(0, 0, 0), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
}

TEST(Philox, KnownAnswerOfOnes) {
  constexpr std::uint64_t ones = ~std::uint64_t{0};
  EXPECT_EQ(Philox4x32::block(ones, ones, ones),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
}

TEST(Philox, KnownAnswerOfPi) {
  EXPECT_EQ(Philox4x32::block(0x0370734413198a2e, 0x85a308d3243f6a88, 0x299f31d0a4093822),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, OneBitOfAnyInputChangesAboutHalfOfTheOutput) {
  // 192 flips of 128 bits each: the mean of 64 has a standard error of sqrt(32 / 192) = 0.41.
  const Block base = Philox4x32::block(1, 2, 3);
  int changed = 0;
  for (int input = 0; input < 3; ++input) {
    for (int bit = 0; bit < 64; ++bit) {
      const std::uint64_t flip = std::uint64_t{1} << bit;
      const Block other = Philox4x32::block(
          1 ^ (input == 0 ? flip : 0), 2 ^ (input == 1 ? flip : 0), 3 ^ (input == 2 ? flip : 0));
      for (int word = 0; word < 4; ++word) changed += std::popcount(base[word] ^ other[word]);
    }
  }
  EXPECT_NEAR(changed / 192.0, 64.0, 4 * 0.41);
}

}  // namespace
}  // namespace loom
