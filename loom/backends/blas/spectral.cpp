#include <fmt/format.h>

#include <vector>

#include "loom/backends/blas/backend.h"
#include "loom/backends/blas/crossover.h"
#include "loom/backends/blas/discovery.h"
#include "loom/backends/blas/hermitian.h"
#include "loom/backends/blas/matrix.h"
#include "loom/backends/blas/routines.h"

namespace loom::blas {
namespace {

using dispatch::KernelCall;

template <class T>
struct Svd {
  static void run(const KernelCall& call) {
    const bool full = call.attribute<bool>(0);
    const View views[] = {call.outputs[0], call.outputs[1], call.outputs[2], call.inputs[0]};
    const int ranks[] = {2, 1, 2, 2};
    for_each_matrix(views, ranks, [&](std::span<const View> item) {
      decompose(item[3], item[0], item[1], item[2], full);
    });
  }

  // Row-major A is column-major A' = conj(V) S U'. The vectors of that come out column-major, which
  // read by rows are V^H and U: just what is wanted.
  static void decompose(const View& a, const View& u, const View& s, const View& vh, bool full) {
    require_finite<T>(a, "svd");
    const std::int64_t m = a.shape[0], n = a.shape[1], k = std::min(m, n);
    if (k == 0) return identity_vectors(u, vh);
    const Memory<T> work = matrix_memory<T>(n, m);
    load_rows(a, work.get());
    const std::int64_t info =
        Routines<T>(library()).gesdd(full ? 'A' : 'S', n, m, work.get(), n, s.as<Real<T>>(),
                                     vh.as<T>(), n, u.as<T>(), u.shape[1]);
    require_convergence("svd", info);
  }

  static void identity_vectors(const View& u, const View& vh) {
    for (const View* square : {&u, &vh}) {
      const std::int64_t n = square->shape[1];
      for (std::int64_t i = 0; i < square->shape[0]; ++i) {
        for (std::int64_t j = 0; j < n; ++j) square->as<T>()[i * n + j] = T(i == j);
      }
    }
  }
};

/// Calls `decompose(a, values)` for each matrix of a problem whose values alone are wanted.
void for_each_spectrum(const KernelCall& call,
                       void (*decompose)(const View& a, const View& values)) {
  const View views[] = {call.outputs[0], call.inputs[0]};
  const int ranks[] = {1, 2};
  for_each_matrix(views, ranks, [&](std::span<const View> item) { decompose(item[1], item[0]); });
}

template <class T>
struct Svdvals {
  static void run(const KernelCall& call) { for_each_spectrum(call, decompose); }

  // The transpose has the same singular values.
  static void decompose(const View& a, const View& values) {
    require_finite<T>(a, "svdvals");
    const std::int64_t m = a.shape[0], n = a.shape[1];
    if (std::min(m, n) == 0) return;
    const Memory<T> work = matrix_memory<T>(n, m);
    load_rows(a, work.get());
    T* const no_vectors = nullptr;
    const std::int64_t info = Routines<T>(library()).gesdd(
        'N', n, m, work.get(), n, values.as<Real<T>>(), no_vectors, n, no_vectors, n);
    require_convergence("svdvals", info);
  }
};

/// Calls `decompose(a, values, vectors)` for each matrix of an eigenproblem.
void for_each_eigenproblem(const KernelCall& call,
                           void (*decompose)(const View& a, const View& values,
                                             const View& vectors)) {
  const View views[] = {call.outputs[1], call.outputs[0], call.inputs[0]};
  const int ranks[] = {2, 1, 2};
  for_each_matrix(views, ranks,
                  [&](std::span<const View> item) { decompose(item[2], item[1], item[0]); });
}

template <class T>
struct Eigh {
  static void run(const KernelCall& call) { for_each_eigenproblem(call, decompose); }

  static void decompose(const View& a, const View& values, const View& vectors) {
    require_finite<T>(a, "eigh");
    if (a.shape[0] > 0) Hermitian<T>::decompose(library(), a, values, vectors);
  }
};

template <class T>
struct Eigvalsh {
  static void run(const KernelCall& call) { for_each_spectrum(call, decompose); }

  // The conjugate has the same values.
  static void decompose(const View& a, const View& values) {
    require_finite<T>(a, "eigvalsh");
    const std::int64_t n = a.shape[0];
    if (n == 0) return;
    const Memory<T> work = matrix_memory<T>(n, n);
    load_rows(a, work.get());
    const std::int64_t info =
        Routines<T>(library()).syevd('N', 'U', n, work.get(), n, values.as<Real<T>>());
    require_convergence("eigvalsh", info);
  }
};

template <class T>
struct Eigvals {
  using Complex = std::complex<Real<T>>;

  static void run(const KernelCall& call) { for_each_spectrum(call, decompose); }

  // The transpose has the same values.
  static void decompose(const View& a, const View& values) {
    require_finite<T>(a, "eigvals");
    const std::int64_t n = a.shape[0];
    if (n == 0) return;
    const Memory<T> work = matrix_memory<T>(n, n);
    load_rows(a, work.get());
    const Routines<T> lapack(library());
    T* const no_vectors = nullptr;
    Complex* const out = values.as<Complex>();
    if constexpr (kIsComplex<T>) {
      require_convergence("eigvals", lapack.geev('N', n, work.get(), n, out, no_vectors, n));
    } else {
      std::vector<T> real(n), imaginary(n);
      require_convergence("eigvals", lapack.geev('N', n, work.get(), n, real.data(),
                                                 imaginary.data(), no_vectors, n));
      for (std::int64_t j = 0; j < n; ++j) out[j] = {real[j], imaginary[j]};
    }
  }
};

template <class T>
struct Eig {
  using Complex = std::complex<Real<T>>;

  static void run(const KernelCall& call) { for_each_eigenproblem(call, decompose); }

  static void decompose(const View& a, const View& values, const View& vectors) {
    require_finite<T>(a, "eig");
    const std::int64_t n = a.shape[0];
    if (n == 0) return;
    const Memory<T> work = matrix_memory<T>(n, n), columns = matrix_memory<T>(n, n);
    load_columns(a, work.get());
    const Routines<T> lapack(library());
    if constexpr (kIsComplex<T>) {
      require_convergence(
          "eig", lapack.geev('V', n, work.get(), n, values.as<Complex>(), columns.get(), n));
      store(ColumnMajor<T>{columns.get(), n, n, n}, vectors);
    } else {
      std::vector<T> real(n), imaginary(n);
      require_convergence("eig", lapack.geev('V', n, work.get(), n, real.data(), imaginary.data(),
                                             columns.get(), n));
      for (std::int64_t j = 0; j < n; ++j) values.as<Complex>()[j] = {real[j], imaginary[j]};
      unpack(imaginary, columns.get(), vectors);
    }
  }

  // A conjugate pair has its real and its imaginary vector in two columns that follow each other.
  static void unpack(const std::vector<T>& imaginary, const T* columns, const View& vectors) {
    const std::int64_t n = std::ssize(imaginary);
    const auto at = [&](std::int64_t i, std::int64_t j) { return columns[i + j * n]; };
    Complex* out = vectors.as<Complex>();
    for (std::int64_t j = 0; j < n; ++j) {
      const bool pair = imaginary[j] != T(0) && j + 1 < n;
      for (std::int64_t i = 0; i < n; ++i) {
        out[i * n + j] = {at(i, j), pair ? at(i, j + 1) : T(0)};
        if (pair) out[i * n + j + 1] = {at(i, j), -at(i, j + 1)};
      }
      if (pair) ++j;
    }
  }
};

std::optional<std::string> refuse_eigh(const KernelCall& call) {
  return visit_floating(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    const std::int64_t n = rows_of(call.inputs[0]);
    const auto [rows, columns] = Hermitian<T>::largest(library(), n);
    return beyond_integers({{n, n}, {rows, columns}});
  });
}

std::optional<std::string> refuse_eigvalsh(const KernelCall& call) {
  return visit_floating(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    const std::int64_t n = rows_of(call.inputs[0]);
    const Workspace<T> work = syevd_workspace<T>(n, false);
    return beyond_integers({{n, n}, {work.elements}, {work.reals}});
  });
}

std::optional<std::string> refuse_svd(const KernelCall& call) {
  return visit_floating(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    const std::int64_t m = rows_of(call.inputs[0]), n = columns_of(call.inputs[0]);
    const std::int64_t longest = std::max(m, n), square = call.attribute<bool>(0) ? longest : 1;
    const Workspace<T> work = gesdd_workspace<T>(m, n, true);
    auto reason = beyond_integers({{m, n}, {longest, square}});
    return reason ? reason : beyond_integers({{work.elements}, {work.reals}, {work.integers}});
  });
}

std::optional<std::string> refuse_svdvals(const KernelCall& call) {
  return visit_floating(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    const std::int64_t m = rows_of(call.inputs[0]), n = columns_of(call.inputs[0]);
    const Workspace<T> work = gesdd_workspace<T>(m, n, false);
    return beyond_integers({{m, n}, {work.elements}, {work.reals}, {work.integers}});
  });
}

std::optional<std::string> refuse_eig(const KernelCall& call) {
  const std::int64_t n = rows_of(call.inputs[0]);
  return beyond_integers({{n, n}, {n, kBlock}});
}

std::int64_t eigh_workspace(const KernelCall& call) {
  return visit_floating(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    return Hermitian<T>::workspace(library(), rows_of(call.inputs[0]));
  });
}

std::int64_t eigvalsh_workspace(const KernelCall& call) {
  return visit_floating(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    const std::int64_t n = rows_of(call.inputs[0]);
    return syevd_workspace<T>(n, false).bytes() + matrix_elements(n, n) * std::int64_t{sizeof(T)};
  });
}

std::int64_t svd_workspace(const KernelCall& call) {
  return visit_floating(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    const std::int64_t m = rows_of(call.inputs[0]), n = columns_of(call.inputs[0]);
    return gesdd_workspace<T>(m, n, true).bytes() + matrix_elements(n, m) * std::int64_t{sizeof(T)};
  });
}

std::int64_t svdvals_workspace(const KernelCall& call) {
  return visit_floating(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    const std::int64_t m = rows_of(call.inputs[0]), n = columns_of(call.inputs[0]);
    return gesdd_workspace<T>(m, n, false).bytes() +
           matrix_elements(n, m) * std::int64_t{sizeof(T)};
  });
}

std::int64_t eig_workspace(const KernelCall& call) {
  const std::int64_t n = rows_of(call.inputs[0]);
  return (2 * matrix_elements(n, n) + n * kBlock) * item_size(call.dtype(0));
}

}  // namespace

void install_spectral(dispatch::KernelInstaller add) {
  const auto install = [&](schema::OpId id, void (*run)(const KernelCall&),
                           std::optional<std::string> (*refuse)(const KernelCall&),
                           std::int64_t (*workspace)(const KernelCall&), const Crossover& pays) {
    add(id, {.run = run,
             .dtypes = kFloatings,
             .refuse = refuse,
             .unprofitable = small_matrix,
             .workspace = workspace,
             .context = &pays});
  };
  using schema::op;
  install(op("svd"), run_typed<Svd>, refuse_svd, svd_workspace, kSvdPays);
  install(op("svdvals"), run_typed<Svdvals>, refuse_svdvals, svdvals_workspace, kSvdPays);
  install(op("eigh"), run_typed<Eigh>, refuse_eigh, eigh_workspace, kEighPays);
  install(op("eigvalsh"), run_typed<Eigvalsh>, refuse_eigvalsh, eigvalsh_workspace, kEighPays);
  install(op("eig"), run_typed<Eig>, refuse_eig, eig_workspace, kEigPays);
  install(op("eigvals"), run_typed<Eigvals>, refuse_eig, eig_workspace, kEigPays);
}

}  // namespace loom::blas
