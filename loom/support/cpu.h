#pragma once

#include <string>

// What the processor is and how much of it this process may use.
namespace loom {

/// Facts about the processor, read once from cpuid (or the auxiliary vector on aarch64).
struct CpuInfo {
  std::string vendor;  ///< "GenuineIntel", "AuthenticAMD", "ARM", ...
  std::string model;   ///< the brand string, trimmed
  int family = 0;
  int model_number = 0;
  bool sse42 = false;
  bool avx2 = false;    ///< AVX2 with FMA, usable under this operating system
  bool avx512 = false;  ///< AVX-512 F, DQ, BW, VL and CD (the Skylake-X set), usable
  bool neon = false;
  bool sve = false;
};

/// The processor of this machine.
const CpuInfo& cpu_info();

/// The widest instruction set of `info`, as a short lower-case name: "avx512", "avx2", "sse4.2",
/// "neon", "sve" or "scalar".
std::string isa_name(const CpuInfo& info);

/// Cores that this process may use: the affinity mask, cut by the cgroup's CPU quota (rounded up).
/// At least 1.
int usable_cores();

}  // namespace loom
