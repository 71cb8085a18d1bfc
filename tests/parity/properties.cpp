#include "parity/properties.h"

#include <limits>
#include <map>

namespace loom::test {
namespace {

constexpr long double kInfinite = std::numeric_limits<long double>::infinity();

/// An error relative to a size, in units of the item.
long double relative(long double error, long double size, const Item& item) {
  if (error == 0) return 0;
  const long double amount = error / (size * item.unit);
  return std::isnan(amount) ? kInfinite : amount;
}

long double required(bool holds) { return holds ? 0 : kInfinite; }

long double reconstruction(const WideMatrix& product_of, const WideMatrix& a, const Item& item) {
  return relative(norm(difference(product_of, a)), norm(a), item);
}

/// How far the columns of q are from orthonormal.
long double orthonormality(const WideMatrix& q, const Item& item) {
  return relative(norm(difference(product(adjoint(q), q), identity(q.columns))), 1, item);
}

/// How far two columns of numbers are from each other, relative to the norm of the matrix.
long double closeness(const WideMatrix& values, const WideMatrix& expected, const WideMatrix& a,
                      const Item& item) {
  return relative(norm(difference(values, expected)), norm(a), item);
}

template <class Holds>
bool for_all(const WideMatrix& a, Holds holds) {
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.columns; ++j) {
      if (!holds(i, j, a(i, j))) return false;
    }
  }
  return true;
}

bool is_upper(const WideMatrix& a) {
  return for_all(a, [](std::int64_t i, std::int64_t j, Wide x) { return i <= j || x == Wide(0); });
}

/// Whether real numbers stand in order, where `before(x, y)` forbids x to follow y.
template <class Before>
bool is_ordered(const WideMatrix& column, Before before) {
  for (std::int64_t i = 1; i < column.rows; ++i) {
    if (before(column(i, 0).real(), column(i - 1, 0).real())) return false;
  }
  return true;
}

/// A with column j multiplied by values(j).
WideMatrix scale_columns(WideMatrix a, const WideMatrix& values) {
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.columns; ++j) a(i, j) *= values(j, 0);
  }
  return a;
}

/// The first `columns` columns.
WideMatrix leading_columns(const WideMatrix& a, std::int64_t columns) {
  WideMatrix result(a.rows, columns);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) result(i, j) = a(i, j);
  }
  return result;
}

WideMatrix leading_rows(const WideMatrix& a, std::int64_t rows) {
  WideMatrix result(rows, a.columns);
  std::copy_n(a.elements.begin(), result.elements.size(), result.elements.begin());
  return result;
}

/// The Hermitian matrix of which `a` has the lower triangle.
WideMatrix from_lower(WideMatrix a) {
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < i; ++j) a(j, i) = std::conj(a(i, j));
    a(i, i) = a(i, i).real();
  }
  return a;
}

Wide trace_of(const WideMatrix& a) {
  Wide sum = 0;
  for (std::int64_t i = 0; i < a.rows; ++i) sum += a(i, i);
  return sum;
}

bool is_permutation(const WideMatrix& p) {
  const bool binary =
      for_all(p, [](std::int64_t, std::int64_t, Wide x) { return x == Wide(0) || x == Wide(1); });
  return binary && difference(product(adjoint(p), p), identity(p.rows)).elements ==
                       WideMatrix(p.rows, p.rows).elements;
}

std::vector<Residual> lu(const Item& item) {
  const WideMatrix &a = item.in[0], &p = item.out[0], &l = item.out[1], &u = item.out[2];
  // Complex pivots may be chosen by |re| + |im|, which is at most sqrt(2) times the modulus.
  const long double largest = is_complex(item.dtype) ? std::sqrt(2.0L) : 1;
  const bool unit_lower = for_all(
      l, [](std::int64_t i, std::int64_t j, Wide x) { return i > j || x == Wide(i == j ? 1 : 0); });
  const bool pivoted = for_all(l, [&](std::int64_t, std::int64_t, Wide x) {
    return std::abs(x) <= largest * (1 + 4 * epsilon_of(item.dtype));
  });
  return {{"P L U = A", reconstruction(product(p, product(l, u)), a, item)},
          {"P is a permutation", required(is_permutation(p))},
          {"L is unit lower triangular", required(unit_lower)},
          {"pivots are the largest of their columns", required(pivoted)},
          {"U is upper triangular", required(is_upper(u))}};
}

std::vector<Residual> qr(const Item& item) {
  const WideMatrix &a = item.in[0], &q = item.out[0], &r = item.out[1];
  return {{"Q R = A", reconstruction(product(q, r), a, item)},
          {"Q is orthonormal", orthonormality(q, item)},
          {"R is upper triangular", required(is_upper(r))}};
}

std::vector<Residual> svd(const Item& item) {
  const WideMatrix &a = item.in[0], &u = item.out[0], &s = item.out[1], &vh = item.out[2];
  const WideMatrix scaled = scale_columns(leading_columns(u, s.rows), s);
  const bool positive =
      for_all(s, [](std::int64_t, std::int64_t, Wide x) { return x.real() >= 0; });
  return {{"U S Vh = A", reconstruction(product(scaled, leading_rows(vh, s.rows)), a, item)},
          {"U is orthonormal", orthonormality(u, item)},
          {"Vh is orthonormal", orthonormality(adjoint(vh), item)},
          {"S is not negative", required(positive)},
          {"S descends", required(is_ordered(s, std::greater<>()))},
          {"S is that of the reference", closeness(s, item.expected[1], a, item)}};
}

std::vector<Residual> svdvals(const Item& item) {
  const WideMatrix &a = item.in[0], &s = item.out[0];
  const bool positive =
      for_all(s, [](std::int64_t, std::int64_t, Wide x) { return x.real() >= 0; });
  return {{"S is as large as A", relative(std::abs(norm(s) - norm(a)), norm(a), item)},
          {"S is not negative", required(positive)},
          {"S descends", required(is_ordered(s, std::greater<>()))},
          {"S is that of the reference", closeness(s, item.expected[0], a, item)}};
}

std::vector<Residual> eigh(const Item& item) {
  const WideMatrix a = from_lower(item.in[0]);
  const WideMatrix &w = item.out[0], &v = item.out[1];
  return {{"V W V^H = A", reconstruction(product(scale_columns(v, w), adjoint(v)), a, item)},
          {"V is orthonormal", orthonormality(v, item)},
          {"values ascend", required(is_ordered(w, std::less<>()))},
          {"values are those of the reference", closeness(w, item.expected[0], a, item)}};
}

/// The first two moments of the eigenvalues of a matrix.
std::vector<Residual> moments(const WideMatrix& a, const WideMatrix& values, const Item& item) {
  Wide sum = 0, sum_of_squares = 0;
  for (const Wide& value : values.elements) {
    sum += value;
    sum_of_squares += value * value;
  }
  const long double size = norm(a);
  return {{"values add up to the trace", relative(std::abs(sum - trace_of(a)), size, item)},
          {"squares of values add up to the trace of A A",
           relative(std::abs(sum_of_squares - trace_of(product(a, a))), size * size, item)}};
}

std::vector<Residual> eigvalsh(const Item& item) {
  const WideMatrix a = from_lower(item.in[0]);
  std::vector<Residual> residuals = moments(a, item.out[0], item);
  residuals.push_back({"values ascend", required(is_ordered(item.out[0], std::less<>()))});
  residuals.push_back(
      {"values are those of the reference", closeness(item.out[0], item.expected[0], a, item)});
  return residuals;
}

std::vector<Residual> eigvals(const Item& item) { return moments(item.in[0], item.out[0], item); }

std::vector<Residual> eig(const Item& item) {
  const WideMatrix &a = item.in[0], &w = item.out[0], &v = item.out[1];
  long double length_error = 0;
  for (std::int64_t j = 0; j < v.columns; ++j) {
    long double square = 0;
    for (std::int64_t i = 0; i < v.rows; ++i) square += std::norm(v(i, j));
    length_error = std::max(length_error, std::abs(std::sqrt(square) - 1));
  }
  std::vector<Residual> residuals = moments(a, w, item);
  const WideMatrix residual = difference(product(a, v), scale_columns(v, w));
  residuals.push_back({"A V = V W", relative(norm(residual), norm(a), item)});
  residuals.push_back({"vectors have length 1", relative(length_error, 1, item)});
  return residuals;
}

std::vector<Residual> cholesky(const Item& item) {
  const bool upper = std::get<bool>(item.attributes[0]);
  const WideMatrix u = upper ? item.out[0] : adjoint(item.out[0]);
  const bool positive = for_all(u, [](std::int64_t i, std::int64_t j, Wide x) {
    return i != j || (x.real() > 0 && x.imag() == 0);
  });
  return {{"U^H U = A", reconstruction(product(adjoint(u), u), from_lower(item.in[0]), item)},
          {"the factor is triangular", required(is_upper(u))},
          {"its diagonal is positive", required(positive)}};
}

std::vector<Residual> solve(const Item& item) {
  const WideMatrix &a = item.in[0], &b = item.in[1], &x = item.out[0];
  const long double error = norm(difference(product(a, x), b));
  return {{"A X = B", relative(error, norm(a) * norm(x), item)}};
}

std::vector<Residual> inverse(const Item& item) {
  const WideMatrix &a = item.in[0], &x = item.out[0];
  const long double error = norm(difference(product(a, x), identity(a.rows)));
  return {{"A X = 1", relative(error, norm(a) * norm(x), item)}};
}

/// A change of row i by a relative delta changes a determinant, which is linear in each row, by at
/// most delta times the product of the norms of all rows (Hadamard's inequality).
std::vector<Residual> near_determinant(const Item& item, Wide found) {
  const WideMatrix& a = item.in[0];
  long double bound = 1;
  for (std::int64_t i = 0; i < a.rows; ++i) {
    long double square = 0;
    for (std::int64_t j = 0; j < a.columns; ++j) square += std::norm(a(i, j));
    bound *= std::sqrt(square);
  }
  return {{"determinant", relative(std::abs(found - determinant(a)), bound, item)}};
}

std::vector<Residual> det(const Item& item) { return near_determinant(item, item.out[0](0, 0)); }

std::vector<Residual> slogdet(const Item& item) {
  const Wide sign = item.out[0](0, 0);
  std::vector<Residual> residuals =
      near_determinant(item, sign * std::exp(item.out[1](0, 0).real()));
  residuals.push_back({"the sign has size 1", relative(std::abs(std::abs(sign) - 1), 1, item)});
  return residuals;
}

const std::map<std::string_view, Properties> kProperties = {
    {"lu", lu},
    {"qr", qr},
    {"svd", svd},
    {"svdvals", svdvals},
    {"eigh", eigh},
    {"eig", eig},
    {"eigvalsh", eigvalsh},
    {"eigvals", eigvals},
    {"cholesky", cholesky},
    {"solve", solve},
    {"inv", inverse},
    {"det", det},
    {"slogdet", slogdet},
};

/// The items of an array whose leading dimensions broadcast to `batch`: scalars, vectors (as
/// columns) or matrices, by what is left of its rank.
std::vector<WideMatrix> items_of(const Array& a, int item_rank, const Dims& batch) {
  Dims shape = batch;
  for (int axis = a.ndim() - item_rank; axis < a.ndim(); ++axis) shape.push_back(a.shape(axis));
  const std::int64_t rows = item_rank > 0 ? a.shape(-item_rank) : 1;
  const std::int64_t columns = item_rank > 1 ? a.shape(-1) : 1;
  const std::vector<Wide> all = values_of(a.broadcast_to(shape));
  std::vector<WideMatrix> items;
  for (std::int64_t i = 0; i < element_count(batch); ++i) {
    WideMatrix& item = items.emplace_back(rows, columns);
    std::copy_n(all.begin() + i * rows * columns, rows * columns, item.elements.begin());
  }
  return items;
}

}  // namespace

Properties properties_of(std::string_view operation) {
  const auto found = kProperties.find(operation);
  return found == kProperties.end() ? nullptr : found->second;
}

std::vector<Residual> residuals_of(Properties properties, const Problem& problem,
                                   const std::vector<Array>& results,
                                   const std::vector<Array>& expected) {
  Dims batch;
  for (const Array& input : problem.inputs) {
    if (input.ndim() < 2) continue;
    batch =
        broadcast_shapes(batch, Dims(std::span(input.shape().data(), input.ndim() - 2)), "items");
  }
  const Array& first = problem.inputs[0];
  const std::int64_t n = std::max<std::int64_t>({first.shape(-1), first.shape(-2), 1});
  std::vector<Item> items(element_count(batch));
  const auto add = [&](const Array& a, int rank, std::vector<WideMatrix> Item::*list) {
    const std::vector<WideMatrix> parts = items_of(a, rank, batch);
    for (std::size_t i = 0; i < items.size(); ++i) (items[i].*list).push_back(parts[i]);
  };
  for (const Array& input : problem.inputs) add(input, std::min(input.ndim(), 2), &Item::in);
  for (const Array& a : results) add(a, a.ndim() - batch.size(), &Item::out);
  for (const Array& a : expected) add(a, a.ndim() - batch.size(), &Item::expected);

  std::vector<Residual> worst;
  for (Item& item : items) {
    item.attributes = problem.attributes;
    item.dtype = first.dtype();
    item.unit = epsilon_of(item.dtype) * static_cast<long double>(n);
    const std::vector<Residual> residuals = properties(item);
    worst.resize(residuals.size(), {"", 0});
    for (std::size_t k = 0; k < residuals.size(); ++k) {
      worst[k] = {residuals[k].property, std::max(worst[k].amount, residuals[k].amount)};
    }
  }
  return worst;
}

}  // namespace loom::test
