#include "loom/backends/native/convolve.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <vector>

#include "loom/backends/native/fourier/line.h"
#include "loom/backends/native/fourier/workspace.h"
#include "loom/dispatch/convolution.h"
#include "loom/support/scalar.h"
#include "loom/support/threads.h"

namespace loom::native {
namespace {

using dispatch::KernelCall;
using fourier::Workspace;

/// One operand, elements side by side.
template <class T>
struct Operand {
  std::vector<T> copy;
  const T* data;
  std::int64_t size;

  explicit Operand(const View& view) : data(view.as<const T>()), size(view.shape[0]) {
    const std::int64_t step = view.strides[0];
    if (step == 1 || size == 1) return;
    copy.resize(size);
    for (std::int64_t i = 0; i < size; ++i) copy[i] = data[i * step];
    data = copy.data();
  }
  bool is_finite() const {
    const auto* const parts = reinterpret_cast<const real_t<T>*>(data);
    real_t<T> sum = 0;  // 0 times a number is 0, times anything else it is NaN
    for (std::int64_t i = 0; i < size * (kIsComplex<T> ? 2 : 1); ++i)
      sum += parts[i] * real_t<T>(0);
    return sum == 0;
  }
};

template <class T>
void by_definition(ConvolveLoop loop, const Operand<T>& a, const Operand<T>& b, std::int64_t start,
                   T* out, std::int64_t size) {
  using R = real_t<T>;
  constexpr int kParts = kIsComplex<T> ? 2 : 1;
  const std::int64_t margin = b.size + kConvolveRoom, room = a.size + 2 * margin;
  const Workspace<R> planes(kParts * room);
  std::fill_n(planes.get(), kParts * room, R(0));
  const R* const parts = reinterpret_cast<const R*>(a.data);
  for (int part = 0; part < kParts; ++part) {
    R* const plane = planes.get() + part * room + margin;
    for (std::int64_t i = 0; i < a.size; ++i) plane[i] = parts[kParts * i + part];
  }
  const auto bytes = [](const auto* data) { return reinterpret_cast<const std::byte*>(data); };
  const Convolution task{.a = bytes(planes.get() + margin),
                         .a_imag = bytes(planes.get() + (kParts - 1) * room + margin),
                         .length = a.size,
                         .taps = bytes(b.data),
                         .tap_count = b.size,
                         .start = start,
                         .out = reinterpret_cast<std::byte*>(out)};
  constexpr std::int64_t kBlock = 512;  // a multiple of what the loops take at a time
  const std::int64_t grain = std::max<std::int64_t>(1, (1 << 17) / (b.size * kBlock)) * kBlock;
  parallel_for(size, grain, [&](std::int64_t begin, std::int64_t end) { loop(task, begin, end); });
}

/// A line and its spectrum, and back; of real numbers the half of it.
template <class T>
class Spectra {
  using R = real_t<T>;
  using C = std::complex<R>;

 public:
  Spectra(const fourier::Kernels<R>& kernels, std::int64_t n)
      : kernels_(kernels), n_(n), plan_(fourier::line_plan(kernels, n)) {}
  std::int64_t terms() const { return n_; }
  void forward(const C* in, C* out) const { transform_line(kernels_, *plan_, in, out, {}); }
  void backward(C* in, C* out) const {
    transform_line(kernels_, *plan_, in, out, {.conjugate = true, .scale = R(1) / n_});
  }

 private:
  const fourier::Kernels<R>& kernels_;
  std::int64_t n_;
  std::shared_ptr<const fourier::LinePlan<R>> plan_;
};

template <class R>
class RealSpectra {
  using C = std::complex<R>;

 public:
  RealSpectra(const fourier::Kernels<R>& kernels, std::int64_t n) : n_(n), line_(kernels, n) {}
  std::int64_t terms() const { return n_ / 2 + 1; }
  void forward(const R* in, C* out) const { line_.forward(in, out, 1); }
  void backward(const C* in, R* out) const { line_.backward(in, out, R(1) / n_); }

 private:
  std::int64_t n_;
  fourier::RealLine<R> line_;
};

/// Overlap-save (Stockham 1966): a block of n elements, transformed, times the spectrum of the taps
/// and transformed back has n - taps + 1 sums that no end of it touched.
template <class T>
void by_fourier(const Isa& isa, std::int64_t n, const Operand<T>& a, const Operand<T>& b,
                std::int64_t start, T* out, std::int64_t size) {
  using R = real_t<T>;
  using C = std::complex<R>;
  const auto& kernels = fourier::kernels<R>(isa);
  const std::conditional_t<kIsComplex<T>, Spectra<T>, RealSpectra<R>> spectra(kernels, n);
  const std::int64_t step = n - b.size + 1;
  const auto spectrum_of = [&](const T* data, std::int64_t begin, std::int64_t count, T* line,
                               C* terms) {
    const std::int64_t first = std::clamp<std::int64_t>(-begin, 0, n);
    const std::int64_t last = std::clamp<std::int64_t>(count - begin, first, n);
    std::fill_n(line, first, T(0));
    std::copy(data + begin + first, data + begin + last, line + first);
    std::fill(line + last, line + n, T(0));
    spectra.forward(line, terms);
  };
  const Workspace<C> filter(spectra.terms());
  {
    const Workspace<T> line(n);
    spectrum_of(b.data, 0, b.size, line.get(), filter.get());
  }
  parallel_for((size + step - 1) / step, 1, [&](std::int64_t begin, std::int64_t end) {
    const Workspace<T> line(n);
    const Workspace<C> terms(spectra.terms());
    for (; begin < end; ++begin) {
      const std::int64_t done = begin * step;
      spectrum_of(a.data, start + done - (b.size - 1), a.size, line.get(), terms.get());
      kernels.multiply(spectra.terms(), terms.get(), false, filter.get(), terms.get(), {});
      spectra.backward(terms.get(), line.get());
      const T* const sums = line.get() + b.size - 1;
      std::copy_n(sums, std::min(step, size - done), out + done);
    }
  });
}

template <class T>
void convolve(const KernelCall& call) {
  const auto& isa = *static_cast<const Isa*>(call.context);
  const ConvolveLoops& loops = convolve_loops(isa);
  Operand<T> a(call.inputs[0]), b(call.inputs[1]);
  if (a.size < b.size) std::swap(a, b);
  const std::int64_t start = dispatch::convolution_start(call.attribute<std::int64_t>(0), b.size);
  const std::int64_t size = call.outputs[0].shape[0];
  T* const out = call.outputs[0].as<T>();
  if constexpr (std::is_floating_point_v<real_t<T>>) {
    const auto [better, block] =
        choose_convolution(call.dtype(0), a.size, b.size, size, loops.vector_bytes);
    if (better && a.is_finite() && b.is_finite()) {
      return by_fourier(isa, block, a, b, start, out, size);
    }
  }
  by_definition(loops[call.dtype(0)], a, b, start, out, size);
}

void run_convolve(const KernelCall& call) {
  visit_dtype(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    if constexpr (sizeof(T) > 1) convolve<T>(call);
  });
}

std::int64_t workspace(const KernelCall& call) {
  constexpr std::int64_t kTransforms = 16;  // per element, for the longest blocks
  const std::int64_t elements = call.inputs[0].size() + call.inputs[1].size() + kConvolveRoom;
  return kTransforms * elements * item_size(call.dtype(0));
}

}  // namespace

ConvolveChoice choose_convolution(DType dtype, std::int64_t a, std::int64_t b, std::int64_t size,
                                  std::int64_t vector_bytes) {
  if (!is_floating(dtype)) return {false, 0};
  // In instructions on vectors; measured. A transform of n complex numbers takes kLevel log2(n) +
  // kEnds for each vector of them.
  constexpr double kTap = 2, kComplexTap = 6, kLevel = 4, kEnds = 20, kProduct = 10, kFold = 20,
                   kBlock = 300;
  const bool complex = is_complex(dtype);
  const auto lanes = static_cast<double>(vector_bytes / item_size(real_of(dtype)));
  const std::int64_t taps = std::min(a, b), total = a + b - 1;
  ConvolveChoice best{false, 0};
  double least = static_cast<double>(size) * static_cast<double>(taps) / lanes *
                 (complex ? kComplexTap : kTap);
  for (const std::int64_t odd : {1, 3}) {
    for (std::int64_t n = 16 * odd; n < 4 * total; n *= 2) {
      if (n < 2 * taps && n < total) continue;
      const double vectors = static_cast<double>(n) / lanes / (complex ? 1 : 2);
      const double levels = std::log2(static_cast<double>(n));
      const double transform = vectors * (kLevel * levels + kEnds + (complex ? 0 : kFold)) + kBlock;
      const auto blocks = std::ceil(static_cast<double>(size) / static_cast<double>(n - taps + 1));
      const double cost = transform + blocks * (2 * transform + kProduct * vectors);
      if (cost < least) {
        least = cost;
        best = {true, n};
      }
      if (n >= total) break;
    }
  }
  return best;
}

void install_convolve(const Isa& isa, dispatch::KernelInstaller add) {
  const ConvolveLoops& loops = convolve_loops(isa);
  DTypeSet dtypes;
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    if (loops[dtype] != nullptr) dtypes = dtypes | DTypeSet{dtype};
  }
  add(schema::op("convolve"),
      {.run = run_convolve, .dtypes = dtypes, .workspace = workspace, .context = &isa});
}

}  // namespace loom::native
