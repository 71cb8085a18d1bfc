#pragma once

#include <memory>

#include "loom/dispatch/backend.h"

// The native backend: Loom's own vector kernels and threads, no vendor library. Everything that it
// has no kernel for falls to the reference.
namespace loom::native {

std::unique_ptr<dispatch::Backend> make_backend();

}  // namespace loom::native
