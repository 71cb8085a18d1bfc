#include "loom/expr/node.h"

#include "loom/dispatch/backend.h"

namespace loom::expr {
namespace {

/// The attributes of an operation with results of `dtype`: none, or that of a conversion.
class Attributes {
 public:
  Attributes(schema::OpId op, DType dtype)
      : dtype_(dtype), count_(schema::row(op).attributes.size()) {}
  operator schema::Attributes() const { return {&dtype_, count_}; }

 private:
  schema::Attribute dtype_;
  std::size_t count_;
};

}  // namespace

View Node::view(const Operand& operand) const {
  if (operand.node != nullptr) return operand.node->view();
  return {operand.data, operand.dtype, shape,
          operand.strides ? *operand.strides : c_strides(shape)};
}

void Node::call(std::span<const View> parts, const View& result) const {
  const Attributes attributes(choice.op, dtype);
  const dispatch::Kernel& kernel = choice.entry->kernel;
  dispatch::KernelCall call{{schema::row(choice.op), parts, attributes}, {&result, 1}};
  call.context = kernel.context;
  kernel.run(call);
}

void Node::publish(std::span<const View> whole, double seconds, std::string fused) const {
  const Attributes attributes(choice.op, dtype);
  const View result = view();
  dispatch::publish_run(choice, whole, {&result, 1}, attributes, seconds, std::move(fused));
}

}  // namespace loom::expr
