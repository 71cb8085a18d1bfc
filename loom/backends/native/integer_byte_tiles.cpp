// Tiles of integer products by the instructions that multiply bytes in fours. Highway 1.0.3 has no
// name for them, so here they are by those of the processors' makers.
#include <hwy/detect_compiler_arch.h>

#include "loom/backends/native/integer_product.h"
#include "loom/backends/native/targets.h"
#include "loom/support/cpu.h"

#include <hwy/detect_targets.h>

#if HWY_ARCH_X86
#include <immintrin.h>
#elif HWY_ARCH_ARM_A64
#include <arm_neon.h>
#endif

namespace loom::native {
namespace {

// The arrays of vectors below are registers: every loop over them is unrolled.
#if HWY_ARCH_X86

// 24 sums, 3 columns and a row of the 32 registers. No instruction here saturates: vpdpbusd sums
// four products of 16 bits and the word that was there modulo 2^32.
constexpr int kWideRows = 8, kWideVectors = 3;

__attribute__((target("avx512f,avx512vnni"))) void add_avx512(const std::byte* left,
                                                              const std::byte* right,
                                                              std::int64_t groups,
                                                              std::int32_t* tile) {
  __m512i sums[kWideRows][kWideVectors];
#pragma GCC unroll 8
  for (int i = 0; i < kWideRows; ++i) {
#pragma GCC unroll 3
    for (int v = 0; v < kWideVectors; ++v) {
      sums[i][v] = _mm512_load_si512(tile + 16 * (kWideVectors * i + v));
    }
  }
  const auto* a = reinterpret_cast<const std::int32_t*>(left);
  for (; groups > 0; --groups, a += kWideRows, right += 64 * kWideVectors) {
    __m512i columns[kWideVectors];
#pragma GCC unroll 3
    for (int v = 0; v < kWideVectors; ++v) columns[v] = _mm512_load_si512(right + 64 * v);
#pragma GCC unroll 8
    for (int i = 0; i < kWideRows; ++i) {
      const __m512i row = _mm512_set1_epi32(a[i]);
#pragma GCC unroll 3
      for (int v = 0; v < kWideVectors; ++v) {
        sums[i][v] = _mm512_dpbusd_epi32(sums[i][v], row, columns[v]);
      }
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < kWideRows; ++i) {
#pragma GCC unroll 3
    for (int v = 0; v < kWideVectors; ++v) {
      _mm512_store_si512(tile + 16 * (kWideVectors * i + v), sums[i][v]);
    }
  }
}

// 12 sums, 3 columns and a row of the 16 registers.
constexpr int kRows = 4, kVectors = 3;

__attribute__((target("avx2,avxvnni"))) void add_avx2(const std::byte* left, const std::byte* right,
                                                      std::int64_t groups, std::int32_t* tile) {
  auto* const out = reinterpret_cast<__m256i*>(tile);
  __m256i sums[kRows][kVectors];
#pragma GCC unroll 4
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 3
    for (int v = 0; v < kVectors; ++v) sums[i][v] = _mm256_load_si256(out + kVectors * i + v);
  }
  const auto* a = reinterpret_cast<const std::int32_t*>(left);
  const auto* b = reinterpret_cast<const __m256i*>(right);
  for (; groups > 0; --groups, a += kRows, b += kVectors) {
    __m256i columns[kVectors];
#pragma GCC unroll 3
    for (int v = 0; v < kVectors; ++v) columns[v] = _mm256_load_si256(b + v);
#pragma GCC unroll 4
    for (int i = 0; i < kRows; ++i) {
      const __m256i row = _mm256_set1_epi32(a[i]);
#pragma GCC unroll 3
      for (int v = 0; v < kVectors; ++v) {
        sums[i][v] = _mm256_dpbusd_avx_epi32(sums[i][v], row, columns[v]);
      }
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 3
    for (int v = 0; v < kVectors; ++v) _mm256_store_si256(out + kVectors * i + v, sums[i][v]);
  }
}

#elif HWY_ARCH_ARM_A64

// 16 sums, 2 columns and 2 rows of the 32 registers.
constexpr int kRows = 8, kVectors = 2;

template <int kLane>
__attribute__((target("arch=armv8.2-a+dotprod"), always_inline)) inline void add_row(
    int32x4_t (&sums)[kVectors], int8x16_t row, const int8x16_t (&columns)[kVectors]) {
  for (int v = 0; v < kVectors; ++v) sums[v] = vdotq_laneq_s32(sums[v], columns[v], row, kLane);
}

__attribute__((target("arch=armv8.2-a+dotprod"))) void add_neon(const std::byte* left,
                                                                const std::byte* right,
                                                                std::int64_t groups,
                                                                std::int32_t* tile) {
  int32x4_t sums[kRows][kVectors];
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) sums[i][v] = vld1q_s32(tile + 4 * (kVectors * i + v));
  }
  const auto* a = reinterpret_cast<const std::int8_t*>(left);
  const auto* b = reinterpret_cast<const std::int8_t*>(right);
  for (; groups > 0; --groups, a += 4 * kRows, b += 16 * kVectors) {
    const int8x16_t columns[kVectors] = {vld1q_s8(b), vld1q_s8(b + 16)};
#pragma GCC unroll 2
    for (int i = 0; i < kRows; i += 4) {
      const int8x16_t rows = vld1q_s8(a + 4 * i);
      add_row<0>(sums[i], rows, columns);
      add_row<1>(sums[i + 1], rows, columns);
      add_row<2>(sums[i + 2], rows, columns);
      add_row<3>(sums[i + 3], rows, columns);
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) vst1q_s32(tile + 4 * (kVectors * i + v), sums[i][v]);
  }
}

#endif

}  // namespace

const IntegerTile* byte_tile(const Isa& isa) {
  using enum PanelNumber;
#if HWY_ARCH_X86
  static constexpr IntegerTile kAvx512{.name = "avx512 vnni",
                                       .left = unsigned_byte,
                                       .right = signed_byte,
                                       .rows = kWideRows,
                                       .columns = 16 * kWideVectors,
                                       .add = add_avx512};
  static constexpr IntegerTile kAvx2{.name = "avx vnni",
                                     .left = unsigned_byte,
                                     .right = signed_byte,
                                     .rows = kRows,
                                     .columns = 8 * kVectors,
                                     .add = add_avx2};
  if (isa.target == HWY_AVX3 && cpu_info().avx512_vnni) return &kAvx512;
  if (isa.target == HWY_AVX2 && cpu_info().avx_vnni) return &kAvx2;
#elif HWY_ARCH_ARM_A64
  static constexpr IntegerTile kNeon{.name = "neon dotprod",
                                     .left = signed_byte,
                                     .right = signed_byte,
                                     .rows = kRows,
                                     .columns = 4 * kVectors,
                                     .add = add_neon};
  if (cpu_info().dotprod) return &kNeon;
#endif
  return nullptr;
}

}  // namespace loom::native
