#pragma once

#include <cstdint>
#include <span>
#include <vector>

// The inner loops of the rotation by integers, a few columns at a time, once for each instruction
// set. The instruction set changes no bit: integers are exact, and other numbers are rounded in the
// same order.
namespace loom::gwas {

/// Columns of the loops: words of them take two lines of a cache.
inline constexpr std::int64_t kWordColumns = 32;
/// The digits of an integer.
inline constexpr std::int64_t kDigits = 4;

struct RotationLoops {
  /// The words of each of `rows` rows from their digits: words[i * kWordColumns + j] =
  /// sum_k 256^k digits[i * row_stride + k * digit_stride + j].
  void (*join)(const std::int8_t* digits, std::int64_t rows, std::int64_t row_stride,
               std::int64_t digit_stride, std::int32_t* words);
  /// totals[j] = sum_k 256^k sums[k * digit_stride + j]: exact as long as that stays below 2^53.
  void (*total)(const std::int32_t* sums, std::int64_t digit_stride, double* totals);
  /// sums[j] += sum_t words[rows[t] * kWordColumns + j]: exact as long as sums stay below 2^53.
  void (*add_words)(const std::int32_t* words, std::span<const std::int32_t> rows, double* sums);
  /// out[j] = (totals[j] - mean * weights[j]) * steps[j].
  void (*centre)(const double* totals, double mean, const double* weights, const double* steps,
                 double* out);
};

/// Those that this processor can run, the best first.
std::vector<RotationLoops> usable_rotation_loops();
/// The best of them.
const RotationLoops& rotation_loops();

}  // namespace loom::gwas
