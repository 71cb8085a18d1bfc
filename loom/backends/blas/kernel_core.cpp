#include "loom/backends/blas/kernel_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace loom::blas {
namespace {

enum Level { kOther, kAvx2, kAvx512 };

struct Core {
  std::string_view name;
  Level level;
};

// Cores of OpenBLAS (capital letters) and BLIS on x86-64 that use the wide registers. Any other
// core of theirs is below AVX2.
constexpr std::array<Core, 13> kCores = {{
    {"SkylakeX", kAvx512},
    {"Cooperlake", kAvx512},
    {"SapphireRapids", kAvx512},
    {"skx", kAvx512},
    {"knl", kAvx512},
    {"zen4", kAvx512},
    {"zen5", kAvx512},
    {"Haswell", kAvx2},
    {"Zen", kAvx2},
    {"haswell", kAvx2},
    {"zen", kAvx2},
    {"zen2", kAvx2},
    {"zen3", kAvx2},
}};

Level level_of(std::string_view core) {
  const auto found = std::ranges::find(kCores, core, &Core::name);
  return found == kCores.end() ? kOther : found->level;
}

Level level_of(const CpuInfo& cpu) { return cpu.avx512 ? kAvx512 : cpu.avx2 ? kAvx2 : kOther; }

}  // namespace

std::string openblas_core(const CpuInfo& cpu) {
  switch (level_of(cpu)) {
    case kAvx512:
      // For AMD too: on Zen 5, the SkylakeX kernels multiply 1.7 times as fast as the Zen ones.
      return "SkylakeX";
    case kAvx2:
      return cpu.vendor == "AuthenticAMD" ? "Zen" : "Haswell";
    case kOther:
      break;
  }
  return "";
}

std::string core_warning(std::string_view library, std::string_view core, const CpuInfo& cpu) {
  if (core.empty() || level_of(core) >= level_of(cpu)) return "";
  return fmt::format("{} runs its {} kernels, though this processor has {}", library, core,
                     cpu.avx512 ? "AVX-512" : "AVX2");
}

ScopedVariable::ScopedVariable(const char* name, const std::string& value)
    : name_(name), set_(!value.empty() && std::getenv(name) == nullptr) {
  if (set_) setenv(name_, value.c_str(), 1);
}

ScopedVariable::~ScopedVariable() {
  if (set_) unsetenv(name_);
}

}  // namespace loom::blas
