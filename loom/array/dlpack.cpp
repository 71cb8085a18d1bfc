#include "loom/array/dlpack.h"

#include <fmt/format.h>

#include <utility>

namespace loom {
namespace {

constexpr std::string_view kImport = "[from_dlpack]";

DLDataTypeCode code_of(DTypeKind kind) {
  switch (kind) {
    case DTypeKind::boolean:
      return kDLBool;
    case DTypeKind::unsigned_integer:
      return kDLUInt;
    case DTypeKind::signed_integer:
      return kDLInt;
    case DTypeKind::real:
      return kDLFloat;
    case DTypeKind::complex:
      return kDLComplex;
  }
  throw DTypeError("[to_dlpack] unknown kind of number");
}

/// What the receiver of an export holds; the tensor points into it.
template <class Tensor>
struct Export {
  explicit Export(const Array& exported) : array(exported) {
    array.buffer()->lend();
    tensor.dl_tensor = borrowed_tensor(array.view());
    tensor.manager_ctx = this;
    tensor.deleter = [](Tensor* self) { delete static_cast<Export*>(self->manager_ctx); };
  }
  ~Export() { array.buffer()->take_back(); }
  Export(const Export&) = delete;
  Export& operator=(const Export&) = delete;

  Array array;
  Tensor tensor{};
};

/// An array over `owner->dl_tensor` that releases it when the last handle lets go.
template <class Tensor>
Array adopt(DLPackOwner<Tensor> owner, bool writable) {
  const View view = view_of(owner->dl_tensor, kImport);
  return Array::borrow(
      view.data, view.shape, view.strides, view.dtype, writable,
      [shared = std::shared_ptr<Tensor>(std::move(owner))]() mutable { shared.reset(); });
}

template <class Tensor>
DLPackOwner<Tensor> own(Tensor* tensor) {
  if (tensor == nullptr) throw ValueError(fmt::format("{} a null pointer", kImport));
  return DLPackOwner<Tensor>(tensor);
}

DType dtype_from(DLDataType dtype, std::string_view who) {
  for (int i = 0; i < kDTypeCount; ++i) {
    const DLDataType known = to_dlpack(static_cast<DType>(i));
    if (known.code == dtype.code && known.bits == dtype.bits && known.lanes == dtype.lanes) {
      return static_cast<DType>(i);
    }
  }
  throw DTypeError(fmt::format("{} a dtype that is unknown here: code {}, bits {}, lanes {}", who,
                               dtype.code, dtype.bits, dtype.lanes));
}

void check_alignment(const View& view, std::string_view who) {
  const auto alignment = static_cast<std::uintptr_t>(item_size(real_of(view.dtype)));
  if (reinterpret_cast<std::uintptr_t>(view.data) % alignment != 0) {
    throw ValueError(fmt::format("{} {} whose memory is not aligned to {} bytes", who,
                                 to_string(view), alignment));
  }
}

}  // namespace

DLDataType to_dlpack(DType dtype) {
  return {static_cast<std::uint8_t>(code_of(kind(dtype))),
          static_cast<std::uint8_t>(8 * item_size(dtype)), 1};
}

DType from_dlpack(DLDataType dtype) { return dtype_from(dtype, kImport); }

DLTensor borrowed_tensor(const View& view) {
  return {.data = view.data,
          .device = {kDLCPU, 0},
          .ndim = view.rank(),
          .dtype = to_dlpack(view.dtype),
          .shape = const_cast<std::int64_t*>(view.shape.data()),
          .strides = const_cast<std::int64_t*>(view.strides.data()),
          .byte_offset = 0};
}

View view_of(const DLTensor& tensor, std::string_view who) {
  if (tensor.device.device_type != kDLCPU) {
    throw ValueError(fmt::format("{} memory on a device of type {}, expected the CPU's", who,
                                 static_cast<int>(tensor.device.device_type)));
  }
  if (tensor.ndim < 0 || (tensor.ndim > 0 && tensor.shape == nullptr)) {
    throw ShapeError(fmt::format("{} {} dimensions without a shape", who, tensor.ndim));
  }
  const auto rank = static_cast<std::size_t>(tensor.ndim);
  View view;
  view.dtype = dtype_from(tensor.dtype, who);
  view.shape = Dims(std::span(tensor.shape, rank));
  view.strides =
      tensor.strides != nullptr ? Dims(std::span(tensor.strides, rank)) : c_strides(view.shape);
  if (view.size() == 0) return view;
  if (tensor.data == nullptr) {
    throw ValueError(fmt::format("{} {} without memory", who, to_string(view)));
  }
  view.data = static_cast<std::byte*>(tensor.data) + tensor.byte_offset;
  check_alignment(view, who);
  return view;
}

void DLPackRelease::operator()(DLManagedTensor* tensor) const {
  if (tensor->deleter != nullptr) tensor->deleter(tensor);
}

void DLPackRelease::operator()(DLManagedTensorVersioned* tensor) const {
  if (tensor->deleter != nullptr) tensor->deleter(tensor);
}

DLManagedTensorVersioned* to_dlpack(const Array& array) {
  DLManagedTensorVersioned& tensor = (new Export<DLManagedTensorVersioned>(array))->tensor;
  tensor.version = {DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION};
  tensor.flags = array.writable() ? 0 : DLPACK_FLAG_BITMASK_READ_ONLY;
  return &tensor;
}

DLManagedTensor* to_dlpack_unversioned(const Array& array) {
  if (!array.writable()) {
    throw ValueError(
        fmt::format("[to_dlpack] {} is read-only, which a tensor without version cannot say",
                    to_string(array.layout())));
  }
  return &(new Export<DLManagedTensor>(array))->tensor;
}

Array from_dlpack(DLManagedTensorVersioned* tensor) {
  DLPackOwner<DLManagedTensorVersioned> owner = own(tensor);
  if (owner->version.major != DLPACK_MAJOR_VERSION) {
    throw ValueError(fmt::format("{} a tensor of DLPack {}.{}, expected {}.x", kImport,
                                 owner->version.major, owner->version.minor, DLPACK_MAJOR_VERSION));
  }
  const bool writable = (owner->flags & DLPACK_FLAG_BITMASK_READ_ONLY) == 0;
  return adopt(std::move(owner), writable);
}

Array from_dlpack(DLManagedTensor* tensor) { return adopt(own(tensor), true); }

}  // namespace loom
