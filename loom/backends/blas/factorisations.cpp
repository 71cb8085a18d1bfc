#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include "loom/backends/blas/backend.h"
#include "loom/backends/blas/crossover.h"
#include "loom/backends/blas/discovery.h"
#include "loom/backends/blas/matrix.h"
#include "loom/backends/blas/routines.h"

// Results are row-major. Where a routine does the same to the transpose (inverse, Cholesky), the
// row-major memory is handed over as it is; elsewhere matrices are copied to columns and back.
namespace loom::blas {
namespace {

using dispatch::KernelCall;

[[noreturn]] void singular(std::string_view op, std::int64_t info) {
  throw LinAlgError(fmt::format("[{}] matrix is singular: zero pivot in column {}", op, info - 1));
}

/// Row i of A is row result[i] of L U, from the row exchanges that getrf reports.
std::vector<std::int64_t> permutation(const std::vector<std::int64_t>& pivots, std::int64_t rows) {
  std::vector<std::int64_t> order(rows), place(rows);
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = 0; i < pivots.size(); ++i) std::swap(order[i], order[pivots[i] - 1]);
  for (std::int64_t i = 0; i < rows; ++i) place[order[i]] = i;
  return place;
}

template <class T>
struct Lu {
  static void run(const KernelCall& call) {
    const View views[] = {call.outputs[0], call.outputs[1], call.outputs[2], call.inputs[0]};
    const int ranks[] = {2, 2, 2, 2};
    for_each_matrix(views, ranks,
                    [](std::span<const View> item) { factor(item[3], item[0], item[1], item[2]); });
  }

  static void factor(const View& a, const View& p, const View& l, const View& u) {
    const std::int64_t m = a.shape[0], n = a.shape[1], k = std::min(m, n);
    const Memory<T> work = memory<T>(m * n);
    load_columns(a, work.get());
    std::vector<std::int64_t> pivots(k);
    if (k > 0) Routines<T>(library()).getrf(m, n, work.get(), m, pivots.data());
    const std::vector<std::int64_t> place = permutation(pivots, m);
    const ColumnMajor<T> factors{work.get(), m, n, m};
    // Threads share the page faults of the three as well: they cost as much as the copying.
    const std::int64_t grain = std::max(kTile, (1 << 16) / (m + n + k + 1));
    parallel_for(m, grain, [&](std::int64_t begin, std::int64_t end) {
      std::fill_n(p.as<T>() + begin * m, (end - begin) * m, T(0));
      for (std::int64_t i = begin; i < end; ++i) p.as<T>()[i * m + place[i]] = T(1);
      for (std::int64_t i = begin; i < end; i += kTile) {
        split_rows(factors, i, std::min(i + kTile, end), l.as<T>(), u.as<T>());
      }
    });
  }

  /// Writes the rows [begin, end) of L, and those of U that there are.
  static void split_rows(const ColumnMajor<T>& factors, std::int64_t begin, std::int64_t end, T* l,
                         T* u) {
    const std::int64_t n = factors.columns, k = std::min(factors.rows, n);
    for (std::int64_t j0 = 0; j0 < n; j0 += kTile) {
      const std::int64_t j1 = std::min(j0 + kTile, n);
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t above = std::clamp(i, j0, j1);  // from there on the row is U's
        for (std::int64_t j = j0; j < above; ++j) l[i * k + j] = factors(i, j);
        if (i >= k) continue;
        std::fill(l + i * k + above, l + i * k + std::max(above, std::min(j1, k)), T(0));
        std::fill(u + i * n + j0, u + i * n + above, T(0));
        for (std::int64_t j = above; j < j1; ++j) u[i * n + j] = factors(i, j);
      }
    }
    for (std::int64_t i = begin; i < std::min(end, k); ++i) l[i * k + i] = T(1);
  }
};

template <class T>
struct Solve {
  static void run(const KernelCall& call) {
    const int rank = call.inputs[1].rank() == 1 ? 1 : 2;
    const View views[] = {call.outputs[0], call.inputs[0], call.inputs[1]};
    const int ranks[] = {rank, 2, rank};
    for_each_matrix(views, ranks, [](std::span<const View> item) {
      solve(item[1], column(item[2]), column(item[0]));
    });
  }

  static View column(const View& view) {
    if (view.rank() == 2) return view;
    View matrix = view;
    matrix.shape.push_back(1);
    matrix.strides.push_back(1);
    return matrix;
  }

  static void solve(const View& a, const View& b, const View& x) {
    const std::int64_t n = a.shape[0], columns = b.shape[1];
    if (n == 0) return;
    const Memory<T> factors = memory<T>(n * n), rhs = memory<T>(n * columns);
    load_columns(a, factors.get());
    load_columns(b, rhs.get());
    std::vector<std::int64_t> pivots(n);
    const std::int64_t info =
        Routines<T>(library()).gesv(n, columns, factors.get(), n, pivots.data(), rhs.get(), n);
    if (info > 0) singular("solve", info);
    store(ColumnMajor<T>{rhs.get(), n, columns, n}, x);
  }
};

template <class T>
struct Inverse {
  static void run(const KernelCall& call) {
    const View views[] = {call.outputs[0], call.inputs[0]};
    const int ranks[] = {2, 2};
    for_each_matrix(views, ranks, [](std::span<const View> item) { invert(item[1], item[0]); });
  }

  // The inverse of the transpose is the transpose of the inverse.
  static void invert(const View& a, const View& result) {
    const std::int64_t n = a.shape[0];
    if (n == 0) return;
    T* data = result.as<T>();
    load_rows(a, data);
    std::vector<std::int64_t> pivots(n);
    const Routines<T> lapack(library());
    std::int64_t info = lapack.getrf(n, n, data, n, pivots.data());
    if (info == 0) info = lapack.getri(n, data, n, pivots.data());
    if (info > 0) singular("inv", info);
  }
};

/// The diagonal of U in P L U, with the signs of the row exchanges: its product is the determinant.
template <class T>
std::vector<T> signed_pivots(const View& a) {
  const std::int64_t n = a.shape[0];
  const Memory<T> work = memory<T>(n * n);
  load_rows(a, work.get());
  std::vector<std::int64_t> exchanges(n);
  if (n > 0) Routines<T>(library()).getrf(n, n, work.get(), n, exchanges.data());
  std::vector<T> pivots(n);
  for (std::int64_t i = 0; i < n; ++i) {
    pivots[i] = exchanges[i] == i + 1 ? work[i + i * n] : -work[i + i * n];
  }
  return pivots;
}

template <class T>
struct Determinant {
  static void run(const KernelCall& call) {
    const View views[] = {call.outputs[0], call.inputs[0]};
    const int ranks[] = {0, 2};
    for_each_matrix(views, ranks,
                    [](std::span<const View> item) { *item[0].as<T>() = determinant(item[1]); });
  }

  static T determinant(const View& a) {
    T product = T(1);
    for (const T& pivot : signed_pivots<T>(a)) {
      // Apart, because a product that has overflowed times zero would be NaN.
      if (pivot == T(0)) return T(0);
      product *= pivot;
    }
    return product;
  }
};

template <class T>
struct LogDeterminant {
  static void run(const KernelCall& call) {
    const View views[] = {call.outputs[0], call.outputs[1], call.inputs[0]};
    const int ranks[] = {0, 0, 2};
    for_each_matrix(views, ranks, [](std::span<const View> item) {
      std::tie(*item[0].as<T>(), *item[1].as<Real<T>>()) = log_determinant(item[2]);
    });
  }

  static std::pair<T, Real<T>> log_determinant(const View& a) {
    T sign = T(1);
    Real<T> log_magnitude = 0;
    for (const T& pivot : signed_pivots<T>(a)) {
      if (pivot == T(0)) return {T(0), -std::numeric_limits<Real<T>>::infinity()};
      const Real<T> magnitude = std::abs(pivot);
      sign *= pivot / magnitude;
      log_magnitude += std::log(magnitude);
    }
    return {sign, log_magnitude};
  }
};

template <class T>
struct Cholesky {
  static void run(const KernelCall& call) {
    const bool upper = call.attribute<bool>(0);
    const View views[] = {call.outputs[0], call.inputs[0]};
    const int ranks[] = {2, 2};
    for_each_matrix(views, ranks,
                    [&](std::span<const View> item) { factor(item[1], item[0], upper); });
  }

  // Row-major memory of A is the column-major conjugate of A. Its factor U'U, read by rows, is the
  // L of A = L L'.
  static void factor(const View& a, const View& result, bool upper) {
    const std::int64_t n = a.shape[0];
    if (n == 0) return;
    T* data = result.as<T>();
    load_rows(a, data);
    std::int64_t order = Routines<T>(library()).potrf('U', n, data, n);
    // Not every potrf notices a NaN.
    for (std::int64_t i = 0; order == 0 && i < n; ++i) {
      if (!(std::real(data[i * n + i]) > 0)) order = i + 1;
    }
    if (order > 0) {
      throw LinAlgError(fmt::format(
          "[cholesky] matrix is not positive definite: leading minor of order {}", order));
    }
    for (std::int64_t i = 0; i < n; ++i) std::fill_n(data + i * n + i + 1, n - i - 1, T(0));
    if (!upper) return;
    transpose_in_place(data, n);
    for (std::int64_t i = 0; i < n * n; ++i) data[i] = conjugate(data[i]);
  }
};

template <class T>
struct Qr {
  static void run(const KernelCall& call) {
    const View views[] = {call.outputs[0], call.outputs[1], call.inputs[0]};
    const int ranks[] = {2, 2, 2};
    for_each_matrix(views, ranks,
                    [](std::span<const View> item) { factor(item[2], item[0], item[1]); });
  }

  static void factor(const View& a, const View& q, const View& r) {
    const std::int64_t m = a.shape[0], n = a.shape[1], k = std::min(m, n), width = q.shape[1];
    // Room for the factors of A and for as many columns of Q as are wanted.
    const Memory<T> work = memory<T>(m * std::max(n, width));
    const Memory<T> tau = memory<T>(k);
    load_columns(a, work.get());
    const Routines<T> lapack(library());
    if (k > 0) lapack.geqrf(m, n, work.get(), m, tau.get());
    for (std::int64_t i = 0; i < r.shape[0]; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        r.as<T>()[i * n + j] = i <= j && i < k ? work[i + j * m] : T(0);
      }
    }
    if (width == 0) return;
    if (k == 0) std::fill_n(work.get(), m * width, T(0));
    lapack.orgqr(m, width, k, work.get(), m, tau.get());
    store(ColumnMajor<T>{work.get(), m, width, m}, q);
  }
};

/// Refuses what getrf, geqrf and the like cannot index: the matrix and a block of workspace.
std::optional<std::string> refuse_factorisation(const KernelCall& call) {
  const std::int64_t m = rows_of(call.inputs[0]), n = columns_of(call.inputs[0]);
  const std::int64_t longest = std::max(m, n);
  return beyond_integers({{m, longest}, {longest, kBlock}});
}

std::optional<std::string> refuse_solve(const KernelCall& call) {
  const View& b = call.inputs[1];
  if (b.rank() > 1) {
    if (auto reason = beyond_integers({{rows_of(b), columns_of(b)}})) return reason;
  }
  return refuse_factorisation(call);
}

/// Columns that geqrf and orgqr work in: those of A, or of Q where that has more.
std::int64_t qr_columns(const KernelCall& call) {
  return std::max(columns_of(call.inputs[0]), columns_of(call.outputs[0]));
}

std::optional<std::string> refuse_qr(const KernelCall& call) {
  const std::int64_t columns = qr_columns(call);
  return beyond_integers({{rows_of(call.inputs[0]), columns}, {columns, kBlock}});
}

std::int64_t qr_workspace(const KernelCall& call) {
  const std::int64_t columns = qr_columns(call);
  return (rows_of(call.inputs[0]) + 1 + kBlock) * columns * item_size(call.dtype(0));
}

/// One copy of the largest matrix in play, and as much again for right-hand sides or factors.
std::int64_t factorisation_workspace(const KernelCall& call) {
  const std::int64_t m = rows_of(call.inputs[0]), n = columns_of(call.inputs[0]);
  return 2 * m * std::max(m, n) * item_size(call.dtype(0));
}

}  // namespace

void install_factorisations(dispatch::KernelInstaller add) {
  const auto install = [&](schema::OpId op, void (*run)(const KernelCall&),
                           std::optional<std::string> (*refuse)(const KernelCall&),
                           const Crossover& pays,
                           std::int64_t (*workspace)(const KernelCall&) = factorisation_workspace) {
    add(op, {.run = run,
             .dtypes = kFloatings,
             .refuse = refuse,
             .unprofitable = small_matrix,
             .workspace = workspace,
             .context = &pays});
  };
  install(schema::op("lu"), run_typed<Lu>, refuse_factorisation, kLuPays);
  install(schema::op("solve"), run_typed<Solve>, refuse_solve, kSolvePays);
  install(schema::op("inv"), run_typed<Inverse>, refuse_factorisation, kInversePays);
  install(schema::op("det"), run_typed<Determinant>, refuse_factorisation, kDeterminantPays);
  install(schema::op("slogdet"), run_typed<LogDeterminant>, refuse_factorisation, kDeterminantPays);
  install(schema::op("cholesky"), run_typed<Cholesky>, refuse_factorisation, kCholeskyPays);
  install(schema::op("qr"), run_typed<Qr>, refuse_qr, kQrPays, qr_workspace);
}

}  // namespace loom::blas
