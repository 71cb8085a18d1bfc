#pragma once

#include <string>

namespace loom::blas {

/// What is known of a loaded library, for the list of backends and for reports of problems.
struct Facts {
  std::string name;          ///< "OpenBLAS", "MKL", "BLIS"; "BLAS" where the library does not say
  std::string version;       ///< "0.3.21"; empty where the library does not say
  std::string path;          ///< the real path of the file that holds its dgemm
  std::string spelling;      ///< how dgemm is called there: "dgemm_", "scipy_dgemm_64_"
  int integer_bits = 0;      ///< 32 or 64, found by calling it
  bool lapack = false;       ///< false for a library of BLAS alone
  std::string thread_layer;  ///< "pthreads", "openmp", "serial"; empty where unknown
  int max_threads = 0;       ///< the most threads that the build allows; 0 where it has no limit
  std::string kernel_core;   ///< the processor its kernels are for: "SkylakeX"; empty where unknown
  std::string warning;  ///< what makes this library slower or riskier than it need be; or empty
};

}  // namespace loom::blas
