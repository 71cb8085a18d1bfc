#pragma once

#include <optional>
#include <string>
#include <string_view>

// What the processor is and how much of it this process may use.
namespace loom {

/// Facts about the processor, read once from cpuid (on aarch64 from the auxiliary vector and
/// /proc/cpuinfo).
struct CpuInfo {
  std::string architecture;  ///< "x86_64", "aarch64", ...
  std::string vendor;        ///< "GenuineIntel", "AuthenticAMD", "ARM", ...
  std::string model;         ///< the brand string, trimmed; on aarch64 the core: "Neoverse V1"
  int family = 0;            ///< on aarch64 the implementer
  int model_number = 0;      ///< on aarch64 the part
  bool sse42 = false;
  bool avx2 = false;    ///< AVX2 with FMA, usable under this operating system
  bool avx512 = false;  ///< AVX-512 F, DQ, BW, VL and CD (the Skylake-X set), usable
  bool neon = false;
  bool sve = false;
  bool sve2 = false;
  // Instructions that add four products of bytes to an integer of 32 bits.
  bool avx512_vnni = false;  ///< on vectors of 512 bits; usable with `avx512`
  bool avx_vnni = false;     ///< on vectors of 256 bits; usable with `avx2`
  bool dotprod = false;      ///< on those of NEON
};

/// The processor of this machine.
const CpuInfo& cpu_info();

/// The widest instruction set of `info`, as a short lower-case name: "avx512", "avx2", "sse4.2",
/// "neon", "sve", "sve2" or "scalar".
std::string isa_name(const CpuInfo& info);

/// Whether `info` multiplies bytes in fours, several times as fast as it does floating numbers.
bool has_byte_products(const CpuInfo& info);

/// "x86_64, AMD EPYC 7R13, avx2": the machine in messages.
std::string describe(const CpuInfo& info);

/// Fills implementer, part and model from the text of an aarch64 machine's /proc/cpuinfo.
void read_arm_core(std::string_view cpuinfo, CpuInfo& info);

/// The generation of AWS Graviton whose core `info` has (2: Neoverse N1, 3: V1, 4: V2), or nothing.
std::optional<int> graviton_version(const CpuInfo& info);

/// Cores that this process may use: the affinity mask, cut by the cgroup's CPU quota (rounded up).
/// At least 1.
int usable_cores();

}  // namespace loom
