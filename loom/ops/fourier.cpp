#include "loom/ops/fourier.h"

#include <fmt/format.h>

#include "loom/ops/axes.h"
#include "loom/ops/call.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/manipulation.h"

namespace loom::fft {
namespace {

// `natural` gives the length of the transform from the extent of the axis.
template <class Natural>
Array transform(schema::OpId op, const Array& a, std::optional<std::int64_t> length, int axis,
                Norm norm, Natural natural) {
  const int along = normalise_axis(axis, a.ndim(), schema::row(op).name);
  const schema::Attribute attributes[] = {length.value_or(natural(a.shape(along))),
                                          static_cast<std::int64_t>(along),
                                          static_cast<std::int64_t>(norm)};
  return ops::call(op, {&a}, attributes);
}

std::int64_t same(std::int64_t extent) { return extent; }

/// The norm of the transform in the other direction that has the same factor.
Norm reversed(Norm norm) {
  if (norm == Norm::ortho) return norm;
  return norm == Norm::backward ? Norm::forward : Norm::backward;
}

/// The numbers of bins from `first` to below `end` as frequencies.
Array frequencies(std::string_view op, std::int64_t first, std::int64_t end, std::int64_t length,
                  double spacing, DType dtype) {
  if (length < 1) {
    throw ValueError(fmt::format("[{}] length is {}, at least 1 is needed", op, length));
  }
  if (!kReals.contains(dtype)) {
    throw DTypeError(
        fmt::format("[{}] float32 or float64 is needed, asked for {}", op, name(dtype)));
  }
  return astype(arange(first, end) / (static_cast<double>(length) * spacing), dtype);
}

Array shifted(const Array& a, const std::optional<Dims>& axes, bool back) {
  const Dims along = axes.value_or(ops::all_axes(a.ndim()));
  Dims shifts;
  for (const std::int64_t axis : along) {
    const std::int64_t extent = a.shape(normalise_axis(axis, a.ndim(), "fftshift"));
    shifts.push_back(back ? -(extent / 2) : extent / 2);
  }
  return along.empty() ? copy(a) : roll(a, shifts, along);
}

}  // namespace

using schema::op;

Array fft(const Array& a, std::optional<std::int64_t> length, int axis, Norm norm) {
  return transform(op("fft"), a, length, axis, norm, same);
}
Array ifft(const Array& a, std::optional<std::int64_t> length, int axis, Norm norm) {
  return transform(op("ifft"), a, length, axis, norm, same);
}
Array rfft(const Array& a, std::optional<std::int64_t> length, int axis, Norm norm) {
  return transform(op("rfft"), a, length, axis, norm, same);
}
Array irfft(const Array& a, std::optional<std::int64_t> length, int axis, Norm norm) {
  return transform(op("irfft"), a, length, axis, norm, [](std::int64_t m) { return 2 * (m - 1); });
}
Array hfft(const Array& a, std::optional<std::int64_t> length, int axis, Norm norm) {
  return irfft(conj(a), length, axis, reversed(norm));
}
Array ihfft(const Array& a, std::optional<std::int64_t> length, int axis, Norm norm) {
  return conj(rfft(a, length, axis, reversed(norm)));
}

Array fftfreq(std::int64_t length, double spacing, DType dtype) {
  return ifftshift(frequencies("fftfreq", -(length / 2), (length + 1) / 2, length, spacing, dtype));
}
Array rfftfreq(std::int64_t length, double spacing, DType dtype) {
  return frequencies("rfftfreq", 0, length / 2 + 1, length, spacing, dtype);
}

Array fftshift(const Array& a, const std::optional<Dims>& axes) { return shifted(a, axes, false); }
Array ifftshift(const Array& a, const std::optional<Dims>& axes) { return shifted(a, axes, true); }

}  // namespace loom::fft
