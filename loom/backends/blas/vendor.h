#pragma once

#include <cstdint>

#include "loom/backends/blas/facts.h"
#include "loom/backends/blas/symbols.h"

// What only the makers of a library know how to say and to set.
namespace loom::blas {

/// The functions of a library that rule its threads; null where it has none.
struct ThreadControl {
  // Declared for 64 bits, as BLIS takes them. The others take an int, which every calling
  // convention of Linux passes in the low half of the same register.
  void (*set)(std::int64_t) = nullptr;
  int (*get)() = nullptr;
};

/// Finds out whose library this is, readies it for its first call, and fills in name, version,
/// thread layer, limit of threads, kernel core and warning. `fresh`: nobody had loaded the library
/// in this process before, so that settings which others may rely on can still be made.
ThreadControl identify(const Symbols& symbols, bool fresh, Facts& facts);

}  // namespace loom::blas
