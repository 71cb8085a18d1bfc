#include "python/src/operand.h"

#include "python/src/array_object.h"
#include "python/src/exchange.h"
#include "python/src/scalars.h"

namespace loom::python {

namespace {

/// Text has memory too, but nobody means numbers by it.
bool is_text(PyObject* object) {
  return PyUnicode_Check(object) || PyBytes_Check(object) || PyByteArray_Check(object);
}

}  // namespace

bool Operands::take(PyObject* const* objects, int count) {
  std::optional<DType> beside;
  int numbers = 0;
  for (int i = 0; i < count; ++i) {
    if (is_array(objects[i])) {
      arrays_[i] = &array_of(objects[i]);
    } else if (number_kind(objects[i])) {
      ++numbers;
      continue;
    } else {
      if (is_text(objects[i]) || !has_memory(objects[i])) return false;
      arrays_[i] = &made_[i].emplace(import_memory(objects[i]));
    }
    const DType dtype = arrays_[i]->dtype();
    beside = beside ? promote(*beside, dtype) : dtype;
  }
  for (int i = 0; numbers > 0 && i < count; ++i) {
    if (arrays_[i] != nullptr) continue;
    const DTypeKind kind = *number_kind(objects[i]);
    const DType dtype = beside ? weak_dtype(kind, *beside) : dtype_of_number(kind);
    arrays_[i] = &made_[i].emplace(number_array(objects[i], dtype));
    --numbers;
  }
  return true;
}

}  // namespace loom::python
