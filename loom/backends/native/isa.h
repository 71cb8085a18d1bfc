#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// Which instruction set the kernels of this process use.
namespace loom::native {

/// An instruction set that there are kernels for.
struct Isa {
  std::string_view name;  ///< "avx512", "avx2", "sse4", "sve", "neon"
  std::int64_t target;    ///< Highway's bit
};

/// What this processor can run, the best first. Empty where it has none of them.
std::span<const Isa> usable_isas();

struct IsaChoice {
  std::optional<Isa> isa;  ///< nothing where `usable` is empty
  std::string warning;     ///< why it is not the one that was asked for, or empty
};

/// The one called `wanted` (the value of LOOM_ISA) among `usable`, the best where nothing is asked
/// for. A name that cannot be had gives the best with a warning that names the choices.
IsaChoice choose_isa(std::string_view wanted, std::span<const Isa> usable);

/// The choice of this process: LOOM_ISA and the processor, looked at once.
const IsaChoice& active_isa();

}  // namespace loom::native
