#pragma once

#include "loom/backends/native/isa.h"
#include "loom/backends/native/targets.h"

// Transforms keep vectors in structs, which those of SVE, whose size nobody knows beforehand,
// cannot be in: its processors use the kernels for NEON.
#if HWY_ARCH_ARM
#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE_256 | HWY_SVE2 | HWY_SVE2_128)
#endif

#include <hwy/detect_targets.h>

namespace loom::native::fourier {

/// The instruction set whose kernels run on `isa`.
inline Isa compiled(const Isa& isa) { return isa.target == HWY_SVE ? Isa{"neon", HWY_NEON} : isa; }

}  // namespace loom::native::fourier
