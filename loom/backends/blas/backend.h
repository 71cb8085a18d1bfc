#pragma once

#include <memory>

#include "loom/dispatch/backend.h"

// The blas backend: dense products and factorisations by a vendor's BLAS and LAPACK, found and
// loaded at run time.
namespace loom::blas {

std::unique_ptr<dispatch::Backend> make_backend();

/// matmul and dot.
void install_products(dispatch::KernelInstaller add);
/// lu, solve, inv, det, cholesky, qr.
void install_factorisations(dispatch::KernelInstaller add);
/// svd, eigh, eig.
void install_spectral(dispatch::KernelInstaller add);

}  // namespace loom::blas
