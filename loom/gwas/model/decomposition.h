#pragma once

#include <cstdint>
#include <string>

#include "loom/array/array.h"

namespace loom::gwas {

/// A kinship matrix as K = U diag(d) U'.
struct Decomposition {
  Array values;   ///< d, float64 (n), ascending, none negative
  Array vectors;  ///< U, float64 (n, n), eigenvectors as columns
};

/// Centres K as GEMMA does: K - (K1 1' + 1 1'K) / n + (1'K1) / n^2 11' takes its place. K is
/// float64 (n, n), of which the elements lie side by side.
void centre(const Array& kinship);

/// Eigenvalues below 1e-10 set to zero, as GEMMA does; a kinship matrix has no negative ones but
/// for rounding. Returns how many were set.
std::int64_t zero_small_values(const Array& values);

/// What to tell a user before so many samples are decomposed by the backend reference, which takes
/// an order of magnitude longer than a vendor's library; empty where none or few are.
std::string slow_decomposition(std::int64_t samples);

/// Decomposes a centred matrix and sets small eigenvalues to zero. Throws LinAlgError,
/// MemoryPlanError.
Decomposition decompose(const Array& matrix);

}  // namespace loom::gwas
