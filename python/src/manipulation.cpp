#include "loom/ops/manipulation.h"

#include "loom/ops/linalg.h"
#include "python/src/arrays.h"
#include "python/src/operations.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

using MaybeAxis = std::optional<std::int64_t>;

nb::object broadcast(Rest arrays) {
  return tuple_of(broadcast_arrays(arrays_of("broadcast_arrays", arrays)));
}

/// The caller's dimensions, or the Python TypeError.
Dims dims_of(const char* function, PyObject* object) {
  Dims dims;
  if (nb::try_cast(nb::handle(object), dims)) return dims;
  PyErr_Format(PyExc_TypeError, "%s() takes shapes, given %R", function, object);
  throw_python_error();
}

Dims broadcast_dims(Rest shapes) {
  Dims result;
  for (PyObject* shape : shapes) {
    result = broadcast_shapes(result, dims_of("broadcast_shapes", shape), "broadcast_shapes");
  }
  return result;
}

Array repeated(const Array& x, Object repeats, MaybeAxis axis) {
  std::int64_t count = 0;
  if (!is_array(repeats) && nb::try_cast(nb::handle(repeats), count)) return repeat(x, count, axis);
  return repeat(x, arrays_of("repeat", {&repeats, 1})[0], axis);
}

}  // namespace

void bind_manipulation(nb::module_& module) {
  def<broadcast>(module, "broadcast_arrays(*arrays) -> tuple[Array, ...]",
                 "All arrays stretched to their common shape; views.");
  def<broadcast_dims>(module, "broadcast_shapes(*shapes)",
                      "The shape that arrays of these shapes broadcast to.");
  def<broadcast_to>(module, "broadcast_to(x, /, shape)", "`x` stretched to a shape; a view.");
  def<[](Object arrays, MaybeAxis axis) { return concat(arrays_in("concat", arrays), axis); }>(
      module, "concat(arrays, /, *, axis=0)",
      "The arrays one after another along an axis; flattened where that is None.");
  def<[](Object arrays, std::int64_t axis) { return stack(arrays_in("stack", arrays), axis); }>(
      module, "stack(arrays, /, *, axis=0)", "The arrays, all of one shape, along a new axis.");
  def<[](const Array& x, std::int64_t axis) { return tuple_of(unstack(x, axis)); }>(
      module, "unstack(x, /, *, axis=0) -> tuple[Array, ...]",
      "The sub-arrays along an axis; views.");
  def<expand_dims>(module, "expand_dims(x, /, axis)",
                   "New dimensions of extent 1 at these places of the result; a view.");
  def<squeeze>(module, "squeeze(x, /, axis)", "Dimensions of extent 1 removed; a view.");
  def<flip>(module, "flip(x, /, *, axis=None)",
            "Elements in reverse order along some axes, or all; a view.");
  def<moveaxis>(module, "moveaxis(x, source, destination, /)",
                "Axes moved to other places; a view.");
  def<permute_dims>(module, "permute_dims(x, /, axes)", "Dimensions in another order; a view.");
  def<[](const Array& x, const std::optional<Dims>& axes) {
    return transpose(x, axes.value_or(Dims()));
  }>(module, "transpose(x, /, axes=None)",
     "Dimensions in another order, reversed where none is given; a view.");
  def<reshape>(module, "reshape(x, /, shape, *, copy=None)",
               "The elements in another shape, of which one extent may be -1; a view where that is "
               "possible, unless `copy`.");
  def<roll>(module, "roll(x, /, shift, *, axis=None)",
            "Elements moved on by `shift`; those that fall off come back at the other end.");
  def<repeated>(module, "repeat(x, repeats, /, *, axis=None)",
                "Each element as many times as `repeats` says, or its entry for the element.");
  def<tile>(module, "tile(x, repetitions, /)", "`x` laid beside itself along each dimension.");
}

}  // namespace loom::python
