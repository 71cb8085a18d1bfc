#pragma once

#include <cstdint>

#include "loom/backends/native/reduction.h"
#include "loom/dispatch/axes.h"
#include "loom/dispatch/pairwise.h"

namespace loom::native {

/// The axes that a reduction keeps, merged where the strides of the input and of the output allow
/// it, the one along which the input lies most densely last.
struct KeptAxes {
  Dims shape, input, output;  ///< extents, strides

  void push(std::int64_t extent, std::int64_t in, std::int64_t out);
  std::int64_t inner_extent() const { return shape.empty() ? 1 : shape.back(); }
};

/// A reduction as pieces of work: a panel of neighbouring reductions, and a chunk of their
/// elements. A panel lies along the last axis that is kept.
struct ReductionPlan {
  KeptAxes kept;
  dispatch::Axes reduced;        ///< in the order in which elements are taken
  std::int64_t outputs, length;  ///< number of reductions, and of elements in each
  /// Whether panels are read row by row, each row with an element of every reduction, rather than
  /// reduction by reduction.
  bool by_columns;
  bool gaps;  ///< whether elements are brought side by side first
  std::int64_t panel, panels_per_row, panels;
  std::int64_t chunk, chunks;  ///< a chunk is a power of two of blocks

  ReductionPlan(const View& input, const Dims& axes, const Reducer& reducer);

  std::int64_t panel_width(std::int64_t number) const;
  /// Where a panel begins.
  struct Start {
    std::int64_t input, output;
  };
  Start panel_start(std::int64_t number) const;
};

/// Elements that are brought side by side at a time; a power of two of blocks.
inline constexpr std::int64_t kStaged = 8 * dispatch::kReductionBlock;
/// The same of rows: stretches of them are long enough for memory to stream.
inline constexpr std::int64_t kStagedRows = 128 * dispatch::kReductionBlock;

}  // namespace loom::native
