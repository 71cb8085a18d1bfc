#pragma once

#include "loom/backends/native/isa.h"
#include "loom/dispatch/backend.h"

namespace loom::native {

/// Hands over the Fourier transforms: complex and real, of any length, along any axis.
void install_fourier(const Isa& isa, dispatch::KernelInstaller add);

}  // namespace loom::native
