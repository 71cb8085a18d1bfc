#include "loom/backends/blas/backend.h"
#include "loom/backends/native/backend.h"
#include "loom/backends/plugin/backend.h"
#include "loom/backends/reference/backend.h"

namespace loom::dispatch {

std::vector<std::unique_ptr<Backend>> builtin_backends() {
  std::vector<std::unique_ptr<Backend>> backends;
  backends.push_back(blas::make_backend());
  backends.push_back(native::make_backend());
  backends.push_back(reference::make_backend());
  return backends;
}

std::span<const std::string_view> absent_backends() {
  static constexpr std::string_view kNames[] = {"jit", "cuda", "mpi"};
  return kNames;
}

void append_listed_backends(std::vector<std::unique_ptr<Backend>>& backends) {
  plugin::append_listed_plugins(backends);
}

}  // namespace loom::dispatch
