#include "python/src/buffer.h"

#include <fmt/format.h>
#include <nanobind/nanobind.h>

#include <memory>
#include <string_view>

#include "loom/ops/creation.h"
#include "python/src/array_object.h"
#include "python/src/errors.h"
#include "python/src/gil.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

/// PEP 3118's formats, as NumPy writes them.
constexpr const char* kFormats[kDTypeCount] = {"?", "b", "h", "i", "l",  "B", "H",
                                               "I", "L", "f", "d", "Zf", "Zd"};

std::optional<DTypeKind> kind_of_code(std::string_view code) {
  if (code == "?") return DTypeKind::boolean;
  if (code == "f" || code == "d") return DTypeKind::real;
  if (code == "Zf" || code == "Zd") return DTypeKind::complex;
  if (code.size() != 1) return std::nullopt;
  if (std::string_view("bhilqn").find(code[0]) != std::string_view::npos) {
    return DTypeKind::signed_integer;
  }
  if (std::string_view("BHILQN").find(code[0]) != std::string_view::npos) {
    return DTypeKind::unsigned_integer;
  }
  return std::nullopt;
}

/// The dtype of elements of a format and size. Throws DTypeError where Loom has none.
DType dtype_of_format(const char* format, Py_ssize_t item_bytes) {
  // Without a format, elements are unsigned bytes.
  std::string_view code = format == nullptr ? "B" : format;
  const bool native = !code.empty() && std::string_view("@=<").find(code[0]) != code.npos;
  const bool foreign_bytes_order = !code.empty() && (code[0] == '>' || code[0] == '!');
  if (native || (foreign_bytes_order && item_bytes == 1)) code.remove_prefix(1);
  if (const std::optional<DTypeKind> wanted = kind_of_code(code)) {
    for (int i = 0; i < kDTypeCount; ++i) {
      if (kDTypeFacts[i].kind == *wanted && kDTypeFacts[i].bytes == item_bytes) {
        return static_cast<DType>(i);
      }
    }
  }
  throw DTypeError(fmt::format("[buffer] no dtype for elements of format \"{}\" and {} bytes",
                               format == nullptr ? "B" : format, item_bytes));
}

struct ReleaseBuffer {
  void operator()(Py_buffer* buffer) const {
    PyBuffer_Release(buffer);
    delete buffer;
  }
};
/// A buffer that was got from its exporter.
using BufferOwner = std::unique_ptr<Py_buffer, ReleaseBuffer>;

BufferOwner get_buffer(PyObject* object) {
  auto buffer = std::make_unique<Py_buffer>();
  if (PyObject_GetBuffer(object, buffer.get(), PyBUF_RECORDS_RO) != 0) throw_python_error();
  return BufferOwner(buffer.release());
}

/// Strides counted in elements, or nothing where they or the start are off the elements' alignment.
std::optional<Dims> element_strides(const Py_buffer& buffer, const Dims& shape, DType dtype) {
  Dims strides = c_strides(shape);
  if (element_count(shape) == 0) return strides;
  const auto alignment = static_cast<std::uintptr_t>(item_size(real_of(dtype)));
  if (reinterpret_cast<std::uintptr_t>(buffer.buf) % alignment != 0) return std::nullopt;
  for (int i = 0; buffer.strides != nullptr && i < shape.size(); ++i) {
    if (shape[i] == 1) continue;
    if (buffer.strides[i] % buffer.itemsize != 0) return std::nullopt;
    strides[i] = buffer.strides[i] / buffer.itemsize;
  }
  return strides;
}

Array share(BufferOwner owner, const Dims& shape, const Dims& strides, DType dtype) {
  Py_buffer* buffer = owner.release();
  return Array::borrow(buffer->buf, shape, strides, dtype, buffer->readonly == 0,
                       [buffer] { with_gil([&] { ReleaseBuffer()(buffer); }); });
}

Array copy_of(Py_buffer& buffer, const Dims& shape, DType dtype) {
  Array result = Array::empty(shape, dtype);
  if (PyBuffer_ToContiguous(result.view().data, &buffer, buffer.len, 'C') != 0) {
    throw_python_error();
  }
  return result;
}

[[noreturn]] void refuse_export(const char* why) {
  PyErr_SetString(PyExc_BufferError, why);
  throw_python_error();
}

bool is_fortran_contiguous(const Array& array) {
  Dims backwards;
  for (int i = array.ndim() - 1; i >= 0; --i) backwards.push_back(i);
  return array.ndim() < 2 ? array.is_contiguous() : array.transpose(backwards).is_contiguous();
}

void check_request(const Array& array, int flags) {
  if ((flags & PyBUF_WRITABLE) != 0 && !array.writable()) refuse_export("the array is read-only");
  const auto asks = [&](int request) { return (flags & request) == request; };
  const bool c = array.is_contiguous();
  if (!asks(PyBUF_STRIDES) || asks(PyBUF_C_CONTIGUOUS)) {
    if (!c) refuse_export("the array is not C-contiguous");
  } else if (asks(PyBUF_F_CONTIGUOUS)) {
    if (!is_fortran_contiguous(array)) refuse_export("the array is not Fortran-contiguous");
  } else if (asks(PyBUF_ANY_CONTIGUOUS)) {
    if (!c && !is_fortran_contiguous(array)) refuse_export("the array is not contiguous");
  }
}

/// Strides in bytes, which live until `release_buffer`.
Py_ssize_t* byte_strides(const Array& array) {
  auto* strides = static_cast<Py_ssize_t*>(PyMem_Malloc(sizeof(Py_ssize_t) * kMaxRank));
  if (strides == nullptr) throw std::bad_alloc();
  for (int i = 0; i < array.ndim(); ++i) {
    strides[i] = array.strides()[i] * item_size(array.dtype());
  }
  return strides;
}

int give_buffer(PyObject* self, Py_buffer* buffer, int flags) {
  buffer->obj = nullptr;
  return guarded<int>(-1, [&] {
    const Array& array = array_of(self);
    check_request(array, flags);
    const bool strided = (flags & PyBUF_STRIDES) == PyBUF_STRIDES;
    buffer->internal = strided ? byte_strides(array) : nullptr;
    array.buffer()->lend();
    buffer->buf = array.view().data;
    buffer->len = array.nbytes();
    buffer->itemsize = item_size(array.dtype());
    buffer->readonly = array.writable() ? 0 : 1;
    buffer->ndim = array.ndim();
    const bool formatted = (flags & PyBUF_FORMAT) != 0;
    buffer->format =
        formatted ? const_cast<char*>(kFormats[static_cast<int>(array.dtype())]) : nullptr;
    // The object, which the buffer keeps alive, has the shape.
    const bool shaped = (flags & PyBUF_ND) != 0;
    buffer->shape = shaped ? const_cast<Py_ssize_t*>(array.shape().data()) : nullptr;
    buffer->strides = static_cast<Py_ssize_t*>(buffer->internal);
    buffer->suboffsets = nullptr;
    buffer->obj = Py_NewRef(self);
    return 0;
  });
}

void release_buffer(PyObject* self, Py_buffer* buffer) {
  array_of(self).buffer()->take_back();
  PyMem_Free(buffer->internal);
}

const PyType_Slot slots[] = {
    {Py_bf_getbuffer, reinterpret_cast<void*>(give_buffer)},
    {Py_bf_releasebuffer, reinterpret_cast<void*>(release_buffer)},
};

}  // namespace

Array import_buffer(PyObject* object, std::optional<bool> copy) {
  BufferOwner buffer = get_buffer(object);
  const DType dtype = dtype_of_format(buffer->format, buffer->itemsize);
  const Dims shape(std::span(buffer->shape, static_cast<std::size_t>(buffer->ndim)));
  const std::optional<Dims> strides = element_strides(*buffer, shape, dtype);
  if (strides && !copy.value_or(false)) return share(std::move(buffer), shape, *strides, dtype);
  if (!copy.value_or(true)) {
    throw ValueError("[buffer] elements off their alignment need a copy, which copy=False forbids");
  }
  return copy_of(*buffer, shape, dtype);
}

std::span<const PyType_Slot> buffer_slots() { return slots; }

}  // namespace loom::python
