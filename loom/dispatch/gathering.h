#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace loom::dispatch {

/// A reduction of one dtype as functions that elements can be handed to piece by piece. What is
/// gathered of a piece is in an accumulator; accumulators stand side by side. Where the order
/// matters it is that of pairwise.h: a piece has a power of two of its blocks, but for the last one
/// of a reduction, and accumulators are joined as its tree says.
struct Gathering {
  /// What a piece is, besides its elements.
  struct Piece {
    std::int64_t first = 0;              ///< number of its first element (row) within the reduction
    const std::byte* centres = nullptr;  ///< where reductions need them (see `native/reduction.h`)
  };
  /// What the end of a reduction knows.
  struct Whole {
    std::int64_t count = 0;  ///< elements of each reduction
    double correction = 0;   ///< for variances
  };

  int element = 0;      ///< bytes of an element
  int accumulator = 0;  ///< bytes of an accumulator, at most kLargestAccumulator
  int result = 0;       ///< bytes of a result
  /// Gathers `count` elements, which may be none, side by side.
  void (*line)(std::byte* accumulator, const std::byte* elements, std::int64_t count,
               const Piece& piece) = nullptr;
  /// Each of `count` accumulators becomes what it and a later one give.
  void (*join)(std::byte* earlier, const std::byte* later, std::int64_t count) = nullptr;
  void (*finish)(std::byte* results, const std::byte* accumulators, std::int64_t count,
                 const Whole& whole) = nullptr;
};

inline constexpr int kLargestAccumulator = 16;

/// PairwiseTree of rows of `width` accumulators, for at most `leaves` leaves: a new one is written
/// to `leaf()`, then `add()` joins what is complete.
class JoiningTree {
 public:
  JoiningTree(const Gathering& gathering, std::int64_t width, std::int64_t leaves)
      : gathering_(gathering),
        node_(width * gathering.accumulator),
        nodes_(std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(
            node_ * (std::bit_width(static_cast<std::uint64_t>(leaves)) + 1)))) {}

  std::byte* leaf() { return nodes_.get() + height_ * node_; }
  /// The leaf is there; its first `width` accumulators are in use.
  void add(std::int64_t width) {
    ++height_;
    for (std::uint64_t carries = count_++; carries & 1; carries >>= 1) join_last(width);
  }
  /// The whole, of at least one leaf; it lasts until the next leaf is written.
  const std::byte* take(std::int64_t width) {
    while (height_ > 1) join_last(width);
    height_ = 0;
    count_ = 0;
    return nodes_.get();
  }

 private:
  void join_last(std::int64_t width) {
    --height_;
    gathering_.join(leaf() - node_, leaf(), width);
  }

  const Gathering& gathering_;
  std::int64_t node_;
  std::unique_ptr<std::byte[]> nodes_;
  std::int64_t height_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace loom::dispatch
