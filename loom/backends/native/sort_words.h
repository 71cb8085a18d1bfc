#pragma once

#include <cstdint>

// Sorting of integers: vectors for the most of it (vqsort of Highway, which would take real numbers
// too, but not infinite ones: version 1.0.3 makes the largest finite number of some), and threads
// where that is worth it. The result is the same however many there are.
namespace loom::native {

/// Whether `sort_words` of so many elements leaves the result in `spare`, and whether it needs
/// that.
struct SortPlan {
  int parts;  ///< sorted each on a thread of its own, then merged; a power of two

  bool ends_in_spare() const;
  bool needs_spare() const { return parts > 1; }
};

/// What to do with `count` elements on the threads that this one may use now.
SortPlan plan_sort(std::int64_t count);

/// Sorts `count` elements; `spare` is room for as many. For the integers of 16 to 64 bits.
template <class T>
void sort_words(const SortPlan& plan, T* items, T* spare, std::int64_t count, bool descending);

}  // namespace loom::native
