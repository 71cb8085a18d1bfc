#include "loom/gwas/model/coordinates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "loom/ops/creation.h"
#include "loom/ops/linalg.h"
#include "loom/ops/manipulation.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

double product(const double* a, const double* b, std::int64_t n) {
  double sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

using Vector = std::vector<double>;

double length(const Vector& v) { return std::sqrt(product(v.data(), v.data(), std::ssize(v))); }

/// Takes out of `v` what it has in the spans of `vectors` and of `basis`, both orthonormal.
void take_out(const Array& vectors, const std::vector<Vector>& basis, Vector& v) {
  const Array part = contiguous(matmul(vectors, matmul(Array::from(v), vectors)));
  for (std::size_t i = 0; i < v.size(); ++i) v[i] -= part.data<double>()[i];
  for (const Vector& known : basis) {
    const double share = product(v.data(), known.data(), std::ssize(v));
    for (std::size_t i = 0; i < v.size(); ++i) v[i] -= share * known[i];
  }
}

/// An orthonormal basis of what `columns` have outside the span of the orthonormal `vectors`.
std::vector<Vector> basis_beside(const Array& vectors, const Array& columns) {
  const std::int64_t n = columns.shape(0);
  const double noise = static_cast<double>(n) * std::numeric_limits<double>::epsilon();
  std::vector<Vector> basis;
  for (std::int64_t j = 0; j < columns.shape(1); ++j) {
    Vector rest(static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < n; ++i) rest[i] = columns.at<double>({i, j});
    const double whole = length(rest);
    take_out(vectors, basis, rest);
    if (length(rest) <= noise * whole) continue;
    // What rounding left of the spans weighs more the less there is of the rest.
    for (int time = 0; time < 2; ++time) {
      const double scale = length(rest);
      for (double& value : rest) value /= scale;
      take_out(vectors, basis, rest);
    }
    const double scale = length(rest);
    for (double& value : rest) value /= scale;
    basis.push_back(std::move(rest));
  }
  return basis;
}

}  // namespace

Coordinates::Coordinates(Decomposition eigen, const Array& fixed, std::int64_t snp_columns)
    : eigen_(std::move(eigen)), snp_columns_(snp_columns) {
  const std::int64_t n = eigen_.vectors.shape(0), r = eigen_.vectors.shape(1);
  if (complete()) {
    values_ = eigen_.values;
    basis_ = eigen_.vectors;
    linear_ = n;
    return;
  }
  const std::vector<Vector> beside = basis_beside(eigen_.vectors, fixed);
  linear_ = r + std::ssize(beside);
  const std::int64_t all = linear_ + snp_columns;
  values_ = zeros({all});
  std::copy_n(eigen_.values.data<double>(), r, values_.data<double>());
  basis_ = zeros({n, all});
  for (std::int64_t i = 0; i < n; ++i) {
    double* row = basis_.data<double>() + i * all;
    row = std::copy_n(eigen_.vectors.data<double>() + i * r, r, row);
    for (const Vector& direction : beside) *row++ = direction[static_cast<std::size_t>(i)];
  }
}

Array Coordinates::of_fixed(const Array& columns) const {
  return contiguous(matmul(transpose(columns), basis_));
}

// The products of what is left of a SNP's columns, factorised as L L': row a of L is what is left
// of column a in coordinates of its own.
void Coordinates::complete_snp(const double* rows, double* coordinates) const {
  const std::int64_t n = basis_.shape(0), all = size();
  for (std::int64_t a = 0; a < snp_columns_; ++a) {
    double* own = coordinates + a * all;
    for (std::int64_t b = 0; b <= a; ++b) {
      const double* other = coordinates + b * all;
      const double left = product(rows + a * n, rows + b * n, n) - product(own, other, linear_ + b);
      double& element = own[linear_ + b];
      const double pivot = other[linear_ + b];
      element = a == b ? std::sqrt(std::max(left, 0.0)) : pivot > 0 ? left / pivot : 0;
    }
  }
}

Array Coordinates::of_snps(const Array& rows) const {
  const Array result = contiguous(matmul(rows, basis_));
  if (complete()) return result;
  constexpr std::int64_t kSnpsPerPiece = 16;
  const Array from = contiguous(rows);
  parallel_for(rows.shape(0) / snp_columns_, kSnpsPerPiece,
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t i = begin; i < end; ++i) {
                   complete_snp(from.data<double>() + i * snp_columns_ * basis_.shape(0),
                                result.data<double>() + i * snp_columns_ * size());
                 }
               });
  return result;
}

}  // namespace loom::gwas
