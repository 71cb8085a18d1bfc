#include "loom/backends/blas/backend.h"
#include "loom/backends/reference/backend.h"

namespace loom::dispatch {

std::vector<std::unique_ptr<Backend>> builtin_backends() {
  std::vector<std::unique_ptr<Backend>> backends;
  backends.push_back(blas::make_backend());
  backends.push_back(reference::make_backend());
  return backends;
}

}  // namespace loom::dispatch
