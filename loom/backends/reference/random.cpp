#include "loom/backends/reference/random/random.h"

#include "loom/backends/reference/backend.h"
#include "loom/backends/reference/concepts.h"
#include "loom/backends/reference/matrices.h"

namespace loom::reference {
namespace {

using dispatch::KernelCall;
using schema::op;

// Attributes 1 and 2 of every row: which stream, and where in it.
std::uint64_t seed_of(const KernelCall& call) {
  return static_cast<std::uint64_t>(call.attribute<std::int64_t>(1));
}
std::uint64_t offset_of(const KernelCall& call) {
  return static_cast<std::uint64_t>(call.attribute<std::int64_t>(2));
}

void uniform(const KernelCall& call) {
  visit_dtype(call.outputs[0].dtype, [&]<class T>(std::type_identity<T>) {
    if constexpr (Real<T>) {
      fill_uniform(elements_of<T>(call.outputs[0]), seed_of(call), offset_of(call));
    }
  });
}

void normal(const KernelCall& call) {
  visit_dtype(call.outputs[0].dtype, [&]<class T>(std::type_identity<T>) {
    if constexpr (Real<T>) {
      fill_normal(elements_of<T>(call.outputs[0]), seed_of(call), offset_of(call));
    }
  });
}

void integers(const KernelCall& call) {
  const auto low = call.attribute<std::int64_t>(3), last = call.attribute<std::int64_t>(4);
  visit_dtype(call.outputs[0].dtype, [&]<class T>(std::type_identity<T>) {
    if constexpr (Integer<T>) {
      fill_integers(elements_of<T>(call.outputs[0]), low, last, seed_of(call), offset_of(call));
    }
  });
}

void permutation(const KernelCall& call) {
  fill_permutation(elements_of<std::int64_t>(call.outputs[0]), seed_of(call), offset_of(call));
}

}  // namespace

void install_random(dispatch::KernelInstaller add) {
  add(op("uniform"), {.run = uniform, .dtypes = kReals});
  add(op("normal"), {.run = normal, .dtypes = kReals});
  add(op("integers"), {.run = integers, .dtypes = kIntegers});
  add(op("permutation"), {.run = permutation, .dtypes = {DType::int64}});
}

}  // namespace loom::reference
