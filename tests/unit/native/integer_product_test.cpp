#include <algorithm>

#include "kernels.h"
#include "loom/backends/native/integer_panels.h"
#include "loom/backends/native/integer_product.h"
#include "loom/support/cpu.h"
#include "loom/support/threads.h"
#include "sparse_memory.h"

namespace loom::test {
namespace {

using native::integer_tiles;
using native::IntegerTile;
using native::Isa;
using native::Lines;
using native::PanelNumber;
using native::Panels;
using schema::op;

constexpr std::uint64_t kSeed = 20240815;
constexpr DType kBytes[] = {DType::uint8, DType::int8};

/// Calls f(tile) for every tile that this machine can compute.
template <class F>
void for_each_tile(F f) {
  for (const Isa& isa : native::usable_isas()) {
    for (const IntegerTile* tile : integer_tiles(isa)) {
      SCOPED_TRACE(fmt::format("{}, {}", isa.name, tile->name));
      f(*tile);
      if (testing::Test::HasFailure()) return;  // one is enough to look at
    }
  }
}

Array product(const IntegerTile& tile, const Array& a, const Array& b) {
  const Array c = Array::empty({a.shape(0), b.shape(1)}, DType::int32);
  std::ranges::fill(c.span<std::int32_t>(), 12345);  // nothing of what was there may remain
  multiply_integers(tile, a.view(), b.view(), c.view());
  return c;
}

Array expected_product(const Array& a, const Array& b) {
  return by_reference(op("matmul_integer"), {a, b}, {});
}

class NativeIntegerProduct : public testing::Test {
 protected:
  Random random{kSeed};

  Array bytes(const Dims& shape, DType dtype) { return random.array(shape, dtype, -128, 255); }

 private:
  testing::ScopedTrace trace_{__FILE__, __LINE__, fmt::format("seed {}", kSeed)};
};

// Shapes on both sides of tiles, of groups, and of the blocks and stretches of depth that are taken
// at a time.
TEST_F(NativeIntegerProduct, IsTheReferencesInEveryShapeAndPairOfDTypes) {
  const std::int64_t shapes[][3] = {{0, 3, 2},   {2, 0, 3},     {2, 3, 0},     {1, 1, 1},
                                    {1, 5, 1},   {3, 2, 5},     {7, 4, 47},    {8, 8, 48},
                                    {9, 15, 49}, {65, 511, 33}, {300, 17, 17}, {17, 1030, 300},
                                    {5, 3, 600}, {289, 64, 290}};
  for_each_tile([&](const IntegerTile& tile) {
    for (const auto& [m, k, n] : shapes) {
      for (const DType left : kBytes) {
        for (const DType right : kBytes) {
          SCOPED_TRACE(fmt::format("{}({}, {}) @ {}({}, {})", name(left), m, k, name(right), k, n));
          const Array a = bytes({m, k}, left), b = bytes({k, n}, right);
          EXPECT_TRUE(same_elements(product(tile, a, b), expected_product(a, b)));
        }
      }
    }
  });
}

TEST_F(NativeIntegerProduct, TakesStridesBeyond32Bits) {
  constexpr std::int64_t kStep = (std::int64_t{1} << 31) + 64;
  const SparseMemory memory(2 * kStep);
  // The same elements, the two rows (or columns) far apart.
  const auto far = [&](const Array& array, bool rows) {
    const std::int64_t count = array.size() / 2;
    for (std::int64_t i = 0; i < 2; ++i) {
      for (std::int64_t j = 0; j < count; ++j) {
        const std::int64_t from = rows ? i * count + j : 2 * j + i;
        memory.as<char>()[i * kStep + j] = array.view().as<char>()[from];
      }
    }
    const Dims strides = rows ? Dims{kStep, 1} : Dims{1, kStep};
    return Array::borrow(memory.as<char>(), array.shape(), strides, array.dtype(), false, nullptr);
  };
  const Array wide = bytes({2, 40}, DType::uint8), tall = bytes({40, 2}, DType::int8);
  for_each_tile([&](const IntegerTile& tile) {
    const Array small = expected_product(wide, tall), large = expected_product(tall, wide);
    EXPECT_TRUE(same_elements(product(tile, far(wide, true), tall), small));
    EXPECT_TRUE(same_elements(product(tile, wide, far(tall, false)), small));
    EXPECT_TRUE(same_elements(product(tile, far(tall, false), wide), large));
    EXPECT_TRUE(same_elements(product(tile, tall, far(wide, true)), large));
  });
}

TEST_F(NativeIntegerProduct, TakesAnyStrides) {
  for_each_tile([&](const IntegerTile& tile) {
    const Array a = bytes({37, 70}, DType::uint8), b = bytes({70, 101}, DType::int8);
    for (const Layout first : kLayouts) {
      for (const Layout second : kLayouts) {
        SCOPED_TRACE(fmt::format("{} {}", to_string(first), to_string(second)));
        const Array x = laid_out(a, first), y = laid_out(b, second);
        EXPECT_TRUE(same_elements(product(tile, x, y), expected_product(x, y)));
      }
    }
  });
}

/// `count` numbers, which are all `value`.
Array filled(const Dims& shape, DType dtype, double value) {
  const BackendScope scope("reference");
  return full(shape, value, dtype);
}

// Products of bytes in pairs overflow 16 bits at the ends of their range; some processors have
// instructions that saturate there.
TEST_F(NativeIntegerProduct, TheLargestNumbersDoNotSaturate) {
  for_each_tile([&](const IntegerTile& tile) {
    for (const auto& [left, x] : {std::pair{DType::uint8, 255}, {DType::int8, -128}}) {
      for (const auto& [right, y] : {std::pair{DType::uint8, 255}, {DType::int8, -128}}) {
        const Array c = product(tile, filled({9, 50}, left, x), filled({50, 49}, right, y));
        EXPECT_EQ(c.at<std::int32_t>({8, 48}), 50 * x * y) << name(left) << name(right);
      }
    }
  });
}

TEST_F(NativeIntegerProduct, SumsWrapAround) {
  const std::int64_t k = 40000;  // 40000 * 255^2 = 2601000000 is 2601000000 - 2^32 in 32 bits
  for_each_tile([&](const IntegerTile& tile) {
    const Array c =
        product(tile, filled({2, k}, DType::uint8, 255), filled({k, 3}, DType::uint8, 255));
    for (const std::int32_t sum : c.span<std::int32_t>()) EXPECT_EQ(sum, -1693967296);
  });
}

// Each side of a matrix times its own transpose, and what only looks like it.
TEST_F(NativeIntegerProduct, AMatrixTimesItsTranspose) {
  for_each_tile([&](const IntegerTile& tile) {
    for (const DType dtype : kBytes) {
      for (const auto& [n, k] : {std::pair{1, 3}, {5, 0}, {50, 20}, {290, 7}, {600, 33}}) {
        SCOPED_TRACE(fmt::format("{}({}, {})", name(dtype), n, k));
        const Array a = bytes({n, k}, dtype);
        const Array rows = product(tile, a, a.transpose());
        EXPECT_TRUE(same_elements(rows, expected_product(a, a.transpose())));
        EXPECT_TRUE(same_elements(rows, rows.transpose()));
        EXPECT_TRUE(
            same_elements(product(tile, a.transpose(), a), expected_product(a.transpose(), a)));
      }
    }
    const Array a = bytes({40, 40}, DType::int8);
    EXPECT_TRUE(same_elements(product(tile, a, a), expected_product(a, a)));
  });
}

TEST_F(NativeIntegerProduct, TheSameWithAnyNumberOfThreads) {
  const int before = num_threads();
  for_each_tile([&](const IntegerTile& tile) {
    const Array a = bytes({700, 90}, DType::uint8), b = bytes({90, 700}, DType::int8);
    const Array expected = expected_product(a, b);
    const Array square = expected_product(a, a.transpose());
    for (const int count : {1, 2, 5}) {
      set_num_threads(count);
      EXPECT_TRUE(same_elements(product(tile, a, b), expected));
      EXPECT_TRUE(same_elements(product(tile, a, a.transpose()), square));
    }
  });
  set_num_threads(before);
}

TEST_F(NativeIntegerProduct, TheBestTileOfAProcessorThatMultipliesBytesDoesSo) {
  const std::vector<Isa> isas(native::usable_isas().begin(), native::usable_isas().end());
  if (isas.empty() || !has_byte_products(cpu_info())) GTEST_SKIP() << "it does not";
  EXPECT_NE(integer_tiles(isas.front()).front()->left, PanelNumber::word);
}

// Panels by their definition: 10 lines of 7 numbers in panels of 4.
TEST_F(NativeIntegerProduct, PanelsHaveTheNumbersOfLinesInGroups) {
  for (const DType dtype : kBytes) {
    const Array rows = bytes({10, 7}, dtype);
    const auto* const data = rows.view().as<std::uint8_t>();
    const Lines lines{data, dtype == DType::int8, 10, 7, 7, 1};
    for (const PanelNumber number : {PanelNumber::unsigned_byte, PanelNumber::signed_byte}) {
      const Panels panels(lines, number, 4);
      ASSERT_EQ(panels.count(), 3);
      ASSERT_EQ(panels.bytes(), 3 * 4 * 8);
      std::vector<std::byte> memory(panels.bytes());
      panels.pack(0, 3, memory.data());
      for (std::int64_t line = 0; line < 12; ++line) {
        std::int64_t total = 0;
        for (std::int64_t k = 0; k < 8; ++k) {
          const std::byte* const at = memory.data() + line / 4 * panels.panel_bytes() +
                                      16 * (k / 4) + 4 * (line % 4) + k % 4;
          const int packed = number == PanelNumber::signed_byte ? static_cast<std::int8_t>(*at)
                                                                : static_cast<std::uint8_t>(*at);
          const bool there = line < 10 && k < 7;
          const std::uint8_t byte = there ? data[7 * line + k] : 0;
          const int given = dtype == DType::int8 ? static_cast<std::int8_t>(byte) : byte;
          EXPECT_EQ(packed, there ? given - panels.bias() : 0);
          total += packed;
        }
        std::uint32_t sums[4];
        panels.sum(memory.data() + line / 4 * panels.panel_bytes(), sums);
        EXPECT_EQ(static_cast<std::int32_t>(sums[line % 4]), total);
      }
    }
  }
}

}  // namespace
}  // namespace loom::test
