#include "python/src/asarray.h"

#include <fmt/format.h>

#include "loom/ops/creation.h"
#include "python/src/array_object.h"
#include "python/src/default_dtype.h"
#include "python/src/device.h"
#include "python/src/dlpack.h"
#include "python/src/exchange.h"
#include "python/src/function.h"
#include "python/src/scalars.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

/// The entries of a sequence. They are fetched one by one, because what looks at them may run
/// Python code that changes the sequence.
class Entries {
 public:
  explicit Entries(PyObject* sequence) : fast_(nb::steal(PySequence_Fast(sequence, "sequence"))) {
    if (!fast_.is_valid()) throw_python_error();
  }
  Py_ssize_t count() const { return PySequence_Fast_GET_SIZE(fast_.ptr()); }
  nb::object operator[](Py_ssize_t i) const {
    return nb::borrow(PySequence_Fast_GET_ITEM(fast_.ptr(), i));
  }

 private:
  nb::object fast_;
};

bool is_sequence(PyObject* object) {
  return PyList_Check(object) || PyTuple_Check(object) ||
         (PySequence_Check(object) && !PyUnicode_Check(object));
}

/// The dimensions of `shape` from `axis` on.
Dims rest_of(const Dims& shape, int axis) {
  return Dims(std::span(shape.begin() + axis, shape.end()));
}

std::string to_text(const Dims& place) {
  std::string text = "element ";
  for (const std::int64_t i : place) text += fmt::format("[{}]", i);
  return place.empty() ? "the object" : text;
}

[[noreturn]] void refuse_change() {
  throw ValueError("[asarray] the sequence changed while it was read");
}

}  // namespace

NestedSequence::NestedSequence(PyObject* object) : object_(object) { look_at(object); }

void NestedSequence::look_at(PyObject* object) {
  if (const std::optional<DTypeKind> kind = number_kind(object)) {
    check_rest({});
    if (!numbers_ || *numbers_ < *kind) numbers_ = kind;
  } else if (is_array(object)) {
    look_at_array(array_of(object));
  } else if (has_memory(object)) {
    look_at_array(import_memory(object));
  } else if (is_sequence(object)) {
    look_into(object);
  } else {
    throw DTypeError(
        fmt::format("[asarray] {} is of type {}: numbers, arrays or sequences of them "
                    "are needed",
                    to_text(place_), Py_TYPE(object)->tp_name));
  }
}

void NestedSequence::look_into(PyObject* sequence) {
  const int axis = place_.size();
  if (axis == kMaxRank) {
    throw ValueError(fmt::format("[asarray] sequences nested more than {} deep", kMaxRank));
  }
  const Entries entries(sequence);
  const Py_ssize_t count = entries.count();
  if (!shape_is_known_) {
    shape_.push_back(count);
    shape_is_known_ = count == 0;
  } else if (axis >= shape_.size() || shape_[axis] != count) {
    throw ValueError(fmt::format("[asarray] {} has {} entries, expected shape {}", to_text(place_),
                                 count, to_string(rest_of(shape_, axis))));
  }
  place_.push_back(0);
  for (Py_ssize_t i = 0; i < entries.count(); ++i) {
    place_[axis] = i;
    look_at(entries[i].ptr());
  }
  place_.erase(axis);
}

void NestedSequence::look_at_array(Array array) {
  check_rest(array.shape());
  arrays_dtype_ = arrays_dtype_ ? promote(*arrays_dtype_, array.dtype()) : array.dtype();
  arrays_.push_back(std::move(array));
}

/// The bottom was reached, and `rest` are the dimensions there.
void NestedSequence::check_rest(const Dims& rest) {
  const int axis = place_.size();
  if (!shape_is_known_) {
    for (const std::int64_t extent : rest) shape_.push_back(extent);
    shape_is_known_ = true;
  } else if (shape_.size() != axis + rest.size() ||
             !std::equal(rest.begin(), rest.end(), shape_.begin() + axis)) {
    throw ValueError(fmt::format("[asarray] {} has shape {}, expected {}", to_text(place_),
                                 to_string(rest), to_string(rest_of(shape_, axis))));
  }
}

DType NestedSequence::dtype() const {
  if (!numbers_) return arrays_dtype_.value_or(default_dtype());
  return arrays_dtype_ ? weak_dtype(*numbers_, *arrays_dtype_) : dtype_of_number(*numbers_);
}

/// Writes what is below `object` from `to` on, and moves `to` and `array`, the place in `arrays_`,
/// behind it. The sequences may have changed since they were looked at: that must not lead out of
/// the memory.
template <class T>
void NestedSequence::write_numbers(PyObject* object, int axis, T*& to, std::size_t& array) const {
  if (number_kind(object)) {
    if (axis != shape_.size()) refuse_change();
    *to++ = number_as<T>(object);
  } else if (is_array(object) || has_memory(object)) {
    if (array == arrays_.size()) refuse_change();
    const Array& source = arrays_[array++];
    const Dims shape = rest_of(shape_, axis);
    if (source.shape() != shape) refuse_change();
    const Array target = Array::borrow(to, shape, c_strides(shape), dtype_of<T>(), true, [] {});
    assign(target, source);
    to += target.size();
  } else {
    if (axis == shape_.size() || !is_sequence(object)) refuse_change();
    const Entries entries(object);
    if (entries.count() != shape_[axis]) refuse_change();
    for (std::int64_t i = 0; i < shape_[axis]; ++i) {
      if (entries.count() != shape_[axis]) refuse_change();
      write_numbers(entries[i].ptr(), axis + 1, to, array);
    }
  }
}

Array NestedSequence::to_array(DType dtype) const {
  Array result = Array::empty(shape_, dtype);
  visit_dtype(dtype, [&]<class T>(std::type_identity<T>) {
    T* to = result.data<T>();
    std::size_t array = 0;
    write_numbers(object_, 0, to, array);
  });
  return result;
}

namespace {

/// `array` itself, or its elements in new memory where `dtype` or `copy` asks for that.
Array as_asked(const Array& array, std::optional<DType> dtype, std::optional<bool> copy) {
  const bool same = !dtype || *dtype == array.dtype();
  if (same) return copy.value_or(false) ? loom::copy(array) : array;
  if (!copy.value_or(true)) {
    throw ValueError(fmt::format("[asarray] {} as {} needs a copy, which copy=False forbids",
                                 name(array.dtype()), name(*dtype)));
  }
  return astype(array, *dtype);
}

nb::object asarray(Object object, std::optional<DType> dtype, OnDevice, std::optional<bool> copy) {
  if (is_array(object)) {
    const Array& array = array_of(object);
    const bool same = (!dtype || *dtype == array.dtype()) && !copy.value_or(false);
    return same ? nb::borrow(object) : nb::cast(as_asked(array, dtype, copy));
  }
  if (!number_kind(object) && has_memory(object)) {
    const bool forbidden = !copy.value_or(true);
    const Array array = import_memory(object, forbidden ? std::optional(false) : std::nullopt);
    return nb::cast(as_asked(array, dtype, copy));
  }
  if (!copy.value_or(true)) {
    throw ValueError(fmt::format("[asarray] {} needs a copy, which copy=False forbids",
                                 Py_TYPE(object)->tp_name));
  }
  const NestedSequence sequence(object);
  return nb::cast(sequence.to_array(dtype.value_or(sequence.dtype())));
}

Array from_dlpack(Object object, Object device, std::optional<bool> copy) {
  check_device(device, "from_dlpack");
  if (is_array(object)) return as_asked(array_of(object), std::nullopt, copy);
  return import_dlpack(object, copy, device != Py_None);
}

}  // namespace

void bind_asarray(nb::module_& module) {
  def<asarray>(module, "asarray(obj, /, *, dtype=None, device=None, copy=None) -> Array",
               "An array of a number, nested sequences of numbers, or another library's array, "
               "whose memory is shared unless a copy is asked for or needed.");
  def<from_dlpack>(module, "from_dlpack(x, /, *, device=None, copy=None)",
                   "An array over the memory of an object with __dlpack__.");
}

}  // namespace loom::python
