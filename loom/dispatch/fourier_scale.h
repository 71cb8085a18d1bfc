#pragma once

#include <cmath>
#include <cstdint>
#include <string>

#include "loom/dispatch/kernel.h"
#include "loom/support/error.h"

namespace loom::dispatch {

/// What a transform is multiplied by. The attributes are its length n, the axis, and `norm`, which
/// says who carries the factor 1/n: the inverse (0), both as 1/sqrt(n) (1) or the forward transform
/// (2). Throws ValueError for any other.
inline double fourier_scale(const KernelCall& call, bool forward) {
  const auto norm = call.attribute<std::int64_t>(2);
  const auto n = static_cast<double>(call.attribute<std::int64_t>(0));
  switch (norm) {
    case 0:
      return forward ? 1 : 1 / n;
    case 1:
      return 1 / std::sqrt(n);
    case 2:
      return forward ? 1 / n : 1;
  }
  throw ValueError("[" + std::string(call.row.name) + "] norm " + std::to_string(norm) +
                   " is not 0, 1 or 2");
}

}  // namespace loom::dispatch
