#include <cmath>

#include "parity/generators.h"

namespace loom::test::generators {

using schema::Attribute;
using schema::OpRow;

namespace {

const std::vector<Dims> kSquareShapes = {{1, 1},       {2, 2}, {5, 5},    {17, 17},  {3, 4, 4},
                                         {2, 2, 3, 3}, {0, 0}, {2, 0, 0}, {0, 3, 3}, {70, 70}};
const std::vector<Dims> kOtherShapes = {{8, 5}, {5, 8},    {1, 6},   {6, 1},  {3, 0},
                                        {0, 3}, {2, 4, 3}, {90, 40}, {40, 90}};

const std::pair<Dims, Dims> kProductShapes[] = {
    {{1, 1}, {1, 1}},    {{3, 4}, {4, 5}},     {{17, 33}, {33, 9}},
    {{6, 7}, {7}},       {{7}, {7, 6}},        {{40}, {40}},
    {{2, 3, 4}, {4, 5}}, {{3, 4}, {2, 4, 5}},  {{2, 1, 3, 4}, {5, 4, 2}},
    {{2, 3, 4}, {4}},    {{0, 3}, {3, 2}},     {{2, 3}, {3, 0}},
    {{2, 0}, {0, 3}},    {{0, 2, 3}, {3, 4}},  {{0}, {0}},
    {{33, 1}, {1, 20}},  {{80, 90}, {90, 85}}, {{200, 9}, {9}},
    {{9, 200}, {200}}};

/// A stack of matrices of elements up to `size`, with `boost` added to the diagonals.
Array with_diagonal(Random& random, const Dims& shape, DType dtype, double size, double boost) {
  const Array a = random.array(shape, dtype, -size, size);
  const std::int64_t columns = shape.back(), elements = shape[shape.size() - 2] * columns;
  visit_floating(dtype, [&]<class T>(std::type_identity<T>) {
    for (std::int64_t i = 0; i < a.size(); ++i) {
      if (i % elements % (columns + 1) == 0) a.span<T>()[i] += static_cast<T>(boost);
    }
  });
  return a;
}

/// Matrices at the edges: of zeros and ones (rank 0 and 1), the identity, and numbers near the ends
/// of the range.
std::vector<Array> remarkable(const Dims& shape, DType dtype, Random& random) {
  const double large = real_of(dtype) == DType::float32 ? 1e30 : 1e250;
  return {zeros(shape, dtype), ones(shape, dtype), eye(shape[0], shape[1], 0, dtype),
          random.array(shape, dtype, -large, large),
          random.array(shape, dtype, -1 / large, 1 / large)};
}

/// The attribute that an operation has, both ways; or none.
std::vector<std::vector<Attribute>> flag_of(const OpRow& row) {
  if (row.attributes.empty()) return {{}};
  return {{false}, {true}};
}

}  // namespace

Problems matmul(const OpRow&, DType dtype, Random& random) {
  Problems problems;
  for (const auto& [a, b] : kProductShapes) {
    problems.push_back({{summands(random, a, dtype), summands(random, b, dtype)},
                        {},
                        static_cast<long double>(std::max<std::int64_t>(a.back(), 1))});
  }
  return problems;
}

Problems matmul_integer(const OpRow&, DType dtype, Random& random) {
  if (dtype != DType::uint8 && dtype != DType::int8) return {};
  Problems problems;
  for (const DType left : {DType::uint8, DType::int8}) {
    for (const auto& [a, b] : kProductShapes) {
      problems.push_back({{random.array(a, left, -128, 255), random.array(b, dtype, -128, 255)}});
    }
  }
  return problems;
}

Problems dot(const OpRow&, DType dtype, Random& random) {
  Problems problems;
  for (const std::int64_t n : {0, 1, 2, 17, 1037, 20000}) {
    problems.push_back({{summands(random, {n}, dtype), summands(random, {n}, dtype)},
                        {},
                        static_cast<long double>(std::max<std::int64_t>(n, 1))});
  }
  return problems;
}

Problems vecdot(const OpRow&, DType dtype, Random& random) {
  const std::pair<Dims, Dims> shapes[] = {{{0}, {0}},         {{1}, {1}},      {{1037}, {1037}},
                                          {{7, 33}, {7, 33}}, {{7, 33}, {33}}, {{4, 1, 5}, {3, 5}},
                                          {{0, 3}, {3}},      {{3, 0}, {3, 0}}};
  Problems problems;
  for (const auto& [a, b] : shapes) {
    problems.push_back({{summands(random, a, dtype), summands(random, b, dtype)},
                        {},
                        static_cast<long double>(std::max<std::int64_t>(a.back(), 1))});
  }
  return problems;
}

Problems convolve(const OpRow&, DType dtype, Random& random) {
  using Sizes = std::pair<std::int64_t, std::int64_t>;
  Problems problems;
  for (const auto& [m, n] :
       {Sizes{1, 1}, Sizes{5, 3}, Sizes{3, 6}, Sizes{100, 33}, Sizes{300, 300}}) {
    for (const std::int64_t mode : {0, 1, 2}) {
      problems.push_back({{summands(random, {m}, dtype), summands(random, {n}, dtype)},
                          {mode},
                          static_cast<long double>(std::min(m, n))});
    }
  }
  return problems;
}

/// lu, qr, svd, eigh, eig and their values alone: they exist for every matrix.
Problems any_matrix(const OpRow& row, DType dtype, Random& random) {
  if (!is_floating(dtype)) return {};
  const bool square = row.name.starts_with("eig");
  Problems problems;
  for (const std::vector<Attribute>& attributes : flag_of(row)) {
    for (const Dims& shape : kSquareShapes)
      problems.push_back({{random.array(shape, dtype)}, attributes});
    for (const Array& a : remarkable({6, 6}, dtype, random)) problems.push_back({{a}, attributes});
    if (square) continue;
    for (const Dims& shape : kOtherShapes)
      problems.push_back({{random.array(shape, dtype)}, attributes});
    for (const Array& a : remarkable({4, 7}, dtype, random)) problems.push_back({{a}, attributes});
    for (const Array& a : remarkable({7, 4}, dtype, random)) problems.push_back({{a}, attributes});
  }
  return problems;
}

/// cholesky, inv, det, slogdet. A dominant diagonal makes the lower triangle positive definite; its
/// elements are near 1, so that no determinant leaves the range of its dtype.
Problems regular_matrix(const OpRow& row, DType dtype, Random& random) {
  if (!is_floating(dtype)) return {};
  Problems problems;
  for (const std::vector<Attribute>& attributes : flag_of(row)) {
    for (const Dims& shape : kSquareShapes) {
      const double rest = 0.5 / static_cast<double>(std::max<std::int64_t>(shape.back(), 1));
      problems.push_back({{with_diagonal(random, shape, dtype, rest, 1)}, attributes});
    }
  }
  return problems;
}

Problems solve(const OpRow&, DType dtype, Random& random) {
  if (!is_floating(dtype)) return {};
  const std::pair<Dims, Dims> shapes[] = {
      {{1, 1}, {1}},          {{5, 5}, {5}},    {{5, 5}, {5, 3}},          {{17, 17}, {17, 40}},
      {{3, 4, 4}, {3, 4, 2}}, {{3, 4, 4}, {4}}, {{2, 1, 3, 3}, {4, 3, 2}}, {{3, 3}, {2, 3, 3}},
      {{0, 0}, {0}},          {{0, 0}, {0, 2}}, {{3, 3}, {3, 0}},          {{0, 3, 3}, {3, 2}},
      {{70, 70}, {70, 9}}};
  Problems problems;
  for (const auto& [a, b] : shapes) {
    problems.push_back({{with_diagonal(random, a, dtype, 1, 2), random.array(b, dtype)}});
  }
  return problems;
}

Problems fourier(const OpRow& row, DType dtype, Random& random) {
  struct Case {
    Dims shape;
    std::int64_t length, axis;
  };
  std::vector<Case> cases = {{{5, 6, 7}, 5, 0}, {{5, 6, 7}, 6, 1}, {{5, 6, 7}, 7, 2},
                             {{3, 10}, 4, 1},   {{3, 10}, 15, 1},  {{10, 3}, 16, 0},
                             {{0, 4}, 4, 1},    {{3, 0}, 4, 1},    {{20, 64}, 64, 1}};
  for (const std::int64_t n : {1, 2, 3, 8, 12, 37, 100, 128, 1000}) {
    cases.push_back({{row.name == "irfft" ? n / 2 + 1 : n}, n, 0});
  }
  Problems problems;
  for (const Case& c : cases) {
    for (const std::int64_t norm : {0, 1, 2}) {
      // A fast transform adds up in log2(n) steps.
      const long double steps = std::log2(static_cast<long double>(c.length)) + 1;
      problems.push_back({{random.array(c.shape, dtype)}, {c.length, c.axis, norm}, steps});
    }
  }
  return problems;
}

}  // namespace loom::test::generators
