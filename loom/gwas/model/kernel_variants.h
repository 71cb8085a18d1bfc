#pragma once

#include <vector>

#include "loom/support/cpu.h"

namespace loom::gwas {

/// A kernel, or a few that belong together, compiled for several instruction sets.
template <class Kernel>
struct KernelVariants {
  Kernel baseline;
  // On x86-64 alone.
  Kernel avx2{};
  Kernel avx512{};

  /// Those that this processor can run, the best first.
  std::vector<Kernel> usable() const {
    std::vector<Kernel> usable;
    if (cpu_info().avx512) usable.push_back(avx512);
    if (cpu_info().avx2) usable.push_back(avx2);
    usable.push_back(baseline);
    return usable;
  }
};

}  // namespace loom::gwas
