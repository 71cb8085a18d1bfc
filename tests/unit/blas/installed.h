#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "loom/backends/blas/library.h"
#include "loom/support/error.h"

namespace loom::blas {

/// Before the first test of the program loads a library, which reads it once: the kernels that the
/// tests see are those that the library picks by itself.
inline const int kLibrariesPickTheirKernels = unsetenv("OPENBLAS_CORETYPE");

struct Installed {
  std::string file;
  int integer_bits;  ///< 0: whatever it takes
  Library library;
};

/// The BLAS libraries of this machine, of both integer widths, all open in this one process. The
/// one that LOOM_BLAS names is among them.
inline const std::vector<Installed>& installed() {
  static const std::vector<Installed> result = [] {
    struct File {
      std::string name;
      int integer_bits;
    };
    std::vector<File> files = {
        {"libopenblas64.so.0", 64}, {"libopenblas.so.0", 32}, {"libblis64.so.4", 64},
        {"libblis.so.4", 32},       {"libmkl_rt.so.3", 64},   {"libmkl_rt.so.2", 64},
    };
    if (const char* chosen = std::getenv("LOOM_BLAS")) files.push_back({chosen, 0});
    std::vector<Installed> found;
    for (const auto& [name, bits] : files) {
      try {
        found.push_back({name, bits, Library::open(name)});
      } catch (const BackendUnavailableError&) {  // not on this machine
      }
    }
    return found;
  }();
  return result;
}

/// The installed library that takes integers of `bits` bits, or null.
inline const Library* installed_of_width(int bits) {
  for (const Installed& entry : installed()) {
    if (entry.library.facts().integer_bits == bits && entry.library.facts().lapack) {
      return &entry.library;
    }
  }
  return nullptr;
}

}  // namespace loom::blas
