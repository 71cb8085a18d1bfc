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

}  // namespace loom::fft
