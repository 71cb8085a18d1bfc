#include "loom/gwas/operations.h"

namespace loom::gwas {

const Operations& operations() {
  static const Operations added{add_count_genotypes(), add_decode_genotypes(), add_lmm_scan()};
  return added;
}

}  // namespace loom::gwas
