// A plug-in that loads and whose kernels do, each in its way, what a host must be ready for.
#include <atomic>
#include <cstdio>
#include <cstring>
#include <string>

#include "minimal.h"

namespace {

std::atomic<int> releases = 0;
const loom_host* the_host = nullptr;

/// A tensor of the plug-in's own over a few doubles, in Fortran order.
struct Own {
  Own(std::int64_t rows, std::int64_t columns) : shape{rows, columns}, strides{1, rows} {
    tensor.version = {DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION};
    tensor.manager_ctx = this;
    tensor.deleter = [](DLManagedTensorVersioned* self) {
      ++releases;
      delete static_cast<Own*>(self->manager_ctx);
    };
    tensor.dl_tensor = {values, {kDLCPU, 0}, 2, {kDLFloat, 64, 1}, shape, strides, 0};
    for (int i = 0; i < 16; ++i) values[i] = i;
  }

  double values[16];
  std::int64_t shape[2];
  std::int64_t strides[2];
  DLManagedTensorVersioned tensor{};
};

/// Replaces the output by a tensor that fits, 0, 1, 2, ... in Fortran order.
Own& replace(const loom_call* call) {
  const std::int64_t* shape = call->outputs[0]->dl_tensor.shape;
  Own* own = new Own(shape[0], shape[1]);
  call->outputs[0] = &own->tensor;
  return *own;
}

void replaced(const loom_call* call, loom_error* error) { replace(call); }

void wrong_shape(const loom_call* call, loom_error* error) { --replace(call).shape[1]; }

void wrong_dtype(const loom_call* call, loom_error* error) {
  replace(call).tensor.dl_tensor.dtype.code = kDLInt;
}

void wrong_device(const loom_call* call, loom_error* error) {
  replace(call).tensor.dl_tensor.device.device_type = kDLCUDA;
}

void wrong_version(const loom_call* call, loom_error* error) {
  replace(call).tensor.version.major = 2;
}

void no_output(const loom_call* call, loom_error* error) { call->outputs[0] = nullptr; }

/// Changes the shape of the host's own tensor.
void changed_shape(const loom_call* call, loom_error* error) {
  call->outputs[0]->dl_tensor.shape[0] = 1;
}

/// Fails with the message in its context.
void failed(const loom_call* call, loom_error* error) {
  error->code = LOOM_FAILED;
  std::strcpy(error->message, static_cast<const char*>(call->context));
}

void failed_silently(const loom_call* call, loom_error* error) { error->code = 99; }

void failed_after_replacing(const loom_call* call, loom_error* error) {
  replace(call);
  error->code = LOOM_FAILED;
  std::memset(error->message, 'x', sizeof(error->message));
}

void singular(const loom_call* call, loom_error* error) {
  error->code = LOOM_LINALG;
  std::strcpy(error->message, "matrix is not positive definite");
}

std::string text_of(const loom_attribute& attribute) {
  const auto& value = attribute.value;
  std::string text = std::string(attribute.name) + "=";
  switch (attribute.type) {
    case LOOM_ATTRIBUTE_BOOL:
      return text + (value.integer != 0 ? "true" : "false");
    case LOOM_ATTRIBUTE_INT:
      return text + std::to_string(value.integer);
    case LOOM_ATTRIBUTE_DTYPE:
      return text + std::to_string(value.dtype.code) + ":" + std::to_string(value.dtype.bits);
    case LOOM_ATTRIBUTE_INTS:
      for (std::int64_t i = 0; i < value.integers.count; ++i) {
        text += std::to_string(value.integers.values[i]) + ",";
      }
      return text;
  }
  return text + "?";
}

/// Fails with all that the call says of itself.
void tells(const loom_call* call, loom_error* error) {
  std::string text = call->operation;
  for (const auto number :
       {static_cast<std::int64_t>(call->struct_size), call->input_count, call->output_count}) {
    text.append(" ").append(std::to_string(number));
  }
  for (std::int64_t i = 0; i < call->attribute_count; ++i) {
    text.append(" ").append(text_of(call->attributes[i]));
  }
  error->code = LOOM_FAILED;
  std::snprintf(error->message, sizeof(error->message), "%s", text.c_str());
}

/// Fails with all that the host says of itself.
void tells_host(const loom_call* call, loom_error* error) {
  error->code = LOOM_FAILED;
  std::snprintf(error->message, sizeof(error->message), "%llu %u %s %d",
                static_cast<unsigned long long>(the_host->struct_size), the_host->abi_version,
                the_host->version, the_host->num_threads());
}

std::int32_t always(const loom_call* call, char* reason) {
  std::strcpy(reason, "never in the mood");
  return 1;
}

std::int64_t enormous(const loom_call* call) { return std::int64_t{1} << 60; }

constexpr loom_kernel plain(const char* operation, void (*run)(const loom_call*, loom_error*)) {
  return {operation, LOOM_FLOAT64, run, nullptr, nullptr, nullptr};
}

constexpr loom_kernel kKernels[] = {
    plain("add", replaced),
    plain("subtract", wrong_shape),
    plain("multiply", wrong_dtype),
    plain("divide", wrong_device),
    plain("maximum", wrong_version),
    plain("minimum", no_output),
    plain("hypot", changed_shape),
    {"exp", LOOM_FLOAT32 | LOOM_FLOAT64, failed, nullptr, nullptr, "the fan stopped"},
    plain("log", failed_silently),
    plain("sqrt", failed_after_replacing),
    plain("cholesky", singular),
    plain("sum", tells),
    plain("eye", tells),
    plain("sin", tells_host),
    {"matrix_multiply", LOOM_FLOAT64, replaced, always, nullptr, nullptr},
    {"inv", LOOM_FLOAT64, replaced, nullptr, enormous, nullptr},
};

constexpr loom_plugin kPlugin =
    minimal_plugin("faulty", kKernels, sizeof(kKernels) / sizeof(kKernels[0]));

}  // namespace

const loom_plugin* loom_plugin_entry(const loom_host* host) {
  the_host = host;
  return &kPlugin;
}

/// Tensors of the plug-in's own that were released.
extern "C" __attribute__((visibility("default"))) int faulty_releases() { return releases; }
