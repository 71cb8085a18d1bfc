#include "loom/gwas/model/rotation_loops.h"

#include "loom/gwas/model/kernel_variants.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace loom::gwas {
namespace {

using Rows = std::span<const std::int32_t>;

// Loops that the compiler makes good vectors of, for the instruction set of the function that they
// are inlined into.

[[gnu::always_inline]] inline void join(const std::int8_t* digits, std::int64_t rows,
                                        std::int64_t row_stride, std::int64_t digit_stride,
                                        std::int32_t* __restrict words) {
  for (std::int64_t i = 0; i < rows; ++i, digits += row_stride, words += kWordColumns) {
    const std::int8_t *const second = digits + digit_stride, *const third = second + digit_stride,
                             *const fourth = third + digit_stride;
    for (std::int64_t j = 0; j < kWordColumns; ++j) {
      words[j] = digits[j] + 256 * (second[j] + 256 * (third[j] + 256 * fourth[j]));
    }
  }
}

[[gnu::always_inline]] inline void total(const std::int32_t* sums, std::int64_t digit_stride,
                                         double* __restrict totals) {
  const std::int32_t *const second = sums + digit_stride, *const third = second + digit_stride,
                            *const fourth = third + digit_stride;
  for (std::int64_t j = 0; j < kWordColumns; ++j) {
    totals[j] = sums[j] + 256.0 * (second[j] + 256.0 * (third[j] + 256.0 * fourth[j]));
  }
}

[[gnu::always_inline]] inline void centre(const double* totals, double mean, const double* weights,
                                          const double* steps, double* __restrict out) {
  for (std::int64_t j = 0; j < kWordColumns; ++j) {
    out[j] = (totals[j] - mean * weights[j]) * steps[j];
  }
}

void join_baseline(const std::int8_t* digits, std::int64_t rows, std::int64_t row_stride,
                   std::int64_t digit_stride, std::int32_t* words) {
  join(digits, rows, row_stride, digit_stride, words);
}

void total_baseline(const std::int32_t* sums, std::int64_t digit_stride, double* totals) {
  total(sums, digit_stride, totals);
}

void add_words_baseline(const std::int32_t* words, Rows rows, double* sums) {
  for (const std::int32_t row : rows) {
    const std::int32_t* const from = words + row * kWordColumns;
    for (std::int64_t j = 0; j < kWordColumns; ++j) sums[j] += from[j];
  }
}

void centre_baseline(const double* totals, double mean, const double* weights, const double* steps,
                     double* out) {
  centre(totals, mean, weights, steps, out);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void join_avx2(const std::int8_t* digits, std::int64_t rows,
                                               std::int64_t row_stride, std::int64_t digit_stride,
                                               std::int32_t* words) {
  join(digits, rows, row_stride, digit_stride, words);
}

__attribute__((target("avx2"))) void total_avx2(const std::int32_t* sums, std::int64_t digit_stride,
                                                double* totals) {
  total(sums, digit_stride, totals);
}

__attribute__((target("avx2"))) void centre_avx2(const double* totals, double mean,
                                                 const double* weights, const double* steps,
                                                 double* out) {
  centre(totals, mean, weights, steps, out);
}

__attribute__((target("avx512f"))) void join_avx512(const std::int8_t* digits, std::int64_t rows,
                                                    std::int64_t row_stride,
                                                    std::int64_t digit_stride,
                                                    std::int32_t* words) {
  join(digits, rows, row_stride, digit_stride, words);
}

__attribute__((target("avx512f"))) void total_avx512(const std::int32_t* sums,
                                                     std::int64_t digit_stride, double* totals) {
  total(sums, digit_stride, totals);
}

__attribute__((target("avx512f"))) void centre_avx512(const double* totals, double mean,
                                                      const double* weights, const double* steps,
                                                      double* out) {
  centre(totals, mean, weights, steps, out);
}

// The arrays of vectors are registers, in which sums stay while the rows pass: the compiler would
// store them for each row.

__attribute__((target("avx2"))) void add_words_avx2(const std::int32_t* words, Rows rows,
                                                    double* sums) {
  constexpr int kVectors = 8, kWidth = 4;
  static_assert(kVectors * kWidth == kWordColumns);
  __m256d sum[kVectors];
#pragma GCC unroll 8
  for (int v = 0; v < kVectors; ++v) sum[v] = _mm256_loadu_pd(sums + v * kWidth);
  for (const std::int32_t row : rows) {
    const std::int32_t* const from = words + row * kWordColumns;
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      const auto* const some = reinterpret_cast<const __m128i*>(from + v * kWidth);
      sum[v] = _mm256_add_pd(sum[v], _mm256_cvtepi32_pd(_mm_loadu_si128(some)));
    }
  }
#pragma GCC unroll 8
  for (int v = 0; v < kVectors; ++v) _mm256_storeu_pd(sums + v * kWidth, sum[v]);
}

// Masks of all lanes are there because GCC 12 says of the instructions without one that they use
// what is not initialised.
__attribute__((target("avx512f,avx512dq"))) void add_words_avx512(const std::int32_t* words,
                                                                  Rows rows, double* sums) {
  constexpr int kVectors = 4, kWidth = 8;
  static_assert(kVectors * kWidth == kWordColumns);
  __m512i sum[kVectors];
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) sum[v] = _mm512_setzero_si512();
  for (const std::int32_t row : rows) {
    const std::int32_t* const from = words + row * kWordColumns;
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      const auto* const some = reinterpret_cast<const __m256i*>(from + v * kWidth);
      const __m512i wide = _mm512_maskz_cvtepi32_epi64(0xFF, _mm256_loadu_si256(some));
      sum[v] = _mm512_add_epi64(sum[v], wide);
    }
  }
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) {
    const __m512d total = _mm512_maskz_cvtepi64_pd(0xFF, sum[v]);
    _mm512_storeu_pd(sums + v * kWidth, _mm512_add_pd(_mm512_loadu_pd(sums + v * kWidth), total));
  }
}

constexpr KernelVariants<RotationLoops> kVariants = {
    {join_baseline, total_baseline, add_words_baseline, centre_baseline},
    {join_avx2, total_avx2, add_words_avx2, centre_avx2},
    {join_avx512, total_avx512, add_words_avx512, centre_avx512}};
#else
constexpr KernelVariants<RotationLoops> kVariants = {
    {join_baseline, total_baseline, add_words_baseline, centre_baseline}};
#endif

}  // namespace

std::vector<RotationLoops> usable_rotation_loops() { return kVariants.usable(); }

const RotationLoops& rotation_loops() {
  static const RotationLoops best = usable_rotation_loops().front();
  return best;
}

}  // namespace loom::gwas
