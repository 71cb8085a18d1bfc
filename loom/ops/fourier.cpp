#include "loom/ops/fourier.h"

#include "loom/ops/call.h"

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

}  // namespace loom::fft
