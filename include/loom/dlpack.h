/*
 * The DLPack 1.0 binary interface: how a tensor in memory is described to code that was built by
 * somebody else. Loom's own declarations of that public interface, in C11 and C++. The include
 * guard is that of the original header, so that a program may include both in either order.
 */
#pragma once
#ifndef DLPACK_DLPACK_H_
#define DLPACK_DLPACK_H_

#include <stdint.h>

/** The version that these declarations follow. Another major version is another layout. */
#define DLPACK_MAJOR_VERSION 1
#define DLPACK_MINOR_VERSION 0

/** `flags`: the consumer must not write to the elements. */
#define DLPACK_FLAG_BITMASK_READ_ONLY (1UL << 0UL)
/** `flags`: the producer made a copy for this tensor; nobody else sees the memory. */
#define DLPACK_FLAG_BITMASK_IS_COPIED (1UL << 1UL)

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  uint32_t major;
  uint32_t minor;
} DLPackVersion;

/** Where memory lies; four bytes wide. */
#ifdef __cplusplus
typedef enum : int32_t {
#else
typedef enum {
#endif
  kDLCPU = 1,
  kDLCUDA = 2,
  kDLCUDAHost = 3, /**< page-locked memory of the host, from CUDA */
  kDLOpenCL = 4,
  kDLVulkan = 7,
  kDLMetal = 8,
  kDLVPI = 9,
  kDLROCM = 10,
  kDLROCMHost = 11, /**< page-locked memory of the host, from ROCm */
  kDLExtDev = 12,   /**< a device that the two parties agree on */
  kDLCUDAManaged = 13,
  kDLOneAPI = 14,
  kDLWebGPU = 15,
  kDLHexagon = 16,
  kDLMAIA = 17
} DLDeviceType;

/** One device: its type, and which of them, from 0. */
typedef struct {
  DLDeviceType device_type;
  int32_t device_id;
} DLDevice;

/** What an element is. */
typedef enum {
  kDLInt = 0,
  kDLUInt = 1,
  kDLFloat = 2,
  kDLOpaqueHandle = 3,
  kDLBfloat = 4,
  kDLComplex = 5, /**< `bits` counts both components */
  kDLBool = 6     /**< eight bits wide in practice */
} DLDataTypeCode;

/** An element type: a DLDataTypeCode, the bits of one number, and the numbers in an element. */
typedef struct {
  uint8_t code;
  uint8_t bits;
  uint16_t lanes; /**< 1, unless elements are short vectors */
} DLDataType;

/** A strided tensor that somebody else keeps alive. */
typedef struct {
  void* data; /**< start of the memory; may be null where there are no elements */
  DLDevice device;
  int32_t ndim;
  DLDataType dtype;
  int64_t* shape;       /**< `ndim` extents */
  int64_t* strides;     /**< `ndim` steps counted in elements; null for C order without gaps */
  uint64_t byte_offset; /**< from `data` to element (0, ..., 0) */
} DLTensor;

/** A tensor that its receiver owns, in the form from before versions. */
typedef struct DLManagedTensor {
  DLTensor dl_tensor;
  void* manager_ctx; /**< the producer's own */
  /** Called once by the owner when it is done; null where there is nothing to do. */
  void (*deleter)(struct DLManagedTensor* self);
} DLManagedTensor;

/** A tensor that its receiver owns. */
typedef struct DLManagedTensorVersioned {
  /** Under a foreign major version nothing else but `manager_ctx` and `deleter` may be used. */
  DLPackVersion version;
  void* manager_ctx; /**< the producer's own */
  /** Called once by the owner when it is done; null where there is nothing to do. */
  void (*deleter)(struct DLManagedTensorVersioned* self);
  uint64_t flags; /**< DLPACK_FLAG_BITMASK_... */
  DLTensor dl_tensor;
} DLManagedTensorVersioned;

#ifdef __cplusplus
}
#endif

#endif
