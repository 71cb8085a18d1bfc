#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "loom/dispatch/selection.h"
#include "oracle.h"
#include "parity/judge.h"
#include "parity/measures.h"

// The judge judged: right results pass, results a little beyond the budget do not; and the
// reference, which is right by definition elsewhere, is compared with extended precision.
namespace loom::test {
namespace {

using schema::Measure;
using schema::OpRow;

constexpr std::uint64_t kSeed = 4711;

class Judge : public testing::Test {
 protected:
  Random random{kSeed};

 private:
  BackendScope scope_{"reference"};
  testing::ScopedTrace trace_{__FILE__, __LINE__, fmt::format("seed {}", kSeed)};
};

/// A copy of which the element at `index` was changed.
Array changed(const Array& a, std::int64_t index, const std::function<double(double)>& change) {
  const Array result = copy(a);
  visit_dtype(a.dtype(), [&]<class T>(std::type_identity<T>) {
    T& element = result.span<T>()[index];
    if constexpr (std::is_arithmetic_v<T>) {
      element = static_cast<T>(change(static_cast<double>(element)));
    } else {
      using R = typename T::value_type;
      element = {static_cast<R>(change(element.real())), element.imag()};
    }
  });
  return result;
}

TEST_F(Judge, ExactMeansTheSameBits) {
  const Array a = Array::from({1.0, 0.0, -3.0}), whole = Array::from({1, 2});
  const auto next = [](double x) { return std::nextafter(x, 9); };
  EXPECT_EQ(distance(a, a, Measure::exact, 1), 0);
  EXPECT_GT(distance(changed(a, 0, next), a, Measure::exact, 1), 1e9);
  EXPECT_GT(distance(changed(a, 1, [](double) { return -0.0; }), a, Measure::exact, 1), 1e9);
  // Integers have no rounding errors, whatever the measure.
  EXPECT_GT(distance(changed(whole, 1, [](double x) { return x + 1; }), whole, Measure::norm, 9),
            1e9);
}

TEST_F(Judge, UlpsAreCounted) {
  for (const double value : {1.0, -1.5, 1e-300, 5e-324, 1e300}) {
    const Array a = Array::from({value});
    const auto three_up = [](double x) {
      for (int i = 0; i < 3; ++i) x = std::nextafter(x, INFINITY);
      return x;
    };
    EXPECT_EQ(distance(changed(a, 0, three_up), a, Measure::ulp, 1), 3) << value;
  }
  const Array complex = Array::from({std::complex<float>(1e-8f, 1)});
  const auto off = [](double x) { return x + 0x1p-22; };
  EXPECT_NEAR(distance(changed(complex, 0, off), complex, Measure::ulp, 1), 2, 1e-6);
}

TEST_F(Judge, NormIsRelativeToTheLargestElement) {
  const Array a = Array::from({4.0, 1e-3});
  const auto off = [](double x) { return x + 40 * 0x1p-52; };
  EXPECT_NEAR(distance(changed(a, 1, off), a, Measure::norm, 1), 10, 1e-9);
  EXPECT_NEAR(distance(changed(a, 1, off), a, Measure::norm, 5), 2, 1e-9);
  EXPECT_GT(distance(changed(zeros({2}), 1, off), zeros({2}), Measure::norm, 1), 1e9);
}

TEST_F(Judge, NoMeasureForgivesNaNInfinityShapeOrDType) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const Array a = Array::from<double>({1, kNaN, INFINITY});
  for (const Measure measure : {Measure::exact, Measure::ulp, Measure::norm}) {
    EXPECT_EQ(distance(a, a, measure, 1), 0);
    for (const std::int64_t index : {0, 1, 2}) {
      EXPECT_GT(distance(changed(a, index, [](double x) { return x == 1 ? INFINITY : 1; }), a,
                         measure, 1),
                1e9);
    }
    EXPECT_GT(distance(changed(a, 2, std::negate<>()), a, measure, 1), 1e9);
    EXPECT_GT(distance(ones({3, 1}), ones({3}), measure, 1), 1e9);
    EXPECT_GT(distance(ones({3}, DType::float32), ones({3}), measure, 1), 1e9);
  }
}

// Every element of every result matters: a change of a thousandth of the largest element is found.
TEST_F(Judge, PropertiesNoticeAChangeOfAnyElement) {
  for (const schema::OpId op : computed_rows()) {
    const OpRow& row = schema::row(op);
    if (row.budget.measure != Measure::residual) continue;
    const DType dtype = DType::float64;
    for (const Problem& problem : problems_of(row, dtype, random)) {
      if (problem.inputs[0].shape() != Dims{5, 5}) continue;
      SCOPED_TRACE(fmt::format("{} {}", row.name, describe(row, problem)));
      const std::vector<Array> expected = call_on("reference", op, problem);
      EXPECT_EQ(verdict(row, problem, expected, expected), "");
      for (std::size_t i = 0; i < expected.size(); ++i) {
        for (std::int64_t k = 0; k < expected[i].size(); ++k) {
          std::vector<Array> wrong = expected;
          wrong[i] = changed(expected[i], k, [](double x) { return x + 1e-3; });
          EXPECT_NE(verdict(row, problem, wrong, expected), "")
              << "result " << i << ", element " << k;
        }
      }
    }
  }
}

TEST_F(Judge, EigenvaluesInTheWrongOrderOrTwiceAreNoticed) {
  const Problem problem{{random.array({4, 4}, DType::float64)}};
  for (const schema::OpId op : {schema::op("eigh"), schema::op("eig")}) {
    const std::vector<Array> expected = call_on("reference", op, problem);
    const Array last = expected[0].slice({{3, 4}}), last_vector = expected[1].slice({{}, {3, 4}});
    std::vector<Array> twice = {copy(expected[0]), copy(expected[1])};
    assign(twice[0].slice({{0, 1}}), last);
    assign(twice[1].slice({{}, {0, 1}}), last_vector);
    EXPECT_NE(verdict(schema::row(op), problem, twice, expected), "");
  }
  const std::vector<Array> expected = call_on("reference", schema::op("eigh"), problem);
  const std::vector<Array> backwards = {copy(expected[0].slice({{{}, {}, -1}})),
                                        copy(expected[1].slice({{}, {{}, {}, -1}}))};
  EXPECT_NE(verdict(schema::row(schema::op("eigh")), problem, backwards, expected), "");
}

/// Judges the reference's result by the budget against one of extended precision, and finds fault
/// with a result that is twice the budget off.
void expect_within_budget(schema::OpId op, const Problem& problem, const std::vector<Wide>& exact) {
  const OpRow& row = schema::row(op);
  SCOPED_TRACE(fmt::format("{} {}", row.name, describe(row, problem)));
  const Array result = call_on("reference", op, problem)[0];
  ASSERT_EQ(static_cast<std::size_t>(result.size()), exact.size());
  const Array rounded = Array::empty(result.shape(), result.dtype());
  long double largest = 0;
  visit_dtype(result.dtype(), [&]<class T>(std::type_identity<T>) {
    for (std::size_t i = 0; i < exact.size(); ++i) {
      largest = std::max(largest, std::abs(exact[i]));
      if constexpr (std::is_arithmetic_v<T>) {
        rounded.span<T>()[i] = static_cast<T>(exact[i].real());
      } else {
        rounded.span<T>()[i] = static_cast<T>(exact[i]);
      }
    }
  });
  EXPECT_EQ(verdict(row, problem, {result}, {rounded}), "");
  const auto beyond = static_cast<double>(2 * (row.budget.amount + 1) * problem.longest_sum *
                                          epsilon_of(result.dtype()) * largest);
  const Array wrong = changed(rounded, 0, [=](double x) { return x + beyond; });
  EXPECT_NE(verdict(row, problem, {wrong}, {rounded}), "");
}

/// f of all elements of two arrays.
template <class F>
std::vector<Wide> map(const Array& a, const Array& b, F f) {
  const std::vector<Wide> x = values_of(a), y = values_of(b);
  std::vector<Wide> result;
  for (std::size_t i = 0; i < x.size(); ++i) result.push_back(f(x[i].real(), y[i].real()));
  return result;
}

TEST_F(Judge, TheReferenceKeepsItsBudgetAgainstExtendedPrecision) {
  using schema::op;
  using Real = long double;
  for (const DType dtype : {DType::float32, DType::float64}) {
    const Array a = random.array({500}, dtype, 0.1, 4), b = random.array({500}, dtype, 0.1, 4);
    const Problem pair{{a, b}}, one{{a}};
    const auto unary = [&](schema::OpId id, Real (*f)(Real)) {
      expect_within_budget(id, one, map(a, a, [&](Real x, Real) { return f(x); }));
    };
    expect_within_budget(op("add"), pair, map(a, b, [](Real x, Real y) { return x + y; }));
    if (dtype == DType::float32) {  // products of float64 are not exact in extended precision
      expect_within_budget(op("multiply"), pair, map(a, b, [](Real x, Real y) { return x * y; }));
    }
    expect_within_budget(op("divide"), pair, map(a, b, [](Real x, Real y) { return x / y; }));
    expect_within_budget(op("power"), pair,
                         map(a, b, [](Real x, Real y) { return std::pow(x, y); }));
    unary(op("exp"), std::exp);
    unary(op("log"), std::log);
    unary(op("sin"), std::sin);
    unary(op("tanh"), std::tanh);
    unary(op("sqrt"), std::sqrt);

    Real total = 0;
    for (const Wide& x : values_of(a)) total += x.real();
    expect_within_budget(op("sum"), {{a}, {Dims{0}, false}, 500}, {total});
    expect_within_budget(op("mean"), {{a}, {Dims{0}, false}, 500}, {total / 500});

    const Array left = random.array({20, 30}, dtype, 0.5, 1.5),
                right = random.array({30, 10}, dtype, 0.5, 1.5);
    expect_within_budget(op("matmul"), {{left, right}, {}, 30},
                         product(matrix_of(left), matrix_of(right)).elements);

    const Array line = random.array({60}, complex_of(dtype));
    expect_within_budget(op("fft"),
                         {{line}, {std::int64_t{60}, std::int64_t{0}, std::int64_t{0}}, 6},
                         discrete_fourier(values_of(line), -1));
  }
}

}  // namespace
}  // namespace loom::test
