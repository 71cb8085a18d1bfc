#pragma once

#include <span>
#include <vector>

#include "loom/expr/node.h"

namespace loom::expr {

/// A value in a pass: that of an earlier step, or a leaf.
struct Source {
  int step = -1;
  int leaf = -1;
};

/// One operation of a pass.
struct Step {
  Node* node;
  std::array<Source, kMaxInputs> from;
  bool wanted;  ///< whether the result goes to its memory
};

/// Operations of one shape, in an order in which they can be computed, and what they read.
struct Tape {
  std::vector<Step> steps;
  std::vector<View> leaves;
};

/// A reduction of what the last step gives.
struct Ending {
  dispatch::Choice choice;  ///< it has a gathering
  std::int64_t length;      ///< elements of each reduction, which follow each other in C order
  View result;              ///< in C order
  schema::Attributes attributes;
};

/// Computes the steps in one pass over the elements: block by block, so that what one step hands to
/// the next stays in the cache, by the kernels that would compute them one after the other. As
/// those give an element the same bits wherever it stands, so does the pass. Blocks that a
/// reduction gathers are pieces as it wants them, so its bits are the same too.
void run(const Tape& tape, const Ending* ending = nullptr);

/// The operations on numbers that the steps take, together.
double flops_of(const Tape& tape);

}  // namespace loom::expr
