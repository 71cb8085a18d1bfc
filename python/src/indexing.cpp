#include "python/src/indexing.h"

#include <fmt/format.h>
#include <nanobind/nanobind.h>

#include <memory>

#include "loom/ops/indexing.h"
#include "loom/ops/reduction.h"
#include "python/src/array_object.h"
#include "python/src/asarray.h"
#include "python/src/exchange.h"
#include "python/src/scalars.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

[[noreturn]] void refuse(PyObject* entry) {
  PyErr_Format(PyExc_IndexError,
               "[getitem] an integer, slice, ..., None or array of integers or booleans is needed, "
               "found %R",
               entry);
  throw_python_error();
}

/// The entries of one index, in place: a view takes no memory from the heap.
class Key {
 public:
  explicit Key(PyObject* key) {
    if (!PyTuple_Check(key)) {
      add(key);
      return;
    }
    const Py_ssize_t count = PyTuple_GET_SIZE(key);
    if (count > kMost) {
      throw IndexError(fmt::format("[getitem] {} entries, at most {} are possible", count, kMost));
    }
    for (Py_ssize_t i = 0; i < count; ++i) add(PyTuple_GET_ITEM(key, i));
  }
  ~Key() { std::destroy_n(entries(), size_); }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;

  operator std::span<const Index>() const {
    return {reinterpret_cast<const Index*>(memory_), size_};
  }
  bool has_arrays() const { return has_arrays_; }

 private:
  /// An integer for each dimension, as many new ones, and `...`.
  static constexpr int kMost = 2 * kMaxRank + 1;

  Index* entries() { return reinterpret_cast<Index*>(memory_); }
  template <class Entry>
  void push(const Entry& entry) {
    has_arrays_ |= std::is_same_v<Entry, Array>;
    std::construct_at(entries() + size_++, entry);
  }

  void add(PyObject* entry) {
    if (PyLong_CheckExact(entry)) return add_integer(entry);
    if (PySlice_Check(entry)) return add_slice(entry);
    if (entry == Py_None) return push(NewAxis{});
    if (entry == Py_Ellipsis) return push(Ellipsis{});
    if (PyBool_Check(entry)) return push(Array::scalar(entry == Py_True));
    if (is_array(entry)) return add_array(array_of(entry), entry);
    add_foreign(entry);
  }

  void add_integer(PyObject* entry) {
    const Py_ssize_t value = PyLong_AsSsize_t(entry);
    if (value == -1 && PyErr_Occurred() != nullptr) {
      PyErr_Clear();
      refuse(entry);
    }
    push(std::int64_t{value});
  }

  void add_slice(PyObject* entry) {
    Py_ssize_t start = 0, stop = 0, step = 0;
    // Absent and huge ends come back as the largest numbers, which are clipped like any other.
    if (PySlice_Unpack(entry, &start, &stop, &step) < 0) throw_python_error();
    push(Slice{start, stop, step});
  }

  void add_array(const Array& array, PyObject* entry) {
    const DType dtype = array.dtype();
    if (!is_integer(dtype) && dtype != DType::boolean) {
      throw IndexError(fmt::format("[getitem] arrays of integers or booleans are needed, found {}",
                                   name(dtype)));
    }
    if (array.ndim() > 0 || dtype == DType::boolean) return push(array);
    const nb::object integer = nb::steal(python_number(array.view().data, dtype));
    if (!integer.is_valid()) throw_python_error();
    add_integer(integer.ptr());
  }

  /// What has `__index__`, somebody else's array, or a nested list.
  void add_foreign(PyObject* entry) {
    if (PyIndex_Check(entry)) {
      const nb::object integer = nb::steal(PyNumber_Index(entry));
      if (integer.is_valid()) return add_integer(integer.ptr());
      // NumPy's arrays have the method for the sake of those with one element.
      if (!PyErr_ExceptionMatches(PyExc_TypeError)) throw_python_error();
      PyErr_Clear();
    }
    if (has_memory(entry)) return add_array(import_memory(entry), entry);
    if (!PyList_Check(entry) && !PyTuple_Check(entry)) refuse(entry);
    const NestedSequence sequence(entry);
    const bool empty = element_count(sequence.shape()) == 0;
    add_array(sequence.to_array(empty ? DType::int64 : sequence.dtype()), entry);
  }

  alignas(Index) std::byte memory_[kMost * sizeof(Index)];
  std::size_t size_ = 0;
  bool has_arrays_ = false;
};

/// Widths of kinds: a value may go into an array of its own width or a wider one.
int width(DType dtype) {
  switch (kind(dtype)) {
    case DTypeKind::boolean:
      return 0;
    case DTypeKind::unsigned_integer:
    case DTypeKind::signed_integer:
      return 1;
    case DTypeKind::real:
      return 2;
    case DTypeKind::complex:
      return 3;
  }
  throw DTypeError("unknown kind of dtype");
}

void check_width(DType value, DType target) {
  if (width(value) <= width(target)) return;
  throw DTypeError(fmt::format("[setitem] {} does not go into {}: convert it with astype",
                               name(value), name(target)));
}

/// The value of an assignment to elements of `target`; points to `made` where it is none yet.
const Array& value_array(PyObject* value, DType target, std::optional<Array>& made) {
  if (is_array(value)) {
    check_width(array_of(value).dtype(), target);
    return array_of(value);
  }
  if (const std::optional<DTypeKind> kind = number_kind(value)) {
    check_width(dtype_of_number(*kind), target);
    return made.emplace(number_array(value, target));
  }
  if (has_memory(value)) {
    made = import_memory(value);
    check_width(made->dtype(), target);
    return *made;
  }
  const NestedSequence sequence(value);
  // An empty list has no elements that could be too wide.
  if (element_count(sequence.shape()) > 0) check_width(sequence.dtype(), target);
  return made.emplace(sequence.to_array(target));
}

/// a[i, j] = 1.5 without arrays in between; false where the value is no number or the index means
/// anything but one element.
bool write_number(const Array& array, const Key& index, PyObject* value) {
  const std::optional<DTypeKind> kind = number_kind(value);
  if (!kind || index.has_arrays() || !array.writable()) return false;
  const Array element = loom::get_item(array, index);
  if (element.ndim() != 0) return false;
  check_width(dtype_of_number(*kind), array.dtype());
  visit_dtype(array.dtype(), [&]<class T>(std::type_identity<T>) {
    *element.writable_view().as<T>() = number_as<T>(value);
  });
  return true;
}

PyObject* subscript(PyObject* self, PyObject* key) {
  return guarded<PyObject*>(nullptr, [&] { return wrap(get_item(array_of(self), key)); });
}

int assign_subscript(PyObject* self, PyObject* key, PyObject* value) {
  return guarded<int>(-1, [&] {
    if (value == nullptr) throw DTypeError("[setitem] elements of an array cannot be deleted");
    set_item(array_of(self), key, value);
    return 0;
  });
}

Py_ssize_t length(PyObject* self) {
  return guarded<Py_ssize_t>(-1, [&] {
    if (array_of(self).ndim() == 0) throw DTypeError("[len] a 0-d array has no length");
    return static_cast<Py_ssize_t>(array_of(self).shape()[0]);
  });
}

/// What iteration calls with 0, 1, ... until an IndexError.
PyObject* sequence_item(PyObject* self, Py_ssize_t i) {
  return guarded<PyObject*>(nullptr, [&] {
    const Array& array = array_of(self);
    if (array.ndim() > 0 && i >= 0 && i < array.shape()[0]) return wrap(array.select(0, i));
    // How each iteration ends: not worth an exception of C++.
    PyErr_SetString(PyExc_IndexError, "index outside of the first dimension");
    return static_cast<PyObject*>(nullptr);
  });
}

PyObject* iterate(PyObject* self) {
  return guarded<PyObject*>(nullptr, [&] {
    if (array_of(self).ndim() == 0) throw DTypeError("[iter] a 0-d array has no elements");
    return PySeqIter_New(self);
  });
}

int contains(PyObject* self, PyObject* value) {
  return guarded<int>(-1, [&] {
    const nb::object equal = nb::steal(PyObject_RichCompare(self, value, Py_EQ));
    if (!equal.is_valid()) throw_python_error();
    if (!is_array(equal.ptr())) return PyObject_IsTrue(equal.ptr());
    return static_cast<int>(any(array_of(equal.ptr())).item<bool>());
  });
}

template <class Function>
PyType_Slot slot(int id, Function* function) {
  return {id, reinterpret_cast<void*>(function)};
}

const PyType_Slot slots[] = {
    slot(Py_mp_subscript, subscript), slot(Py_mp_ass_subscript, assign_subscript),
    slot(Py_mp_length, length),       slot(Py_sq_item, sequence_item),
    slot(Py_sq_length, length),       slot(Py_sq_contains, contains),
    slot(Py_tp_iter, iterate),
};

}  // namespace

Array get_item(const Array& array, PyObject* key) { return loom::get_item(array, Key(key)); }

void set_item(const Array& array, PyObject* key, PyObject* value) {
  const Key index(key);
  if (write_number(array, index, value)) return;
  std::optional<Array> made;
  loom::set_item(array, index, value_array(value, array.dtype(), made));
}

std::span<const PyType_Slot> index_slots() { return slots; }

}  // namespace loom::python
