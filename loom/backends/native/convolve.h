#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "loom/backends/native/isa.h"
#include "loom/dispatch/backend.h"

// Convolution by its definition, in vectors, or by Fourier transforms where `choose_convolution`
// says that these take less. Integers always go by the definition, which is exact. By Fourier
// transforms an element errs by some eps of the largest one, not of itself. Operands with an
// infinity or a NaN go by the definition, too: it leaves alone what they do not take part in.
namespace loom::native {

/// out[i] = sum_j a[start + i - j] taps[j] over the elements that there are, j ascending.
struct Convolution {
  const std::byte* a;       ///< with zeros before and behind it, see `kConvolveRoom`
  const std::byte* a_imag;  ///< complex: `a` has the real parts, this the imaginary ones
  std::int64_t length;
  const std::byte* taps;
  std::int64_t tap_count;
  std::int64_t start;
  std::byte* out;
};

/// Zeros before and behind `a`, beside as many as there are taps.
inline constexpr std::int64_t kConvolveRoom = 1024;

/// Fills begin <= i < end of the result.
using ConvolveLoop = void (*)(const Convolution& task, std::int64_t begin, std::int64_t end);

/// Loops by dtype, null where there are none, and what they are made for.
struct ConvolveLoops {
  std::array<ConvolveLoop, kDTypeCount> of{};
  std::int64_t vector_bytes = 0;

  ConvolveLoop operator[](DType dtype) const { return of[static_cast<std::size_t>(dtype)]; }
};

const ConvolveLoops& convolve_loops(const Isa& isa);

/// How `a` and `b` elements are convolved to `size` ones.
struct ConvolveChoice {
  bool by_fourier;
  std::int64_t block;  ///< the length of the transforms
};
ConvolveChoice choose_convolution(DType dtype, std::int64_t a, std::int64_t b, std::int64_t size,
                                  std::int64_t vector_bytes);

void install_convolve(const Isa& isa, dispatch::KernelInstaller add);

}  // namespace loom::native
