#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>

#include "loom/array/buffer.h"
#include "loom/backends/native/argsort.h"
#include "loom/backends/native/items.h"
#include "loom/backends/native/moves.h"
#include "loom/backends/native/short_lines.h"
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
  return (sizeof(T) == 1 && count >= 128) || (sizeof(T) == 2 && count >= (std::int64_t{1} << 15));
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

/// The elements of one line of a view, in order.
template <class T>
struct LineOf {
  LineOf(const View& view, std::int64_t number) : elements(view.as<const T>()) {
    for (int axis = view.rank() - 2; axis >= 0; --axis) {
      elements += number % view.shape[axis] * view.strides[axis];
      number /= view.shape[axis];
    }
    step = view.strides.back();
    length = view.shape.back();
  }

  const T* elements;
  std::int64_t step, length;

  /// Writes those for which `wanted` says yes, in order; returns the end.
  template <class Wanted>
  T* pick(T* to, Wanted wanted) const {
    for (std::int64_t i = 0; i < length; ++i) {
      const T x = elements[i * step];
      if (wanted(x)) *to++ = x;
    }
    return to;
  }
};

/// Settles what the order of integers does not: in a line that is sorted as those, NaNs with a sign
/// stand in front of all numbers and negative zeros in front of the others.
template <class T>
void settle(T* items, const LineOf<T>& unsorted, bool descending) {
  const auto is_nan = [](T x) { return x != x; };
  T *first = items, *last = items + unsorted.length;
  while (first < last && is_nan(*first)) ++first;
  while (first < last && is_nan(last[-1])) --last;
  const std::int64_t numbers = last - first;
  if (numbers < unsorted.length) {  // NaNs come behind all numbers
    T* const place = descending ? items + (unsorted.length - numbers) : items;
    std::memmove(place, first, static_cast<std::size_t>(numbers) * sizeof(T));
    unsorted.pick(descending ? items : items + numbers, is_nan);
    first = place;
  }
  const auto before = [=](T a, T b) { return descending ? a > b : a < b; };
  const auto [zero, zeros_end] = std::equal_range(first, first + numbers, T(0), before);
  const bool mixed = zero < zeros_end && std::signbit(*zero) != std::signbit(zeros_end[-1]);
  if (mixed) unsorted.pick(zero, [](T x) { return x == T(0); });
}

/// Sorts lines that are short enough by networks; of those that have gaps, copies are sorted.
template <class T>
void sort_short_lines(const ShortSorts& networks, const View& out, const View& in,
                      bool descending) {
  const std::int64_t length = in.shape.back();
  const bool gaps = !in.is_contiguous();
  if (gaps) copy_view(out, in);
  const T* const from = gaps ? out.as<const T>() : in.as<const T>();
  for_each_line(in.size() / length, length, [&](std::int64_t first) {
    T* const to = out.as<T>() + first;
    const bool settled =
        networks.sort(reinterpret_cast<std::byte*>(to),
                      reinterpret_cast<const std::byte*>(from + first), length, descending);
    if constexpr (std::is_floating_point_v<T>) {
      if (!settled) settle(to, LineOf<T>(in, first / length), descending);
    }
  });
}

/// Sorts a line that lies in `items`, or in `spare` where the plan says so, into `items`.
template <class T>
void sort_line(const SortPlan& plan, T* items, T* spare, const LineOf<T>& unsorted,
               bool descending) {
  const std::int64_t length = unsorted.length;
  T* const start = plan.ends_in_spare() ? spare : items;
  T* const other = plan.ends_in_spare() ? items : spare;
  if constexpr (std::is_floating_point_v<T>) {
    turn_negative_ones<T>(reinterpret_cast<std::byte*>(start), length);
    sort_words(plan, reinterpret_cast<Signed<T>*>(start), reinterpret_cast<Signed<T>*>(other),
               length, descending);
    turn_negative_ones<T>(reinterpret_cast<std::byte*>(items), length);
    settle(items, unsorted, descending);
  } else {
    if constexpr (sizeof(T) <= 2) {
      if (is_counted<T>(length)) return sort_by_counting(items, length, descending);
    }
    if constexpr (sizeof(T) > 1) sort_words(plan, start, other, length, descending);
  }
}

const ShortSorts& networks_of(const KernelCall& call) {
  return short_sorts(*static_cast<const Isa*>(call.context), call.dtype(0));
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
      std::optional<Scratch> together, spare;
      if (!out.is_contiguous()) together.emplace(out);
      const View& target = together ? together->view : out;
      if (length <= kShortLine && !is_counted<T>(length)) {
        sort_short_lines<T>(networks_of(call), target, in, descending);
      } else {
        SortPlan plan{1};
        if (lines < num_threads() && !is_counted<T>(length)) plan = plan_sort(length);
        if (plan.needs_spare()) spare.emplace(out);
        copy_view(plan.ends_in_spare() ? spare->view : target, in);
        T* const spare_items = spare ? spare->view.template as<T>() : nullptr;
        for_each_line(lines, length, [&](std::int64_t first) {
          sort_line(plan, target.as<T>() + first, spare ? spare_items + first : nullptr,
                    LineOf<T>(in, first / length), descending);
        });
      }
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
  const ShortSorts& networks = networks_of(call);
  visit_dtype(in.dtype, [&]<class T>(std::type_identity<T>) {
    if constexpr (kSortable<T>) {
      for_each_line(size / length, length, [&](std::int64_t first) {
        argsort_line(to.as<std::int64_t>() + first, from.as<T>() + first, length, descending,
                     networks);
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

void install_sorting(const Isa& isa, dispatch::KernelInstaller add) {
  add(op("sort"), {.run = sort,
                   .dtypes = kBool | kIntegers | kReals,
                   .workspace = sort_workspace,
                   .context = &isa});
  add(op("argsort"), {.run = argsort,
                      .dtypes = kBool | kIntegers | kReals,
                      .workspace = argsort_workspace,
                      .context = &isa});
}

}  // namespace loom::native
