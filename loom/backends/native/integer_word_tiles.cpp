// Tiles of integer products for processors that do not multiply bytes in fours: bytes are widened
// to 16 bits while they are packed, and products of neighbours are summed in pairs.
#include "loom/backends/native/fourier/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/integer_word_tiles.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include "loom/backends/native/dispatch.h"
#include "loom/backends/native/integer_product.h"

HWY_BEFORE_NAMESPACE();
namespace loom::native::integer_product::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr int kRows = 4, kVectors = 2;
using Sums = hn::CappedTag<std::int32_t, 16>;
using Words = hn::Repartition<std::int16_t, Sums>;

void add(const std::byte* left, const std::byte* right, std::int64_t groups, std::int32_t* tile) {
  const Sums d;
  const Words words;
  constexpr int kLanes = static_cast<int>(hn::MaxLanes(d));
  hn::Vec<Sums> even[kRows][kVectors], odd[kRows][kVectors];
  for (int i = 0; i < kRows; ++i) {
    for (int v = 0; v < kVectors; ++v) even[i][v] = odd[i][v] = hn::Zero(d);
  }
  const auto* a = reinterpret_cast<const std::int32_t*>(left);
  const auto* b = reinterpret_cast<const std::int16_t*>(right);
  for (std::int64_t g = 0; g < groups; ++g, a += kRows, b += 2 * kVectors * kLanes) {
    hn::Vec<Words> column[kVectors];
    for (int v = 0; v < kVectors; ++v) column[v] = hn::Load(words, b + 2 * v * kLanes);
    for (int i = 0; i < kRows; ++i) {
      const auto row = hn::BitCast(words, hn::Set(d, a[i]));
      for (int v = 0; v < kVectors; ++v) {
        even[i][v] = hn::ReorderWidenMulAccumulate(d, row, column[v], even[i][v], odd[i][v]);
      }
    }
  }
  for (int i = 0; i < kRows; ++i) {
    for (int v = 0; v < kVectors; ++v, tile += kLanes) {
      const auto sum = hn::RearrangeToOddPlusEven(even[i][v], odd[i][v]);
      hn::Store(hn::Add(hn::Load(d, tile), sum), d, tile);
    }
  }
}

const IntegerTile* tile() {
  static constexpr IntegerTile kTile{.name = "words",
                                     .left = PanelNumber::word,
                                     .right = PanelNumber::word,
                                     .rows = kRows,
                                     .columns = kVectors * static_cast<int>(hn::MaxLanes(Sums())),
                                     .add = add};
  return &kTile;
}

}  // namespace loom::native::integer_product::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace loom::native {
namespace integer_product {
HWY_EXPORT(tile);
}

const IntegerTile* word_tile(const Isa& isa) {
  using namespace integer_product;
  return pick(HWY_DISPATCH_TABLE(tile), fourier::compiled(isa))();
}

}  // namespace loom::native
#endif
