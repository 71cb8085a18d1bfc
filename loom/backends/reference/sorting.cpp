#include <algorithm>
#include <memory>
#include <utility>

#include "loom/backends/reference/backend.h"
#include "loom/backends/reference/elementwise.h"
#include "loom/support/sort_key.h"
#include "loom/support/threads.h"

// Sorting and searching. Lines are what threads share. NaN is larger than every number, so it comes
// last in ascending order and first in descending order; equal elements keep their order both ways,
// and 0 equals -0.
namespace loom::reference {
namespace {

using dispatch::KernelCall;
using schema::op;

/// An element, or where it was, with its key.
template <class Word, class Value>
struct Keyed {
  Word key;
  Value value;
};

/// Stretches that are sorted by their digits; shorter ones by comparisons.
constexpr std::int64_t kRadixLength = 512;

/// Sorts by one byte of the keys after the other, the lowest first, between `items` and `spare`.
/// The result lies where the returned pointer points.
template <class Item>
Item* radix_sort(Item* items, Item* spare, std::int64_t count) {
  constexpr int kDigits = sizeof(Item::key);
  std::int64_t places[kDigits][256] = {};
  const auto digit_of = [](const Item& item, int digit) { return item.key >> (8 * digit) & 255; };
  for (std::int64_t i = 0; i < count; ++i) {
    for (int digit = 0; digit < kDigits; ++digit) ++places[digit][digit_of(items[i], digit)];
  }
  for (int digit = 0; digit < kDigits; ++digit) {
    std::int64_t(&place)[256] = places[digit];
    if (place[digit_of(items[0], digit)] == count) continue;  // all are alike
    std::int64_t before = 0;
    for (std::int64_t& start : place) before += std::exchange(start, before);
    for (std::int64_t i = 0; i < count; ++i) spare[place[digit_of(items[i], digit)]++] = items[i];
    std::swap(items, spare);
  }
  return items;
}

/// Sorts the elements of `in`, from each of which and its number `value_of` makes what `out` gets.
template <class T, class Value, class ValueOf>
void sort_line(const View& out, const View& in, bool descending, ValueOf value_of) {
  using Item = Keyed<key_t<T>, Value>;
  const std::int64_t length = in.shape[0];
  const bool radix = length >= kRadixLength;
  const auto items = std::make_unique_for_overwrite<Item[]>(radix ? 2 * length : length);
  for (std::int64_t i = 0; i < length; ++i) {
    const T x = in.as<T>()[i * in.strides[0]];
    const key_t<T> key = key_of(x);
    items[i] = {descending ? static_cast<key_t<T>>(~key) : key, value_of(x, i)};
  }
  const Item* sorted = items.get();
  if (radix) {
    sorted = radix_sort(items.get(), items.get() + length, length);
  } else {
    std::stable_sort(items.get(), items.get() + length,
                     [](const Item& a, const Item& b) { return a.key < b.key; });
  }
  for (std::int64_t i = 0; i < length; ++i) out.as<Value>()[i * out.strides[0]] = sorted[i].value;
}

template <bool kPlaces>
void sort(const KernelCall& call) {
  const View views[] = {call.outputs[0], call.inputs[0]};
  const int axis = static_cast<int>(call.attribute<std::int64_t>(0));
  const bool descending = call.attribute<bool>(1);
  const std::int64_t length = std::max<std::int64_t>(call.shape(0)[axis], 1);
  visit_dtype(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    if constexpr (Sortable<T>) {
      dispatch::for_each_line(views, axis, kCostlyGrain / length, [&](std::span<const View> lines) {
        if constexpr (kPlaces) {
          sort_line<T, std::int64_t>(lines[0], lines[1], descending,
                                     [](T, std::int64_t i) { return i; });
        } else {
          sort_line<T, T>(lines[0], lines[1], descending, [](T x, std::int64_t) { return x; });
        }
      });
    }
  });
}

/// Two lines of items, the second to move them to, for every thread.
std::int64_t sort_workspace(const KernelCall& call) {
  const std::int64_t length = call.shape(0)[static_cast<int>(call.attribute<std::int64_t>(0))];
  const std::int64_t item = item_size(call.dtype(0)) + item_size(call.outputs[0].dtype);
  const std::int64_t lines = call.inputs[0].size() / std::max<std::int64_t>(length, 1);
  return 2 * length * item * std::min<std::int64_t>(lines, num_threads());
}

void searchsorted(const KernelCall& call) {
  const View& sorted = call.inputs[0];
  const std::int64_t length = sorted.shape[0], step = sorted.strides[0];
  const bool right = call.attribute<bool>(0);
  visit_dtype(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    if constexpr (Sortable<T>) {
      const View views[] = {call.outputs[0], call.inputs[1]};
      const T* const elements = sorted.as<T>();
      dispatch::for_each_run(views, kCostlyGrain, [&](const dispatch::Run& run) {
        for (std::int64_t i = 0; i < run.count; ++i) {
          const key_t<T> key = key_of(run.as<T>(1)[i * run.step[1]]);
          std::int64_t first = 0, count = length;
          while (count > 0) {
            const std::int64_t half = count / 2;
            const key_t<T> middle = key_of(elements[(first + half) * step]);
            const bool beyond = right ? middle <= key : middle < key;
            first = beyond ? first + half + 1 : first;
            count = beyond ? count - half - 1 : half;
          }
          run.as<std::int64_t>(0)[i * run.step[0]] = first;
        }
      });
    }
  });
}

}  // namespace

void install_sorting(dispatch::KernelInstaller add) {
  const DTypeSet sortable = kBool | kIntegers | kReals;
  add(op("sort"), {.run = sort<false>, .dtypes = sortable, .workspace = sort_workspace});
  add(op("argsort"), {.run = sort<true>, .dtypes = sortable, .workspace = sort_workspace});
  add(op("searchsorted"), {.run = searchsorted, .dtypes = sortable});
}

}  // namespace loom::reference
