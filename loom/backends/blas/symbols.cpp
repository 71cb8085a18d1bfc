#include "loom/backends/blas/symbols.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <array>

namespace loom::blas {
namespace {

constexpr std::array<Spelling, 5> kSpellings = {{
    {"scipy_", "_64_", "64_"},  // OpenBLAS in the package scipy-openblas64
    {"", "_64_", "64_"},  // OpenBLAS of Julia, Fedora and conda; reference LAPACK >= 3.11; MKL
    {"", "_64", ""},      // MKL before it had the trailing underscore
    {"scipy_", "_", ""},  // OpenBLAS in the package scipy-openblas32
    {"", "_", ""},        // gfortran's own: either width, so the width is always probed
}};

}  // namespace

std::string Spelling::routine(std::string_view name) const {
  return fmt::format("{}{}{}", prefix, name, routine_suffix);
}

std::string Spelling::own(std::string_view name) const {
  return fmt::format("{}{}{}", prefix, name, own_suffix);
}

std::span<const Spelling> spellings() { return kSpellings; }

void* Symbols::routine(std::string_view name) const {
  return dlsym(handle_, spelling_.routine(name).c_str());
}

void* Symbols::find_own(std::string_view name) const {
  if (void* decorated = dlsym(handle_, spelling_.own(name).c_str())) return decorated;
  return dlsym(handle_, std::string(name).c_str());
}

}  // namespace loom::blas
