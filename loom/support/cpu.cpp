#include "loom/support/cpu.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "loom/support/cgroup.h"
#include "loom/support/text.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>

#include <fstream>
#include <iterator>
#endif

namespace loom {
namespace {

constexpr int kArm = 0x41;

struct ArmCore {
  int part;
  const char* name;
  int graviton;
};

// Part numbers: "MIDR_EL1, Main ID Register" in the technical reference manual of each core.
constexpr ArmCore kArmCores[] = {
    {0xd0c, "Neoverse N1", 2},
    {0xd40, "Neoverse V1", 3},
    {0xd4f, "Neoverse V2", 4},
};

/// The core behind implementer and part, or null.
const ArmCore* arm_core(const CpuInfo& info) {
  for (const ArmCore& core : kArmCores) {
    if (info.family == kArm && info.model_number == core.part) return &core;
  }
  return nullptr;
}

/// The value of a line "CPU part\t: 0xd40".
int hexadecimal_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return 0;
  return static_cast<int>(
      std::strtol(std::string(trim(line.substr(colon + 1))).c_str(), nullptr, 16));
}

#if defined(__x86_64__) || defined(__i386__)

struct Registers {
  unsigned a = 0, b = 0, c = 0, d = 0;
};

/// All zero where the processor does not know the leaf.
Registers cpuid(unsigned leaf, unsigned subleaf = 0) {
  Registers r;
  __get_cpuid_count(leaf, subleaf, &r.a, &r.b, &r.c, &r.d);
  return r;
}

constexpr bool bit(unsigned value, int index) { return (value >> index & 1U) != 0; }

/// The register sets that the operating system saves on a task switch: an instruction set that the
/// processor has but the system does not save must not be used.
std::uint64_t saved_states() {
  unsigned low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (std::uint64_t{high} << 32) | low;
}

std::string read_vendor() {
  const Registers r = cpuid(0);
  std::array<char, 12> text{};
  std::memcpy(text.data(), &r.b, 4);
  std::memcpy(text.data() + 4, &r.d, 4);
  std::memcpy(text.data() + 8, &r.c, 4);
  return {text.data(), text.size()};
}

std::string read_brand() {
  if (cpuid(0x80000000U).a < 0x80000004U) return {};
  std::array<char, 49> text{};  // 48 characters and a final zero
  for (unsigned i = 0; i < 3; ++i) {
    const Registers r = cpuid(0x80000002U + i);
    std::memcpy(text.data() + 16 * i, &r, 16);
  }
  return std::string(trim(text.data()));
}

CpuInfo read_cpu() {
  CpuInfo info;
  info.architecture = sizeof(void*) == 8 ? "x86_64" : "i386";
  info.vendor = read_vendor();
  info.model = read_brand();

  // The extended fields count only for the base family 15, the extended model also for Intel's 6.
  const Registers version = cpuid(1);
  const int base_family = static_cast<int>(version.a >> 8 & 0xF);
  info.family = base_family == 15 ? 15 + static_cast<int>(version.a >> 20 & 0xFF) : base_family;
  info.model_number = static_cast<int>(version.a >> 4 & 0xF);
  if (base_family == 15 || base_family == 6) {
    info.model_number += static_cast<int>(version.a >> 16 & 0xF) << 4;
  }

  const Registers features = cpuid(7);
  const std::uint64_t states = bit(version.c, 27) ? saved_states() : 0;
  const bool avx_saved = (states & 0x6) == 0x6;       // xmm and ymm
  const bool avx512_saved = (states & 0xE6) == 0xE6;  // and the masks and both halves of zmm
  info.sse42 = bit(version.c, 20);
  info.avx2 = avx_saved && bit(version.c, 28) && bit(version.c, 12) && bit(features.b, 5);
  info.avx512 = avx512_saved && bit(features.b, 16) && bit(features.b, 17) && bit(features.b, 28) &&
                bit(features.b, 30) && bit(features.b, 31);
  info.avx512_vnni = info.avx512 && bit(features.c, 11);
  info.avx_vnni = info.avx2 && features.a >= 1 && bit(cpuid(7, 1).a, 4);
  return info;
}

#elif defined(__aarch64__)

CpuInfo read_cpu() {
  const unsigned long features = getauxval(AT_HWCAP);
  CpuInfo info;
  info.architecture = "aarch64";
  info.vendor = "ARM";
  info.neon = (features & HWCAP_ASIMD) != 0;
  info.sve = (features & HWCAP_SVE) != 0;
  info.dotprod = (features & HWCAP_ASIMDDP) != 0;
  info.sve2 = (getauxval(AT_HWCAP2) & HWCAP2_SVE2) != 0;
  std::ifstream file("/proc/cpuinfo");
  read_arm_core(std::string(std::istreambuf_iterator<char>(file), {}), info);
  return info;
}

#else

CpuInfo read_cpu() { return {}; }

#endif

/// Cores of the affinity mask, which may be longer than the 1024 bits of a plain cpu_set_t.
int affinity_cores() {
  std::vector<cpu_set_t> mask(64);
  const std::size_t bytes = mask.size() * sizeof(cpu_set_t);
  if (sched_getaffinity(0, bytes, mask.data()) == 0) return CPU_COUNT_S(bytes, mask.data());
  return static_cast<int>(std::thread::hardware_concurrency());
}

}  // namespace

const CpuInfo& cpu_info() {
  static const CpuInfo info = read_cpu();
  return info;
}

std::string isa_name(const CpuInfo& info) {
  if (info.avx512) return "avx512";
  if (info.avx2) return "avx2";
  if (info.sse42) return "sse4.2";
  if (info.sve2) return "sve2";
  if (info.sve) return "sve";
  if (info.neon) return "neon";
  return "scalar";
}

bool has_byte_products(const CpuInfo& info) {
  return info.avx512_vnni || info.avx_vnni || info.dotprod;
}

std::string describe(const CpuInfo& info) {
  return fmt::format("{}, {}, {}", info.architecture, info.model, isa_name(info));
}

void read_arm_core(std::string_view cpuinfo, CpuInfo& info) {
  LineReader lines(cpuinfo);
  while (const std::optional<std::string_view> line = lines.next()) {
    if (line->starts_with("CPU implementer")) info.family = hexadecimal_field(*line);
    if (!line->starts_with("CPU part")) continue;
    info.model_number = hexadecimal_field(*line);
    break;  // the first core stands for all
  }
  if (const ArmCore* core = arm_core(info)) {
    info.model = core->name;
  } else if (info.family == 0) {
    info.model = "unknown core";  // under an emulator the file is that of another processor
  } else {
    info.model = fmt::format("core {:#x} of implementer {:#x}", info.model_number, info.family);
  }
}

std::optional<int> graviton_version(const CpuInfo& info) {
  const ArmCore* core = arm_core(info);
  if (info.architecture != "aarch64" || core == nullptr) return std::nullopt;
  return core->graviton;
}

int usable_cores() {
  static const int cores = [] {
    int count = affinity_cores();
    if (const auto quota = support::cgroup_cpu_quota()) {
      count = static_cast<int>(std::min<double>(count, std::ceil(*quota)));
    }
    return std::max(1, count);
  }();
  return cores;
}

}  // namespace loom
