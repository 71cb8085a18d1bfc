#pragma once

#include "loom/schema/op_table.h"

namespace loom::gwas {

/// The rows that this module adds to the op table.
struct Operations {
  schema::OpId count_genotypes;
  schema::OpId decode_genotypes;
  schema::OpId lmm_scan;
};

/// Adds them on first use, all at once.
const Operations& operations();

// Each in the file of its kernel.
schema::OpId add_count_genotypes();
schema::OpId add_decode_genotypes();
schema::OpId add_lmm_scan();

}  // namespace loom::gwas
