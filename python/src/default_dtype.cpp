#include "python/src/default_dtype.h"

#include <atomic>

namespace loom::python {
namespace {

std::atomic<DType> current = DType::float64;

}  // namespace

DType default_dtype() { return current.load(std::memory_order_relaxed); }

void set_default_dtype(DType dtype) {
  if (!kReals.contains(dtype)) {
    throw DTypeError("the default dtype is float32 or float64, asked for " +
                     std::string(name(dtype)));
  }
  current.store(dtype, std::memory_order_relaxed);
}

}  // namespace loom::python
