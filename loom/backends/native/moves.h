#pragma once

#include "loom/backends/native/isa.h"
#include "loom/dispatch/backend.h"

// Kernels that move elements. What they cost is memory, so that most are the same code on every
// instruction set: moves go by the size of an item, not by its dtype.
namespace loom::native {

/// The elements of `in` in `out`: views of one shape and item size, the strides of `in` free. They
/// do not overlap. Uses all threads.
void copy_view(const View& out, const View& in);

// Hand over the kernels of one source file each.
void install_copies(dispatch::KernelInstaller add);
void install_sorting(const Isa& isa, dispatch::KernelInstaller add);
void install_searching(dispatch::KernelInstaller add);
void install_scans(dispatch::KernelInstaller add);
void install_indexing(dispatch::KernelInstaller add);
void install_nonzero(const Isa& isa, dispatch::KernelInstaller add);

/// Hands over all of them.
inline void install_moves(const Isa& isa, dispatch::KernelInstaller add) {
  install_copies(add);
  install_sorting(isa, add);
  install_searching(add);
  install_scans(add);
  install_indexing(add);
  install_nonzero(isa, add);
}

}  // namespace loom::native
