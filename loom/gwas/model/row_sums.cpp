#include "loom/gwas/model/row_sums.h"

#include "loom/gwas/model/kernel_variants.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace loom::gwas {
namespace {

using Rows = std::span<const std::int32_t>;

void add_codes_baseline(const std::uint8_t* codes, Rows rows, const CodeValues* values,
                        double* sums) {
  for (const std::int32_t row : rows) {
    const std::uint8_t* const from = codes + row * kCodeColumns;
    for (std::int64_t i = 0; i < kCodeColumns; ++i) sums[i] += values[row][from[i] & 3];
  }
}

#if defined(__x86_64__)
// The arrays of vectors are registers, in which sums stay while the rows pass. Some instructions
// have a mask of all lanes, because of their intrinsics without one GCC 12 says that they use what
// is not initialised.

__attribute__((target("avx2"))) void add_codes_avx2(const std::uint8_t* codes, Rows rows,
                                                    const CodeValues* values, double* sums) {
  constexpr int kVectors = 8, kWidth = 4;
  // A double is two words of the table, 2 c and 2 c + 1.
  const __m256i upper = _mm256_set1_epi64x(0x0000000100000000);
  for (std::int64_t column = 0; column < kCodeColumns; column += kVectors * kWidth) {
    __m256d sum[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) sum[v] = _mm256_loadu_pd(sums + column + v * kWidth);
    for (const std::int32_t row : rows) {
      const std::uint8_t* const from = codes + row * kCodeColumns + column;
      const __m256 table = _mm256_castpd_ps(_mm256_loadu_pd(values[row].data()));
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) {
        const __m256i code = _mm256_cvtepu8_epi64(_mm_loadu_si32(from + v * kWidth));
        const __m256i both = _mm256_shuffle_epi32(code, _MM_SHUFFLE(2, 2, 0, 0));
        const __m256i words = _mm256_add_epi32(_mm256_add_epi32(both, both), upper);
        const __m256 value = _mm256_permutevar8x32_ps(table, words);
        sum[v] = _mm256_add_pd(sum[v], _mm256_castps_pd(value));
      }
    }
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) _mm256_storeu_pd(sums + column + v * kWidth, sum[v]);
  }
}

__attribute__((target("avx512f"))) void add_codes_avx512(const std::uint8_t* codes, Rows rows,
                                                         const CodeValues* values, double* sums) {
  constexpr int kVectors = 16, kWidth = 8;
  static_assert(kVectors * kWidth == kCodeColumns);
  __m512d sum[kVectors];
#pragma GCC unroll 16
  for (int v = 0; v < kVectors; ++v) sum[v] = _mm512_loadu_pd(sums + v * kWidth);
  for (const std::int32_t row : rows) {
    const std::uint8_t* const from = codes + row * kCodeColumns;
    const __m512d table = _mm512_maskz_broadcast_f64x4(0xFF, _mm256_loadu_pd(values[row].data()));
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) {
      const __m512i code = _mm512_maskz_cvtepu8_epi64(0xFF, _mm_loadu_si64(from + v * kWidth));
      sum[v] = _mm512_add_pd(sum[v], _mm512_maskz_permutexvar_pd(0xFF, code, table));
    }
  }
#pragma GCC unroll 16
  for (int v = 0; v < kVectors; ++v) _mm512_storeu_pd(sums + v * kWidth, sum[v]);
}

constexpr KernelVariants<RowSums> kVariants = {
    {add_codes_baseline}, {add_codes_avx2}, {add_codes_avx512}};
#else
constexpr KernelVariants<RowSums> kVariants = {{add_codes_baseline}};
#endif

}  // namespace

std::vector<RowSums> usable_row_sums() { return kVariants.usable(); }

const RowSums& row_sums() {
  static const RowSums best = usable_row_sums().front();
  return best;
}

}  // namespace loom::gwas
