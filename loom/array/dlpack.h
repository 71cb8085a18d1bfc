#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "loom/array/array.h"
#include "loom/dlpack.h"

// Arrays in the form in which libraries hand tensors to one another: DLPack, both ways.
namespace loom {

/// DLPack's description of a dtype.
DLDataType to_dlpack(DType dtype);

/// The dtype behind DLPack's description. Throws DTypeError for one that Loom lacks (float16,
/// vectors).
DType from_dlpack(DLDataType dtype);

/// `view` as a tensor whose shape and strides are those of `view`, which must outlive it; the
/// receiver must write to neither.
DLTensor borrowed_tensor(const View& view);

/// `tensor` as a view of the same memory; null strides mean C order. Throws ValueError for memory
/// that is not the CPU's or not aligned to its elements, DTypeError as `from_dlpack`, ShapeError
/// for a shape that no array has; messages go on from `who`: "[from_dlpack]", "[sample] returned".
View view_of(const DLTensor& tensor, std::string_view who);

/// Calls the deleter of a tensor, if it has one.
struct DLPackRelease {
  void operator()(DLManagedTensor* tensor) const;
  void operator()(DLManagedTensorVersioned* tensor) const;
};
/// A DLManagedTensor or DLManagedTensorVersioned that is released at the end of its scope.
template <class Tensor>
using DLPackOwner = std::unique_ptr<Tensor, DLPackRelease>;

/// A tensor over the elements of `array`, whose memory lives until the receiver calls the deleter.
/// Marked read-only where the array is.
DLManagedTensorVersioned* to_dlpack(const Array& array);

/// The same in the form from before versions, which cannot say that memory is read-only. Throws
/// ValueError for an array that is not writable.
DLManagedTensor* to_dlpack_unversioned(const Array& array);

/// An array over the memory of `tensor`, which is released when the last handle lets go; writable
/// unless it is marked read-only. Takes ownership whatever happens: where it throws, the tensor was
/// released. Throws ValueError for null and for another major version, and as `view_of`.
Array from_dlpack(DLManagedTensorVersioned* tensor);

/// The same from the form from before versions.
Array from_dlpack(DLManagedTensor* tensor);

}  // namespace loom
