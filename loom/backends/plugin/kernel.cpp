#include "loom/backends/plugin/kernel.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "loom/array/dlpack.h"
#include "loom/support/error.h"

namespace loom::plugin {
namespace {

using dispatch::KernelCall;

constexpr struct {
  std::uint64_t bit;
  DType dtype;
} kDTypeBits[] = {
    {LOOM_BOOL, DType::boolean},          {LOOM_INT8, DType::int8},
    {LOOM_INT16, DType::int16},           {LOOM_INT32, DType::int32},
    {LOOM_INT64, DType::int64},           {LOOM_UINT8, DType::uint8},
    {LOOM_UINT16, DType::uint16},         {LOOM_UINT32, DType::uint32},
    {LOOM_UINT64, DType::uint64},         {LOOM_FLOAT32, DType::float32},
    {LOOM_FLOAT64, DType::float64},       {LOOM_COMPLEX64, DType::complex64},
    {LOOM_COMPLEX128, DType::complex128},
};

/// The dtypes behind LOOM_... bits; unknown bits are left out.
DTypeSet dtypes_of(std::uint64_t bits) {
  DTypeSet dtypes;
  for (const auto& [bit, dtype] : kDTypeBits) {
    if ((bits & bit) != 0) dtypes = dtypes | DTypeSet{dtype};
  }
  return dtypes;
}

/// Writes an attribute's value into the plug-in's form.
struct AttributeWriter {
  loom_attribute& to;

  void operator()(bool value) const {
    to.type = LOOM_ATTRIBUTE_BOOL;
    to.value.integer = value ? 1 : 0;
  }
  void operator()(std::int64_t value) const {
    to.type = LOOM_ATTRIBUTE_INT;
    to.value.integer = value;
  }
  void operator()(double value) const {
    to.type = LOOM_ATTRIBUTE_FLOAT;
    to.value.real = value;
  }
  void operator()(DType value) const {
    to.type = LOOM_ATTRIBUTE_DTYPE;
    to.value.dtype = to_dlpack(value);
  }
  void operator()(const Dims& value) const {
    to.type = LOOM_ATTRIBUTE_INTS;
    to.value.integers.values = value.data();
    to.value.integers.count = value.size();
  }
};

/// Everything that the `loom_call` of one call points at. Tensors that the plug-in put in place of
/// the host's are released at the end of the scope.
class Frame {
 public:
  explicit Frame(const KernelCall& call)
      : kernel_(*static_cast<const PluginKernel*>(call.context)),
        attributes_(call.attributes.size()) {
    for (std::size_t i = 0; i < call.inputs.size(); ++i) {
      inputs_[i] = borrowed_tensor(call.inputs[i]);
    }
    for (std::size_t i = 0; i < call.outputs.size(); ++i) {
      targets_[i] = call.outputs[i];
      own_[i].version = {DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION};
      own_[i].dl_tensor = borrowed_tensor(targets_[i]);
      outputs_[i] = &own_[i];
    }
    for (std::size_t i = 0; i < attributes_.size(); ++i) {
      attributes_[i].name = kernel_.attributes[i].c_str();
      std::visit(AttributeWriter{attributes_[i]}, call.attributes[i]);
    }
    call_ = {.struct_size = sizeof(loom_call),
             .operation = kernel_.operation.c_str(),
             .context = kernel_.kernel.context,
             .inputs = inputs_.data(),
             .outputs = outputs_.data(),
             .attributes = attributes_.data(),
             .input_count = std::ssize(call.inputs),
             .output_count = std::ssize(call.outputs),
             .attribute_count = std::ssize(attributes_)};
  }

  ~Frame() {
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      if (outputs_[i] != nullptr && outputs_[i] != &own_[i]) DLPackRelease()(outputs_[i]);
    }
  }

  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  const PluginKernel& kernel() const { return kernel_; }
  const loom_call& call() const { return call_; }
  const DLManagedTensorVersioned* output(std::size_t i) const { return outputs_[i]; }

 private:
  template <class T>
  using Operands = std::array<T, schema::kMaxOperands>;

  const PluginKernel& kernel_;
  Operands<DLTensor> inputs_;
  Operands<View> targets_;  // copies: a plug-in that writes to their shapes harms only itself
  Operands<DLManagedTensorVersioned> own_{};
  Operands<DLManagedTensorVersioned*> outputs_{};
  std::vector<loom_attribute> attributes_;
  loom_call call_;
};

void check_error(const PluginKernel& kernel, const loom_error& error) {
  if (error.code == LOOM_OK) return;
  const std::string text = text_in(error.message);
  if (error.code == LOOM_LINALG) throw LinAlgError(fmt::format("{}: {}", kernel.label, text));
  throw BackendError(fmt::format("{} failed with code {}: {}", kernel.label, error.code,
                                 text.empty() ? "no message" : text));
}

/// `tensor`, which the plug-in left as an output, as a view of the dtype and shape of `expected`.
View returned_view(const PluginKernel& kernel, const DLManagedTensorVersioned* tensor,
                   const View& expected) {
  const std::string returned = kernel.label + " returned";
  if (tensor == nullptr) throw BackendError(returned + " a null pointer");
  if (tensor->version.major != DLPACK_MAJOR_VERSION) {
    throw BackendError(fmt::format("{} a tensor of DLPack {}.{}, expected {}.x", returned,
                                   tensor->version.major, tensor->version.minor,
                                   DLPACK_MAJOR_VERSION));
  }
  View view;
  try {
    view = view_of(tensor->dl_tensor, returned);
  } catch (const Error& error) {
    throw BackendError(error.what());
  }
  if (view.dtype != expected.dtype || view.shape != expected.shape) {
    throw BackendError(
        fmt::format("{} {}, expected {}", returned, to_string(view), to_string(expected)));
  }
  return view;
}

/// Copies the elements of `from` to those of `to`, which has the same dtype and shape; `axis` is
/// the first one not yet walked.
void copy_elements(const View& from, const View& to, int axis = 0) {
  const int item = item_size(from.dtype);
  if (axis == from.rank()) {
    std::memcpy(to.data, from.data, item);
    return;
  }
  const std::int64_t extent = from.shape[axis];
  const bool run = axis == from.rank() - 1 && from.strides[axis] == 1 && to.strides[axis] == 1;
  if (run && extent > 0) {
    std::memcpy(to.data, from.data, extent * item);
    return;
  }
  View source = from, target = to;
  for (std::int64_t i = 0; i < extent; ++i) {
    copy_elements(source, target, axis + 1);
    source.data += from.strides[axis] * item;
    target.data += to.strides[axis] * item;
  }
}

void run(const KernelCall& call) {
  const Frame frame(call);
  loom_error error{};
  frame.kernel().kernel.run(&frame.call(), &error);
  check_error(frame.kernel(), error);
  for (std::size_t i = 0; i < call.outputs.size(); ++i) {
    const View& target = call.outputs[i];
    const View view = returned_view(frame.kernel(), frame.output(i), target);
    if (view.data != target.data) copy_elements(view, target);
  }
}

std::optional<std::string> refuse(const KernelCall& call) {
  const Frame frame(call);
  char reason[LOOM_MESSAGE_SIZE] = {};
  if (frame.kernel().kernel.refuse(&frame.call(), reason) == 0) return std::nullopt;
  return text_in(reason);
}

std::int64_t workspace(const KernelCall& call) {
  const Frame frame(call);
  return frame.kernel().kernel.workspace(&frame.call());
}

}  // namespace

PluginKernel::PluginKernel(std::string_view backend, schema::OpId op_id,
                           const loom_kernel& plugin_kernel)
    : op(op_id), kernel(plugin_kernel), operation(schema::row(op_id).name) {
  for (const schema::AttributeSpec& spec : schema::row(op).attributes) {
    attributes.emplace_back(spec.name);
  }
  label = fmt::format("[{}] {}", backend, operation);
}

dispatch::Kernel table_kernel(const PluginKernel& kernel) {
  return {.run = run,
          .dtypes = dtypes_of(kernel.kernel.dtypes),
          .refuse = kernel.kernel.refuse != nullptr ? refuse : nullptr,
          .workspace = kernel.kernel.workspace != nullptr ? workspace : nullptr,
          .context = &kernel};
}

}  // namespace loom::plugin
