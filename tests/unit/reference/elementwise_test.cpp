#include "loom/ops/elementwise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "kernels.h"
#include "loom/dispatch/registry.h"
#include "loom/dispatch/selection.h"
#include "loom/ops/call.h"
#include "loom/support/threads.h"

namespace loom {
namespace {

using test::C128;
using test::C64;
using test::kInf;
using test::kNaN;
using testing::ElementsAre;

using Elementwise = test::OnReference;

template <class T>
T value(const Array& a) {
  return a.at<T>({});
}

/// f of one or two numbers of type T.
template <class T, class Result = T, class F, class... Args>
Result of(F f, Args... args) {
  return value<Result>(f(Array::scalar(static_cast<T>(args))...));
}

MATCHER(IsNaN, "") { return std::isnan(arg); }
MATCHER_P(IsExactly, expected, "") {  // the sign of zero included
  return arg == expected && std::signbit(arg) == std::signbit(static_cast<double>(expected));
}

// Every row of the elementwise family has a kernel of this backend for every dtype that the row's
// rule can ask of it, and that kernel gives the dtype that the rule promises.
TEST_F(Elementwise, EveryRowHasAKernelForEveryDType) {
  const auto& slot = dispatch::Registry::instance().available_slot("reference");
  int calls = 0;
  for (std::size_t i = 0; i < schema::kBuiltinRows.size(); ++i) {
    const auto op = static_cast<schema::OpId>(i);
    const schema::OpRow& row = schema::row(op);
    if (row.family != schema::Family::elementwise) continue;
    SCOPED_TRACE(row.name);
    const dispatch::KernelEntry* entry = slot.table.find(op);
    ASSERT_NE(entry, nullptr);
    for (int d = 0; d < kDTypeCount; ++d) {
      const auto dtype = static_cast<DType>(d);
      SCOPED_TRACE(name(dtype));
      const std::vector<View> inputs(row.inputs, View{nullptr, dtype, {}, {}});
      schema::DTypes dtypes;
      try {
        dtypes = row.dtypes({row, inputs, {}});
      } catch (const DTypeError&) {
        continue;
      }
      EXPECT_TRUE(entry->kernel.dtypes.contains(dtypes.inputs[row.inputs - 1]));
      const Array one = astype(Array::from({1.0, 1.0}), dtype);
      const Array result = row.inputs == 1   ? ops::call(op, {&one})
                           : row.inputs == 2 ? ops::call(op, {&one, &one})
                                             : ops::call(op, {&one, &one, &one});
      EXPECT_EQ(result.dtype(), dtypes.outputs[0]);
      ++calls;
    }
  }
  EXPECT_GT(calls, 500);
}

// Integers of 8 bits: all pairs, against arithmetic in int.

template <class T>
class SmallIntegers : public testing::Test {
 protected:
  static std::vector<int> all() {
    std::vector<int> values;
    for (int i = std::numeric_limits<T>::min(); i <= std::numeric_limits<T>::max(); ++i) {
      values.push_back(i);
    }
    return values;
  }
  template <class F, class Oracle>
  void expect_all_pairs(F f, Oracle oracle) {
    std::vector<T> column;
    for (const int i : all()) column.push_back(static_cast<T>(i));
    const Array a = Array::from(column, Dims{256, 1}), b = Array::from(column);
    const Array result = f(a, b);
    ASSERT_EQ(result.dtype(), dtype_of<T>());
    std::size_t next = 0;
    for (const int i : all()) {
      for (const int j : all()) {
        ASSERT_EQ(result.span<T>()[next++], static_cast<T>(oracle(i, j))) << i << " and " << j;
      }
    }
  }

 private:
  BackendScope scope_{"reference"};
};

using ByteTypes = testing::Types<std::int8_t, std::uint8_t>;
TYPED_TEST_SUITE(SmallIntegers, ByteTypes);

int floor_quotient(int a, int b) {
  return b == 0 ? 0 : static_cast<int>(std::floor(static_cast<double>(a) / b));
}

TYPED_TEST(SmallIntegers, WrapAround) {
  this->expect_all_pairs(add, [](int a, int b) { return a + b; });
  this->expect_all_pairs(subtract, [](int a, int b) { return a - b; });
  this->expect_all_pairs(multiply, [](int a, int b) { return a * b; });
}

TYPED_TEST(SmallIntegers, DivideTowardsMinusInfinityAndByZeroToZero) {
  this->expect_all_pairs(floor_divide, floor_quotient);
  this->expect_all_pairs(remainder,
                         [](int a, int b) { return b == 0 ? 0 : a - b * floor_quotient(a, b); });
}

TYPED_TEST(SmallIntegers, Order) {
  this->expect_all_pairs(maximum, [](int a, int b) { return std::max(a, b); });
  this->expect_all_pairs(minimum, [](int a, int b) { return std::min(a, b); });
}

TYPED_TEST(SmallIntegers, PowersWrap) {
  using T = TypeParam;
  for (int base : this->all()) {
    unsigned expected = 1;
    for (int exponent = 0; exponent < 40; ++exponent) {
      EXPECT_EQ(of<T>(power, base, exponent), static_cast<T>(expected)) << base << "^" << exponent;
      expected *= static_cast<unsigned>(base);
    }
  }
}

TYPED_TEST(SmallIntegers, UnaryFunctions) {
  using T = TypeParam;
  for (int i : this->all()) {
    EXPECT_EQ(of<T>(negative, i), static_cast<T>(-i));
    EXPECT_EQ(of<T>(abs, i), static_cast<T>(i < 0 ? -i : i));
    EXPECT_EQ(of<T>(sign, i), static_cast<T>((i > 0) - (i < 0)));
    EXPECT_EQ(of<T>(square, i), static_cast<T>(i * i));
    for (Array (*rounding)(const Array&) : {floor, ceil, trunc, round, positive, conj, real}) {
      EXPECT_EQ(of<T>(rounding, i), static_cast<T>(i));
    }
    EXPECT_EQ(of<T>(imag, i), 0);
    EXPECT_TRUE((of<T, bool>(isfinite, i)));
    EXPECT_FALSE((of<T, bool>(isnan, i) || of<T, bool>(isinf, i)));
  }
}

TEST_F(Elementwise, WideIntegersWrapWithoutTraps) {
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(of<std::int64_t>(add, kMax, 1), kMin);
  EXPECT_EQ(of<std::int64_t>(multiply, kMin, -1), kMin);
  EXPECT_EQ(of<std::int64_t>(negative, kMin), kMin);
  EXPECT_EQ(of<std::int64_t>(abs, kMin), kMin);
  EXPECT_EQ(of<std::int64_t>(floor_divide, kMin, -1), kMin);
  EXPECT_EQ(of<std::int64_t>(remainder, kMin, -1), 0);
  EXPECT_EQ(of<std::int32_t>(floor_divide, std::numeric_limits<std::int32_t>::min(), -1),
            std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(of<std::int64_t>(power, 3, 39), 4052555153018976267);
  EXPECT_EQ(of<std::uint16_t>(multiply, 65535, 65535), 1);
  EXPECT_EQ(of<std::uint64_t>(power, 2, 64), 0u);
}

TEST_F(Elementwise, IntegerToANegativePowerIsRefused) {
  EXPECT_THAT(
      [] {
        power(Array::from({1, 2}), Array::from({1, -1}));
      },
      testing::ThrowsMessage<ValueError>(
          "[power] integers to negative integer powers are not allowed"));
}

// Real numbers. The expected values of // and % are those of Python's float, where neither is
// infinite.

TEST_F(Elementwise, FloorDivideAndRemainderOfReals) {
  struct Case {
    double a, b, quotient, rest;
  };
  const Case kCases[] = {
      {7, 2, 3, 1},         {-7, 2, -4, 1},      {7, -2, -4, -1},        {-7, -2, 3, -1},
      {6, 3, 2, 0.0},       {6, -3, -2, -0.0},   {-6, 3, -2, 0.0},       {0.0, 3, 0.0, 0.0},
      {-0.0, 3, -0.0, 0.0}, {1, kInf, 0.0, 1},   {-1, kInf, -0.0, kInf}, {1, -kInf, -0.0, -kInf},
      {5.5, 0.5, 11, 0.0},  {5.5, -2, -3, -0.5},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(testing::Message() << c.a << " and " << c.b);
    EXPECT_THAT(of<double>(floor_divide, c.a, c.b), IsExactly(c.quotient));
    EXPECT_THAT(of<double>(remainder, c.a, c.b), IsExactly(c.rest));
    EXPECT_THAT(of<float>(floor_divide, c.a, c.b), IsExactly(static_cast<float>(c.quotient)));
    EXPECT_THAT(of<float>(remainder, c.a, c.b), IsExactly(static_cast<float>(c.rest)));
  }
  // As float64, 0.3 lies a little below three times 0.1.
  EXPECT_EQ(of<double>(floor_divide, 0.3, 0.1), 2);
  EXPECT_NEAR(of<double>(remainder, 0.3, 0.1), 0.1, 1e-16);
  EXPECT_EQ(of<double>(floor_divide, 1, 0), kInf);
  EXPECT_EQ(of<double>(floor_divide, -1, 0), -kInf);
  for (const auto& [a, b] : {std::pair{1.0, 0.0}, {kInf, 1.0}, {kNaN, 1.0}, {1.0, kNaN}}) {
    EXPECT_THAT(of<double>(remainder, a, b), IsNaN()) << a << " and " << b;
  }
  EXPECT_THAT(of<double>(floor_divide, 0, 0), IsNaN());
  EXPECT_EQ(of<double>(floor_divide, kInf, 1), kInf);
}

TEST_F(Elementwise, MaximumAndMinimumPropagateNaN) {
  EXPECT_THAT(of<double>(maximum, kNaN, 1), IsNaN());
  EXPECT_THAT(of<double>(maximum, 1, kNaN), IsNaN());
  EXPECT_THAT(of<float>(minimum, kNaN, 1), IsNaN());
  EXPECT_THAT(of<float>(minimum, 1, kNaN), IsNaN());
  EXPECT_EQ(of<double>(maximum, -kInf, 1), 1);
  EXPECT_EQ(of<double>(minimum, 2, 1), 1);
}

TEST_F(Elementwise, RoundingOfReals) {
  const Array a = Array::from({-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999999999999994, kInf});
  EXPECT_THAT(round(a).span<double>(), ElementsAre(-2, -2, 0, 0, 2, 2, 0, kInf));
  EXPECT_THAT(floor(a).span<double>(), ElementsAre(-3, -2, -1, 0, 1, 2, 0, kInf));
  EXPECT_THAT(ceil(a).span<double>(), ElementsAre(-2, -1, 0, 1, 2, 3, 1, kInf));
  EXPECT_THAT(trunc(a).span<double>(), ElementsAre(-2, -1, 0, 0, 1, 2, 0, kInf));
  EXPECT_THAT(of<double>(round, -0.4), IsExactly(-0.0));
  EXPECT_THAT(of<float>(ceil, -0.4), IsExactly(-0.0f));
}

TEST_F(Elementwise, SignsOfReals) {
  EXPECT_EQ(of<double>(sign, -3), -1);
  EXPECT_EQ(of<float>(sign, kInf), 1);
  EXPECT_EQ(of<double>(sign, -0.0), 0);
  EXPECT_THAT(of<double>(sign, kNaN), IsNaN());
  EXPECT_THAT(of<double>(abs, -0.0), IsExactly(0.0));
  EXPECT_THAT(of<double>(negative, 0.0), IsExactly(-0.0));
}

TEST_F(Elementwise, ComparisonsAndPredicates) {
  const Array a = Array::from({1.0, 2.0, kNaN, kInf}), b = Array::from({2.0, 2.0, kNaN, -kInf});
  EXPECT_THAT(equal(a, b).span<bool>(), ElementsAre(false, true, false, false));
  EXPECT_THAT(not_equal(a, b).span<bool>(), ElementsAre(true, false, true, true));
  EXPECT_THAT(less(a, b).span<bool>(), ElementsAre(true, false, false, false));
  EXPECT_THAT(less_equal(a, b).span<bool>(), ElementsAre(true, true, false, false));
  EXPECT_THAT(greater(a, b).span<bool>(), ElementsAre(false, false, false, true));
  EXPECT_THAT(greater_equal(a, b).span<bool>(), ElementsAre(false, true, false, true));
  EXPECT_THAT(isnan(a).span<bool>(), ElementsAre(false, false, true, false));
  EXPECT_THAT(isinf(b).span<bool>(), ElementsAre(false, false, false, true));
  EXPECT_THAT(isfinite(a).span<bool>(), ElementsAre(true, true, false, false));
  EXPECT_TRUE(value<bool>(equal(Array::scalar(C64(1, 2)), Array::scalar(C64(1, 2)))));
  EXPECT_TRUE(value<bool>(not_equal(Array::scalar(C64(1, 2)), Array::scalar(C64(1, 3)))));
  EXPECT_TRUE(value<bool>(less(Array::scalar(false), Array::scalar(true))));
  EXPECT_TRUE(value<bool>(less(Array::scalar(std::int64_t{-1}), Array::scalar(std::uint8_t{1}))));
}

TEST_F(Elementwise, PredicatesOfComplexLookAtBothParts) {
  const Array z = Array::from({C128(1, 2), C128(kNaN, 0), C128(0, kNaN), C128(kInf, kNaN)});
  EXPECT_THAT(isnan(z).span<bool>(), ElementsAre(false, true, true, true));
  EXPECT_THAT(isinf(z).span<bool>(), ElementsAre(false, false, false, true));
  EXPECT_THAT(isfinite(z).span<bool>(), ElementsAre(true, false, false, false));
}

TEST_F(Elementwise, Logic) {
  const Array a = Array::from({false, false, true, true}),
              b = Array::from({false, true, false, true});
  EXPECT_THAT(logical_and(a, b).span<bool>(), ElementsAre(false, false, false, true));
  EXPECT_THAT(logical_or(a, b).span<bool>(), ElementsAre(false, true, true, true));
  EXPECT_THAT(logical_xor(a, b).span<bool>(), ElementsAre(false, true, true, false));
  EXPECT_THAT(logical_not(a).span<bool>(), ElementsAre(true, true, false, false));
  EXPECT_THAT(logical_not(Array::from({0.0, 2.0})).span<bool>(), ElementsAre(true, false));
}

TEST_F(Elementwise, WhereChooses) {
  const Array condition = Array::from({true, false, true});
  EXPECT_THAT(where(condition, Array::from({1.0, 2.0, 3.0}), Array::scalar(-1.0)).span<double>(),
              ElementsAre(1, -1, 3));
  EXPECT_EQ(where(condition, Array::scalar(C64(1, 1)), Array::scalar(2.0f)).at<C64>({1}), C64(2));
  EXPECT_THAT(where(condition, condition, logical_not(condition)).span<bool>(),
              ElementsAre(true, true, true));
}

TEST_F(Elementwise, OperatorsTakeNumbers) {
  const Array a = Array::from({1.0f, 2.0f});
  EXPECT_THAT((2 * a + 1).span<float>(), ElementsAre(3, 5));
  EXPECT_THAT((1 / a - 0.5).span<float>(), ElementsAre(0.5, 0));
  EXPECT_EQ((Array::from({1, 2}) * 0.5).dtype(), DType::float64);
  EXPECT_THAT((Array::from({1, 2}) > 1).span<bool>(), ElementsAre(false, true));
}

// Complex numbers.

TEST_F(Elementwise, ComplexArithmetic) {
  const Array a = Array::scalar(C128(1, 2)), b = Array::scalar(C128(3, -4));
  EXPECT_EQ(value<C128>(multiply(a, b)), C128(11, 2));
  EXPECT_EQ(value<C128>(square(b)), C128(-7, -24));
  EXPECT_EQ(value<C128>(divide(Array::scalar(C128(11, 2)), b)), C128(1, 2));
  EXPECT_EQ(value<C128>(reciprocal(Array::scalar(C128(0, 2)))), C128(0, -0.5));
  EXPECT_EQ(value<C128>(conj(a)), C128(1, -2));
  EXPECT_EQ(value<double>(real(a)), 1);
  EXPECT_EQ(value<double>(imag(a)), 2);
  EXPECT_EQ(value<double>(abs(b)), 5);
  EXPECT_EQ(value<float>(abs(Array::scalar(C64(3, 4)))), 5);
  EXPECT_EQ(value<double>(abs(Array::scalar(C128(3e300, 4e300)))), 5e300) << "no overflow";
}

TEST_F(Elementwise, SignOfComplexIsItsDirection) {
  const auto direction = [](C128 z) { return value<C128>(sign(Array::scalar(z))); };
  EXPECT_EQ(direction(0), C128(0, 0));
  EXPECT_EQ(direction(C128(-2, 0)), C128(-1, 0));
  for (const double scale : {1e-320, 1e-300, 1.0, 1e307}) {
    const C128 z = direction(C128(3 * scale, -4 * scale));
    // The subnormal input itself is only accurate to a few digits.
    const double tolerance = scale < 1e-310 ? 1e-3 : 4e-16;
    EXPECT_NEAR(z.real(), 0.6, tolerance) << scale;
    EXPECT_NEAR(z.imag(), -0.8, tolerance) << scale;
  }
  EXPECT_EQ(direction(C128(1, -kInf)), C128(0, -1));
  EXPECT_THAT(direction(C128(kInf, kInf)).real(), IsNaN());
  EXPECT_THAT(direction(C128(kNaN, 1)).real(), IsNaN());
  EXPECT_THAT(direction(C128(0, kNaN)).real(), IsNaN());
}

TEST_F(Elementwise, ComplexPowers) {
  const auto raise = [](C128 a, C128 b) {
    return value<C128>(power(Array::scalar(a), Array::scalar(b)));
  };
  EXPECT_EQ(raise(C128(1, 2), 3), C128(-11, -2));
  EXPECT_EQ(raise(C128(0, 2), -2), C128(-0.25, 0));
  EXPECT_EQ(raise(0, 0), C128(1, 0));
  EXPECT_EQ(raise(0, C128(0.5, 1)), C128(0, 0));
  EXPECT_THAT(raise(0, -1).real(), IsNaN());
  const C128 i_to_i = raise(C128(0, 1), C128(0, 1));
  EXPECT_DOUBLE_EQ(i_to_i.real(), std::exp(-std::acos(0.0)));
  EXPECT_NEAR(i_to_i.imag(), 0, 1e-16);
}

TEST_F(Elementwise, ComplexExpm1AndLog1pAreAccurateNearZero) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> exponent(-12, 0.7), angle(-3.2, 3.2);
    const C128 z = std::polar(std::pow(10, exponent(random)), angle(random));
    const Array a = Array::scalar(z);
    // Each undoes the other up to a few roundings relative to the modulus, however small it is.
    const C128 back = value<C128>(log1p(expm1(a)));
    const double error = std::abs(z) < 1 ? std::abs(back - z) : 0;
    EXPECT_LE(error, 8e-16 * std::abs(z));
    if (std::abs(z) > 1e-5) continue;
    // Three terms of each series leave less than |z|^3 of the modulus.
    const C128 series = z * (1.0 + z / 2.0 * (1.0 + z / 3.0));
    EXPECT_LE(std::abs(value<C128>(expm1(a)) - series), 1e-15 * std::abs(z));
    const C128 logarithm = z * (1.0 - z * (0.5 - z / 3.0));
    EXPECT_LE(std::abs(value<C128>(log1p(a)) - logarithm), 1e-15 * std::abs(z));
  }
  EXPECT_EQ(value<C128>(expm1(Array::scalar(C128(0, 0)))), C128(0, 0));
  EXPECT_EQ(value<C128>(expm1(Array::scalar(C128(-kInf, 0)))).real(), -1);
  EXPECT_EQ(value<C128>(log1p(Array::scalar(C128(-1, 0)))).real(), -kInf);
  EXPECT_EQ(value<C128>(log1p(Array::scalar(C128(1e200, 1e200)))).imag(), std::atan2(1, 1));
}

TEST_F(Elementwise, ComplexLogarithms) {
  EXPECT_NEAR(value<C128>(log2(Array::scalar(C128(-8, 0)))).real(), 3, 1e-15);
  EXPECT_NEAR(value<C128>(log10(Array::scalar(C128(0, 1000)))).real(), 3, 1e-15);
  EXPECT_EQ(value<C128>(sqrt(Array::scalar(C128(-4, 0)))), C128(0, 2));
}

// Real functions, against the same ones one precision up: the row's budget, 4 units in the last
// place. (Where long double is no wider than double, float64 is compared with itself.)

struct Function {
  Array (*ours)(const Array&);
  long double (*oracle)(long double);
  double low, high;
};

const Function kFunctions[] = {
    {exp, std::exp, -700, 700},     {expm1, std::expm1, -5, 5},   {log, std::log, 1e-9, 1e9},
    {log1p, std::log1p, -0.9, 5},   {log2, std::log2, 1e-9, 1e9}, {log10, std::log10, 1e-9, 1e9},
    {sqrt, std::sqrt, 0, 1e9},      {sin, std::sin, -100, 100},   {cos, std::cos, -100, 100},
    {tan, std::tan, -100, 100},     {asin, std::asin, -1, 1},     {acos, std::acos, -1, 1},
    {atan, std::atan, -100, 100},   {sinh, std::sinh, -20, 20},   {cosh, std::cosh, -20, 20},
    {tanh, std::tanh, -5, 5},       {asinh, std::asinh, -50, 50}, {acosh, std::acosh, 1, 50},
    {atanh, std::atanh, -0.9, 0.9},
};

TEST_F(Elementwise, RealFunctionsKeepTheirBudget) {
  std::mt19937_64 random(7);
  for (std::size_t f = 0; f < std::size(kFunctions); ++f) {
    const Function& function = kFunctions[f];
    std::vector<double> x(2000);
    for (double& v : x) {
      v = std::uniform_real_distribution<double>(function.low, function.high)(random);
    }
    const Array doubles = function.ours(Array::from(x));
    const Array singles = function.ours(astype(Array::from(x), DType::float32));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const long double exact = function.oracle(x[i]);
      ASSERT_NEAR(doubles.span<double>()[i], exact, 4 * 0x1p-52L * std::abs(exact) + 1e-320L)
          << "function " << f << " of " << x[i];
      const auto x32 = static_cast<float>(x[i]);
      const long double exact32 = function.oracle(x32);
      if (std::abs(exact32) > 3e38L || std::abs(exact32) < 2e-38L) continue;
      ASSERT_NEAR(singles.span<float>()[i], exact32, 4 * 0x1p-23L * std::abs(exact32))
          << "function " << f << " of " << x32;
    }
  }
}

TEST_F(Elementwise, FunctionsOfTwoNumbers) {
  EXPECT_DOUBLE_EQ(of<double>(atan2, 1, -1), 3 * std::atan(1.0));
  EXPECT_THAT(of<double>(atan2, -0.0, 1), IsExactly(-0.0));
  EXPECT_EQ(of<double>(hypot, 3e300, 4e300), 5e300);
  EXPECT_EQ(of<float>(hypot, 3, 4), 5);
  EXPECT_EQ(of<double>(power, 2, 0.5), std::sqrt(2.0));
  EXPECT_EQ(of<double>(power, kNaN, 0), 1);
}

// Layout and threads.

TEST_F(Elementwise, ResultsDependOnNeitherLayoutNorThreads) {
  std::mt19937_64 random(11);
  std::vector<double> values(200 * 1000);
  for (double& v : values) v = std::uniform_real_distribution<double>(0.1, 3)(random);
  const Array a = Array::from(values, Dims{200, 1000});
  const Array turned = copy(a.transpose()).transpose();
  const Array every_third =
      Array::from(values).slice({{0, 600, 3}}).expand_dims(1).broadcast_to({200, 1000});
  const Array expected = power(add(exp(a), every_third), a);
  const int threads = num_threads();
  for (const int count : {1, 3}) {
    set_num_threads(count);
    const Array result = power(add(exp(turned), copy(every_third)), turned);
    const auto ours = result.span<double>(), theirs = expected.span<double>();
    ASSERT_TRUE(std::equal(ours.begin(), ours.end(), theirs.begin())) << count << " threads";
  }
  set_num_threads(threads);
}

TEST_F(Elementwise, EmptyAndScalarOperands) {
  EXPECT_EQ(add(Array(), Array::scalar(1.0)).shape(), Dims{0});
  EXPECT_EQ(add(Array::scalar(1.0), Array::scalar(2.0)).item<double>(), 3);
  EXPECT_THROW(add(Array::from({1.0, 2.0}), Array::from({1.0, 2.0, 3.0})), ShapeError);
}

}  // namespace
}  // namespace loom
