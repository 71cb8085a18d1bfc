#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "loom/backends/native/isa.h"
#include "loom/dispatch/backend.h"
#include "loom/dispatch/gathering.h"

// From loops that gather elements without gaps, which are compiled once for each instruction set,
// to reductions of views of any strides. Nothing here depends on an instruction set.
//
// Floating sums and products keep the order of loom/dispatch/pairwise.h, so their bits are those of
// the reference on every instruction set and for any number of threads. Where several axes are
// reduced, that order goes through them as they lie in memory, not as they are numbered: elements
// of a transposed matrix are summed as they come. What does not depend on an order is gathered as
// is fastest.
namespace loom::native {

using Piece = dispatch::Gathering::Piece;
using Whole = dispatch::Gathering::Whole;

/// The loops of one reduction of one dtype.
struct Reducer : dispatch::Gathering {
  int width = 0;          ///< the most columns at a time
  bool numbered = false;  ///< whether it matters which number an element has
  /// Gathers each of `width` columns of at most kReductionBlock rows, at least one.
  void (*columns)(std::byte* accumulators, const std::byte* const* rows, std::int64_t count,
                  std::int64_t width, const Piece& piece) = nullptr;
  /// Whether no further element changes an accumulator; null where every element may.
  bool (*settled)(const std::byte* accumulator) = nullptr;
  /// For variances: what gives the centres, which are the means of the columns in double precision;
  /// it takes as many columns.
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
