#include <algorithm>
#include <array>

#include "loom/backends/native/moves.h"
#include "loom/dispatch/loops.h"
#include "loom/support/sort_key.h"

// Search in a sorted vector, for several elements at a time: each step of each search waits for
// memory, and these wait together.
namespace loom::native {
namespace {

using dispatch::KernelCall;
using dispatch::Run;
using schema::op;

constexpr std::int64_t kGrain = std::int64_t{1} << 11;
constexpr int kTogether = 16;

template <class T>
struct Sorted {
  const T* elements;
  std::int64_t length, step;

  key_t<T> operator[](std::int64_t i) const { return key_of(elements[i * step]); }
};

/// places[k] = how many elements are smaller than keys[k] (or not larger, with kRight). All
/// searches halve the same lengths, so that no branch depends on an element.
template <bool kRight, class T>
void search(const Sorted<T>& sorted, const std::array<key_t<T>, kTogether>& keys,
            std::array<std::int64_t, kTogether>& places) {
  places.fill(0);
  if (sorted.length == 0) return;
  const auto beyond = [&](std::int64_t place, key_t<T> key) {
    return kRight ? sorted[place] <= key : sorted[place] < key;
  };
  for (std::int64_t left = sorted.length; left > 1;) {
    const std::int64_t half = left / 2;
    for (int k = 0; k < kTogether; ++k) {
      places[k] += beyond(places[k] + half - 1, keys[k]) ? half : 0;
    }
    left -= half;
  }
  for (int k = 0; k < kTogether; ++k) places[k] += beyond(places[k], keys[k]);
}

template <bool kRight, class T>
void search_run(const Sorted<T>& sorted, const Run& run) {
  std::array<key_t<T>, kTogether> keys{};
  std::array<std::int64_t, kTogether> places;
  for (std::int64_t begin = 0; begin < run.count; begin += kTogether) {
    const std::int64_t count = std::min<std::int64_t>(kTogether, run.count - begin);
    for (std::int64_t k = 0; k < count; ++k) {
      keys[k] = key_of(run.as<T>(1)[(begin + k) * run.step[1]]);
    }
    search<kRight>(sorted, keys, places);
    for (std::int64_t k = 0; k < count; ++k) {
      run.as<std::int64_t>(0)[(begin + k) * run.step[0]] = places[k];
    }
  }
}

void searchsorted(const KernelCall& call) {
  const View& vector = call.inputs[0];
  const bool right = call.attribute<bool>(0);
  const View views[] = {call.outputs[0], call.inputs[1]};
  visit_dtype(vector.dtype, [&]<class T>(std::type_identity<T>) {
    if constexpr (kSortable<T>) {
      const Sorted<T> sorted{vector.as<T>(), vector.shape[0], vector.strides[0]};
      dispatch::for_each_run(views, kGrain, [&](const Run& run) {
        right ? search_run<true>(sorted, run) : search_run<false>(sorted, run);
      });
    }
  });
}

/// Few elements, which would be searched for beside nothing.
bool is_unprofitable(const KernelCall& call) { return call.inputs[1].size() < kTogether / 2; }

}  // namespace

void install_searching(dispatch::KernelInstaller add) {
  add(op("searchsorted"),
      {.run = searchsorted, .dtypes = kBool | kIntegers | kReals, .unprofitable = is_unprofitable});
}

}  // namespace loom::native
