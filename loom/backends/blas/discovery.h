#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loom/backends/blas/library.h"

// Which of this machine's BLAS libraries Loom uses.
namespace loom::blas {

/// One library that was looked for, and what came of it.
struct Attempt {
  std::string file;
  std::string outcome;  ///< "loaded", "not found", or why it was refused
};

struct Discovery {
  std::optional<Library> library;
  std::vector<Attempt> attempts;  ///< in order; the last one is the library's where there is one
  std::string reason;             ///< why there is none; empty where there is one
  std::string remedy;             ///< what would make one available
};

/// Looks for a library. `override_file` (a path or soname; empty for none) is taken or reported,
/// and nothing else is tried. Otherwise the order is: MKL on Intel processors, OpenBLAS of 64-bit
/// integers, MKL on others (where it leaves AVX-512 unused), OpenBLAS of 32-bit integers, BLIS;
/// each first among the Python packages beside this library (NumPy brings an OpenBLAS), then in the
/// active Python or conda environment, then where the loader looks.
Discovery discover(const std::string& override_file);

/// The outcome for this process: `discover` with the value of LOOM_BLAS, once, on first use. The
/// library then follows `set_num_threads`. Thread-safe.
const Discovery& discovery();

/// The library of this process. Throws BackendUnavailableError with the reason and the remedy.
const Library& library();

}  // namespace loom::blas
