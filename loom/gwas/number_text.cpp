#include "loom/gwas/number_text.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace loom::gwas {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr int kDigits = 10;
constexpr int kLowestExponent = -4;  // printf changes to scientific notation below

/// 10^(i + kLowestExponent), for i from 0.
constexpr std::array kPowers = {1e-4, 1e-3, 1e-2, 1e-1, 1e0, 1e1, 1e2,
                                1e3,  1e4,  1e5,  1e6,  1e7, 1e8, 1e9};
/// 10^i
constexpr std::array<std::uint64_t, 14> kIntegerPowers = [] {
  std::array<std::uint64_t, 14> powers{};
  std::uint64_t power = 1;
  for (auto& entry : powers) {
    entry = power;
    power *= 10;
  }
  return powers;
}();

/// value * 10^shift, rounded to an integer, halves to even. The product is exact: 53 + 44 bits.
std::uint64_t scaled(double value, int shift) {
  constexpr int kMantissaBits = 52;
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const std::uint64_t hidden_bit = std::uint64_t{1} << kMantissaBits;
  const std::uint64_t mantissa = (bits & (hidden_bit - 1)) | hidden_bit;
  const int below_point = 1023 + kMantissaBits - static_cast<int>(bits >> kMantissaBits);
  const Wide product = Wide{mantissa} * kIntegerPowers[static_cast<std::size_t>(shift)];
  const auto whole = static_cast<std::uint64_t>(product >> below_point);
  const Wide rest = product - (Wide{whole} << below_point);
  const Wide half = Wide{1} << (below_point - 1);
  return whole + (rest > half || (rest == half && whole % 2 == 1));
}

}  // namespace

char* write_ten_digits(char* out, double value) {
  const double magnitude = std::abs(value);
  if (!(magnitude >= kPowers.front() && magnitude < kPowers.back())) {
    return std::to_chars(out, out + kTenDigitsRoom, value, std::chars_format::general, kDigits).ptr;
  }
  if (value < 0) *out++ = '-';
  int exponent = kLowestExponent;
  while (magnitude >= kPowers[static_cast<std::size_t>(exponent + 1 - kLowestExponent)]) ++exponent;
  std::uint64_t number = scaled(magnitude, kDigits - 1 - exponent);
  if (number == kIntegerPowers[kDigits]) {  // rounded up to the next power of ten
    number /= 10;
    ++exponent;
  }

  std::array<char, kDigits> digits;
  // Two halves, so that the processor works on both chains of divisions at once.
  constexpr std::size_t kHalf = kDigits / 2;
  auto high = static_cast<std::uint32_t>(number / kIntegerPowers[kHalf]);
  auto low = static_cast<std::uint32_t>(number % kIntegerPowers[kHalf]);
  for (std::size_t i = kHalf; i-- > 0; high /= 10, low /= 10) {
    digits[i] = static_cast<char>('0' + high % 10);
    digits[kHalf + i] = static_cast<char>('0' + low % 10);
  }
  int used = kDigits;
  while (used > 1 && digits[static_cast<std::size_t>(used - 1)] == '0') --used;

  int before_point = 0;
  if (exponent < 0) {
    *out++ = '0';
  } else {
    before_point = exponent + 1;
    std::memcpy(out, digits.data(), static_cast<std::size_t>(before_point));
    out += before_point;
  }
  if (used <= before_point) return out;
  *out++ = '.';
  for (int zero = exponent + 1; zero < 0; ++zero) *out++ = '0';
  const auto after_point = static_cast<std::size_t>(used - before_point);
  std::memcpy(out, digits.data() + before_point, after_point);
  return out + after_point;
}

}  // namespace loom::gwas
