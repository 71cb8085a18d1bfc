#pragma once

#include <cstddef>

namespace loom::gwas {

/// Room that `write_ten_digits` needs at most: "-1.234567891e-308" and some.
inline constexpr std::size_t kTenDigitsRoom = 20;

/// Writes what printf("%.10g", value) writes, to the same character, at `out`, and returns the end.
/// Several times faster than std::to_chars for magnitudes from 1e-4 to 1e9, where the entries of a
/// kinship matrix lie.
char* write_ten_digits(char* out, double value);

}  // namespace loom::gwas
