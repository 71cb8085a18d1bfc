#include <fmt/format.h>

#include "loom/ops/call.h"
#include "loom/ops/creation.h"
#include "python/src/array_object.h"
#include "python/src/errors.h"
#include "python/src/operand.h"

namespace nb = nanobind;

// a + b and its kind. Where an operand is nothing that Loom computes with, the other operand's
// class is asked (NotImplemented), as Python's own numbers do.
namespace loom::python {
namespace {

using schema::op;
using schema::OpId;

template <OpId kOp>
PyObject* unary(PyObject* self) {
  return guarded<PyObject*>(nullptr, [&] { return wrap(ops::call(kOp, {&array_of(self)})); });
}

PyObject* not_implemented() { return Py_NewRef(Py_NotImplemented); }

template <OpId kOp>
PyObject* binary(PyObject* left, PyObject* right) {
  return guarded<PyObject*>(nullptr, [&] {
    if (is_array(left) && is_array(right)) {
      return wrap(ops::call(kOp, {&array_of(left), &array_of(right)}));
    }
    PyObject* const objects[] = {left, right};
    Operands operands;
    if (!operands.take(objects, 2)) return not_implemented();
    return wrap(ops::call(kOp, {&operands[0], &operands[1]}));
  });
}

/// The result of a binary operator written into its left operand, whose dtype and shape stay.
template <OpId kOp>
PyObject* in_place(PyObject* self, PyObject* other) {
  nb::object result = nb::steal(binary<kOp>(self, other));
  if (!result.is_valid() || result.is(Py_NotImplemented)) return result.release().ptr();
  return guarded<PyObject*>(nullptr, [&] {
    const Array &target = array_of(self), &value = array_of(result.ptr());
    if (value.dtype() != target.dtype()) {
      throw DTypeError(fmt::format("[{}] cannot turn {} into {} in place", schema::row(kOp).name,
                                   name(target.dtype()), name(value.dtype())));
    }
    if (value.shape() != target.shape()) {
      throw ShapeError(fmt::format("[{}] cannot turn shape {} into {} in place",
                                   schema::row(kOp).name, to_string(target.shape()),
                                   to_string(value.shape())));
    }
    assign(target, value);
    return Py_NewRef(self);
  });
}

PyObject* power(PyObject* left, PyObject* right, PyObject* modulus) {
  if (modulus != Py_None) return not_implemented();
  return binary<op("power")>(left, right);
}

PyObject* power_in_place(PyObject* left, PyObject* right, PyObject*) {
  return in_place<op("power")>(left, right);
}

PyObject* compare(PyObject* left, PyObject* right, int how) {
  switch (how) {
    case Py_LT:
      return binary<op("less")>(left, right);
    case Py_LE:
      return binary<op("less_equal")>(left, right);
    case Py_EQ:
      return binary<op("equal")>(left, right);
    case Py_NE:
      return binary<op("not_equal")>(left, right);
    case Py_GT:
      return binary<op("greater")>(left, right);
    default:
      return binary<op("greater_equal")>(left, right);
  }
}

template <class Function>
PyType_Slot slot(int id, Function* function) {
  return {id, reinterpret_cast<void*>(function)};
}

template <OpId kOp>
void add_binary(std::vector<PyType_Slot>& slots, int id, int in_place_id) {
  slots.push_back(slot(id, binary<kOp>));
  slots.push_back(slot(in_place_id, in_place<kOp>));
}

}  // namespace

std::vector<PyType_Slot> operator_slots() {
  std::vector<PyType_Slot> slots = {
      slot(Py_nb_negative, unary<op("negative")>),
      slot(Py_nb_positive, unary<op("positive")>),
      slot(Py_nb_absolute, unary<op("abs")>),
      slot(Py_nb_invert, unary<op("bitwise_invert")>),
      slot(Py_nb_power, power),
      slot(Py_nb_inplace_power, power_in_place),
      slot(Py_tp_richcompare, compare),
      // Equality compares elements, so that an array is no key.
      slot(Py_tp_hash, PyObject_HashNotImplemented),
  };
  add_binary<op("add")>(slots, Py_nb_add, Py_nb_inplace_add);
  add_binary<op("subtract")>(slots, Py_nb_subtract, Py_nb_inplace_subtract);
  add_binary<op("multiply")>(slots, Py_nb_multiply, Py_nb_inplace_multiply);
  add_binary<op("divide")>(slots, Py_nb_true_divide, Py_nb_inplace_true_divide);
  add_binary<op("floor_divide")>(slots, Py_nb_floor_divide, Py_nb_inplace_floor_divide);
  add_binary<op("remainder")>(slots, Py_nb_remainder, Py_nb_inplace_remainder);
  add_binary<op("matmul")>(slots, Py_nb_matrix_multiply, Py_nb_inplace_matrix_multiply);
  add_binary<op("bitwise_and")>(slots, Py_nb_and, Py_nb_inplace_and);
  add_binary<op("bitwise_or")>(slots, Py_nb_or, Py_nb_inplace_or);
  add_binary<op("bitwise_xor")>(slots, Py_nb_xor, Py_nb_inplace_xor);
  add_binary<op("bitwise_left_shift")>(slots, Py_nb_lshift, Py_nb_inplace_lshift);
  add_binary<op("bitwise_right_shift")>(slots, Py_nb_rshift, Py_nb_inplace_rshift);
  return slots;
}

}  // namespace loom::python
