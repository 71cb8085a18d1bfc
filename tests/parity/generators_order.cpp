#include <cmath>

#include "loom/ops/reduction.h"
#include "loom/ops/sorting.h"
#include "parity/generators.h"

namespace loom::test::generators {

using schema::OpRow;

namespace {

struct Case {
  Dims shape, axes;
};

const std::vector<Case> kReductions = {
    {{}, {}},      {{5}, {0}},      {{7, 6}, {0}},       {{7, 6}, {1}},
    {{7, 6}, {}},  {{0, 3}, {1}},   {{3, 4, 5}, {0, 2}}, {{2, 3, 4}, {0, 1, 2}},
    {{1037}, {0}}, {{70, 33}, {0}}, {{33, 70}, {1}},     {{40000}, {0}}};

/// Shapes and an axis of each.
const std::vector<Case> kLines = {{{0}, {0}},     {{1}, {0}},     {{5}, {0}},    {{7, 33}, {1}},
                                  {{33, 7}, {0}}, {{3, 0}, {1}},  {{3, 0}, {0}}, {{4, 5, 6}, {1}},
                                  {{1037}, {0}},  {{60, 33}, {0}}};

/// Few different values, so that many are equal and some are zero.
Array with_ties(Random& random, const Dims& shape, DType dtype) {
  return astype(random.array(shape, dtype == DType::boolean ? dtype : DType::int8, -3, 3), dtype);
}

/// The same with some NaNs and zeros of both signs, where the dtype has them.
Array with_specials(Random& random, const Dims& shape, DType dtype) {
  const Array a = with_ties(random, shape, dtype);
  visit_dtype(dtype, [&]<class T>(std::type_identity<T>) {
    if constexpr (std::is_floating_point_v<T>) {
      for (T& x : a.span<T>()) {
        if (x == T(2)) x = std::nan("");
        if (x == T(1)) x = T(-0.0);
      }
    }
  });
  return a;
}

long double length_of(const Case& c) {
  std::int64_t length = 1;
  for (const std::int64_t axis : c.axes) length *= c.shape[static_cast<int>(axis)];
  return static_cast<long double>(std::max<std::int64_t>(length, 1));
}

}  // namespace

Problems variance(const OpRow&, DType dtype, Random& random) {
  Problems problems;
  for (const Case& c : kReductions) {
    for (const double correction : {0.0, 1.0, 2.5}) {
      problems.push_back({{random.array(c.shape, dtype, -5, 5)},
                          {c.axes, correction > 0, correction},
                          length_of(c)});
    }
  }
  return problems;
}

/// argmin, argmax, count_nonzero, all, any: exact, and interesting where elements are equal.
Problems exact_reduction(const OpRow& row, DType dtype, Random& random) {
  const bool needs_elements = row.name.starts_with("arg");
  Problems problems;
  for (const Case& c : kReductions) {
    for (const bool keepdims : {false, true}) {
      problems.push_back({{with_specials(random, c.shape, dtype)}, {c.axes, keepdims}});
    }
  }
  if (!needs_elements) {
    problems.push_back({{zeros({0, 3}, dtype)}, {Dims{0}, false}});
    problems.push_back({{ones({3, 200}, dtype)}, {Dims{1}, false}});
    problems.push_back({{zeros({3, 200}, dtype)}, {Dims{1}, false}});
  }
  return problems;
}

Problems scan(const OpRow& row, DType dtype, Random& random) {
  Problems problems;
  for (const Case& c : kLines) {
    const bool overflows = row.name == "cumulative_prod" && length_of(c) > 100;
    for (const bool include_initial : {false, true}) {
      if (overflows) continue;
      problems.push_back(
          {{summands(random, c.shape, dtype)}, {c.axes[0], include_initial}, length_of(c)});
    }
  }
  return problems;
}

Problems sorting(const OpRow&, DType dtype, Random& random) {
  Problems problems;
  for (const Case& c : kLines) {
    for (const bool descending : {false, true}) {
      problems.push_back({{with_specials(random, c.shape, dtype)}, {c.axes[0], descending}});
      problems.push_back({{random.array(c.shape, dtype, -100, 100)}, {c.axes[0], descending}});
    }
  }
  return problems;
}

Problems searchsorted(const OpRow&, DType dtype, Random& random) {
  if (is_complex(dtype)) return {};
  Problems problems;
  for (const std::int64_t n : {0, 1, 7, 1000}) {
    for (const Dims& shape : {Dims{}, Dims{0, 2}, Dims{7, 33}}) {
      for (const bool right : {false, true}) {
        problems.push_back(
            {{sort(with_specials(random, {n}, dtype)), with_specials(random, shape, dtype)},
             {right}});
      }
    }
  }
  return problems;
}

/// gather and scatter. All indices are indices of every axis, because one layout repeats the row of
/// the first axis for the others.
Problems indexing(const OpRow& row, DType dtype, Random& random) {
  struct Pick {
    Dims shape, axes, indices;
    std::int64_t position;
    Dims values;
  };
  const std::vector<Pick> picks = {
      {{5}, {0}, {1, 3}, 0, {3}},
      {{5}, {0}, {1}, 0, {}},
      {{5}, {0}, {1, 0}, 0, {0}},
      {{4, 5, 6}, {1}, {1, 7}, 1, {4, 7, 6}},
      {{4, 5, 6}, {1}, {1, 7}, 0, {6}},
      {{4, 5, 6}, {0, 2}, {2, 2, 3}, 0, {2, 1, 5}},
      {{4, 5, 6}, {0, 1, 2}, {3, 9}, 0, {}},
      {{4, 5, 0}, {1}, {1, 2}, 1, {4, 2, 0}},
      {{40, 30}, {0}, {1, 60}, 0, {60, 30}},
      {{500}, {0}, {1, 1000}, 0, {1000}},
  };
  Problems problems;
  for (const Pick& pick : picks) {
    std::int64_t smallest = INT64_MAX;
    for (const std::int64_t axis : pick.axes) {
      smallest = std::min(smallest, pick.shape[static_cast<int>(axis)]);
    }
    const auto last = static_cast<double>(smallest);
    Problem problem{{random.array(pick.shape, dtype, -100, 100),
                     random.array(pick.indices, DType::int64, -last, last - 1)},
                    {pick.axes, pick.position}};
    if (row.name == "scatter") problem.inputs.push_back(random.array(pick.values, dtype, -9, 9));
    problems.push_back(problem);
  }
  return problems;
}

Problems take_along_axis(const OpRow&, DType dtype, Random& random) {
  Problems problems;
  for (const Case& c : kLines) {
    Dims shape = c.shape;
    std::int64_t& extent = shape[static_cast<int>(c.axes[0])];
    const auto last = static_cast<double>(extent);
    extent = extent == 0 ? 0 : extent + 2;
    const DType narrow = extent < 100 ? DType::int8 : DType::int64;
    problems.push_back(
        {{random.array(c.shape, dtype, -100, 100),
          last == 0 ? zeros(shape, narrow) : random.array(shape, narrow, -last, last - 1)},
         {c.axes[0]}});
  }
  return problems;
}

/// All sub-arrays along the first axis are equal, so that repeating one of them changes no count.
Problems nonzero(const OpRow&, DType dtype, Random& random) {
  Problems problems;
  for (const Dims& shape :
       {Dims{}, Dims{0}, Dims{1}, Dims{7, 33}, Dims{3, 0}, Dims{4, 5, 6}, Dims{2, 17000}}) {
    Array a = with_specials(random, shape, dtype);
    if (a.ndim() > 0 && a.shape(0) > 0) a = copy(a.slice_axis(0, 0, 1).broadcast_to(shape));
    problems.push_back({{a}, {count_nonzero(a).item<std::int64_t>()}});
  }
  return problems;
}

}  // namespace loom::test::generators
