#pragma once

#include <complex>
#include <cstdint>

#include "loom/backends/native/elementwise.h"

// Tables of loops, by lists of the types that they are for. A loop is a struct with a function
// template `run<T>`, T being the dtype's C++ type.
namespace loom::native {

template <class... T>
struct Types {};
using Signed = Types<std::int8_t, std::int16_t, std::int32_t, std::int64_t>;
using Unsigned = Types<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>;
using Reals = Types<float, double>;
using Complexes = Types<std::complex<float>, std::complex<double>>;

/// `loops` with L's for each of the types.
template <class L, class... T>
constexpr Loops with(Types<T...>, Loops loops = {}) {
  ((loops[dtype_of<T>()] = L::template run<T>), ...);
  return loops;
}

template <class L>
constexpr Loops with_integers(Loops loops = {}) {
  return with<L>(Signed(), with<L>(Unsigned(), loops));
}

/// Of integers and real numbers.
template <class L>
constexpr Loops with_ordered(Loops loops = {}) {
  return with<L>(Reals(), with_integers<L>(loops));
}

}  // namespace loom::native
