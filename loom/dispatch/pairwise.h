#pragma once

#include <cstdint>

// The order in which reductions combine their elements, which every backend keeps that promises the
// same bits for any number of threads: blocks of kReductionBlock elements, each by kReductionLanes
// interleaved accumulators, are the leaves of a tree that is balanced as far as a power of two of
// them goes, and so is what remains. A sum of n elements then has an error of O(log n) eps.
//
// Whoever reduces a power of two of blocks at a time by such a tree, and what that gives by
// another, has built the same tree: how work is cut is free, as long as it is cut at such places.
namespace loom::dispatch {

inline constexpr std::int64_t kReductionBlock = 128;
inline constexpr std::int64_t kReductionLanes = 8;

/// Combines values pairwise as they come: like the carries of a binary counter, equal subtrees are
/// joined as soon as both are complete. Op has a type Acc and
///   static Acc combine(Acc earlier, Acc later)
///   static Acc of_nothing()
template <class Op>
class PairwiseTree {
 public:
  using Acc = typename Op::Acc;

  void add(Acc value) {
    for (std::uint64_t carries = count_++; carries & 1; carries >>= 1) {
      value = Op::combine(subtrees_[--height_], value);
    }
    subtrees_[height_++] = value;
  }

  /// The whole; the tree is empty afterwards.
  Acc take() {
    if (height_ == 0) return Op::of_nothing();
    Acc value = subtrees_[--height_];
    while (height_ > 0) value = Op::combine(subtrees_[--height_], value);
    count_ = 0;
    return value;
  }

 private:
  Acc subtrees_[64];
  int height_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace loom::dispatch
