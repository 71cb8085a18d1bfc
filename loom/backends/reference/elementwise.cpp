#include "loom/backends/reference/elementwise.h"

#include "loom/backends/reference/backend.h"

namespace loom::reference {

void install_elementwise(dispatch::KernelInstaller add) {
  install_arithmetic(add);
  install_comparison(add);
  install_transcendental(add);
}

}  // namespace loom::reference
