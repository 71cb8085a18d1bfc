#pragma once

#include <optional>

#include "loom/array/array.h"

// Discrete Fourier transforms of any length along one axis, with NumPy's conventions.
namespace loom::fft {

/// Where the factor 1/n stands: with the inverse, as 1/sqrt(n) on both sides, with the forward.
enum class Norm { backward, ortho, forward };

/// `length` cuts the axis or pads it with zeros; without it the axis keeps its length.
Array fft(const Array& a, std::optional<std::int64_t> length = std::nullopt, int axis = -1,
          Norm norm = Norm::backward);
Array ifft(const Array& a, std::optional<std::int64_t> length = std::nullopt, int axis = -1,
           Norm norm = Norm::backward);
/// Of real input: the first length / 2 + 1 values.
Array rfft(const Array& a, std::optional<std::int64_t> length = std::nullopt, int axis = -1,
           Norm norm = Norm::backward);
/// Inverse of rfft; without `length` the result has 2 (m - 1) values for m on the axis.
Array irfft(const Array& a, std::optional<std::int64_t> length = std::nullopt, int axis = -1,
            Norm norm = Norm::backward);
/// Of a signal whose spectrum is real: real output of `length`, 2 (m - 1) without.
Array hfft(const Array& a, std::optional<std::int64_t> length = std::nullopt, int axis = -1,
           Norm norm = Norm::backward);
/// Inverse of hfft, of real input: length / 2 + 1 values.
Array ihfft(const Array& a, std::optional<std::int64_t> length = std::nullopt, int axis = -1,
            Norm norm = Norm::backward);

/// Along several axes, the last of them first: `axes`, else the last ones that `lengths` names,
/// else all. A length of -1 is that of the axis; an axis that is named twice is transformed twice.
/// Throws ShapeError where both are given and differ in number.
Array fftn(const Array& a, const std::optional<Dims>& lengths = std::nullopt,
           const std::optional<Dims>& axes = std::nullopt, Norm norm = Norm::backward);
Array ifftn(const Array& a, const std::optional<Dims>& lengths = std::nullopt,
            const std::optional<Dims>& axes = std::nullopt, Norm norm = Norm::backward);
/// Real input; the last of the axes, of which there has to be one, is halved as by rfft.
Array rfftn(const Array& a, const std::optional<Dims>& lengths = std::nullopt,
            const std::optional<Dims>& axes = std::nullopt, Norm norm = Norm::backward);
Array irfftn(const Array& a, const std::optional<Dims>& lengths = std::nullopt,
             const std::optional<Dims>& axes = std::nullopt, Norm norm = Norm::backward);

/// Frequencies of the bins of a transform of `length` samples that are `spacing` apart: cycles per
/// unit of the spacing; float32 or float64. Throws ValueError for a length below 1.
Array fftfreq(std::int64_t length, double spacing = 1.0, DType dtype = DType::float64);
Array rfftfreq(std::int64_t length, double spacing = 1.0, DType dtype = DType::float64);
/// Frequency 0 moved to the middle of the axes (of all without any), and back.
Array fftshift(const Array& a, const std::optional<Dims>& axes = std::nullopt);
Array ifftshift(const Array& a, const std::optional<Dims>& axes = std::nullopt);

}  // namespace loom::fft
