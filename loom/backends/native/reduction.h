#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "loom/backends/native/isa.h"
#include "loom/dispatch/backend.h"

// From loops that gather elements without gaps, which are compiled once for each instruction set,
// to reductions of views of any strides. Nothing here depends on an instruction set.
//
// Floating sums and products keep the order of loom/dispatch/pairwise.h, so their bits are those of
// the reference on every instruction set and for any number of threads. Where several axes are
// reduced, that order goes through them as they lie in memory, not as they are numbered: elements
// of a transposed matrix are summed as they come. What does not depend on an order is gathered as
// is fastest.
namespace loom::native {

/// What a loop knows besides the elements.
struct Piece {
  std::int64_t first = 0;  ///< number of its first element (row) within the reduction
  const std::byte* centres =
      nullptr;  ///< for variances, the mean of each column, in double precision
};

/// What the end of a reduction knows.
struct Whole {
  std::int64_t count = 0;  ///< elements of each reduction
  double correction = 0;   ///< for variances
};

/// The loops of one reduction of one dtype. An accumulator is what elements are gathered in;
/// accumulators stand side by side.
struct Reducer {
  int element = 0;        ///< bytes of an element
  int accumulator = 0;    ///< bytes of an accumulator
  int result = 0;         ///< bytes of a result
  int width = 0;          ///< the most columns at a time
  bool numbered = false;  ///< whether it matters which number an element has
  /// Gathers `count` elements, which may be none, side by side.
  void (*line)(std::byte* accumulator, const std::byte* elements, std::int64_t count,
               const Piece& piece) = nullptr;
  /// Gathers each of `width` columns of at most kReductionBlock rows, at least one.
  void (*columns)(std::byte* accumulators, const std::byte* const* rows, std::int64_t count,
                  std::int64_t width, const Piece& piece) = nullptr;
  /// Each of `count` accumulators becomes what it and a later one give.
  void (*join)(std::byte* earlier, const std::byte* later, std::int64_t count) = nullptr;
  void (*finish)(std::byte* results, const std::byte* accumulators, std::int64_t count,
                 const Whole& whole) = nullptr;
  /// Whether no further element changes an accumulator; null where every element may.
  bool (*settled)(const std::byte* accumulator) = nullptr;
  /// For variances: what gives the centres; it takes as many columns.
  const Reducer* centre = nullptr;
};

/// By the dtype of the input; `line` is null where the backends behind are as fast.
using Reducers = std::array<Reducer, kDTypeCount>;

/// A reduction on one instruction set. It lives as long as the process.
struct Reduction {
  schema::OpId op;
  Reducers by_dtype;
};

/// What kernels there are on an instruction set; one source file each.
std::span<const Reduction> sum_reductions(const Isa& isa);
std::span<const Reduction> extreme_reductions(const Isa& isa);
std::span<const Reduction> truth_reductions(const Isa& isa);

/// Hands over the kernels of all of them.
void install_reductions(const Isa& isa, dispatch::KernelInstaller add);

}  // namespace loom::native
