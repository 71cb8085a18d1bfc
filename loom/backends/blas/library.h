#pragma once

#include <array>
#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "loom/backends/blas/facts.h"
#include "loom/backends/blas/symbols.h"
#include "loom/backends/blas/vendor.h"

// One BLAS/LAPACK library, loaded at run time.
namespace loom::blas {

/// The element types of BLAS, and their letters in its names.
template <class T>
concept Scalar = std::same_as<T, float> || std::same_as<T, double> ||
    std::same_as<T, std::complex<float>> || std::same_as<T, std::complex<double>>;

template <Scalar T>
constexpr char kLetter = std::same_as<T, float>                 ? 's'
                         : std::same_as<T, double>              ? 'd'
                         : std::same_as<T, std::complex<float>> ? 'c'
                                                                : 'z';

/// The routines that Loom calls, by their real names; a complex syevd is LAPACK's heevd. dot exists
/// for real types alone: how a complex dot returns its value differs between Fortran compilers. So
/// do stedc and laed4: a tridiagonal matrix is made real.
enum class Routine {
  gemm,
  syrk,
  dot,
  getrf,
  getri,
  gesv,
  potrf,
  geqrf,
  orgqr,
  gesdd,
  syevd,
  sytrd,
  stedc,
  laed4,
  geev,
};
constexpr std::size_t kRoutines = static_cast<std::size_t>(Routine::geev) + 1;

/// A loaded library. Cheap to copy; the library itself stays in the process to its end, because the
/// threads that it started cannot be stopped.
class Library {
 public:
  /// Loads the library at `file`, a path or a soname that the loader finds, with the kernels that
  /// suit this processor and as many threads as `num_threads()`. Leaves the environment as it was.
  /// Throws BackendUnavailableError "FILE: reason" where the file cannot be loaded, is no BLAS, or
  /// returns wrong values.
  static Library open(const std::string& file);

  const Facts& facts() const { return facts_; }

  /// The address of `routine` for elements of type T, or null: BLIS has no LAPACK.
  template <Scalar T>
  void* find(Routine routine) const {
    return routines_[slot(kLetter<T>)][static_cast<std::size_t>(routine)];
  }

  /// Whether one matrix or workspace whose extents are `extents` can be handed to this library: for
  /// 32-bit integers, each extent and their product must stay below 2^31.
  bool fits(std::initializer_list<std::int64_t> extents) const;

  /// Makes the library use `count` threads, or as many as its build allows; for the whole process.
  void set_threads(int count) const;
  /// The threads that it uses; 1 where it does not say.
  int threads() const;

 private:
  static constexpr std::string_view kLetters = "sdcz";
  static constexpr std::size_t slot(char letter) { return kLetters.find(letter); }

  explicit Library(const Symbols& symbols) : symbols_(symbols) {}
  void find_routines();

  Symbols symbols_;
  Facts facts_;
  ThreadControl thread_control_;
  std::array<std::array<void*, kRoutines>, kLetters.size()> routines_{};
};

/// While one lives, the library computes on the thread that calls it, for the whole process: Loom's
/// own threads can then call it side by side.
class OneThreadEach {
 public:
  explicit OneThreadEach(const Library& library);
  ~OneThreadEach();
  OneThreadEach(const OneThreadEach&) = delete;
  OneThreadEach& operator=(const OneThreadEach&) = delete;

 private:
  const Library* library_;
};

/// LAPACK's name of `routine` for the type of `letter`: "dsyevd", "zheevd"; empty where there is
/// none.
std::string routine_name(Routine routine, char letter);

}  // namespace loom::blas
