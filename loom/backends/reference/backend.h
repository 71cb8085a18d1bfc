#pragma once

#include <memory>

#include "loom/dispatch/backend.h"

// The reference backend: every operation, scalar, portable and readable. It is the oracle that
// other backends are tested against and the last fallback of each.
namespace loom::reference {

std::unique_ptr<dispatch::Backend> make_backend();

// One function per family; each installs the kernels of its file.
void install_creation(dispatch::KernelInstaller add);
void install_elementwise(dispatch::KernelInstaller add);
void install_reductions(dispatch::KernelInstaller add);
void install_scans(dispatch::KernelInstaller add);
void install_sorting(dispatch::KernelInstaller add);
void install_indexing(dispatch::KernelInstaller add);
void install_contractions(dispatch::KernelInstaller add);
void install_linalg(dispatch::KernelInstaller add);
void install_fourier(dispatch::KernelInstaller add);
void install_random(dispatch::KernelInstaller add);

}  // namespace loom::reference
