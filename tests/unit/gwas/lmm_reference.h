#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

// A mixed model small enough for dense matrices in extended precision: what the code under test
// computes in the eigenbasis by recursions is computed here from the definitions.
namespace loom::gwas::lmm_reference {

using Real = long double;

/// A matrix of extended precision, row by row.
struct Dense {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<Real> values;

  Dense(std::int64_t r, std::int64_t c) : rows(r), columns(c), values(r * c) {}
  Real& operator()(std::int64_t i, std::int64_t j) { return values[i * columns + j]; }
  Real operator()(std::int64_t i, std::int64_t j) const { return values[i * columns + j]; }
};

inline Dense identity(std::int64_t n) {
  Dense out(n, n);
  for (std::int64_t i = 0; i < n; ++i) out(i, i) = 1;
  return out;
}

inline Dense operator*(const Dense& a, const Dense& b) {
  Dense out(a.rows, b.columns);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t k = 0; k < a.columns; ++k) {
      for (std::int64_t j = 0; j < b.columns; ++j) out(i, j) += a(i, k) * b(k, j);
    }
  }
  return out;
}

inline Dense combine(const Dense& a, Real scale, const Dense& b) {  // a + scale b
  Dense out = a;
  for (std::size_t i = 0; i < out.values.size(); ++i) out.values[i] += scale * b.values[i];
  return out;
}

inline Dense transpose(const Dense& a) {
  Dense out(a.columns, a.rows);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.columns; ++j) out(j, i) = a(i, j);
  }
  return out;
}

inline Real trace(const Dense& a) {
  Real sum = 0;
  for (std::int64_t i = 0; i < a.rows; ++i) sum += a(i, i);
  return sum;
}

struct Inverse {
  Dense inverse;
  Real log_det;
};

/// Gauss-Jordan without pivoting: for positive definite matrices.
inline Inverse invert(Dense a) {
  const std::int64_t n = a.rows;
  Inverse out{identity(n), 0};
  for (std::int64_t k = 0; k < n; ++k) {
    const Real pivot = a(k, k);
    out.log_det += std::log(pivot);
    for (std::int64_t j = 0; j < n; ++j) {
      a(k, j) /= pivot;
      out.inverse(k, j) /= pivot;
    }
    for (std::int64_t i = 0; i < n; ++i) {
      const Real factor = a(i, k);
      if (i == k || factor == 0) continue;
      for (std::int64_t j = 0; j < n; ++j) {
        a(i, j) -= factor * a(k, j);
        out.inverse(i, j) -= factor * out.inverse(k, j);
      }
    }
  }
  return out;
}

/// A random model: kinship K = U diag(d) U' with a random orthogonal U, covariates whose first
/// column is constant, a SNP of one or more columns that are not centred and a phenotype with a
/// genetic part; and the same columns rotated by U'.
struct Problem {
  std::int64_t n;
  std::int64_t c;
  Dense kinship;
  Dense covariates;  // n x c
  Dense snp;         // n x k
  Dense phenotype;   // n x 1
  std::vector<double> eigenvalues;
  std::vector<double> rotated_covariates;  // c columns of n
  std::vector<double> rotated_snp;         // k columns of n
  std::vector<double> rotated_phenotype;

  Problem(std::int64_t samples, std::int64_t covariate_count, std::uint64_t seed,
          std::int64_t snp_columns = 1)
      : n(samples),
        c(covariate_count),
        kinship(n, n),
        covariates(n, c),
        snp(n, snp_columns),
        phenotype(n, 1),
        eigenvalues(n) {
    std::mt19937_64 generator(seed);
    std::normal_distribution<double> normal;
    for (std::int64_t i = 0; i < n; ++i) eigenvalues[i] = i < 3 ? 0.0 : std::exp(normal(generator));

    Dense u = identity(n);  // three random reflections
    for (int reflection = 0; reflection < 3; ++reflection) {
      Dense v(n, 1);
      for (Real& value : v.values) value = normal(generator);
      const Real length = (transpose(v) * v)(0, 0);
      u = combine(u, -2 / length, (u * v) * transpose(v));
    }
    Dense scaled = u;
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = 0; j < n; ++j) scaled(i, j) *= eigenvalues[j];
    }
    kinship = scaled * transpose(u);

    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = 0; j < c; ++j) covariates(i, j) = j == 0 ? 1.0 : normal(generator);
      snp(i, 0) = static_cast<double>(generator() % 3);
      phenotype(i, 0) = 0.3 * snp(i, 0) + normal(generator);
      for (std::int64_t j = 1; j < snp_columns; ++j) snp(i, j) = snp(i, 0) * normal(generator);
    }
    Dense genetic(n, 1);
    for (std::int64_t j = 0; j < n; ++j) {
      genetic(j, 0) = std::sqrt(eigenvalues[j]) * normal(generator);
    }
    phenotype = combine(phenotype, 1.0, u * genetic);

    const Dense ut = transpose(u);
    rotated_covariates = columns_of(ut * covariates);
    rotated_snp = columns_of(ut * snp);
    rotated_phenotype = columns_of(ut * phenotype);
  }

  static std::vector<double> columns_of(const Dense& a) {
    const Dense t = transpose(a);
    return {t.values.begin(), t.values.end()};
  }

  /// The covariates, and as many columns of the SNP.
  Dense design(std::int64_t snp_columns) const {
    Dense x(n, c + snp_columns);
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = 0; j < c; ++j) x(i, j) = covariates(i, j);
      for (std::int64_t j = 0; j < snp_columns; ++j) x(i, c + j) = snp(i, j);
    }
    return x;
  }
};

/// A column of a matrix, as a matrix.
inline Dense column(const Dense& a, std::int64_t j) {
  Dense out(a.rows, 1);
  for (std::int64_t i = 0; i < a.rows; ++i) out(i, 0) = a(i, j);
  return out;
}

/// Everything of the model with design x at lambda, from its definition.
struct DenseModel {
  Dense p;              // the projection
  Dense gls;            // (X'H^-1X)^-1
  Real log_det = 0;     // log det H
  Real log_pivots = 0;  // log det X'H^-1X
  Real yy[3] = {};      // y'Py, y'PKPy, y'PKPKPy
  Real trace_pk = 0, trace_pkpk = 0, trace_hk = 0, trace_hkhk = 0;
  Dense beta;

  struct Value {
    Real value, slope, curvature;
  };

  DenseModel(const Problem& problem, const Dense& x, Real lambda)
      : p(0, 0), gls(0, 0), beta(0, 0), n_(problem.n), k_(x.columns) {
    const Dense& k = problem.kinship;
    const Inverse h = invert(combine(identity(n_), lambda, k));
    const Inverse cross = invert(transpose(x) * h.inverse * x);
    gls = cross.inverse;
    log_det = h.log_det;
    log_pivots = cross.log_det;
    const Dense hx = h.inverse * x;
    p = combine(h.inverse, -1, hx * gls * transpose(hx));
    beta = gls * transpose(hx) * problem.phenotype;
    const Dense pk = p * k;
    const Dense hk = h.inverse * k;
    trace_pk = trace(pk);
    trace_pkpk = trace(pk * pk);
    trace_hk = trace(hk);
    trace_hkhk = trace(hk * hk);
    const Dense& y = problem.phenotype;
    yy[0] = (transpose(y) * p * y)(0, 0);
    yy[1] = (transpose(y) * pk * p * y)(0, 0);
    yy[2] = (transpose(y) * pk * pk * p * y)(0, 0);
    log_unweighted_ = invert(transpose(x) * x).log_det;
  }

  Value ml() const { return likelihood(n_, log_det, trace_hk, trace_hkhk); }
  Value reml() const {
    return likelihood(n_ - k_, log_det + log_pivots - log_unweighted_, trace_pk, trace_pkpk);
  }

 private:
  Value likelihood(Real q, Real log_dets, Real trace1, Real trace2) const {
    const Real log_two_pi = std::log(2 * std::acos(Real{-1}));
    return {q / 2 * (std::log(q) - log_two_pi - 1) - log_dets / 2 - q / 2 * std::log(yy[0]),
            -trace1 / 2 + q / 2 * yy[1] / yy[0],
            trace2 / 2 - q / 2 * (2 * yy[2] * yy[0] - yy[1] * yy[1]) / (yy[0] * yy[0])};
  }

  Real n_;
  Real k_;
  Real log_unweighted_ = 0;
};

}  // namespace loom::gwas::lmm_reference
