#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "loom/array/view.h"
#include "loom/dispatch/axes.h"
#include "loom/dispatch/pairwise.h"
#include "loom/support/threads.h"

// The loop of all reductions. Every reduction combines its elements in one fixed order, whatever
// the strides and the number of threads: that of loom/dispatch/pairwise.h, in C order of the
// reduced axes.
//
// A reduction is an object with
//   Element, Acc, Result   what the input holds, what elements are gathered in, what comes out
//   Acc block(const Element* elements, count, first, output) const
//                          at most kBlock elements, the first of which is number `first` of the
//                          reduction that gives result number `output`
//   static Acc combine(Acc earlier, Acc later)
//   static Acc of_nothing()
//   Result finish(Acc whole, std::int64_t count) const
namespace loom::reference {

using dispatch::Axes;
using dispatch::PairwiseTree;

inline constexpr std::int64_t kBlock = dispatch::kReductionBlock;
inline constexpr std::int64_t kLanes = dispatch::kReductionLanes;
/// Elements that one piece of work takes from one reduction: a power of two of blocks, so that the
/// tree of a long reduction is cut at whole subtrees.
inline constexpr std::int64_t kChunk = 256 * kBlock;
/// Neighbouring reductions that are read together where their elements lie side by side.
inline constexpr std::int64_t kPanel = 16;

/// The block of a reduction that starts from identity(): `term` makes an Acc of an element.
template <class Op, class T, class Term>
typename Op::Acc combine_lanes(const T* elements, std::int64_t count, Term term) {
  typename Op::Acc lanes[kLanes];
  std::fill_n(lanes, kLanes, Op::identity());
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) {
      lanes[lane] = Op::combine(lanes[lane], term(elements[i + lane]));
    }
  }
  for (std::int64_t lane = 0; i < count; ++i, ++lane) {
    lanes[lane] = Op::combine(lanes[lane], term(elements[i]));
  }
  for (std::int64_t width = kLanes / 2; width > 0; width /= 2) {
    for (std::int64_t lane = 0; lane < width; ++lane) {
      lanes[lane] = Op::combine(lanes[lane], lanes[lane + width]);
    }
  }
  return lanes[0];
}

/// The input of a reduction as reductions (one per element of the output) of elements.
struct ReductionPlan {
  Axes kept, reduced;
  std::int64_t outputs, length;  ///< number of reductions, and of elements in each
  std::int64_t chunks;           ///< pieces of work per reduction
  std::int64_t panel;            ///< reductions that are read together
  std::int64_t panels_per_row, panels;

  ReductionPlan(const View& input, const Dims& reduced_axes) {
    for (int axis = 0; axis < input.rank(); ++axis) {
      const bool out =
          std::find(reduced_axes.begin(), reduced_axes.end(), axis) != reduced_axes.end();
      (out ? reduced : kept).push(input.shape[axis], input.strides[axis]);
    }
    outputs = kept.size();
    length = reduced.size();
    chunks = std::max<std::int64_t>((length + kChunk - 1) / kChunk, 1);
    const bool across = std::abs(reduced.inner_stride()) > std::abs(kept.inner_stride());
    panel = across ? std::min(kPanel, std::max<std::int64_t>(kept.inner_extent(), 1)) : 1;
    panels_per_row = (kept.inner_extent() + panel - 1) / panel;
    panels = outputs == 0 ? 0 : outputs / kept.inner_extent() * panels_per_row;
  }
};

/// What one thread needs to reduce a panel.
template <class Op>
struct PanelScratch {
  PairwiseTree<Op> trees[kPanel];
  typename Op::Element blocks[kPanel * kBlock];  ///< kBlock elements of each reduction
  std::int64_t offsets[kBlock];
};

/// Puts elements [begin, end) of `width` neighbouring reductions, the first of which gives result
/// number `output` and starts at `input`, into the trees of `scratch`.
template <class Op>
void reduce_panel(const ReductionPlan& p, const Op& op, const typename Op::Element* input,
                  std::int64_t output, std::int64_t width, std::int64_t begin, std::int64_t end,
                  PanelScratch<Op>& scratch) {
  const bool dense = width == 1 && p.reduced.shape.size() <= 1 && p.reduced.inner_stride() == 1;
  const std::int64_t side = p.kept.inner_stride();
  for (std::int64_t first = begin; first < end; first += kBlock) {
    const std::int64_t count = std::min(kBlock, end - first);
    if (dense) {
      scratch.trees[0].add(op.block(input + first, count, first, output));
      continue;
    }
    p.reduced.fill_offsets(first, count, scratch.offsets);
    for (std::int64_t i = 0; i < count; ++i) {
      const auto* const row = input + scratch.offsets[i];
      for (std::int64_t w = 0; w < width; ++w) scratch.blocks[w * kBlock + i] = row[w * side];
    }
    for (std::int64_t w = 0; w < width; ++w) {
      scratch.trees[w].add(op.block(scratch.blocks + w * kBlock, count, first, output + w));
    }
  }
}

/// Pieces of work are (panel, chunk) pairs; where there are several chunks, their results are
/// combined at the end, in order.
template <class Op>
void reduce_panels(const ReductionPlan& p, const Op& op, const typename Op::Element* input,
                   typename Op::Result* results) {
  static_assert(!std::same_as<typename Op::Acc, bool>, "threads write neighbours, not bits");
  std::vector<typename Op::Acc> partial(p.chunks > 1 ? p.outputs * p.chunks : 0);
  const std::int64_t work = p.panel * std::clamp<std::int64_t>(p.length, 1, kChunk);
  parallel_for(p.panels * p.chunks, kChunk / work, [&](std::int64_t begin, std::int64_t end) {
    PanelScratch<Op> scratch;
    for (std::int64_t item = begin; item < end; ++item) {
      const std::int64_t chunk = item % p.chunks, panel = item / p.chunks;
      const std::int64_t column = panel % p.panels_per_row * p.panel;
      const std::int64_t first = panel / p.panels_per_row * p.kept.inner_extent() + column;
      const std::int64_t width = std::min(p.panel, p.kept.inner_extent() - column);
      reduce_panel(p, op, input + p.kept.offset(first), first, width, chunk * kChunk,
                   std::min((chunk + 1) * kChunk, p.length), scratch);
      for (std::int64_t w = 0; w < width; ++w) {
        const typename Op::Acc whole = scratch.trees[w].take();
        if (p.chunks > 1) {
          partial[(first + w) * p.chunks + chunk] = whole;
        } else {
          results[first + w] = op.finish(whole, p.length);
        }
      }
    }
  });
  if (p.chunks == 1) return;
  PairwiseTree<Op> tree;
  for (std::int64_t i = 0; i < p.outputs; ++i) {
    for (std::int64_t chunk = 0; chunk < p.chunks; ++chunk) tree.add(partial[i * p.chunks + chunk]);
    results[i] = op.finish(tree.take(), p.length);
  }
}

/// Reduces `input` over `axes`; `results` has one place for each reduction, in C order.
template <class Op>
void reduce(const Op& op, const View& input, const Dims& axes, typename Op::Result* results) {
  const auto* const elements = input.as<typename Op::Element>();
  const std::int64_t size = input.size();
  // One block that is all there is needs no plan: the division of work costs more than the work.
  if (axes.size() == input.rank() && 0 < size && size <= kBlock && input.is_contiguous()) {
    results[0] = op.finish(op.block(elements, size, 0, 0), size);
    return;
  }
  reduce_panels(ReductionPlan(input, axes), op, elements, results);
}

}  // namespace loom::reference
