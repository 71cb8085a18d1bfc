#include <cmath>

#include "kernels.h"

// How far the vector functions of every instruction set of this machine are from the true values.
namespace loom::test {
namespace {

using native::Isa;
using schema::op;
using schema::OpId;

constexpr std::uint64_t kSeed = 20240608;
constexpr std::int64_t kSamples = 1 << 14;

// What all functions promise is 1; the long double is within 2^-11 of the true value.
constexpr long double kAllowed = 1.001L;

/// In units in the last place of the type T at `exact`.
template <class T>
long double ulps(T found, long double exact) {
  int exponent = 0;
  std::frexp(exact, &exponent);
  exponent = std::max(exponent, std::numeric_limits<T>::min_exponent);
  return std::abs(static_cast<long double>(found) - exact) /
         std::ldexp(1.0L, exponent - std::numeric_limits<T>::digits);
}

/// Intervals that the arguments are drawn from, by their logarithms where both ends are positive
/// and far apart.
struct Interval {
  double low, high;

  double draw(Random& random) const {
    if (low <= 0 || high < 100 * low) return random.number<double>(low, high);
    return std::exp(random.number<double>(std::log(low), std::log(high)));
  }
};

struct Function1 {
  OpId op;
  long double (*exact)(long double);
  double (*of_double)(double);
  float (*of_float)(float);
  std::vector<Interval> intervals;
};

const std::vector<Function1> kFunctions1 = {
    {op("exp"), std::exp, std::exp, std::exp, {{-80, 80}, {1e-10, 1}}},
    {op("expm1"), std::expm1, std::expm1, std::expm1, {{-20, 80}, {1e-10, 1}}},
    {op("log"), std::log, std::log, std::log, {{1e-37, 1e37}, {0.5, 2}}},
    {op("log1p"), std::log1p, std::log1p, std::log1p, {{1e-20, 1e37}, {-0.9, 1}}},
    {op("log2"), std::log2, std::log2, std::log2, {{1e-37, 1e37}, {0.5, 2}}},
    {op("log10"), std::log10, std::log10, std::log10, {{1e-37, 1e37}, {0.5, 2}}},
    {op("sin"), std::sin, std::sin, std::sin, {{-10, 10}, {1, 1e30}}},
    {op("cos"), std::cos, std::cos, std::cos, {{-10, 10}, {1, 1e30}}},
    {op("tan"), std::tan, std::tan, std::tan, {{-10, 10}, {1, 1e30}}},
    {op("asin"), std::asin, std::asin, std::asin, {{-1, 1}, {1e-10, 1}}},
    {op("acos"), std::acos, std::acos, std::acos, {{-1, 1}, {1e-10, 1}}},
    {op("atan"), std::atan, std::atan, std::atan, {{-10, 10}, {1e-10, 1e30}}},
    {op("sinh"), std::sinh, std::sinh, std::sinh, {{-87, 87}, {1e-10, 1}}},
    {op("cosh"), std::cosh, std::cosh, std::cosh, {{-87, 87}, {1e-10, 1}}},
    {op("tanh"), std::tanh, std::tanh, std::tanh, {{-20, 20}, {1e-10, 1}}},
    {op("asinh"), std::asinh, std::asinh, std::asinh, {{-10, 10}, {1e-10, 1e30}}},
    {op("acosh"), std::acosh, std::acosh, std::acosh, {{1, 2}, {1, 1e30}}},
    {op("atanh"), std::atanh, std::atanh, std::atanh, {{-1, 1}, {1e-10, 1}}},
};

struct Function2 {
  OpId op;
  long double (*exact)(long double, long double);
  double (*of_double)(double, double);
  float (*of_float)(float, float);
  Interval first, second;
};

const std::vector<Function2> kFunctions2 = {
    {op("atan2"), std::atan2, std::atan2, std::atan2, {-10, 10}, {-10, 10}},
    {op("hypot"), std::hypot, std::hypot, std::hypot, {1e-10, 1e10}, {1e-10, 1e10}},
    {op("power"), std::pow, std::pow, std::pow, {0, 20}, {-25, 25}},
};

template <class T>
std::vector<T> special_values() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values = {0,
                           1,
                           2,
                           3,
                           T(0.5),
                           88,
                           T(89.2),
                           100,
                           T(709.5),
                           T(710.3),
                           740,
                           T(1e22),
                           T(1e-30),
                           Limits::infinity(),
                           Limits::quiet_NaN(),
                           Limits::min(),
                           Limits::min() / 8,
                           Limits::denorm_min(),
                           Limits::max(),
                           Limits::max() / 2,
                           1 - Limits::epsilon(),
                           1 + Limits::epsilon()};
  for (std::size_t i = 0, positive = values.size(); i < positive; ++i) {
    values.push_back(-values[i]);
  }
  return values;
}

/// Whether they are the same sort of number with the same sign, and 4 units apart at most, which is
/// what the op table allows.
template <class T>
bool agree(T found, T expected) {
  if (expected != expected || found != found) return expected != expected && found != found;
  if (std::signbit(found) != std::signbit(expected)) return false;
  return found == expected || ulps(found, expected) <= 4;
}

class NativeFunctions : public testing::TestWithParam<Isa> {
 protected:
  std::map<OpId, dispatch::Kernel> kernels = kernels_on(GetParam());
  Random random{kSeed};

  template <class T>
  std::vector<T> apply(OpId id, const std::vector<std::vector<T>>& arguments) {
    std::vector<Array> arrays;
    std::vector<View> views;
    for (const auto& argument : arguments) arrays.push_back(Array::from(argument));
    for (const Array& array : arrays) views.push_back(array.view());
    const Array result = Array::empty(arrays[0].shape(), arrays[0].dtype());
    EXPECT_TRUE(run(kernels.at(id), id, views, result.view(), {}));
    const auto elements = result.span<T>();
    return {elements.begin(), elements.end()};
  }

  template <class T>
  std::vector<T> draw(const Interval& interval) {
    std::vector<T> values(kSamples);
    for (T& value : values) value = static_cast<T>(interval.draw(random));
    return values;
  }

  /// Of results that the type can hold.
  template <class T, class Exact, class... X>
  static long double largest_error(const std::vector<T>& found, Exact exact, const X&... x) {
    long double largest = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const long double expected = exact(static_cast<long double>(x[i])...);
      if (!(std::abs(expected) <= std::numeric_limits<T>::max())) continue;
      const long double error = ulps(found[i], expected);
      if (!(error <= largest)) largest = error;
    }
    return largest;
  }

  template <class T>
  void measure() {
    for (const Function1& f : kFunctions1) {
      if (!kernels.contains(f.op)) continue;
      for (const Interval& interval : f.intervals) {
        const std::vector<T> x = draw<T>(interval);
        EXPECT_LE(largest_error(apply<T>(f.op, {x}), f.exact, x), kAllowed)
            << schema::row(f.op).name << " from " << interval.low;
      }
    }
    for (const Function2& f : kFunctions2) {
      if (!kernels.contains(f.op)) continue;
      const std::vector<T> x = draw<T>(f.first), y = draw<T>(f.second);
      EXPECT_LE(largest_error(apply<T>(f.op, {x, y}), f.exact, x, y), kAllowed)
          << schema::row(f.op).name;
    }
  }

  template <class T, class Function>
  static auto of(const Function& f) {
    if constexpr (std::is_same_v<T, float>) {
      return f.of_float;
    } else {
      return f.of_double;
    }
  }

  template <class T>
  void visit_special_values() {
    const std::vector<T> values = special_values<T>();
    for (const Function1& f : kFunctions1) {
      if (!kernels.contains(f.op)) continue;
      const std::vector<T> found = apply<T>(f.op, {values});
      for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_TRUE(agree(found[i], of<T>(f)(values[i])))
            << schema::row(f.op).name << "(" << values[i] << ") = " << found[i];
      }
    }
    for (const Function2& f : kFunctions2) {
      if (!kernels.contains(f.op)) continue;
      for (const T x : values) {
        const std::vector<T> found = apply<T>(f.op, {std::vector<T>(values.size(), x), values});
        for (std::size_t i = 0; i < values.size(); ++i) {
          EXPECT_TRUE(agree(found[i], of<T>(f)(x, values[i])))
              << schema::row(f.op).name << "(" << x << ", " << values[i] << ") = " << found[i];
        }
      }
    }
  }
};

TEST_P(NativeFunctions, AreWithinAUnitInTheLastPlace) {
  SCOPED_TRACE(fmt::format("seed {}", kSeed));
  measure<double>();
  measure<float>();
}

TEST_P(NativeFunctions, AreRightAtTheEdges) {
  visit_special_values<double>();
  visit_special_values<float>();
}

TEST_P(NativeFunctions, AllHaveBeenLookedAt) {
  const std::size_t others = 1;  // logaddexp, which is made of two of them
  EXPECT_EQ(native::transcendental_operations(GetParam()).size(),
            kFunctions1.size() + kFunctions2.size() + others);
}

/// `count` numbers on either side of x, and x.
template <class T>
void append_neighbours(std::vector<T>& values, long double x, int count) {
  constexpr T kInf = std::numeric_limits<T>::infinity();
  T up = static_cast<T>(x), down = up;
  values.push_back(up);
  for (int i = 0; i < count; ++i) {
    values.push_back(up = std::nextafter(up, kInf));
    values.push_back(down = std::nextafter(down, -kInf));
  }
}

/// Arguments of exp at the borders of its ways to compute: multiples of ln 2 / 8 and halfway
/// between them, where results stop to be normal, positive or finite, and where they are subnormal.
template <class T>
std::vector<T> telling_exponents(Random& random) {
  using Limits = std::numeric_limits<T>;
  const long double unit = std::log(2.0L) / 8;
  const long double highest = std::log(static_cast<long double>(Limits::max()));
  const long double normal = std::log(static_cast<long double>(Limits::min()));
  const long double positive = std::log(static_cast<long double>(Limits::denorm_min()) / 2);
  std::vector<T> values;
  for (long double k = std::floor(positive / unit); k < highest / unit; k += 0.5L) {
    append_neighbours(values, k * unit, 2);
  }
  for (const long double x : {highest, normal, positive, 87.0L, 708.0L, 1.0L}) {
    append_neighbours(values, x, 1000);
    append_neighbours(values, -x, 1000);
  }
  for (int i = 0; i < kSamples; ++i) {
    values.push_back(static_cast<T>(
        random.number<double>(static_cast<double>(positive), static_cast<double>(normal))));
  }
  return values;
}

/// Arguments of log at the borders of its intervals, near 1, at the ends of the normal range and
/// below it.
template <class T>
std::vector<T> telling_logarithms(Random& random) {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values = {Limits::max(), Limits::denorm_min()};
  for (int exponent = Limits::min_exponent; exponent < Limits::max_exponent; exponent += 5) {
    for (int k = 0; k < 96; ++k) append_neighbours(values, std::ldexp(1 + k / 96.0L, exponent), 2);
  }
  append_neighbours(values, 1, 2000);
  append_neighbours(values, Limits::min(), 1000);
  for (int i = 0; i < kSamples; ++i) {
    values.push_back(random.number<T>(0, 1) * Limits::min());
    values.push_back(random.number<T>(0.9, 1.1));
  }
  return values;
}

class NativeBorders : public NativeFunctions {
 protected:
  template <class T, class Exact>
  void expect_right(OpId id, Exact exact, const std::vector<T>& x) {
    if (!kernels.contains(id)) return;
    const std::vector<T> found = apply<T>(id, {x});
    for (std::size_t i = 0; i < x.size(); ++i) {
      const long double expected = exact(static_cast<long double>(x[i]));
      if (expected > std::numeric_limits<T>::max()) {
        EXPECT_EQ(found[i], static_cast<T>(expected)) << schema::row(id).name << " of " << x[i];
      } else {
        EXPECT_LE(ulps(found[i], expected), kAllowed) << schema::row(id).name << " of " << x[i];
      }
    }
  }
};

TEST_P(NativeBorders, OfExp) {
  SCOPED_TRACE(fmt::format("seed {}", kSeed));
  const auto exact = [](long double x) { return std::exp(x); };
  expect_right(op("exp"), exact, telling_exponents<double>(random));
  expect_right(op("exp"), exact, telling_exponents<float>(random));
}

TEST_P(NativeBorders, OfExpm1) {
  SCOPED_TRACE(fmt::format("seed {}", kSeed));
  const auto exact = [](long double x) { return std::expm1(x); };
  expect_right(op("expm1"), exact, telling_exponents<double>(random));
  expect_right(op("expm1"), exact, telling_exponents<float>(random));
}

TEST_P(NativeBorders, OfTanh) {
  SCOPED_TRACE(fmt::format("seed {}", kSeed));
  const auto visit = [&]<class T>(std::vector<T> x) {
    for (T& value : x) value /= 2;  // tanh is made of e^(2x)
    expect_right(
        op("tanh"), [](long double y) { return std::tanh(y); }, x);
  };
  visit(telling_exponents<double>(random));
  visit(telling_exponents<float>(random));
}

TEST_P(NativeBorders, OfLog) {
  SCOPED_TRACE(fmt::format("seed {}", kSeed));
  const auto exact = [](long double x) { return std::log(x); };
  expect_right(op("log"), exact, telling_logarithms<double>(random));
  expect_right(op("log"), exact, telling_logarithms<float>(random));
}

TEST_P(NativeFunctions, AnElementsResultIsTheSameBesideAnyOthers) {
  SCOPED_TRACE(fmt::format("seed {}", kSeed));
  const auto visit = [&]<class T>(std::type_identity<T>) {
    std::vector<T> x = special_values<T>();
    for (int i = 0; i < 300; ++i) x.push_back(static_cast<T>(random.number<double>(-800, 800)));
    for (int i = 0; i < 300; ++i) x.push_back(static_cast<T>(random.number<double>(-20, 20)));
    const auto count = static_cast<std::int64_t>(x.size());
    for (const Function1& f : kFunctions1) {
      if (!kernels.contains(f.op)) continue;
      const std::vector<T> found = apply<T>(f.op, {x});
      for (std::int64_t i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const T alone = apply<T>(f.op, {{x[at]}})[0];
        EXPECT_TRUE(same_elements(dtype_of<T>(), reinterpret_cast<const std::byte*>(&alone),
                                  reinterpret_cast<const std::byte*>(&found[at]), 1))
            << schema::row(f.op).name << " of " << x[at];
      }
    }
  };
  visit(std::type_identity<double>());
  visit(std::type_identity<float>());
}

TEST_P(NativeFunctions, LogAddExpKeepsInfinities) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  const std::vector<double> a = {kInf, -kInf, -kInf, kInf, 0, 1000, 1000};
  const std::vector<double> b = {kInf, -kInf, kInf, -kInf, 0, 1000, 0};
  const std::vector<double> expected = {
      kInf, -kInf, kInf, kInf, std::log(2.0), 1000 + std::log(2.0), 1000};
  EXPECT_EQ(apply<double>(op("logaddexp"), {a, b}), expected);
  EXPECT_TRUE(std::isnan(apply<double>(op("logaddexp"), {{std::nan("")}, {1}})[0]));
}

INSTANTIATE_TEST_SUITE_P(Isas, NativeFunctions, testing::ValuesIn(native::usable_isas()),
                         [](const auto& isa) { return std::string(isa.param.name); });

INSTANTIATE_TEST_SUITE_P(Isas, NativeBorders, testing::ValuesIn(native::usable_isas()),
                         [](const auto& isa) { return std::string(isa.param.name); });

}  // namespace
}  // namespace loom::test
