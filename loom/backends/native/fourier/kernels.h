#pragma once

#include <complex>
#include <cstdint>

#include "loom/backends/native/fourier/plan.h"
#include "loom/backends/native/isa.h"

// What is compiled once for each instruction set. Transforms are forward ones; a backward transform
// is the conjugate of the forward transform of the conjugate.
//
// "Rows" are vectors of `lanes` real parts, each with `lanes` imaginary parts behind: row i begins
// at rows[2 lanes i], a lane is one transform. Memory for rows is aligned to kAlignment bytes.
namespace loom::native::fourier {

/// How a transform begins and ends.
template <class R>
struct Ends {
  bool conjugate = false;  ///< the input and the output
  R scale = 1;             ///< of the output
};

template <class R>
struct Kernels {
  using C = std::complex<R>;

  std::int64_t lanes;

  /// Transforms the rows of `rows` with the help of `spare`; returns which of the two has them.
  R* (*transform_rows)(const RowPlan<R>& plan, R* rows, R* spare);

  /// The columns of block `block`, transformed, turned and transposed to `middle`, which has blocks
  /// of b rows for each `lanes` of the a. `scratch` has room for 2 (a + lanes) rows.
  void (*first_half)(const Matrix<R>& plan, const C* in, std::int64_t block, bool conjugate,
                     R* middle, R* scratch);
  /// Block `block` of `middle`, which is destroyed, to its places in `out`. `scratch` has room for
  /// b rows.
  void (*second_half)(const Matrix<R>& plan, R* middle, std::int64_t block, C* out, Ends<R> ends,
                      R* scratch);

  /// out[i] = a[i] b[i], a and the product conjugated before and behind it, times the scale, where
  /// asked for. `out` may be `a`.
  void (*multiply)(std::int64_t count, const C* a, bool conjugate_a, const C* b, C* out,
                   Ends<R> ends);

  /// For begin <= k < end <= m / 2 + 1 (begin >= 1): out[k] = s + t and out[m - k] = conj(s - t)
  /// with s = in[k] + conj(in[m - k]), t = u (in[k] - conj(in[m - k])), u being turns[k] or its
  /// conjugate. `out` may be `in`.
  void (*fold)(std::int64_t m, std::int64_t begin, std::int64_t end, const C* in, const C* turns,
               bool conjugate_turns, C* out);
  /// The same with all rows, from k = 0 on, in place.
  void (*fold_rows)(std::int64_t m, const C* turns, bool conjugate_turns, R* rows);

  /// To rows, from `count` lines of complex numbers side by side: row i is line[0][i], line[1][i],
  /// ...; lanes from `count` on become 0.
  void (*pack)(std::int64_t rows_count, const C* const* line, std::int64_t count, bool conjugate,
               R* rows);
  /// Back.
  void (*unpack)(std::int64_t rows_count, const R* rows, std::int64_t count, Ends<R> ends,
                 C* const* line);
  /// To rows, from `count` lines that lie beside each other: row i is in[i step], in[i step + 1],
  /// ...
  void (*pack_beside)(std::int64_t rows_count, const C* in, std::int64_t step, std::int64_t count,
                      bool conjugate, R* rows);
  void (*unpack_beside)(std::int64_t rows_count, const R* rows, std::int64_t count, Ends<R> ends,
                        C* out, std::int64_t step);
};

template <class R>
const Kernels<R>& kernels(const Isa& isa);

}  // namespace loom::native::fourier
