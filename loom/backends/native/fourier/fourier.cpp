#include "loom/backends/native/fourier/fourier.h"

#include <algorithm>

#include "loom/backends/native/fourier/batch.h"
#include "loom/backends/native/fourier/line.h"
#include "loom/backends/native/fourier/workspace.h"
#include "loom/dispatch/fourier_scale.h"
#include "loom/support/threads.h"

namespace loom::native {
namespace fourier {
namespace {

using dispatch::fourier_scale;
using dispatch::KernelCall;
using schema::op;

/// The first `count` elements of a line, zeros where it is shorter: where they lie if they do so
/// side by side, else in `room`.
template <class T>
const T* gathered(const Line<T>& line, std::int64_t count, T* room) {
  if (line.step == 1 && line.extent >= count) return line.data;
  const std::int64_t present = std::min(count, line.extent);
  for (std::int64_t i = 0; i < present; ++i) room[i] = line.data[i * line.step];
  std::fill(room + present, room + count, T(0));
  return room;
}

/// Calls `transform(from, to)` for each line, with elements side by side: `terms` of the input and
/// all of the output.
template <class In, class Out, class Transform>
void for_each_line(const Lines<In, Out>& lines, std::int64_t terms, Transform transform) {
  const std::int64_t out_extent = lines.out(0).extent;
  const auto one = [&](std::int64_t number) {
    const Line<const In> from = lines.in(number);
    const Line<Out> to = lines.out(number);
    const bool side_by_side = from.step == 1 && from.extent >= terms;
    const Workspace<In> in_room(side_by_side ? 0 : terms);
    const Line<In> source{const_cast<In*>(from.data), from.step, from.extent};
    const In* const in = gathered(source, terms, in_room.get());
    if (to.step == 1) return transform(in, to.data);
    const Workspace<Out> out_room(out_extent);
    transform(in, out_room.get());
    for (std::int64_t i = 0; i < out_extent; ++i) to.data[i * to.step] = out_room.get()[i];
  };
  // Long lines are worked on by all threads, one after the other, where there are few.
  constexpr std::int64_t kShared = 1 << 16, kGrain = 1 << 13;
  const bool one_by_one = terms >= kShared && lines.count() < 2 * num_threads();
  const std::int64_t grain = one_by_one ? lines.count() : std::max<std::int64_t>(1, kGrain / terms);
  parallel_for(lines.count(), grain, [&](std::int64_t begin, std::int64_t end) {
    for (; begin < end; ++begin) one(begin);
  });
}

/// Whether rows of that length are worth while, the lines being so many.
template <class R, class In, class Out>
bool goes_by_rows(const Kernels<R>& kernels, const Lines<In, Out>& lines, std::int64_t length) {
  const bool strided = lines.in(0).step != 1 || lines.out(0).step != 1;
  const std::int64_t longest = strided ? 4096 : 1024;  // measured
  return length <= longest && 2 * lines.count() >= kernels.lanes && has_rows(length);
}

template <class R>
const Kernels<R>& kernels_of(const KernelCall& call) {
  return kernels<R>(*static_cast<const Isa*>(call.context));
}

template <class R, bool kForward>
void complex_transforms(const KernelCall& call) {
  using C = std::complex<R>;
  const Kernels<R>& kernels = kernels_of<R>(call);
  const auto n = call.attribute<std::int64_t>(0);
  const Ends<R> ends{!kForward, static_cast<R>(fourier_scale(call, kForward))};
  const Lines<C, C> lines(call);
  if (lines.count() == 0) return;
  if (goes_by_rows(kernels, lines, n)) return complex_batch(kernels, lines, n, ends);
  const auto plan = line_plan(kernels, n);
  for_each_line(lines, n,
                [&](const C* in, C* out) { transform_line(kernels, *plan, in, out, ends); });
}

template <class R>
void real_to_complex(const KernelCall& call) {
  const Kernels<R>& kernels = kernels_of<R>(call);
  const auto n = call.attribute<std::int64_t>(0);
  const auto scale = static_cast<R>(fourier_scale(call, true));
  const Lines<R, std::complex<R>> lines(call);
  if (lines.count() == 0) return;
  if (goes_by_rows(kernels, lines, n % 2 == 0 ? n / 2 : n)) {
    return forward_batch(kernels, lines, n, scale);
  }
  const RealLine<R> line(kernels, n);
  for_each_line(lines, n, [&](const R* in, std::complex<R>* out) { line.forward(in, out, scale); });
}

template <class R>
void complex_to_real(const KernelCall& call) {
  const Kernels<R>& kernels = kernels_of<R>(call);
  const auto n = call.attribute<std::int64_t>(0);
  const auto scale = static_cast<R>(fourier_scale(call, false));
  const Lines<std::complex<R>, R> lines(call);
  if (lines.count() == 0) return;
  if (goes_by_rows(kernels, lines, n % 2 == 0 ? n / 2 : n)) {
    return backward_batch(kernels, lines, n, scale);
  }
  const RealLine<R> line(kernels, n);
  for_each_line(lines, n / 2 + 1,
                [&](const std::complex<R>* in, R* out) { line.backward(in, out, scale); });
}

/// A kernel from its functions for single and for double precision.
template <void (*kSingle)(const KernelCall&), void (*kDouble)(const KernelCall&)>
void by_precision(const KernelCall& call) {
  (real_of(call.dtype(0)) == DType::float32 ? kSingle : kDouble)(call);
}

std::int64_t workspace(const KernelCall& call) {
  const View& out = call.outputs[0];
  const auto axis = static_cast<int>(call.attribute<std::int64_t>(1));
  const auto length = call.attribute<std::int64_t>(0);
  const std::int64_t lines = out.size() / std::max<std::int64_t>(out.shape[axis], 1);
  const std::int64_t in_flight = std::min<std::int64_t>(lines, num_threads());
  const std::int64_t line = line_workspace(length, item_size(complex_of(out.dtype)));
  // The plan, and the lines or rows in flight.
  return line + in_flight * std::max(line, batch_workspace(length));
}

}  // namespace
}  // namespace fourier

void install_fourier(const Isa& isa, dispatch::KernelInstaller add) {
  using namespace fourier;
  add(op("fft"),
      {.run = by_precision<complex_transforms<float, true>, complex_transforms<double, true>>,
       .dtypes = kComplexes,
       .workspace = workspace,
       .context = &isa});
  add(op("ifft"),
      {.run = by_precision<complex_transforms<float, false>, complex_transforms<double, false>>,
       .dtypes = kComplexes,
       .workspace = workspace,
       .context = &isa});
  add(op("rfft"), {.run = by_precision<real_to_complex<float>, real_to_complex<double>>,
                   .dtypes = kReals,
                   .workspace = workspace,
                   .context = &isa});
  add(op("irfft"), {.run = by_precision<complex_to_real<float>, complex_to_real<double>>,
                    .dtypes = kComplexes,
                    .workspace = workspace,
                    .context = &isa});
}

}  // namespace loom::native
