#include <algorithm>
#include <complex>
#include <memory>

#include "loom/backends/reference/backend.h"
#include "loom/backends/reference/dense/vector.h"
#include "loom/backends/reference/fourier/fft.h"
#include "loom/dispatch/fourier_scale.h"
#include "loom/dispatch/loops.h"
#include "loom/support/threads.h"

namespace loom::reference {
namespace {

using dispatch::fourier_scale;
using dispatch::KernelCall;
using schema::op;

std::int64_t length_of(const KernelCall& call) { return call.attribute<std::int64_t>(0); }

/// The first `count` elements of a line, zeros where it is shorter.
template <class T>
void gather(const View& line, std::int64_t count, T* to) {
  const std::int64_t present = std::min(count, line.shape[0]);
  const T* const from = line.as<const T>();
  for (std::int64_t i = 0; i < present; ++i) to[i] = from[i * line.strides[0]];
  std::fill(to + present, to + count, T(0));
}

template <class T, class R>
void scatter(const T* from, R scale, const View& line) {
  T* const to = line.as<T>();
  for (std::int64_t i = 0; i < line.shape[0]; ++i) to[i * line.strides[0]] = from[i] * scale;
}

/// Calls `transform(input line, output line)` for each line along the axis.
template <class Transform>
void for_each_transform(const KernelCall& call, Transform transform) {
  const View views[] = {call.inputs[0], call.outputs[0]};
  const auto axis = static_cast<int>(call.attribute<std::int64_t>(1));
  const auto n = static_cast<double>(length_of(call));
  const auto operations = static_cast<std::int64_t>(5 * n * std::max(std::log2(n), 1.0));
  dispatch::for_each_line(views, axis, dense::grain_of(operations),
                          [&](std::span<const View> lines) { transform(lines[0], lines[1]); });
}

template <class T>
std::unique_ptr<T[]> scratch(std::int64_t count) {
  return std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(count));
}

template <class R, bool kForward>
void complex_transforms(const KernelCall& call) {
  using C = std::complex<R>;
  const std::int64_t n = length_of(call);
  const auto plan = fft_plan<R>(n);
  const auto scale = static_cast<R>(fourier_scale(call, kForward));
  for_each_transform(call, [&](const View& in, const View& out) {
    const auto line = scratch<C>(n + plan->workspace());
    gather(in, n, line.get());
    if constexpr (kForward) {
      plan->forward(line.get(), line.get(), line.get() + n);
    } else {
      plan->backward(line.get(), line.get(), line.get() + n);
    }
    scatter(line.get(), scale, out);
  });
}

template <class R>
void real_to_complex(const KernelCall& call) {
  const std::int64_t n = length_of(call), terms = n / 2 + 1;
  const auto plan = real_fft_plan<R>(n);
  const auto scale = static_cast<R>(fourier_scale(call, true));
  for_each_transform(call, [&](const View& in, const View& out) {
    const auto line = scratch<R>(n);
    const auto spectrum = scratch<std::complex<R>>(terms + plan->workspace());
    gather(in, n, line.get());
    plan->forward(line.get(), spectrum.get(), spectrum.get() + terms);
    scatter(spectrum.get(), scale, out);
  });
}

template <class R>
void complex_to_real(const KernelCall& call) {
  const std::int64_t n = length_of(call), terms = n / 2 + 1;
  const auto plan = real_fft_plan<R>(n);
  const auto scale = static_cast<R>(fourier_scale(call, false));
  for_each_transform(call, [&](const View& in, const View& out) {
    const auto line = scratch<R>(n);
    const auto spectrum = scratch<std::complex<R>>(terms + plan->workspace());
    gather(in, terms, spectrum.get());
    plan->backward(spectrum.get(), line.get(), spectrum.get() + terms);
    scatter(line.get(), scale, out);
  });
}

/// A kernel from its functions for single and for double precision.
template <void (*kSingle)(const KernelCall&), void (*kDouble)(const KernelCall&)>
void by_precision(const KernelCall& call) {
  (real_of(call.dtype(0)) == DType::float32 ? kSingle : kDouble)(call);
}

/// The tables of the plan and the buffers of each line in flight, for the worst lengths: those with
/// a large prime factor go through a transform of about twice the length.
std::int64_t workspace(const KernelCall& call) {
  constexpr std::int64_t kPlan = 8, kLine = 8;  // complex elements per element of a line
  const View& out = call.outputs[0];
  const auto axis = static_cast<int>(call.attribute<std::int64_t>(1));
  const std::int64_t lines = out.size() / std::max<std::int64_t>(out.shape[axis], 1);
  const std::int64_t in_flight = std::min<std::int64_t>(lines, num_threads());
  return length_of(call) * item_size(complex_of(out.dtype)) * (kPlan + kLine * in_flight);
}

}  // namespace

void install_fourier(dispatch::KernelInstaller add) {
  add(op("fft"),
      {.run = by_precision<complex_transforms<float, true>, complex_transforms<double, true>>,
       .dtypes = kComplexes,
       .workspace = workspace});
  add(op("ifft"),
      {.run = by_precision<complex_transforms<float, false>, complex_transforms<double, false>>,
       .dtypes = kComplexes,
       .workspace = workspace});
  add(op("rfft"), {.run = by_precision<real_to_complex<float>, real_to_complex<double>>,
                   .dtypes = kReals,
                   .workspace = workspace});
  add(op("irfft"), {.run = by_precision<complex_to_real<float>, complex_to_real<double>>,
                    .dtypes = kComplexes,
                    .workspace = workspace});
}

}  // namespace loom::reference
