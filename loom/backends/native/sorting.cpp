#include <algorithm>
#include <atomic>
#include <bit>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "loom/array/buffer.h"
#include "loom/backends/native/argsort.h"
#include "loom/backends/native/items.h"
#include "loom/backends/native/moves.h"
#include "loom/backends/native/sort_words.h"
#include "loom/dispatch/loops.h"
#include "loom/support/threads.h"

// Sorting, line by line. Lines that have gaps are brought together for it.
namespace loom::native {
namespace {

using dispatch::KernelCall;
using schema::op;

/// Elements that keep a thread busy for some ten microseconds.
constexpr std::int64_t kGrain = std::int64_t{1} << 12;
constexpr std::int64_t kCheapGrain = std::int64_t{1} << 15;

/// `axis` behind all others.
View with_last(View view, int axis) {
  std::rotate(view.shape.begin() + axis, view.shape.begin() + axis + 1, view.shape.end());
  std::rotate(view.strides.begin() + axis, view.strides.begin() + axis + 1, view.strides.end());
  return view;
}

/// Memory for the elements of a view, without gaps.
struct Scratch {
  explicit Scratch(const View& like)
      : buffer(Buffer::allocate(like.bytes())),
        view{buffer->data(), like.dtype, like.shape, c_strides(like.shape)} {}

  BufferRef buffer;
  View view;
};

/// Calls body(first element, ...) for each line, where threads share the lines, or one line after
/// the other where there are fewer than threads.
void for_each_line(std::int64_t lines, std::int64_t length,
                   FunctionRef<void(std::int64_t first)> body) {
  const std::int64_t grain = lines < num_threads() ? lines : kGrain / length;
  parallel_for(lines, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t line = begin; line < end; ++line) body(line * length);
  });
}

/// Elements of one or two bytes: how often each value is there.
template <class T>
void sort_by_counting(T* items, std::int64_t count, bool descending) {
  using Bits = std::make_unsigned_t<std::conditional_t<std::is_same_v<T, bool>, char, T>>;
  constexpr std::int64_t kLowest = std::numeric_limits<T>::min();
  constexpr std::int64_t kValues = std::numeric_limits<T>::max() - kLowest + 1;
  const auto counts = std::make_unique<std::int64_t[]>(kValues);
  for (std::int64_t i = 0; i < count; ++i) ++counts[static_cast<Bits>(items[i])];
  for (std::int64_t i = 0; i < kValues; ++i) {
    const auto value = static_cast<T>(descending ? kLowest + kValues - 1 - i : kLowest + i);
    items = std::fill_n(items, counts[static_cast<Bits>(value)], value);
  }
}

/// Whether counting is faster than comparing.
template <class T>
bool is_counted(std::int64_t count) {
  return sizeof(T) == 1 || (sizeof(T) == 2 && count >= (std::int64_t{1} << 15));
}

/// Real numbers are sorted as integers: their bits are in the order of the numbers where those are
/// positive, and in the opposite order where they are not.
template <class T>
using Signed = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;

/// Makes integers of `count` numbers, or numbers of integers.
template <class T>
void turn_negative_ones(std::byte* items, std::int64_t count) {
  using Bits = Signed<T>;
  constexpr std::int64_t kSize = sizeof(T);
  parallel_for(count, kCheapGrain, [=](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const auto bits = load<Bits>(items + i * kSize);
      store(items + i * kSize,
            bits ^ ((bits >> (8 * kSize - 1)) & std::numeric_limits<Bits>::max()));
    }
  });
}

/// What the order of integers does not settle: NaNs, which come behind all numbers, and where there
/// are negative zeros, all zeros, which keep their order.
template <class T>
struct Undecided {
  std::vector<T> nans, zeros;

  static bool any(const T* items, std::int64_t count) {
    std::atomic<bool> any = false;
    parallel_for(count, kCheapGrain, [&](std::int64_t begin, std::int64_t end) {
      bool found = false;
      for (std::int64_t i = begin; i < end; ++i) {
        const auto bits = std::bit_cast<Signed<T>>(items[i]);
        found |= items[i] != items[i] || bits == std::numeric_limits<Signed<T>>::min();
      }
      if (found) any.store(true, std::memory_order_relaxed);
    });
    return any;
  }

  /// Takes the NaNs out and moves the numbers to the front; returns how many those are.
  std::int64_t take_out(T* items, std::int64_t count) {
    std::int64_t numbers = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      const T x = items[i];
      if (x == T(0)) zeros.push_back(x);
      if (x != x) {
        nans.push_back(x);
      } else {
        items[numbers++] = x;
      }
    }
    return numbers;
  }

  /// Puts all where they belong around and among `numbers` sorted numbers.
  void put_back(T* items, std::int64_t numbers, bool descending) const {
    T* const end = items + numbers;
    T* const place = descending ? std::lower_bound(items, end, T(0), std::greater<T>())
                                : std::lower_bound(items, end, T(0));
    std::ranges::copy(zeros, place);
    if (descending) std::copy_backward(items, end, end + nans.size());
    std::ranges::copy(nans, descending ? items : end);
  }
};

/// Sorts a line of real numbers from `start` to `items`, one of which is `other`.
template <class T>
void sort_real_line(const SortPlan& plan, T* items, T* start, T* other, std::int64_t length,
                    bool descending) {
  Undecided<T> undecided;
  const bool settled = !Undecided<T>::any(start, length);
  const std::int64_t numbers = settled ? length : undecided.take_out(start, length);
  turn_negative_ones<T>(reinterpret_cast<std::byte*>(start), numbers);
  sort_words(plan, reinterpret_cast<Signed<T>*>(start), reinterpret_cast<Signed<T>*>(other),
             numbers, descending);
  turn_negative_ones<T>(reinterpret_cast<std::byte*>(items), numbers);
  if (!settled) undecided.put_back(items, numbers, descending);
}

/// Sorts a line that lies in `items`, or in `spare` where the plan says so, into `items`.
template <class T>
void sort_line(const SortPlan& plan, T* items, T* spare, std::int64_t length, bool descending) {
  if constexpr (sizeof(T) <= 2) {
    if (is_counted<T>(length)) return sort_by_counting(items, length, descending);
  }
  T* const start = plan.ends_in_spare() ? spare : items;
  T* const other = plan.ends_in_spare() ? items : spare;
  if constexpr (std::is_floating_point_v<T>) {
    sort_real_line(plan, items, start, other, length, descending);
  } else if constexpr (sizeof(T) > 1) {
    sort_words(plan, start, other, length, descending);
  }
}

void sort(const KernelCall& call) {
  const auto axis = static_cast<int>(call.attribute<std::int64_t>(0));
  const bool descending = call.attribute<bool>(1);
  const std::int64_t size = call.outputs[0].size();
  if (size == 0) return;
  const std::int64_t length = call.shape(0)[axis], lines = size / length;
  const View in = with_last(call.inputs[0], axis), out = with_last(call.outputs[0], axis);
  visit_dtype(in.dtype, [&]<class T>(std::type_identity<T>) {
    if constexpr (kSortable<T>) {
      SortPlan plan{1};
      if (lines < num_threads() && !is_counted<T>(length)) plan = plan_sort(length);
      std::optional<Scratch> together, spare;
      if (!out.is_contiguous()) together.emplace(out);
      if (plan.needs_spare()) spare.emplace(out);
      const View& target = together ? together->view : out;
      copy_view(plan.ends_in_spare() ? spare->view : target, in);
      T* const spare_items = spare ? spare->view.template as<T>() : nullptr;
      for_each_line(lines, length, [&](std::int64_t first) {
        sort_line(plan, target.as<T>() + first, spare ? spare_items + first : nullptr, length,
                  descending);
      });
      if (together) copy_view(out, together->view);
    }
  });
}

void argsort(const KernelCall& call) {
  const auto axis = static_cast<int>(call.attribute<std::int64_t>(0));
  const bool descending = call.attribute<bool>(1);
  const std::int64_t size = call.outputs[0].size();
  if (size == 0) return;
  const std::int64_t length = call.shape(0)[axis];
  const View in = with_last(call.inputs[0], axis), out = with_last(call.outputs[0], axis);
  std::optional<Scratch> elements, places;
  if (!in.is_contiguous()) {
    elements.emplace(in);
    copy_view(elements->view, in);
  }
  if (!out.is_contiguous()) places.emplace(out);
  const View& from = elements ? elements->view : in;
  const View& to = places ? places->view : out;
  visit_dtype(in.dtype, [&]<class T>(std::type_identity<T>) {
    if constexpr (kSortable<T>) {
      for_each_line(size / length, length, [&](std::int64_t first) {
        argsort_line(to.as<std::int64_t>() + first, from.as<T>() + first, length, descending);
      });
    }
  });
  if (places) copy_view(out, places->view);
}

/// The lines without gaps and the spare room, of the elements; for argsort also of the places and
/// the words that are sorted.
std::int64_t sort_workspace(const KernelCall& call) { return 2 * call.outputs[0].bytes(); }

std::int64_t argsort_workspace(const KernelCall& call) {
  return call.inputs[0].bytes() + 3 * call.outputs[0].bytes();
}

}  // namespace

void install_sorting(dispatch::KernelInstaller add) {
  add(op("sort"), {.run = sort, .dtypes = kBool | kIntegers | kReals, .workspace = sort_workspace});
  add(op("argsort"),
      {.run = argsort, .dtypes = kBool | kIntegers | kReals, .workspace = argsort_workspace});
}

}  // namespace loom::native
