#pragma once

#include <span>
#include <string>
#include <string_view>

// Names inside a shared library. Builds of one and the same BLAS spell them differently so that
// several can live in one process.
namespace loom::blas {

/// How a library spells its routines, prefix + "dgemm" + routine_suffix, and the functions that
/// only its vendor has, prefix + "openblas_get_config" + own_suffix.
struct Spelling {
  std::string_view prefix;
  std::string_view routine_suffix;
  std::string_view own_suffix;

  std::string routine(std::string_view name) const;
  std::string own(std::string_view name) const;
};

/// Every spelling in use. Those of 64-bit integers come first: a library that exports both widths
/// is taken at its wider one.
std::span<const Spelling> spellings();

/// Looks names up in one open library.
class Symbols {
 public:
  Symbols(void* handle, const Spelling& spelling) : handle_(handle), spelling_(spelling) {}

  const Spelling& spelling() const { return spelling_; }

  /// The routine of LAPACK's name `name` ("dgemm"), or null.
  void* routine(std::string_view name) const;

  /// A function of the vendor's own, in the spelling of the build or plain, or null.
  template <class Function>
  Function* own(std::string_view name) const {
    return reinterpret_cast<Function*>(find_own(name));
  }

 private:
  void* find_own(std::string_view name) const;

  void* handle_;
  Spelling spelling_;
};

}  // namespace loom::blas
