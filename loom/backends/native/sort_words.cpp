#include "loom/backends/native/sort_words.h"

#include <hwy/contrib/sort/vqsort.h>

#include <algorithm>
#include <bit>
#include <functional>

#include "loom/support/threads.h"

namespace loom::native {
namespace {

/// Elements that are worth another thread.
constexpr std::int64_t kPart = std::int64_t{1} << 15;
/// Elements of a merge that one thread takes at a time.
constexpr std::int64_t kMergeGrain = std::int64_t{1} << 15;

template <class T>
void sort_part(T* items, std::int64_t count, bool descending) {
  const auto size = static_cast<std::size_t>(count);
  if (descending) {
    hwy::Sorter()(items, size, hwy::SortDescending());
  } else {
    hwy::Sorter()(items, size, hwy::SortAscending());
  }
}

/// How many elements of the first of two sorted stretches are among the first `count` of both
/// merged.
template <class T, class Before>
std::int64_t taken_of_first(const T* a, std::int64_t a_size, const T* b, std::int64_t b_size,
                            std::int64_t count, Before before) {
  std::int64_t low = std::max<std::int64_t>(0, count - b_size), high = std::min(count, a_size);
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (before(b[count - middle - 1], a[middle])) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/// Both stretches [a, a_end) and [b, b_end) merged. No branch depends on an element, because nobody
/// could foretell it; and the smaller half is written forward while the larger one is written
/// backward, because each step of either waits for the one before.
template <class T, class Before>
void merge(T* out, const T* a, const T* a_end, const T* b, const T* b_end, Before before) {
  T* out_end = out + (a_end - a) + (b_end - b);
  for (;;) {
    const std::int64_t steps = std::min({(out_end - out) / 2, a_end - a, b_end - b});
    if (steps == 0) break;
    for (std::int64_t i = 0; i < steps; ++i) {
      const T front[2] = {*a, *b}, back[2] = {b_end[-1], a_end[-1]};
      const std::int64_t second = before(front[1], front[0]);
      const std::int64_t first = before(back[0], back[1]);
      *out++ = front[second];
      b += second;
      a += 1 - second;
      *--out_end = back[first];
      a_end -= first;
      b_end -= 1 - first;
    }
  }
  std::merge(a, a_end, b, b_end, out, before);
}

/// Elements [begin, end) of two stretches merged.
template <class T, class Before>
void merge_piece(T* out, const T* a, std::int64_t a_size, const T* b, std::int64_t b_size,
                 std::int64_t begin, std::int64_t end, Before before) {
  const std::int64_t a_first = taken_of_first(a, a_size, b, b_size, begin, before);
  const std::int64_t a_last = taken_of_first(a, a_size, b, b_size, end, before);
  merge(out + begin, a + a_first, a + a_last, b + (begin - a_first), b + (end - a_last), before);
}

/// Merges neighbours of `parts` stretches into `out`.
template <class T, class Before>
void merge_round(T* out, const T* in, std::int64_t count, int parts, Before before) {
  const auto border = [&](int part) { return count * part / parts; };
  for (int part = 0; part < parts; part += 2) {
    const std::int64_t first = border(part), middle = border(part + 1), last = border(part + 2);
    parallel_for(last - first, kMergeGrain, [&](std::int64_t begin, std::int64_t end) {
      merge_piece(out + first, in + first, middle - first, in + middle, last - middle, begin, end,
                  before);
    });
  }
}

}  // namespace

bool SortPlan::ends_in_spare() const {
  return std::countr_zero(static_cast<unsigned>(parts)) % 2 == 1;
}

SortPlan plan_sort(std::int64_t count) {
  if (count < 2 * kPart || in_parallel_region()) return {1};
  const std::int64_t useful = std::min<std::int64_t>(num_threads(), count / kPart);
  return {static_cast<int>(std::bit_floor(static_cast<std::uint64_t>(useful)))};
}

template <class T>
void sort_words(const SortPlan& plan, T* items, T* spare, std::int64_t count, bool descending) {
  if (plan.parts == 1) return sort_part(items, count, descending);
  parallel_for(plan.parts, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t part = begin; part < end; ++part) {
      const std::int64_t first = count * part / plan.parts;
      sort_part(items + first, count * (part + 1) / plan.parts - first, descending);
    }
  });
  for (int parts = plan.parts; parts > 1; parts /= 2) {
    if (descending) {
      merge_round(spare, items, count, parts, std::greater<T>());
    } else {
      merge_round(spare, items, count, parts, std::less<T>());
    }
    std::swap(items, spare);
  }
}

template void sort_words(const SortPlan&, std::int16_t*, std::int16_t*, std::int64_t, bool);
template void sort_words(const SortPlan&, std::int32_t*, std::int32_t*, std::int64_t, bool);
template void sort_words(const SortPlan&, std::int64_t*, std::int64_t*, std::int64_t, bool);
template void sort_words(const SortPlan&, std::uint16_t*, std::uint16_t*, std::int64_t, bool);
template void sort_words(const SortPlan&, std::uint32_t*, std::uint32_t*, std::int64_t, bool);
template void sort_words(const SortPlan&, std::uint64_t*, std::uint64_t*, std::int64_t, bool);

}  // namespace loom::native
