#include "loom/backends/blas/routines.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "loom/support/error.h"

namespace loom::blas {
namespace {

// Fortran takes every argument by address. On a little-endian machine the address of a 64-bit
// integer is also that of its low 32 bits, so one call serves libraries of either width, given that
// the value fits.
static_assert(std::endian::native == std::endian::little);

template <class Arg>
void* argument_address(Arg& arg) {
  if constexpr (std::is_pointer_v<Arg>) {
    return const_cast<void*>(static_cast<const void*>(arg));
  } else {
    return &arg;
  }
}

template <class Arg>
using Address = void*;
template <std::size_t>
using Length = std::size_t;

/// Calls the Fortran function at `routine`. After its arguments, gfortran expects the length of
/// each CHARACTER among them.
template <class Result, class... Args>
Result call_fortran(void* routine, Args... args) {
  constexpr std::size_t kCharacters = (std::size_t{0} + ... + std::is_same_v<Args, char>);
  return [&]<std::size_t... C>(std::index_sequence<C...>) {
    using Function = Result(Address<Args>..., Length<C>...);
    return reinterpret_cast<Function*>(routine)(argument_address(args)...,
                                                (static_cast<void>(C), std::size_t{1})...);
  }
  (std::make_index_sequence<kCharacters>());
}

template <class T>
std::unique_ptr<T[]> allocate(std::int64_t count) {
  return std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(count));
}

/// `integers` in the width that `library` takes, in memory of 64-bit integers.
std::vector<std::int64_t> narrowed(const Library& library, const std::int64_t* integers,
                                   std::int64_t n) {
  std::vector<std::int64_t> result(integers, integers + n);
  if (library.facts().integer_bits == 64) return result;
  for (std::int64_t i = 0; i < n; ++i) {
    const auto narrow = static_cast<std::int32_t>(integers[i]);
    std::memcpy(reinterpret_cast<char*>(result.data()) + i * 4, &narrow, 4);
  }
  return result;
}

}  // namespace

template <Scalar T>
void* Routines<T>::address(Routine routine) const {
  if (void* found = library_->find<T>(routine)) return found;
  const std::string name = routine_name(routine, kLetter<T>);
  throw BackendUnavailableError(fmt::format("[{}] {} ({}) has no such routine", name,
                                            library_->facts().name, library_->facts().path));
}

/// Refuses arrays that 32-bit integers cannot count. Each is given by its extents.
template <Scalar T>
void Routines<T>::check(Routine routine, std::initializer_list<Extents> arrays) const {
  for (const Extents& extents : arrays) {
    if (library_->fits(extents)) continue;
    const Facts& facts = library_->facts();
    throw BackendError(fmt::format(
        "[{}] an array of {} elements does not fit the 32-bit integers of {} ({}); install a "
        "library with 64-bit ones, such as libopenblas64-0-pthread",
        routine_name(routine, kLetter<T>), fmt::join(extents, " x "), facts.name, facts.path));
  }
}

template <Scalar T>
template <class... Args>
void Routines<T>::call(Routine routine, Args... args) const {
  const auto check_integer = [&](auto arg) {
    if constexpr (std::is_same_v<decltype(arg), std::int64_t>) check(routine, {{arg}});
  };
  (check_integer(args), ...);
  call_fortran<void>(address(routine), args...);
}

/// Calls a routine of LAPACK, whose last argument is info.
template <Scalar T>
template <class... Args>
std::int64_t Routines<T>::factor(Routine routine, Args... args) const {
  std::int64_t info = 0;
  call(routine, args..., &info);
  widen(&info, 1);
  if (info < 0) {
    throw BackendError(fmt::format("[{}] {} calls argument {} illegal",
                                   routine_name(routine, kLetter<T>), library_->facts().name,
                                   -info));
  }
  return info;
}

/// Spreads `n` integers that the library wrote to 64 bits each, in place.
template <Scalar T>
void Routines<T>::widen(std::int64_t* integers, std::int64_t n) const {
  if (library_->facts().integer_bits == 64) return;
  for (std::int64_t i = n - 1; i >= 0; --i) {
    std::int32_t narrow;
    std::memcpy(&narrow, reinterpret_cast<const char*>(integers) + i * 4, 4);
    integers[i] = narrow;
  }
}

template <Scalar T>
void Routines<T>::gemm(char ta, char tb, std::int64_t m, std::int64_t n, std::int64_t k, T alpha,
                       const T* a, std::int64_t lda, const T* b, std::int64_t ldb, T beta, T* c,
                       std::int64_t ldc) const {
  check(Routine::gemm, {{lda, ta == 'N' ? k : m}, {ldb, tb == 'N' ? n : k}, {ldc, n}});
  call(Routine::gemm, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

template <Scalar T>
void Routines<T>::syrk(char uplo, char trans, std::int64_t n, std::int64_t k, T alpha, const T* a,
                       std::int64_t lda, T beta, T* c, std::int64_t ldc) const {
  check(Routine::syrk, {{lda, trans == 'N' ? k : n}, {ldc, n}});
  call(Routine::syrk, uplo, trans, n, k, alpha, a, lda, beta, c, ldc);
}

template <Scalar T>
T Routines<T>::dot(std::int64_t n, const T* x, std::int64_t incx, const T* y,
                   std::int64_t incy) const requires(!kIsComplex<T>) {
  check(Routine::dot, {{std::abs(incx), n}, {std::abs(incy), n}});
  return call_fortran<T>(address(Routine::dot), n, x, incx, y, incy);
}

template <Scalar T>
std::int64_t Routines<T>::getrf(std::int64_t m, std::int64_t n, T* a, std::int64_t lda,
                                std::int64_t* pivots) const {
  check(Routine::getrf, {{lda, n}});
  const std::int64_t info = factor(Routine::getrf, m, n, a, lda, pivots);
  widen(pivots, std::min(m, n));
  return info;
}

template <Scalar T>
std::int64_t Routines<T>::getri(std::int64_t n, T* a, std::int64_t lda,
                                const std::int64_t* pivots) const {
  check(Routine::getri, {{lda, n}});
  const std::int64_t size = blocked_workspace<T>(n).elements;
  const auto work = allocate<T>(size);
  return factor(Routine::getri, n, a, lda, narrowed(*library_, pivots, n).data(), work.get(), size);
}

template <Scalar T>
std::int64_t Routines<T>::gesv(std::int64_t n, std::int64_t columns, T* a, std::int64_t lda,
                               std::int64_t* pivots, T* b, std::int64_t ldb) const {
  check(Routine::gesv, {{lda, n}, {ldb, columns}});
  const std::int64_t info = factor(Routine::gesv, n, columns, a, lda, pivots, b, ldb);
  widen(pivots, n);
  return info;
}

template <Scalar T>
std::int64_t Routines<T>::potrf(char uplo, std::int64_t n, T* a, std::int64_t lda) const {
  check(Routine::potrf, {{lda, n}});
  return factor(Routine::potrf, uplo, n, a, lda);
}

template <Scalar T>
std::int64_t Routines<T>::geqrf(std::int64_t m, std::int64_t n, T* a, std::int64_t lda,
                                T* tau) const {
  check(Routine::geqrf, {{lda, n}});
  const std::int64_t size = blocked_workspace<T>(n).elements;
  const auto work = allocate<T>(size);
  return factor(Routine::geqrf, m, n, a, lda, tau, work.get(), size);
}

template <Scalar T>
std::int64_t Routines<T>::orgqr(std::int64_t m, std::int64_t n, std::int64_t k, T* a,
                                std::int64_t lda, const T* tau) const {
  check(Routine::orgqr, {{lda, n}});
  const std::int64_t size = blocked_workspace<T>(n).elements;
  const auto work = allocate<T>(size);
  return factor(Routine::orgqr, m, n, k, a, lda, tau, work.get(), size);
}

template <Scalar T>
std::int64_t Routines<T>::gesdd(char jobz, std::int64_t m, std::int64_t n, T* a, std::int64_t lda,
                                Real<T>* s, T* u, std::int64_t ldu, T* vh,
                                std::int64_t ldvh) const {
  const Workspace<T> size = gesdd_workspace<T>(m, n, jobz != 'N');
  check(Routine::gesdd, {{lda, n},
                         {ldu, jobz == 'A' ? m : std::min(m, n)},
                         {ldvh, n},
                         {size.elements},
                         {size.reals}});
  const auto work = allocate<T>(size.elements);
  const auto integers = allocate<std::int64_t>(size.integers);
  if constexpr (kIsComplex<T>) {
    const auto reals = allocate<Real<T>>(size.reals);
    return factor(Routine::gesdd, jobz, m, n, a, lda, s, u, ldu, vh, ldvh, work.get(),
                  size.elements, reals.get(), integers.get());
  } else {
    return factor(Routine::gesdd, jobz, m, n, a, lda, s, u, ldu, vh, ldvh, work.get(),
                  size.elements, integers.get());
  }
}

template <Scalar T>
std::int64_t Routines<T>::syevd(char jobz, char uplo, std::int64_t n, T* a, std::int64_t lda,
                                Real<T>* w) const {
  const Workspace<T> size = syevd_workspace<T>(n, jobz == 'V');
  check(Routine::syevd, {{lda, n}, {size.elements}, {size.reals}});
  const auto work = allocate<T>(size.elements);
  const auto integers = allocate<std::int64_t>(size.integers);
  if constexpr (kIsComplex<T>) {
    const auto reals = allocate<Real<T>>(size.reals);
    return factor(Routine::syevd, jobz, uplo, n, a, lda, w, work.get(), size.elements, reals.get(),
                  size.reals, integers.get(), size.integers);
  } else {
    return factor(Routine::syevd, jobz, uplo, n, a, lda, w, work.get(), size.elements,
                  integers.get(), size.integers);
  }
}

template <Scalar T>
std::int64_t Routines<T>::sytrd(std::int64_t n, T* a, std::int64_t lda, Real<T>* d, Real<T>* e,
                                T* tau) const {
  check(Routine::sytrd, {{lda, n}});
  const std::int64_t size = blocked_workspace<T>(n).elements;
  const auto work = allocate<T>(size);
  return factor(Routine::sytrd, 'U', n, a, lda, d, e, tau, work.get(), size);
}

template <Scalar T>
std::int64_t Routines<T>::stedc(std::int64_t n, T* d, T* e, T* z, std::int64_t ldz) const
    requires(!kIsComplex<T>) {
  const Workspace<T> size = stedc_workspace<T>(n);
  check(Routine::stedc, {{ldz, n}, {size.elements}});
  const auto work = allocate<T>(size.elements);
  const auto integers = allocate<std::int64_t>(size.integers);
  return factor(Routine::stedc, 'I', n, d, e, z, ldz, work.get(), size.elements, integers.get(),
                size.integers);
}

template <Scalar T>
std::int64_t Routines<T>::laed4(std::int64_t n, std::int64_t i, const T* d, const T* z, T* delta,
                                T rho, T& root) const requires(!kIsComplex<T>) {
  return factor(Routine::laed4, n, i + 1, d, z, delta, rho, &root);
}

namespace {

/// Runs `driver(work, size)` twice: for the size it wants, then with it. LAPACK answers as an
/// element, rounded perhaps down, so some is added. `least` is what the documentation asks for.
template <class T, class Driver>
std::int64_t with_queried_workspace(std::int64_t least, Driver driver) {
  T wanted = 0;
  driver(&wanted, std::int64_t{-1});
  const double padded = std::ceil(static_cast<double>(std::real(wanted)) *
                                  (1.0 + 2.0 * std::numeric_limits<Real<T>>::epsilon()));
  const auto size = std::max(least, static_cast<std::int64_t>(padded));
  const auto work = allocate<T>(size);
  return driver(work.get(), size);
}

}  // namespace

template <Scalar T>
std::int64_t Routines<T>::geev(char jobvr, std::int64_t n, T* a, std::int64_t lda, T* wr, T* wi,
                               T* vr, std::int64_t ldvr) const requires(!kIsComplex<T>) {
  check(Routine::geev, {{lda, n}, {ldvr, n}});
  const std::int64_t one = 1;
  T* const no_left_vectors = nullptr;
  return with_queried_workspace<T>(std::max<std::int64_t>(4 * n, 1), [&](T* work, auto size) {
    return factor(Routine::geev, 'N', jobvr, n, a, lda, wr, wi, no_left_vectors, one, vr, ldvr,
                  work, size);
  });
}

template <Scalar T>
std::int64_t Routines<T>::geev(char jobvr, std::int64_t n, T* a, std::int64_t lda, T* w, T* vr,
                               std::int64_t ldvr) const requires kIsComplex<T> {
  check(Routine::geev, {{lda, n}, {ldvr, n}});
  const auto reals = allocate<Real<T>>(std::max<std::int64_t>(2 * n, 1));
  const std::int64_t one = 1;
  T* const no_left_vectors = nullptr;
  return with_queried_workspace<T>(std::max<std::int64_t>(2 * n, 1), [&](T* work, auto size) {
    return factor(Routine::geev, 'N', jobvr, n, a, lda, w, no_left_vectors, one, vr, ldvr, work,
                  size, reals.get());
  });
}

template class Routines<float>;
template class Routines<double>;
template class Routines<std::complex<float>>;
template class Routines<std::complex<double>>;

}  // namespace loom::blas
