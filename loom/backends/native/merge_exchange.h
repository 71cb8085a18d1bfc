#pragma once

#include <algorithm>
#include <array>
#include <utility>

namespace loom::native {

/// The exchanges that sort `kCount` elements, a power of two.
template <int kCount>
struct MergeExchange {
  static constexpr int kMost = 64;
  int size = 0;
  std::array<std::pair<int, int>, kMost> pairs{};

  constexpr MergeExchange() {
    for (int p = 1; p < kCount; p *= 2) {
      for (int k = p; k >= 1; k /= 2) {
        for (int j = k % p; j + k < kCount; j += 2 * k) {
          for (int i = j; i < std::min(j + k, kCount - k); ++i) {
            if (i / (2 * p) == (i + k) / (2 * p)) pairs[size++] = {i, i + k};
          }
        }
      }
    }
  }
};

}  // namespace loom::native
