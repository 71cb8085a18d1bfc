#pragma once

#include <cstdint>
#include <cstring>

// Vectors of doubles for kernels that are compiled once for each instruction set. Sample i belongs
// to lane i mod 8, whatever the width of the vectors, so that sums have the same bits everywhere.
//
// Helpers must be inlined into the entry points, which say the instruction set; they neither take
// nor return vectors by value, which would not be the same call on all of them.
#define LOOM_INLINE inline __attribute__((always_inline))

namespace loom::gwas::lanes {

inline constexpr std::int64_t kLanes = 8;

/// Eight lanes of one quantity.
struct alignas(64) Lanes {
  double value[kLanes];
};

// Spelled out: GCC drops the attribute where the size depends on a template parameter.
template <int Width>
struct VectorTypes;
template <>
struct VectorTypes<2> {
  using Vec = double __attribute__((vector_size(16)));
  using Unaligned = double __attribute__((vector_size(16), aligned(8), may_alias));
  using Int = long long __attribute__((vector_size(16)));
};
template <>
struct VectorTypes<4> {
  using Vec = double __attribute__((vector_size(32)));
  using Unaligned = double __attribute__((vector_size(32), aligned(8), may_alias));
  using Int = long long __attribute__((vector_size(32)));
};
template <>
struct VectorTypes<8> {
  using Vec = double __attribute__((vector_size(64)));
  using Unaligned = double __attribute__((vector_size(64), aligned(8), may_alias));
  using Int = long long __attribute__((vector_size(64)));
};
template <int Width>
using Vec = typename VectorTypes<Width>::Vec;
template <int Width>
using UnalignedVec = typename VectorTypes<Width>::Unaligned;
template <int Width>
using IntVec = typename VectorTypes<Width>::Int;

template <int Width>
LOOM_INLINE const UnalignedVec<Width>& vector_at(const double* at) {
  return *reinterpret_cast<const UnalignedVec<Width>*>(at);
}

template <int Width>
LOOM_INLINE void store(const Vec<Width>& vector, double* at) {
  std::memcpy(at, &vector, sizeof(vector));
}

/// The sum of eight lanes, in a fixed order.
inline double sum_lanes(const double* v) {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

}  // namespace loom::gwas::lanes
