#pragma once

#include <hwy/targets.h>

#include <cstddef>

#include "loom/backends/native/isa.h"

namespace loom::native {

/// What a table that HWY_EXPORT made has for an instruction set. (Highway's own dispatch would
/// take the best one of the processor, in all of the process.)
template <class Function, std::size_t kSize>
Function pick(Function const (&table)[kSize], const Isa& isa) {
  if constexpr (kSize == 1) return table[0];
  hwy::ChosenTarget chosen;
  chosen.Update(isa.target);
  return table[chosen.GetIndex()];
}

}  // namespace loom::native
