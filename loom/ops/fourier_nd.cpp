#include <fmt/format.h>

#include "loom/ops/creation.h"
#include "loom/ops/fourier.h"

// Transforms along several axes: one after the other, so that their factors multiply.
namespace loom::fft {
namespace {

/// One axis of a transform and its length, if it is not the natural one.
struct Step {
  int axis;
  std::optional<std::int64_t> length;
};

/// In the order in which axes were named.
std::vector<Step> steps_of(const Array& a, const std::optional<Dims>& lengths,
                           const std::optional<Dims>& axes, std::string_view op) {
  const int count = axes ? axes->size() : lengths ? lengths->size() : a.ndim();
  if (lengths && lengths->size() != count) {
    throw ShapeError(fmt::format("[{}] {} lengths for {} axes", op, lengths->size(), count));
  }
  std::vector<Step> steps;
  for (int i = 0; i < count; ++i) {
    Step& step = steps.emplace_back();
    step.axis = normalise_axis(axes ? (*axes)[i] : i - count, a.ndim(), op);
    if (lengths && (*lengths)[i] != -1) step.length = (*lengths)[i];
  }
  return steps;
}

/// The last step, which is of another kind, taken off `steps`.
Step last_of(std::vector<Step>& steps, std::string_view op) {
  if (steps.empty()) throw ShapeError(fmt::format("[{}] at least one axis is needed", op));
  const Step last = steps.back();
  steps.pop_back();
  return last;
}

using Transform = Array (*)(const Array&, std::optional<std::int64_t>, int, Norm);

Array along_all(Transform transform, const Array& a, const std::vector<Step>& steps, Norm norm) {
  Array result = a;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    result = transform(result, step->length, step->axis, norm);
  }
  return result;
}

/// A transform without axes leaves the values as they are, in complex numbers of their own.
Array complex_copy(const Array& a) {
  const DType dtype = complex_of(a.dtype());
  return a.dtype() == dtype ? copy(a) : astype(a, dtype);
}

}  // namespace

Array fftn(const Array& a, const std::optional<Dims>& lengths, const std::optional<Dims>& axes,
           Norm norm) {
  const std::vector<Step> steps = steps_of(a, lengths, axes, "fftn");
  return steps.empty() ? complex_copy(a) : along_all(fft, a, steps, norm);
}

Array ifftn(const Array& a, const std::optional<Dims>& lengths, const std::optional<Dims>& axes,
            Norm norm) {
  const std::vector<Step> steps = steps_of(a, lengths, axes, "ifftn");
  return steps.empty() ? complex_copy(a) : along_all(ifft, a, steps, norm);
}

Array rfftn(const Array& a, const std::optional<Dims>& lengths, const std::optional<Dims>& axes,
            Norm norm) {
  std::vector<Step> steps = steps_of(a, lengths, axes, "rfftn");
  const Step last = last_of(steps, "rfftn");
  return along_all(fft, rfft(a, last.length, last.axis, norm), steps, norm);
}

Array irfftn(const Array& a, const std::optional<Dims>& lengths, const std::optional<Dims>& axes,
             Norm norm) {
  std::vector<Step> steps = steps_of(a, lengths, axes, "irfftn");
  const Step last = last_of(steps, "irfftn");
  return irfft(along_all(ifft, a, steps, norm), last.length, last.axis, norm);
}

}  // namespace loom::fft
