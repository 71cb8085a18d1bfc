#include "loom/backends/native/isa.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "loom/backends/native/targets.h"

#include <hwy/targets.h>

namespace loom::native {
namespace {

constexpr Isa kIsas[] = {
    {"avx512", HWY_AVX3}, {"avx2", HWY_AVX2}, {"sse4", HWY_SSE4},
    {"sve", HWY_SVE},     {"neon", HWY_NEON},
};

std::vector<std::string_view> names_of(std::span<const Isa> isas) {
  std::vector<std::string_view> names;
  for (const Isa& isa : isas) names.push_back(isa.name);
  return names;
}

}  // namespace

std::span<const Isa> usable_isas() {
  static const std::vector<Isa> usable = [] {
    const std::int64_t targets = HWY_TARGETS & hwy::SupportedTargets();
    std::vector<Isa> isas;
    std::ranges::copy_if(kIsas, std::back_inserter(isas),
                         [&](const Isa& isa) { return (isa.target & targets) != 0; });
    return isas;
  }();
  return usable;
}

IsaChoice choose_isa(std::string_view wanted, std::span<const Isa> usable) {
  if (usable.empty()) return {};
  if (wanted.empty()) return {usable.front(), ""};
  const auto found = std::ranges::find(usable, wanted, &Isa::name);
  if (found != usable.end()) return {*found, ""};
  const bool known = std::ranges::count(kIsas, wanted, &Isa::name) > 0;
  return {usable.front(), fmt::format("LOOM_ISA={} is {}; choose one of: {}", wanted,
                                      known ? "beyond this processor" : "no instruction set",
                                      fmt::join(names_of(usable), ", "))};
}

const IsaChoice& active_isa() {
  static const IsaChoice choice = [] {
    const char* wanted = std::getenv("LOOM_ISA");
    return choose_isa(wanted != nullptr ? wanted : "", usable_isas());
  }();
  return choice;
}

}  // namespace loom::native
