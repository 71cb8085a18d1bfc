/*
 * Backends from shared libraries: the C interface between Loom (the host) and a plug-in.
 *
 * A plug-in is a shared library that exports one function, `loom_plugin_entry`. It hands over a
 * description of itself and a table of kernels: functions that compute one operation each. What it
 * has no kernel for, and what a kernel refuses, falls to Loom's own backends. This header needs no
 * library to link with; examples/plugin is a complete plug-in.
 *
 * A user loads it with `loom::load_plugin("path/libx.so")`, or by listing paths, separated by
 * colons, in the environment variable LOOM_PLUGINS.
 *
 * Versions. LOOM_ABI_VERSION changes when something that exists changes its meaning, and host and
 * plug-in must agree on it. Within one version a struct that tells its size (kernels are told
 * theirs by `kernel_size`) may grow at its end; no other does. The host takes a plug-in that has at
 * least the fields of that version's first release and treats missing later ones as zero; a plug-in
 * that uses a later field of a host's struct checks `struct_size` first. The first two fields of
 * `loom_plugin` and of `loom_host` stay the same in all versions.
 *
 * Memory. Whoever makes something frees it. Pointers given to a function are good until it
 * returns, unless said otherwise. Strings end with a zero byte and are UTF-8.
 *
 * Threads. For each request to load the library, `loom_plugin_entry` and then `probe` are called
 * once; Loom may be starting then, so they reach it through `loom_host` alone. Kernels are called
 * from any thread, also from several at the same time, with the same `context`.
 *
 * Errors. No function may let a C++ exception or a longjmp leave it; kernels report through
 * `loom_error`. A library once opened stays in the process to its end.
 */
#pragma once

#include <stdint.h>

#include "loom/dlpack.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  LOOM_ABI_VERSION = 1,
  LOOM_MESSAGE_SIZE = 512, /**< bytes of a message buffer, the final zero included */
  LOOM_NAME_SIZE = 64      /**< bytes of a short text, the final zero included */
};

/** Bits of a set of dtypes. */
enum {
  LOOM_BOOL = 1 << 0,
  LOOM_INT8 = 1 << 1,
  LOOM_INT16 = 1 << 2,
  LOOM_INT32 = 1 << 3,
  LOOM_INT64 = 1 << 4,
  LOOM_UINT8 = 1 << 5,
  LOOM_UINT16 = 1 << 6,
  LOOM_UINT32 = 1 << 7,
  LOOM_UINT64 = 1 << 8,
  LOOM_FLOAT32 = 1 << 9,
  LOOM_FLOAT64 = 1 << 10,
  LOOM_COMPLEX64 = 1 << 11,
  LOOM_COMPLEX128 = 1 << 12
};

/** What the host offers; lives to the end of the process. */
struct loom_host {
  uint64_t struct_size;
  uint32_t abi_version; /**< what this host speaks */
  const char* version;  /**< of Loom: "0.1.0" */
  /** Threads that a kernel may use now; at least 1. May be called from any thread. */
  int32_t (*num_threads)(void);
};

/** Outcomes of a kernel. */
enum {
  LOOM_OK = 0,
  LOOM_FAILED = 1, /**< the engine failed; the caller gets a BackendError */
  LOOM_LINALG = 2  /**< the data's own fault, as a singular matrix; a LinAlgError */
};

/** How a call went: all zero when a kernel receives it, which means success. */
struct loom_error {
  int32_t code;                    /**< LOOM_OK, or what went wrong */
  char message[LOOM_MESSAGE_SIZE]; /**< what a user reads: "matrix 3 is singular" */
};

/** Types of an attribute's value. */
enum {
  LOOM_ATTRIBUTE_BOOL = 0,  /**< `integer`, 0 or 1 */
  LOOM_ATTRIBUTE_INT = 1,   /**< `integer` */
  LOOM_ATTRIBUTE_FLOAT = 2, /**< `real` */
  LOOM_ATTRIBUTE_DTYPE = 3, /**< `dtype` */
  LOOM_ATTRIBUTE_INTS = 4   /**< `integers` */
};

/** An argument that is not an array: axes, a mode, a seed. Operations and their attributes are in
 * Loom's table of operations. */
struct loom_attribute {
  const char* name;
  int32_t type; /**< LOOM_ATTRIBUTE_..., which says what member of `value` holds */
  union {
    int64_t integer;
    double real;
    DLDataType dtype;
    struct {
      const int64_t* values;
      int64_t count;
    } integers;
  } value;
};

/**
 * One call. Inputs have one dtype or what the operation asks for; those of elementwise operations
 * have the shape of the output, with zero strides where they are broadcast. All tensors are in the
 * CPU's memory and have strides, which may be zero or negative for inputs.
 *
 * Outputs are filled in by the host: tensors of the expected dtype and shape over memory that
 * overlaps no input, in C order except for elementwise operations, copy and astype, where strides
 * say. A kernel writes their elements, and nothing else of them; or it puts a tensor of its own in
 * place of a pointer. The host then checks dtype, shape and device, copies the elements and calls
 * the deleter, also after an error.
 */
struct loom_call {
  uint64_t struct_size;
  const char* operation; /**< its name in Loom's table, for kernels that serve several */
  const void* context;   /**< that of the kernel's entry in the table */
  const DLTensor* inputs;
  DLManagedTensorVersioned** outputs;
  const struct loom_attribute* attributes;
  int64_t input_count;
  int64_t output_count;
  int64_t attribute_count;
};

/** A kernel: an entry of the plug-in's table. No two entries are for the same operation; one for
 * several dtypes looks at those of the call's tensors. */
struct loom_kernel {
  /** Name of the operation, as "matmul". */
  const char* operation;
  /** Dtypes it has: those of the last input, or of the first output where there is no input. */
  uint64_t dtypes;
  /** Computes the outputs, or sets `error`. */
  void (*run)(const struct loom_call* call, struct loom_error* error);
  /** Why this call is beyond the kernel (a size, a layout), written to `reason`, a buffer of
   * LOOM_MESSAGE_SIZE bytes; returns 0 where it takes the call. It sees shapes only: outputs may
   * have no memory yet. Null for a kernel that takes every call of its dtypes. */
  int32_t (*refuse)(const struct loom_call* call, char* reason);
  /** Bytes that `run` allocates at its peak, for Loom's memory plan. Sees shapes only, as
   * `refuse`. Null for none worth counting. */
  int64_t (*workspace)(const struct loom_call* call);
  /** Handed back in each call. */
  const void* context;
};

/** Bits of `loom_probe::features`. */
enum {
  LOOM_FEATURE_JIT = 1 << 0,      /**< compiles code as it runs */
  LOOM_FEATURE_PARALLEL = 1 << 1, /**< uses several threads or processes */
  LOOM_FEATURE_GPU = 1 << 2       /**< computes on a graphics processor */
};

/** What a plug-in says of itself on this machine. */
struct loom_probe {
  uint64_t struct_size;
  int32_t available;              /**< 1 unless it cannot run here */
  int32_t integer_bits;           /**< width of its sizes and indices; 64 */
  int32_t threads;                /**< that it uses; 1 */
  uint32_t features;              /**< LOOM_FEATURE_..., together; 0 */
  char isa[LOOM_NAME_SIZE];       /**< instruction set or device in use; "" */
  char note[LOOM_MESSAGE_SIZE];   /**< a warning worth showing; "" */
  char reason[LOOM_MESSAGE_SIZE]; /**< where it is not available: why; "" */
  char remedy[LOOM_MESSAGE_SIZE]; /**< and what would make it so; "" */
};

/** A plug-in. It and all it points to must stay as they are to the end of the process. */
struct loom_plugin {
  uint64_t struct_size; /**< sizeof(struct loom_plugin) */
  uint32_t abi_version; /**< LOOM_ABI_VERSION */
  uint32_t kernel_size; /**< sizeof(struct loom_kernel) */
  /** Short, for ever the same: lower-case letters, digits, "_" and "-". What `set_backend` takes
   * and what traces show. */
  const char* name;
  const char* description; /**< one line; may be null */
  const char* version;     /**< of the plug-in or the engine behind it; may be null */
  /** Called before any kernel; `probe` holds the values named at its fields. May load libraries.
   * Null for a plug-in that runs everywhere. */
  void (*probe)(struct loom_probe* probe);
  const struct loom_kernel* kernels;
  uint64_t kernel_count;
};

/** The function that a plug-in exports. Null where it cannot work with this host. */
__attribute__((visibility("default"))) const struct loom_plugin* loom_plugin_entry(
    const struct loom_host* host);

#ifdef __cplusplus
}
#endif
