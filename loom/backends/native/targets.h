#pragma once

#include <hwy/detect_compiler_arch.h>

// The instruction sets that Highway compiles our kernels for; included before its other headers.
// The lowest one is the baseline, so that no scalar kernels are compiled: where a processor lacks
// even that, the reference backend computes. Targets that cost compile time and gain nothing for
// arithmetic are left out.
#if HWY_ARCH_X86
#define HWY_BASELINE_TARGETS HWY_SSE4
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#elif HWY_ARCH_ARM
#define HWY_DISABLED_TARGETS (HWY_SVE_256 | HWY_SVE2 | HWY_SVE2_128)
#endif
