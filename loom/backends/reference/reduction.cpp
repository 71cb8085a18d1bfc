#include "loom/backends/reference/reduction.h"

#include "loom/backends/reference/backend.h"

namespace loom::reference {

void install_reductions(dispatch::KernelInstaller add) {
  install_sums(add);
  install_extremes(add);
  install_truths(add);
}

}  // namespace loom::reference
