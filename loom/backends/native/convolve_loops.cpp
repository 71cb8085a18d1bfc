// Convolution by its definition.
#include "loom/backends/native/fourier/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/convolve_loops.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include <algorithm>
#include <complex>

#include "loom/backends/native/convolve.h"
#include "loom/backends/native/dispatch.h"

HWY_BEFORE_NAMESPACE();
namespace loom::native::convolution::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Tag = hn::CappedTag<T, 64 / sizeof(T)>;

template <class V>
HWY_INLINE V multiply_add(V a, V b, V c) {
  if constexpr (hwy::IsFloat<hn::TFromV<V>>()) {
    return hn::MulAdd(a, b, c);
  } else {
    return hn::Add(hn::Mul(a, b), c);
  }
}

template <class T>
struct RealSum {
  using Lane = T;
  static constexpr int kVectors = 8;
  hn::Vec<Tag<T>> sum[kVectors];

  HWY_INLINE RealSum() {
    for (auto& v : sum) v = hn::Zero(Tag<T>());
  }
  /// Adds a tap times the elements from `index` on to vector v.
  HWY_INLINE void add(const Convolution& task, std::int64_t tap, int v, std::int64_t index) {
    const Tag<T> d;
    const auto factor = hn::Set(d, reinterpret_cast<const T*>(task.taps)[tap]);
    const auto x = hn::LoadU(d, reinterpret_cast<const T*>(task.a) + index);
    sum[v] = multiply_add(x, factor, sum[v]);
  }
  template <class Mask>
  HWY_INLINE void add(Mask mask, const Convolution& task, std::int64_t tap, int v,
                      std::int64_t index) {
    const auto before = sum[v];
    add(task, tap, v, index);
    sum[v] = hn::IfThenElse(mask, sum[v], before);
  }
  HWY_INLINE void store(T* out) const {
    const Tag<T> d;
    for (int v = 0; v < kVectors; ++v) {
      hn::StoreU(sum[v], d, out + v * static_cast<std::int64_t>(hn::Lanes(d)));
    }
  }
};

template <class R>
struct ComplexSum {
  using Lane = R;
  static constexpr int kVectors = 4;
  hn::Vec<Tag<R>> re[kVectors], im[kVectors];

  HWY_INLINE ComplexSum() {
    for (auto& v : re) v = hn::Zero(Tag<R>());
    for (auto& v : im) v = hn::Zero(Tag<R>());
  }
  HWY_INLINE void add(const Convolution& task, std::int64_t tap, int v, std::int64_t index) {
    const Tag<R> d;
    const R* const factor = reinterpret_cast<const R*>(task.taps) + 2 * tap;
    const auto b_re = hn::Set(d, factor[0]), b_im = hn::Set(d, factor[1]);
    const auto a_re = hn::LoadU(d, reinterpret_cast<const R*>(task.a) + index);
    const auto a_im = hn::LoadU(d, reinterpret_cast<const R*>(task.a_imag) + index);
    re[v] = hn::NegMulAdd(a_im, b_im, hn::MulAdd(a_re, b_re, re[v]));
    im[v] = hn::MulAdd(a_im, b_re, hn::MulAdd(a_re, b_im, im[v]));
  }
  template <class Mask>
  HWY_INLINE void add(Mask mask, const Convolution& task, std::int64_t tap, int v,
                      std::int64_t index) {
    const auto before_re = re[v], before_im = im[v];
    add(task, tap, v, index);
    re[v] = hn::IfThenElse(mask, re[v], before_re);
    im[v] = hn::IfThenElse(mask, im[v], before_im);
  }
  HWY_INLINE void store(std::complex<R>* out) const {
    const Tag<R> d;
    for (int v = 0; v < kVectors; ++v) {
      hn::StoreInterleaved2(
          re[v], im[v], d, reinterpret_cast<R*>(out + v * static_cast<std::int64_t>(hn::Lanes(d))));
    }
  }
};

/// Taps begin <= j < end, for outputs from i on whose sums have no such tap throughout: elements
/// that are not there must not be added, not even as zeros, times an infinity.
template <class Sum>
HWY_NOINLINE void add_partly(const Convolution& task, std::int64_t i, std::int64_t begin,
                             std::int64_t end, Sum& total) {
  const Tag<typename Sum::Lane> d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  Sum sum = total;  // stays in registers, its address being nobody's
  for (std::int64_t j = begin; j < end; ++j) {
    for (int v = 0; v < Sum::kVectors; ++v) {
      const std::int64_t index = task.start + i + v * lanes - j;
      const std::int64_t first = std::clamp<std::int64_t>(-index, 0, lanes);
      const std::int64_t last = std::clamp<std::int64_t>(task.length - index, 0, lanes);
      if (first >= last) continue;
      const auto mask = hn::AndNot(hn::FirstN(d, static_cast<std::size_t>(first)),
                                   hn::FirstN(d, static_cast<std::size_t>(last)));
      sum.add(mask, task, j, v, index);
    }
  }
  total = sum;
}

template <class T, class Sum>
void convolve(const Convolution& task, std::int64_t begin, std::int64_t end) {
  const Tag<typename Sum::Lane> d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const std::int64_t block = Sum::kVectors * lanes;
  auto* const out = reinterpret_cast<T*>(task.out);
  T last[Sum::kVectors * 64 / sizeof(typename Sum::Lane)];
  for (std::int64_t i = begin; i < end; i += block) {
    // The taps that some outputs have, and those among them that all have.
    const std::int64_t at = task.start + i;
    const std::int64_t some_begin =
        std::clamp<std::int64_t>(at - task.length + 1, 0, task.tap_count);
    const std::int64_t some_end = std::min(task.tap_count, at + block);
    const std::int64_t all_begin =
        std::clamp<std::int64_t>(at + block - task.length, some_begin, some_end);
    const std::int64_t all_end = std::clamp<std::int64_t>(at + 1, all_begin, some_end);
    Sum sum;
    if (some_begin < all_begin) add_partly(task, i, some_begin, all_begin, sum);
    Sum whole = sum;  // in registers, too
    for (std::int64_t j = all_begin; j < all_end; ++j) {
      for (int v = 0; v < Sum::kVectors; ++v) whole.add(task, j, v, at + v * lanes - j);
    }
    sum = whole;
    if (all_end < some_end) add_partly(task, i, all_end, some_end, sum);
    if (end - i >= block) {
      sum.store(out + i);
    } else {
      sum.store(last);
      std::copy_n(last, end - i, out + i);
    }
  }
}

template <class T>
constexpr void set_real(ConvolveLoops& loops) {
  loops.of[static_cast<std::size_t>(dtype_of<T>())] = convolve<T, RealSum<T>>;
}

const ConvolveLoops* loops() {
  static constexpr ConvolveLoops kLoops = [] {
    ConvolveLoops result;
    // There are no products of bytes.
    set_real<std::int16_t>(result);
    set_real<std::uint16_t>(result);
    set_real<std::int32_t>(result);
    set_real<std::uint32_t>(result);
    set_real<std::int64_t>(result);
    set_real<std::uint64_t>(result);
    set_real<float>(result);
    set_real<double>(result);
    result.of[static_cast<std::size_t>(DType::complex64)] =
        convolve<std::complex<float>, ComplexSum<float>>;
    result.of[static_cast<std::size_t>(DType::complex128)] =
        convolve<std::complex<double>, ComplexSum<double>>;
    result.vector_bytes = hn::MaxLanes(Tag<std::uint8_t>());
    return result;
  }();
  return &kLoops;
}

}  // namespace loom::native::convolution::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace loom::native {
namespace convolution {
HWY_EXPORT(loops);
}

const ConvolveLoops& convolve_loops(const Isa& isa) {
  using namespace convolution;
  return *pick(HWY_DISPATCH_TABLE(loops), fourier::compiled(isa))();
}

}  // namespace loom::native
#endif
