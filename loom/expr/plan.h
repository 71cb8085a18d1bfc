#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "loom/dispatch/loops.h"
#include "loom/expr/pass.h"

// How a pass goes about its work.
namespace loom::expr {

/// How the elements are cut into blocks. They are in rows, which are reduced where there is a
/// reduction: a block is some whole rows or a part of one, a power of two of elements but for the
/// last part.
class Cut {
 public:
  Cut() = default;
  Cut(std::int64_t size, std::int64_t row, std::int64_t most)
      : size_(size),
        row_(row),
        most_(most),
        rows_at_once_(std::max<std::int64_t>(most / row, 1)),
        per_row_((row + most - 1) / most) {}

  std::int64_t row() const { return row_; }
  std::int64_t rows() const { return size_ / row_; }
  /// Blocks of a row; 1 where a block has several.
  std::int64_t per_row() const { return per_row_; }
  std::int64_t blocks() const { return (rows() + rows_at_once_ - 1) / rows_at_once_ * per_row_; }
  std::int64_t begin(std::int64_t block) const {
    return block / per_row_ * rows_at_once_ * row_ + block % per_row_ * most_;
  }
  std::int64_t end(std::int64_t block) const {
    const bool part = block % per_row_ < per_row_ - 1;
    return part ? begin(block) + most_
                : std::min((block / per_row_ + 1) * rows_at_once_ * row_, size_);
  }

 private:
  std::int64_t size_ = 0, row_ = 0, most_ = 0, rows_at_once_ = 0, per_row_ = 0;
};

/// A step on a block.
struct BlockStep {
  dispatch::ElementLoop loop;
  int inputs;
  std::array<Source, kMaxInputs> from;
  int item;           ///< bytes of an element of the value
  int slot;           ///< of the scratch memory, where the value goes; -1 where it goes to `memory`
  std::byte* memory;  ///< of the whole value
};

/// A leaf on a block.
struct BlockLeaf {
  std::byte* memory;
  int item;    ///< bytes of an element
  int walked;  ///< number among the views of the loop; 0 where the leaf is in C order
  int slot;    ///< for the one element that stands for many; -1 in C order
};

/// What is the same for all blocks of a pass.
struct Plan {
  /// `row` elements are reduced together, or all elements are a row.
  Plan(const Tape& tape, std::int64_t row);

  Cut cut;
  /// Walks over the last result, then over the leaves that are not in C order.
  dispatch::LoopLayout loop;
  std::vector<BlockStep> steps;
  std::vector<BlockLeaf> leaves;
  int slots = 0;
  std::int64_t slot_bytes = 0;

 private:
  void add_leaves(const Tape& tape);
  void add_steps(const Tape& tape);
};

}  // namespace loom::expr
