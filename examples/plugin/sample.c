/*
 * A plug-in for Loom: the backend `sample`, which multiplies matrices of float64 and leaves
 * everything else to the others. Copy this file to begin with your own.
 *
 * Build it with the CMakeLists.txt beside it, then try it:
 *
 *   LOOM_PLUGINS=build/sample/libsample.so LOOM_BACKEND=sample LOOM_VERBOSE=1 ./your_program
 *
 * or load it with loom::load_plugin("build/sample/libsample.so") and select it with
 * loom::set_backend("sample"). LOOM_VERBOSE=1 prints who computed each operation.
 */
#include <loom/plugin.h>
#include <string.h>

/* Rows of the right factor that one pass works on: 64 rows of 512 numbers fit the second cache. */
enum { kBlockDepth = 64, kBlockColumns = 512 };

/* A matrix as a kernel sees it: element (i, j) is data[i * row + j * column]. */
struct matrix {
  double* data;
  int64_t rows, columns;
  int64_t row, column;
};

static struct matrix matrix_of(const DLTensor* tensor) {
  struct matrix m;
  m.data = (double*)((char*)tensor->data + tensor->byte_offset);
  m.rows = tensor->shape[0];
  m.columns = tensor->shape[1];
  m.row = tensor->strides[0];
  m.column = tensor->strides[1];
  return m;
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* c += a[:, k0:k1] b[k0:k1, j0:j1]. Each element gets its terms in ascending k whatever the block
 * sizes are, so they change the speed and not the result. */
static void multiply_block(struct matrix a, struct matrix b, struct matrix c, int64_t k0,
                           int64_t k1, int64_t j0, int64_t j1) {
  for (int64_t i = 0; i < c.rows; ++i) {
    double* c_row = c.data + i * c.row;
    for (int64_t k = k0; k < k1; ++k) {
      const double factor = a.data[i * a.row + k * a.column];
      const double* b_row = b.data + k * b.row;
      for (int64_t j = j0; j < j1; ++j) c_row[j] += factor * b_row[j * b.column];
    }
  }
}

/* The host has checked dtypes and shapes and allocated the output, which for matmul is in C order;
 * inputs may have any strides. */
static void run_matmul(const struct loom_call* call, struct loom_error* error) {
  const struct matrix a = matrix_of(&call->inputs[0]);
  const struct matrix b = matrix_of(&call->inputs[1]);
  const struct matrix c = matrix_of(&call->outputs[0]->dl_tensor);
  (void)error; /* nothing can fail here */
  for (int64_t i = 0; i < c.rows; ++i) {
    for (int64_t j = 0; j < c.columns; ++j) c.data[i * c.row + j] = 0;
  }
  for (int64_t j = 0; j < c.columns; j += kBlockColumns) {
    for (int64_t k = 0; k < b.rows; k += kBlockDepth) {
      multiply_block(a, b, c, k, smaller(k + kBlockDepth, b.rows), j,
                     smaller(j + kBlockColumns, c.columns));
    }
  }
}

/* Vectors and stacks of matrices go to the next backend, whose user can read why. */
static int32_t refuse_matmul(const struct loom_call* call, char* reason) {
  if (call->inputs[0].ndim == 2 && call->inputs[1].ndim == 2) return 0;
  strcpy(reason, "only two matrices");
  return 1;
}

static const struct loom_kernel kernels[] = {
    {.operation = "matmul",
     .dtypes = LOOM_FLOAT64,
     .run = run_matmul,
     .refuse = refuse_matmul},
};

static const struct loom_plugin plugin = {
    .struct_size = sizeof(struct loom_plugin),
    .abi_version = LOOM_ABI_VERSION,
    .kernel_size = sizeof(struct loom_kernel),
    .name = "sample",
    .description = "example of a plug-in: matrix product of float64",
    .version = "1.0",
    .kernels = kernels,
    .kernel_count = sizeof(kernels) / sizeof(kernels[0]),
};

const struct loom_plugin* loom_plugin_entry(const struct loom_host* host) {
  (void)host; /* one thread, and nothing else asked of Loom */
  return &plugin;
}
