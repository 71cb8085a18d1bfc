// Fourier transforms in vectors.
#include "loom/backends/native/fourier/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/fourier/kernels.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include <algorithm>
#include <utility>

#include "loom/backends/native/dispatch.h"
#include "loom/backends/native/fourier/kernels.h"
#include "loom/backends/native/fourier/passes.inl"
#include "loom/backends/native/fourier/vectors.inl"

HWY_BEFORE_NAMESPACE();
namespace loom::native::fourier::HWY_NAMESPACE {

template <class R>
const R* parts(const std::complex<R>* data) {
  return reinterpret_cast<const R*>(data);
}
template <class R>
R* parts(std::complex<R>* data) {
  return reinterpret_cast<R*>(data);
}

template <class R>
R* transform_rows(const RowPlan<R>& plan, R* rows, R* spare) {
  for (const Pass<R>& pass : plan.passes()) {
    run_pass(pass, Rows<R>{rows}, Rows<R>{spare});
    std::swap(rows, spare);
  }
  return rows;
}

template <class R>
void pack_beside(std::int64_t rows_count, const std::complex<R>* in, std::int64_t step,
                 std::int64_t count, bool conjugate, R* rows) {
  const Vec<R> sign = sign_of<R>(conjugate);
  const bool whole = count == static_cast<std::int64_t>(kLanes<R>);
  for (std::int64_t i = 0; i < rows_count; ++i) {
    const R* const from = parts(in + i * step);
    const Complex<R> x = whole ? load_complex(from) : load_complex(from, count);
    store_row(with_sign(x, sign), rows + i * kRow<R>);
  }
}

template <class R>
void unpack_beside(std::int64_t rows_count, const R* rows, std::int64_t count, Ends<R> ends,
                   std::complex<R>* out, std::int64_t step) {
  const Scale<R> scale(ends);
  const bool whole = count == static_cast<std::int64_t>(kLanes<R>);
  for (std::int64_t i = 0; i < rows_count; ++i) {
    const Complex<R> x = scale(load_row(rows + i * kRow<R>));
    R* const to = parts(out + i * step);
    whole ? store_complex(x, to) : store_complex(x, to, count);
  }
}

/// Tiles of as many rows as there are lanes: what is read side by side is transposed in place.
template <class R>
void pack(std::int64_t rows_count, const std::complex<R>* const* line, std::int64_t count,
          bool conjugate, R* rows) {
  constexpr auto kSide = static_cast<std::int64_t>(kLanes<R>);
  const Vec<R> sign = sign_of<R>(conjugate);
  const Complex<R> zero = {hn::Zero(Tag<R>()), hn::Zero(Tag<R>())};
  alignas(kAlignment) R last[kSide * kRow<R>];
  for (std::int64_t first = 0; first < rows_count; first += kSide) {
    const std::int64_t present = std::min(kSide, rows_count - first);
    R* const tile = present == kSide ? rows + first * kRow<R> : last;
    for (std::int64_t k = 0; k < count; ++k) {
      const R* const from = parts(line[k] + first);
      const Complex<R> x = present == kSide ? load_complex(from) : load_complex(from, present);
      store_row(with_sign(x, sign), tile + k * kRow<R>);
    }
    for (std::int64_t k = count; k < kSide; ++k) store_row(zero, tile + k * kRow<R>);
    transpose_rows(tile, tile);
    if (tile != last) continue;
    std::copy(last, last + present * kRow<R>, rows + first * kRow<R>);
  }
}

template <class R>
void unpack(std::int64_t rows_count, const R* rows, std::int64_t count, Ends<R> ends,
            std::complex<R>* const* line) {
  constexpr auto kSide = static_cast<std::int64_t>(kLanes<R>);
  const Scale<R> scale(ends);
  alignas(kAlignment) R tile[kSide * kRow<R>] = {};
  for (std::int64_t first = 0; first < rows_count; first += kSide) {
    const std::int64_t present = std::min(kSide, rows_count - first);
    for (std::int64_t i = 0; i < present; ++i) {
      store_row(scale(load_row(rows + (first + i) * kRow<R>)), tile + i * kRow<R>);
    }
    transpose_rows(tile, tile);
    for (std::int64_t k = 0; k < count; ++k) {
      const Complex<R> x = load_row(tile + k * kRow<R>);
      R* const to = parts(line[k] + first);
      present == kSide ? store_complex(x, to) : store_complex(x, to, present);
    }
  }
}

/// Turns the rows of a block of columns by w^(c k) and transposes them to `middle`.
template <class R>
void turn(const Matrix<R>& plan, R* rows, std::int64_t block, std::int64_t count, R* middle) {
  constexpr auto kSide = static_cast<std::int64_t>(kLanes<R>);
  const std::int64_t a = plan.columns.size(), b = plan.rows.size();
  const std::complex<R>* const block_turns = plan.block_turns.data() + block * a;
  const Complex<R> zero = {hn::Zero(Tag<R>()), hn::Zero(Tag<R>())};
  alignas(kAlignment) R last[kSide * kRow<R>];
  for (std::int64_t first = 0; first < a; first += kSide) {
    const std::int64_t present = std::min(kSide, a - first);
    R* const tile = rows + first * kRow<R>;
    for (std::int64_t i = 0; i < present; ++i) {
      const Complex<R> by_lane = load_row(plan.lane_turns[first + i]);
      const Complex<R> x = load_row(tile + i * kRow<R>);
      store_row(x * (by_lane * broadcast(block_turns[first + i])), tile + i * kRow<R>);
    }
    for (std::int64_t i = present; i < kSide; ++i) store_row(zero, tile + i * kRow<R>);
    R* const to = middle + (first / kSide * b + block * kSide) * kRow<R>;
    if (count == kSide) {
      transpose_rows(tile, to);
    } else {
      transpose_rows(tile, last);
      std::copy(last, last + count * kRow<R>, to);
    }
  }
}

template <class R>
void first_half(const Matrix<R>& plan, const std::complex<R>* in, std::int64_t block,
                bool conjugate, R* middle, R* scratch) {
  constexpr auto kSide = static_cast<std::int64_t>(kLanes<R>);
  const std::int64_t a = plan.columns.size(), b = plan.rows.size();
  const std::int64_t count = std::min(kSide, b - block * kSide);
  const auto& passes = plan.columns.passes();
  R* rows = scratch;
  R* spare = scratch + (a + kSide) * kRow<R>;
  std::size_t done = 0;
  if (count == kSide && !passes.empty()) {
    const Input<R> input{parts(in + block * kSide), 2 * b, sign_of<R>(conjugate)};
    run_pass(passes[done++], input, Rows<R>{rows});
  } else {
    pack_beside(a, in + block * kSide, b, count, conjugate, rows);
  }
  for (; done < passes.size(); ++done) {
    run_pass(passes[done], Rows<R>{rows}, Rows<R>{spare});
    std::swap(rows, spare);
  }
  turn(plan, rows, block, count, middle);
}

template <class R>
void second_half(const Matrix<R>& plan, R* middle, std::int64_t block, std::complex<R>* out,
                 Ends<R> ends, R* scratch) {
  constexpr auto kSide = static_cast<std::int64_t>(kLanes<R>);
  const std::int64_t a = plan.columns.size(), b = plan.rows.size();
  const std::int64_t count = std::min(kSide, a - block * kSide);
  const auto& passes = plan.rows.passes();
  const bool direct = count == kSide && !passes.empty();
  R* rows = middle + block * b * kRow<R>;
  R* spare = scratch;
  for (std::size_t i = 0; i + (direct ? 1 : 0) < passes.size(); ++i) {
    run_pass(passes[i], Rows<R>{rows}, Rows<R>{spare});
    std::swap(rows, spare);
  }
  if (direct) {
    run_pass(passes.back(), Rows<R>{rows},
             Output<R>{parts(out + block * kSide), 2 * a, Scale<R>(ends)});
  } else {
    unpack_beside(b, rows, count, ends, out + block * kSide, a);
  }
}

template <class R>
void multiply(std::int64_t count, const std::complex<R>* a, bool conjugate_a,
              const std::complex<R>* b, std::complex<R>* out, Ends<R> ends) {
  constexpr auto kSide = static_cast<std::int64_t>(kLanes<R>);
  const Vec<R> sign = sign_of<R>(conjugate_a);
  const Scale<R> scale(ends);
  std::int64_t i = 0;
  for (; i + kSide <= count; i += kSide) {
    const Complex<R> x = with_sign(load_complex(parts(a + i)), sign);
    store_complex(scale(x * load_complex(parts(b + i))), parts(out + i));
  }
  if (i == count) return;
  const Complex<R> x = with_sign(load_complex(parts(a + i), count - i), sign);
  const Complex<R> y = load_complex(parts(b + i), count - i);
  store_complex(scale(x * y), parts(out + i), count - i);
}

/// s + t to x, conj(s - t) to y.
template <class R>
HWY_INLINE void fold_pair(Complex<R>& x, Complex<R>& y, Complex<R> turn) {
  const Complex<R> conjugate = {y.re, hn::Neg(y.im)};
  const Complex<R> s = x + conjugate, t = turn * (x - conjugate), low = s - t;
  x = s + t;
  y = {low.re, hn::Neg(low.im)};
}

template <class R>
void fold(std::int64_t m, std::int64_t begin, std::int64_t end, const std::complex<R>* in,
          const std::complex<R>* turns, bool conjugate_turns, std::complex<R>* out) {
  constexpr auto kSide = static_cast<std::int64_t>(kLanes<R>);
  const Tag<R> d;
  const Vec<R> sign = sign_of<R>(conjugate_turns);
  std::int64_t k = begin;
  // The elements of a vector and those of its mirror image must not be the same ones.
  for (; k + kSide <= end && 2 * (k + kSide) <= m + 1; k += kSide) {
    Complex<R> x = load_complex(parts(in + k));
    const Complex<R> mirrored = load_complex(parts(in + (m - k - kSide + 1)));
    Complex<R> y = {hn::Reverse(d, mirrored.re), hn::Reverse(d, mirrored.im)};
    fold_pair(x, y, with_sign(load_complex(parts(turns + k)), sign));
    store_complex(x, parts(out + k));
    store_complex({hn::Reverse(d, y.re), hn::Reverse(d, y.im)}, parts(out + (m - k - kSide + 1)));
  }
  for (; k < end; ++k) {
    const std::complex<R> x = in[k], mirrored = std::conj(in[m - k]), dif = x - mirrored;
    const R u_re = turns[k].real(), u_im = conjugate_turns ? -turns[k].imag() : turns[k].imag();
    const std::complex<R> s = x + mirrored;
    const std::complex<R> t(u_re * dif.real() - u_im * dif.imag(),
                            u_re * dif.imag() + u_im * dif.real());
    out[m - k] = std::conj(s - t);
    out[k] = s + t;
  }
}

template <class R>
void fold_rows(std::int64_t m, const std::complex<R>* turns, bool conjugate_turns, R* rows) {
  const Vec<R> sign = sign_of<R>(conjugate_turns);
  for (std::int64_t k = 0; k <= m / 2; ++k) {
    R* const low = rows + k * kRow<R>;
    R* const high = rows + (m - k) * kRow<R>;
    Complex<R> x = load_row(low), y = load_row(high);
    fold_pair(x, y, with_sign(broadcast(turns[k]), sign));
    store_row(y, high);
    store_row(x, low);
  }
}

template <class R>
const Kernels<R>* table() {
  static constexpr Kernels<R> kKernels = {
      .lanes = static_cast<std::int64_t>(kLanes<R>),
      .transform_rows = transform_rows<R>,
      .first_half = first_half<R>,
      .second_half = second_half<R>,
      .multiply = multiply<R>,
      .fold = fold<R>,
      .fold_rows = fold_rows<R>,
      .pack = pack<R>,
      .unpack = unpack<R>,
      .pack_beside = pack_beside<R>,
      .unpack_beside = unpack_beside<R>,
  };
  return &kKernels;
}

const Kernels<float>* single_kernels() { return table<float>(); }
const Kernels<double>* double_kernels() { return table<double>(); }

}  // namespace loom::native::fourier::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace loom::native::fourier {

HWY_EXPORT(single_kernels);
HWY_EXPORT(double_kernels);

template <>
const Kernels<float>& kernels(const Isa& isa) {
  return *pick(HWY_DISPATCH_TABLE(single_kernels), compiled(isa))();
}
template <>
const Kernels<double>& kernels(const Isa& isa) {
  return *pick(HWY_DISPATCH_TABLE(double_kernels), compiled(isa))();
}

}  // namespace loom::native::fourier
#endif
