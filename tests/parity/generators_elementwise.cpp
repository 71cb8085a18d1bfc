#include <cmath>
#include <map>

#include "parity/generators.h"

namespace loom::test::generators {

using schema::Attribute;
using schema::OpRow;

namespace {

struct Interval {
  double low, high;
};

/// Where operations are defined or interesting, by operand; the last one serves all further ones.
/// Operations that are not named get [-4, 4].
const std::map<std::string_view, std::vector<Interval>> kIntervals = {
    {"power", {{0.1, 4}, {0, 4}}},
    {"sqrt", {{0, 100}}},
    {"log", {{0.01, 10}}},
    {"log2", {{0.01, 10}}},
    {"log10", {{0.01, 10}}},
    {"log1p", {{-0.9, 4}}},
    {"asin", {{-1, 1}}},
    {"acos", {{-1, 1}}},
    {"acosh", {{1, 10}}},
    {"atanh", {{-0.99, 0.99}}},
    {"logaddexp", {{0, 4}}},  // the result stays away from 0
    {"bitwise_left_shift", {{-100, 100}, {0, 7}}},
    {"bitwise_right_shift", {{-100, 100}, {0, 7}}},
};

Interval interval_of(const OpRow& row, int operand) {
  const auto found = kIntervals.find(row.name);
  if (found == kIntervals.end()) return {-4, 4};
  const std::vector<Interval>& intervals = found->second;
  return intervals[std::min<std::size_t>(operand, intervals.size() - 1)];
}

/// Values at the ends of what a dtype can hold; nothing for booleans and complex numbers, whose
/// behaviour there is not part of the operations' contract.
Array extremes(DType dtype) {
  return visit_dtype(dtype, []<class T>(std::type_identity<T>) {
    using Limits = std::numeric_limits<T>;
    if constexpr (std::is_floating_point_v<T>) {
      return Array::from({Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(), T(0),
                          T(-0.0), Limits::max(), Limits::lowest(), Limits::min(),
                          Limits::denorm_min(), T(1), T(-1), T(0.5), T(1.5), T(-2.5), T(3)});
    } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      return Array::from({Limits::min(), Limits::max(), T(Limits::max() - 1), T(0), T(1), T(2),
                          T(3), T(-1), T(-2), T(-3)});
    } else {
      return Array::empty({0}, dtype_of<T>());
    }
  });
}

}  // namespace

Problems elementwise(const OpRow& row, DType dtype, Random& random) {
  const std::vector<std::vector<Dims>> shapes = {
      {{}, {}, {}},          {{1037}, {1037}, {1037}}, {{7, 33}, {7, 33}, {7, 33}},
      {{0, 3}, {0, 3}, {3}}, {{7, 33}, {33}, {7, 1}},  {{4, 1, 5}, {3, 1}, {1, 3, 5}},
      {{9}, {}, {}}};
  const auto operand_dtype = [&](int i) {
    return row.name == "where" && i == 0 ? DType::boolean : dtype;
  };
  Problems problems;
  for (const std::vector<Dims>& operands : shapes) {
    Problem& problem = problems.emplace_back();
    for (int i = 0; i < row.inputs; ++i) {
      const auto [low, high] = interval_of(row, i);
      problem.inputs.push_back(random.array(operands[i], operand_dtype(i), low, high));
    }
  }
  const bool negative_powers = row.name == "power" && is_integer(dtype);
  if (const Array values = extremes(dtype); values.size() > 0 && !negative_powers) {
    Problem& pairs = problems.emplace_back();
    for (int i = 0; i < row.inputs; ++i) {
      pairs.inputs.push_back(astype(i == 0 ? values : values.expand_dims(1), operand_dtype(i)));
    }
  }
  return problems;
}

Problems full(const OpRow&, DType dtype, Random& random) {
  Problems problems;
  for (const Dims& shape : {Dims{}, Dims{0, 2}, Dims{1000}, Dims{3, 4, 5}}) {
    problems.push_back({{random.array({}, dtype, -4, 4)}, {shape}});
  }
  return problems;
}

Problems arange(const OpRow&, DType dtype, Random& random) {
  Problems problems;
  for (const std::int64_t length : {0, 1, 17, 1000}) {
    problems.push_back(
        {{random.array({}, dtype, -4, 4), random.array({}, dtype, -4, 4)}, {length}});
  }
  return problems;
}

Problems linspace(const OpRow&, DType dtype, Random& random) {
  Problems problems;
  for (const std::int64_t length : {0, 1, 2, 1000}) {
    for (const bool endpoint : {false, true}) {
      problems.push_back(
          {{random.array({}, dtype, -4, 4), random.array({}, dtype, -4, 4)}, {length, endpoint}});
    }
  }
  return problems;
}

Problems eye(const OpRow&, DType dtype, Random&) {
  using Row = std::array<std::int64_t, 3>;
  Problems problems;
  for (const auto& [rows, columns, diagonal] :
       {Row{0, 0, 0}, Row{1, 1, 0}, Row{5, 5, 0}, Row{5, 9, 2}, Row{9, 5, -3}, Row{4, 4, 7}}) {
    problems.push_back({{}, {rows, columns, diagonal, dtype}});
  }
  return problems;
}

Problems triangle(const OpRow&, DType dtype, Random& random) {
  Problems problems;
  for (const Dims& shape : {Dims{0, 0}, Dims{1, 1}, Dims{5, 8}, Dims{8, 5}, Dims{2, 3, 4, 4},
                            Dims{3, 0, 2}, Dims{300, 200}}) {
    for (const std::int64_t diagonal :
         {std::int64_t{0}, std::int64_t{2}, std::int64_t{-3}, INT64_MIN, INT64_MAX}) {
      problems.push_back({{random.array(shape, dtype, 1, 9)}, {diagonal}});
    }
  }
  return problems;
}

Problems copy(const OpRow&, DType dtype, Random& random) {
  Problems problems;
  for (const Dims& shape : {Dims{}, Dims{0, 3}, Dims{1037}, Dims{7, 33}, Dims{3, 4, 5}}) {
    problems.push_back({{random.array(shape, dtype, -100, 100)}});
  }
  return problems;
}

Problems astype(const OpRow&, DType dtype, Random& random) {
  Problems problems;
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto target = static_cast<DType>(i);
    // A negative real number as an unsigned integer is not defined.
    const bool undefined = is_floating(dtype) && kind(target) == DTypeKind::unsigned_integer;
    for (const Dims& shape : {Dims{}, Dims{0, 3}, Dims{7, 33}}) {
      problems.push_back({{random.array(shape, dtype, undefined ? 0 : -100, 100)}, {target}});
    }
  }
  return problems;
}

Problems reduction(const OpRow& row, DType dtype, Random& random) {
  struct Case {
    Dims shape, axes;
  };
  const std::vector<Case> cases = {{{}, {}},
                                   {{5}, {0}},
                                   {{7, 6}, {0}},
                                   {{7, 6}, {1}},
                                   {{7, 6}, {}},
                                   {{0, 3}, {1}},
                                   {{3, 4, 5}, {0, 2}},
                                   {{3, 4, 2}, {1}},
                                   {{2, 3, 4}, {0, 1, 2}},
                                   {{1, 3, 1}, {0, 2}}};
  const std::vector<Case> large = {{{1037}, {0}}, {{70, 33}, {0}}, {{33, 70}, {1}}, {{40000}, {0}}};
  const bool has_identity = row.name != "min" && row.name != "max";
  Problems problems;
  const auto add = [&](const Case& c) {
    std::int64_t length = 1;
    for (const std::int64_t axis : c.axes) length *= c.shape[static_cast<int>(axis)];
    for (const bool keepdims : {false, true}) {
      problems.push_back({{summands(random, c.shape, dtype)},
                          {c.axes, keepdims},
                          static_cast<long double>(std::max<std::int64_t>(length, 1))});
    }
  };
  for (const Case& c : cases) add(c);
  if (has_identity) add({{0, 3}, {0}});
  if (row.name != "prod") {  // which would overflow
    for (const Case& c : large) add(c);
  }
  if (is_floating(dtype) && !is_complex(dtype)) {
    const Array with_nan = summands(random, {40, 3}, dtype);
    assign(with_nan.select(0, 21).select(0, 1), Array::scalar(std::nan("")));
    problems.push_back({{with_nan}, {Dims{0}, false}, 40});
  }
  return problems;
}

}  // namespace loom::test::generators
