#include "loom/array/dlpack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <limits>

#include "loom/support/error.h"

namespace loom {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// A foreign tensor over six doubles 0..5 that counts its releases.
struct Foreign {
  Foreign() {
    tensor.version = {DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION};
    tensor.manager_ctx = this;
    tensor.deleter = [](DLManagedTensorVersioned* self) {
      ++static_cast<Foreign*>(self->manager_ctx)->releases;
    };
    tensor.dl_tensor = {values, {kDLCPU, 0}, 2, {kDLFloat, 64, 1}, shape, nullptr, 0};
  }

  double values[6] = {0, 1, 2, 3, 4, 5};
  std::int64_t shape[2] = {2, 3};
  std::int64_t strides[2] = {3, 1};
  int releases = 0;
  DLManagedTensorVersioned tensor{};
};

TEST(DLPack, EveryDTypeRoundTrips) {
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    EXPECT_EQ(from_dlpack(to_dlpack(dtype)), dtype) << name(dtype);
    EXPECT_EQ(to_dlpack(dtype).bits, 8 * item_size(dtype)) << name(dtype);
  }
}

TEST(DLPack, DTypesHaveTheCodesOfTheInterface) {
  EXPECT_EQ(to_dlpack(DType::int8).code, 0);
  EXPECT_EQ(to_dlpack(DType::uint64).code, 1);
  EXPECT_EQ(to_dlpack(DType::float32).code, 2);
  EXPECT_EQ(to_dlpack(DType::complex128).code, 5);
  EXPECT_EQ(to_dlpack(DType::boolean).code, 6);
}

TEST(DLPack, StructsHaveTheLayoutOfTheInterface) {
  EXPECT_EQ(sizeof(DLDataType), 4u);
  EXPECT_EQ(sizeof(DLDevice), 8u);
  EXPECT_EQ(sizeof(DLTensor), 48u);
  EXPECT_EQ(offsetof(DLTensor, ndim), 16u);
  EXPECT_EQ(offsetof(DLTensor, dtype), 20u);
  EXPECT_EQ(offsetof(DLTensor, byte_offset), 40u);
  EXPECT_EQ(offsetof(DLManagedTensor, deleter), 56u);
  EXPECT_EQ(offsetof(DLManagedTensorVersioned, deleter), 16u);
  EXPECT_EQ(offsetof(DLManagedTensorVersioned, flags), 24u);
  EXPECT_EQ(offsetof(DLManagedTensorVersioned, dl_tensor), 32u);
}

TEST(DLPackExport, DescribesTheSameMemory) {
  const Array array = Array::from<float>({1, 2, 3, 4, 5, 6}, Dims{2, 3});
  const DLPackOwner<DLManagedTensorVersioned> tensor(to_dlpack(array));
  EXPECT_EQ(tensor->version.major, 1u);
  EXPECT_EQ(tensor->flags, 0u);
  const DLTensor& t = tensor->dl_tensor;
  EXPECT_EQ(static_cast<std::byte*>(t.data) + t.byte_offset, array.view().data);
  EXPECT_EQ(t.device.device_type, kDLCPU);
  ASSERT_EQ(t.ndim, 2);
  EXPECT_EQ(Dims(std::span(t.shape, 2)), Dims({2, 3}));
  EXPECT_EQ(Dims(std::span(t.strides, 2)), Dims({3, 1}));
}

TEST(DLPackExport, DescribesAReversedColumn) {
  const Array array = Array::from<double>({0, 1, 2, 3, 4, 5}, Dims{3, 2});
  const Array column = array.slice({{std::nullopt, std::nullopt, -1}}).select(1, 1);
  const DLPackOwner<DLManagedTensorVersioned> tensor(to_dlpack(column));
  ASSERT_EQ(tensor->dl_tensor.ndim, 1);
  EXPECT_EQ(tensor->dl_tensor.strides[0], -2);
  EXPECT_EQ(static_cast<double*>(tensor->dl_tensor.data)[0], 5);
}

TEST(DLPackExport, KeepsTheMemoryUntilItIsReleased) {
  int releases = 0;
  double values[] = {1, 2};
  DLManagedTensorVersioned* tensor = nullptr;
  {
    const Array array = Array::borrow(values, {2}, {1}, DType::float64, true, [&] { ++releases; });
    tensor = to_dlpack(array);
  }
  EXPECT_EQ(releases, 0);
  EXPECT_EQ(static_cast<double*>(tensor->dl_tensor.data)[1], 2);
  tensor->deleter(tensor);
  EXPECT_EQ(releases, 1);
}

TEST(DLPackExport, MarksReadOnlyMemory) {
  double value = 1;
  const Array array = Array::borrow(&value, {1}, {1}, DType::float64, false, nullptr);
  const DLPackOwner<DLManagedTensorVersioned> tensor(to_dlpack(array));
  EXPECT_EQ(tensor->flags, DLPACK_FLAG_BITMASK_READ_ONLY);
  EXPECT_THAT([&] { to_dlpack_unversioned(array); },
              ThrowsMessage<ValueError>(HasSubstr("float64(1,) is read-only")));
}

TEST(DLPackExport, UnversionedKeepsTheMemoryToo) {
  int releases = 0;
  double value = 7;
  DLManagedTensor* tensor = to_dlpack_unversioned(
      Array::borrow(&value, {}, {}, DType::float64, true, [&] { ++releases; }));
  EXPECT_EQ(tensor->dl_tensor.ndim, 0);
  EXPECT_EQ(*static_cast<double*>(tensor->dl_tensor.data), 7);
  EXPECT_EQ(releases, 0);
  tensor->deleter(tensor);
  EXPECT_EQ(releases, 1);
}

TEST(DLPackImport, SharesTheMemoryAndReleasesItOnce) {
  Foreign foreign;
  {
    Array array = from_dlpack(&foreign.tensor);
    EXPECT_EQ(array.data<double>(), foreign.values);
    EXPECT_EQ(array.shape(), Dims({2, 3}));
    EXPECT_TRUE(array.writable());
    const Array row = array.select(0, 1);
    array = Array();
    EXPECT_EQ(foreign.releases, 0);
    EXPECT_EQ(row.at<double>({2}), 5);
  }
  EXPECT_EQ(foreign.releases, 1);
}

TEST(DLPackImport, NullStridesMeanCOrder) {
  Foreign foreign;
  EXPECT_EQ(from_dlpack(&foreign.tensor).strides(), Dims({3, 1}));
}

TEST(DLPackImport, TakesStridesAndOffset) {
  Foreign foreign;
  foreign.shape[0] = 3;
  foreign.shape[1] = 1;
  foreign.strides[0] = -2;
  foreign.tensor.dl_tensor.strides = foreign.strides;
  foreign.tensor.dl_tensor.byte_offset = 5 * sizeof(double);
  const Array array = from_dlpack(&foreign.tensor);
  EXPECT_EQ(array.strides(), Dims({-2, 1}));
  EXPECT_EQ(array.at<double>({0, 0}), 5);
  EXPECT_EQ(array.at<double>({2, 0}), 1);
}

TEST(DLPackImport, KeepsReadOnlyMemoryReadOnly) {
  Foreign foreign;
  foreign.tensor.flags = DLPACK_FLAG_BITMASK_READ_ONLY;
  EXPECT_FALSE(from_dlpack(&foreign.tensor).writable());
}

TEST(DLPackImport, TakesATensorWithoutElementsOrMemory) {
  Foreign foreign;
  foreign.shape[0] = 0;
  foreign.tensor.dl_tensor.data = nullptr;
  EXPECT_EQ(from_dlpack(&foreign.tensor).shape(), Dims({0, 3}));
}

TEST(DLPackImport, TakesATensorWithoutDeleter) {
  Foreign foreign;
  foreign.tensor.deleter = nullptr;
  EXPECT_EQ(from_dlpack(&foreign.tensor).size(), 6);
}

TEST(DLPackImport, TakesALaterMinorVersion) {
  Foreign foreign;
  foreign.tensor.version.minor = 9;
  EXPECT_EQ(from_dlpack(&foreign.tensor).size(), 6);
}

TEST(DLPackImport, UnversionedReleasesOnce) {
  Foreign foreign;
  DLManagedTensor tensor{foreign.tensor.dl_tensor, &foreign.releases,
                         [](DLManagedTensor* self) { ++*static_cast<int*>(self->manager_ctx); }};
  {
    const Array array = from_dlpack(&tensor);
    EXPECT_EQ(array.at<double>({1, 0}), 3);
    EXPECT_EQ(foreign.releases, 0);
  }
  EXPECT_EQ(foreign.releases, 1);
}

TEST(DLPackImport, ExportedArrayComesBack) {
  const Array array = Array::from<std::complex<double>>({{1, 2}, {3, 4}});
  const Array back = from_dlpack(to_dlpack(array.slice_axis(0, 1, 2)));
  EXPECT_EQ(back.item<std::complex<double>>(), (std::complex<double>{3, 4}));
  EXPECT_EQ(back.view().data, array.view().data + 16);
}

/// Spoils a tensor and expects its import to fail and to release it all the same.
template <class Expected, class Spoil>
void expect_refused(Spoil spoil, const char* message) {
  Foreign foreign;
  spoil(foreign);
  EXPECT_THAT([&] { from_dlpack(&foreign.tensor); }, ThrowsMessage<Expected>(message));
  EXPECT_EQ(foreign.releases, 1) << message;
}

TEST(DLPackImport, RefusesAnotherDevice) {
  expect_refused<ValueError>([](Foreign& f) { f.tensor.dl_tensor.device.device_type = kDLCUDA; },
                             "[from_dlpack] memory on a device of type 2, expected the CPU's");
}

TEST(DLPackImport, RefusesAnotherMajorVersion) {
  // Nothing but version and deleter may be looked at.
  expect_refused<ValueError>(
      [](Foreign& f) {
        f.tensor.version = {2, 1};
        f.tensor.dl_tensor.ndim = -1;
      },
      "[from_dlpack] a tensor of DLPack 2.1, expected 1.x");
}

TEST(DLPackImport, RefusesHalfPrecision) {
  expect_refused<DTypeError>(
      [](Foreign& f) { f.tensor.dl_tensor.dtype.bits = 16; },
      "[from_dlpack] a dtype that is unknown here: code 2, bits 16, lanes 1");
}

TEST(DLPackImport, RefusesVectorElements) {
  expect_refused<DTypeError>(
      [](Foreign& f) { f.tensor.dl_tensor.dtype.lanes = 2; },
      "[from_dlpack] a dtype that is unknown here: code 2, bits 64, lanes 2");
}

TEST(DLPackImport, RefusesNegativeExtents) {
  expect_refused<ShapeError>([](Foreign& f) { f.shape[1] = -3; },
                             "negative extent in shape (2, -3)");
}

TEST(DLPackImport, RefusesTooManyElements) {
  expect_refused<ShapeError>(
      [](Foreign& f) { f.shape[1] = std::numeric_limits<std::int64_t>::max(); },
      "shape (2, 9223372036854775807) has more than 2^63 elements");
}

TEST(DLPackImport, RefusesAMissingShape) {
  expect_refused<ShapeError>([](Foreign& f) { f.tensor.dl_tensor.shape = nullptr; },
                             "[from_dlpack] 2 dimensions without a shape");
}

TEST(DLPackImport, RefusesMissingMemory) {
  expect_refused<ValueError>([](Foreign& f) { f.tensor.dl_tensor.data = nullptr; },
                             "[from_dlpack] float64(2, 3) without memory");
}

TEST(DLPackImport, RefusesUnalignedMemory) {
  expect_refused<ValueError>([](Foreign& f) { f.tensor.dl_tensor.byte_offset = 4; },
                             "[from_dlpack] float64(2, 3) whose memory is not aligned to 8 bytes");
}

TEST(DLPackImport, RefusesNull) {
  EXPECT_THAT([] { from_dlpack(static_cast<DLManagedTensorVersioned*>(nullptr)); },
              ThrowsMessage<ValueError>("[from_dlpack] a null pointer"));
  EXPECT_THROW(from_dlpack(static_cast<DLManagedTensor*>(nullptr)), ValueError);
}

}  // namespace
}  // namespace loom
