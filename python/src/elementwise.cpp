#include "loom/ops/elementwise.h"

#include <fmt/format.h>

#include <algorithm>

#include "python/src/function.h"
#include "python/src/operand.h"
#include "python/src/operations.h"
#include "python/src/scalars.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

using schema::kBuiltinRows;
using schema::OpRow;

[[noreturn]] void refuse(std::string_view function, Rest objects) {
  const nb::tuple types = nb::steal<nb::tuple>(PyTuple_New(std::ssize(objects)));
  for (std::size_t i = 0; i < objects.size(); ++i) {
    PyTuple_SET_ITEM(types.ptr(), static_cast<Py_ssize_t>(i),
                     PyUnicode_FromString(Py_TYPE(objects[i])->tp_name));
  }
  PyErr_Format(PyExc_TypeError, "%s() takes arrays and numbers, given %S", function.data(),
               types.ptr());
  throw_python_error();
}

void take(Operands& operands, std::string_view function, Rest objects) {
  if (!operands.take(objects.data(), static_cast<int>(objects.size()))) refuse(function, objects);
}

/// The function of a row, with as many operands as the row has inputs.
template <std::size_t kRow>
struct RowFunction {
  static constexpr const OpRow& kIts = kBuiltinRows[kRow];
  static constexpr auto kOp = static_cast<schema::OpId>(kRow);
  static inline const Signature* signature = nullptr;

  static PyObject* call(PyObject*, PyObject* const* arguments, Py_ssize_t count,
                        PyObject* keywords) {
    return guarded<PyObject*>(nullptr, [&] {
      std::array<PyObject*, kIts.inputs> objects;
      signature->bind(arguments, count, keywords, objects.data());
      if (std::ranges::all_of(objects, is_array)) {
        return compute([&](int i) { return &array_of(objects[i]); });
      }
      Operands operands;
      take(operands, kIts.name, objects);
      return compute([&](int i) { return &operands[i]; });
    });
  }

  static PyObject* compute(auto&& operand) {
    if constexpr (kIts.inputs == 1) {
      return wrap(ops::call(kOp, {operand(0)}));
    } else {
      return wrap(ops::call(kOp, {operand(0), operand(1)}));
    }
  }

  static void add(nb::module_& module) {
    const std::string text = fmt::format("{}({}, /)", kIts.name, kIts.inputs == 1 ? "x" : "x1, x2");
    const std::vector<std::string> types(kIts.inputs, "Array | complex");
    signature = new Signature(text, {types});
    add_function(module, *signature, kIts.doc, call);
  }
};

template <std::size_t kRow>
void add_row(nb::module_& module) {
  constexpr const OpRow& row = kBuiltinRows[kRow];
  if constexpr (row.family == schema::Family::elementwise && row.inputs <= 2) {
    RowFunction<kRow>::add(module);
  }
}

/// The condition is an array, or a number, of its own; the others promote together.
Array select(Object condition, Object x1, Object x2) {
  Operands which, values;
  take(which, "where", {{condition}});
  take(values, "where", {{x1, x2}});
  return where(which[0], values[0], values[1]);
}

/// A bound of `clip` as an array; a number takes its dtype from `x`.
std::optional<Array> bound(Object object, const Array& x) {
  if (object == Py_None) return std::nullopt;
  if (const std::optional<DTypeKind> kind = number_kind(object)) {
    return number_array(object, weak_dtype(*kind, x.dtype()));
  }
  Operands operand;
  take(operand, "clip", {{object}});
  return operand[0];
}

Array clipped(const Array& x, Object min, Object max) {
  return clip(x, bound(min, x), bound(max, x));
}

}  // namespace

void bind_elementwise(nb::module_& module) {
  [&]<std::size_t... kRow>(std::index_sequence<kRow...>) { (add_row<kRow>(module), ...); }
  (std::make_index_sequence<kBuiltinRows.size()>());
  def<select>(module, "where(condition, x1, x2, /)", "x1 where the condition holds, else x2.");
  def<clipped>(module, "clip(x, /, min=None, max=None)",
               "Elements below `min` replaced by it, those above `max` by that.");
}

}  // namespace loom::python
