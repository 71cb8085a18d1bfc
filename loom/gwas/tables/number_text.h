#pragma once

#include <cstddef>

// Numbers as GEMMA prints them, an order of magnitude faster than printf and to the same character.
// NaN is "nan" whatever its sign.
namespace loom::gwas {

/// Room for any of these numbers. A call may write to all of it, whatever it returns.
inline constexpr std::size_t kNumberRoom = 32;

/// Writes what printf("%.10g", value) writes at `out`, and returns the end.
char* write_ten_digits(char* out, double value);

/// The same for "%.6e".
char* write_scientific(char* out, double value);

/// The same for "%.3f" of a magnitude below 1e15; beyond that, "%.6e".
char* write_three_decimals(char* out, double value);

}  // namespace loom::gwas
