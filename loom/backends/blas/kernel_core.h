#pragma once

#include <string>
#include <string_view>

#include "loom/support/cpu.h"

// Which kernels a library picks for the processor. A library older than the processor often does
// not know it and falls back to SSE kernels, several times slower; the choice can be forced.
namespace loom::blas {

/// The value of OPENBLAS_CORETYPE that suits `cpu`: "SkylakeX" where AVX-512 is usable, "Haswell"
/// or (AMD) "Zen" where AVX2 is; empty elsewhere, where the library's own choice stands.
std::string openblas_core(const CpuInfo& cpu);

/// Compares the kernels that `library` ("OpenBLAS") runs with what `cpu` could: empty, or "OpenBLAS
/// runs its Prescott kernels, though this processor has AVX-512". An empty `core` is never
/// warned of.
std::string core_warning(std::string_view library, std::string_view core, const CpuInfo& cpu);

/// An environment variable set for the life of this object, unless the user had set it already. The
/// libraries read theirs in their constructors, hence around dlopen and nowhere else.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value);  ///< an empty value sets nothing
  ~ScopedVariable();
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* name_;
  bool set_;
};

}  // namespace loom::blas
