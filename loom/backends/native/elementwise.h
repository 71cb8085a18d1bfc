#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "loom/backends/native/isa.h"
#include "loom/dispatch/backend.h"

// From loops over elements without gaps, which are compiled once for each instruction set, to
// kernels over views of any strides. Nothing here depends on an instruction set.
namespace loom::native {

/// out[i] = f(in[0][i], in[1][i], ...) for i < count, elements side by side and of the types that
/// the loop was made for. `out` may be one of the inputs; it overlaps none otherwise. An element
/// has the same bits wherever it stands.
using Loop = void (*)(std::byte* out, const std::byte* const* in, std::int64_t count);

/// The loops of one operation, by a dtype; null where there is none.
struct Loops {
  std::array<Loop, kDTypeCount> of{};

  Loop operator[](DType dtype) const { return of[static_cast<std::size_t>(dtype)]; }
  constexpr Loop& operator[](DType dtype) { return of[static_cast<std::size_t>(dtype)]; }
};

/// What an element costs, which decides what is worth another thread and which layouts are worth
/// bringing together.
enum class Cost : std::uint8_t {
  instruction,  ///< one instruction
  cheap,        ///< several, or one that takes long
  function,     ///< a transcendental function
};

/// An elementwise operation on one instruction set, or what one file has of it.
struct Operation {
  schema::OpId op;
  Cost cost;
  Loops loops;  ///< by the dtype of the last input
};

/// astype on one instruction set: loops by the dtype of the input, for each dtype of the result.
using Conversions = std::array<Loops, kDTypeCount>;

/// What kernels there are on an instruction set; one source file each.
std::span<const Operation> arithmetic_operations(const Isa& isa);
std::span<const Operation> comparison_operations(const Isa& isa);
std::span<const Operation> bitwise_operations(const Isa& isa);
std::span<const Operation> quotient_operations(const Isa& isa);
std::span<const Operation> transcendental_operations(const Isa& isa);
std::span<const Operation> complex_operations(const Isa& isa);
const Conversions& conversions(const Isa& isa);

/// Loops that are the same on every instruction set, for the dtypes that the files above lack.
std::span<const Operation> scalar_operations();

/// Hands over the kernels of all of them.
void install_elementwise(const Isa& isa, dispatch::KernelInstaller add);

}  // namespace loom::native
