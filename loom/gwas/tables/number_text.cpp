#include "loom/gwas/tables/number_text.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace loom::gwas {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr int kLowestPower = -330, kHighestPower = 345;

/// 10^n for n from kLowestPower: the upper 64 bits, which begin with a one. The powers are carried
/// along with 128 bits, which lose at most 2^-123 of them in each of 345 steps, so that less than
/// two units of the last of the 64 are missing.
constexpr std::array kTens = [] {
  constexpr Wide kFirst = Wide{1} << 127;
  std::array<std::uint64_t, kHighestPower - kLowestPower + 1> powers{};
  const auto store = [&](int n, Wide power) {
    powers[static_cast<std::size_t>(n - kLowestPower)] = static_cast<std::uint64_t>(power >> 64);
  };
  Wide power = kFirst;
  for (int n = 0; n <= kHighestPower; ++n) {
    store(n, power);
    const Wide five_quarters = power / 4 + power;  // 10 = 5/4 * 8
    power = five_quarters < power ? power / 2 + power / 8 : five_quarters;
  }
  power = kFirst;
  for (int n = -1; n >= kLowestPower; --n) {
    power = power / 5 * 4;  // 1/10 = 4/5 / 8
    if (power < kFirst) power *= 2;
    store(n, power);
  }
  return powers;
}();

/// floor(log2(10^n)): 10^n = kTens * 2^(this - 63).
constexpr int binary_exponent(int n) {
  return static_cast<int>((std::int64_t{n} * 14'267'572'527) >> 32);  // 2^32 log2(10)
}

constexpr std::uint64_t tens(int n) { return kTens[static_cast<std::size_t>(n - kLowestPower)]; }

constexpr std::uint64_t integer_power(int n) { return n == 0 ? 1 : 10 * integer_power(n - 1); }

/// "00", "01", ... "99"
constexpr std::array kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

void write_pair(char* out, std::uint64_t number) { std::memcpy(out, &kPairs[2 * number], 2); }

/// number / 10^(kDigits - 1) * 10^exponent, where `number` has kDigits digits.
struct Decimal {
  std::uint64_t number;
  int exponent;
};

/// By the standard library: slow, and right where a tie has to be told from its neighbourhood.
template <int kDigits>
Decimal rounded_exactly(double magnitude) {
  std::array<char, 32> text;
  char* const end =
      std::to_chars(text.begin(), text.end(), magnitude, std::chars_format::scientific, kDigits - 1)
          .ptr;
  Decimal result{};
  const char* at = text.data();
  for (; *at != 'e'; ++at) {
    if (*at != '.') result.number = 10 * result.number + static_cast<std::uint64_t>(*at - '0');
  }
  at += at[1] == '+' ? 2 : 1;
  std::from_chars(at, end, result.exponent);
  return result;
}

/// `magnitude`, finite and above 0, rounded to kDigits digits, halves to even.
///
/// The number is the mantissa, shifted so that it begins with a one, times the upper 64 bits of a
/// power of ten. The upper word of that product lacks less than three units, so the rounding is
/// known unless what is cut off lies within two units below a half, or on it.
template <int kDigits>
Decimal rounded(double magnitude) {
  static_assert(kDigits <= 10, "the number takes 34 bits of the upper word at most");
  constexpr int kMantissaBits = 52, kBias = 1023;
  const auto bits = std::bit_cast<std::uint64_t>(magnitude);
  const int field = static_cast<int>(bits >> kMantissaBits);
  std::uint64_t mantissa = bits & ((std::uint64_t{1} << kMantissaBits) - 1);
  if (field != 0) mantissa |= std::uint64_t{1} << kMantissaBits;
  const int zeros = std::countl_zero(mantissa);
  mantissa <<= zeros;  // magnitude = mantissa * 2^(top - 63)
  const int top = (field != 0 ? field : 1) - kBias - kMantissaBits + 63 - zeros;

  int exponent = static_cast<int>((std::int64_t{top} * 1'292'913'986) >> 32);  // 2^32 log10(2)
  const int next_top = binary_exponent(exponent + 1);
  exponent += top > next_top || (top == next_top && mantissa >= tens(exponent + 1));

  const int scale = kDigits - 1 - exponent;
  const auto upper = static_cast<std::uint64_t>(Wide{mantissa} * tens(scale) >> 64);
  const int below_point = 62 - top - binary_exponent(scale);
  const std::uint64_t number = upper >> below_point;
  const std::uint64_t rest = upper - (number << below_point);
  const std::uint64_t half = std::uint64_t{1} << (below_point - 1);
  if (half - rest <= 2) return rounded_exactly<kDigits>(magnitude);
  const std::uint64_t up = number + (rest > half);
  if (up == integer_power(kDigits)) return {up / 10, exponent + 1};
  return {up, exponent};
}

/// "e-05", "e+123".
char* write_exponent(char* out, int exponent) {
  *out++ = 'e';
  *out++ = exponent < 0 ? '-' : '+';
  auto magnitude = static_cast<std::uint64_t>(std::abs(exponent));
  if (magnitude >= 100) {
    *out++ = static_cast<char>('0' + magnitude / 100);
    magnitude %= 100;
  }
  write_pair(out, magnitude);
  return out + 2;
}

/// What is not a finite number. Nothing where `value` is one.
char* write_special(char* out, double value) {
  if (std::isfinite(value)) return nullptr;
  if (std::isnan(value)) return std::strcpy(out, "nan") + 3;
  return value < 0 ? std::strcpy(out, "-inf") + 4 : std::strcpy(out, "inf") + 3;
}

/// Writes the sign, and returns the magnitude.
double write_sign(char*& out, double value) {
  *out = '-';
  out += std::signbit(value);
  return std::abs(value);
}

/// `digits` with `before` of them before the point, `used` in all.
char* write_fixed(char* out, const char* digits, int used, int before) {
  constexpr int kAllDigits = 16;  // a length that is known is copied by one instruction
  if (before <= 0) {
    std::memcpy(out, "0.000", 5);
    std::memcpy(out + 2 - before, digits, kAllDigits);
    return out + 2 - before + used;
  }
  std::memcpy(out, digits, kAllDigits);
  if (used <= before) return out + before;
  out[before] = '.';
  std::memcpy(out + before + 1, digits + before, kAllDigits);
  return out + used + 1;
}

}  // namespace

char* write_ten_digits(char* out, double value) {
  constexpr int kDigits = 10;
  constexpr int kLowestFixed = -4;  // printf changes to scientific notation below
  if (char* const end = write_special(out, value)) return end;
  const double magnitude = write_sign(out, value);
  if (magnitude == 0) {
    *out = '0';
    return out + 1;
  }
  const auto [number, exponent] = rounded<kDigits>(magnitude);
  std::array<char, 32> digits{};
  const std::uint64_t eight = number % 100'000'000, high = eight / 10'000, low = eight % 10'000;
  write_pair(&digits[0], number / 100'000'000);
  write_pair(&digits[2], high / 100);
  write_pair(&digits[4], high % 100);
  write_pair(&digits[6], low / 100);
  write_pair(&digits[8], low % 100);
  int used = kDigits;
  while (used > 1 && digits[static_cast<std::size_t>(used - 1)] == '0') --used;

  if (exponent >= kLowestFixed && exponent < kDigits) {
    return write_fixed(out, digits.data(), used, exponent + 1);
  }
  return write_exponent(write_fixed(out, digits.data(), used, 1), exponent);
}

char* write_scientific(char* out, double value) {
  if (char* const end = write_special(out, value)) return end;
  const double magnitude = write_sign(out, value);
  if (magnitude == 0) {
    std::memcpy(out, "0.000000e+00", 12);
    return out + 12;
  }
  const auto [number, exponent] = rounded<7>(magnitude);
  const std::uint64_t six = number % 1'000'000, low = six % 10'000;
  out[0] = static_cast<char>('0' + number / 1'000'000);
  out[1] = '.';
  write_pair(out + 2, six / 10'000);
  write_pair(out + 4, low / 100);
  write_pair(out + 6, low % 100);
  return write_exponent(out + 8, exponent);
}

char* write_three_decimals(char* out, double value) {
  constexpr double kTooLarge = 1e15;
  if (!(std::abs(value) < kTooLarge)) return write_scientific(out, value);
  const double magnitude = write_sign(out, value);
  // 1000 * magnitude as an integer and a fraction: both parts of it are exact.
  const double whole = std::floor(magnitude);
  const auto thousandths_of = [](double fraction) {
    const double scaled = 1000 * fraction, error = std::fma(1000, fraction, -scaled);
    const double below = std::floor(scaled), rest = scaled - below;
    const auto thousandths = static_cast<std::uint64_t>(below);
    const bool tie = rest == 0.5 && error == 0;
    return thousandths + (tie ? thousandths % 2 : rest > 0.5 || (rest == 0.5 && error > 0));
  };
  std::uint64_t thousandths = thousandths_of(magnitude - whole);
  const std::uint64_t integer = static_cast<std::uint64_t>(whole) + thousandths / 1000;
  thousandths %= 1000;
  out = std::to_chars(out, out + kNumberRoom, integer).ptr;
  out[0] = '.';
  out[1] = static_cast<char>('0' + thousandths / 100);
  write_pair(out + 2, thousandths % 100);
  return out + 4;
}

}  // namespace loom::gwas
