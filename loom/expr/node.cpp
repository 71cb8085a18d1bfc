#include "loom/expr/node.h"

#include "loom/dispatch/backend.h"

namespace loom::expr {
namespace {

/// The attributes of an operation on a result like `view`: none, or the dtype of a conversion.
class Attributes {
 public:
  Attributes(schema::OpId op, const View& view)
      : dtype_(view.dtype), count_(schema::row(op).attributes.size()) {}
  operator schema::Attributes() const { return {&dtype_, count_}; }

 private:
  schema::Attribute dtype_;
  std::size_t count_;
};

}  // namespace

void Node::call(std::span<const View> parts, const View& result) const {
  const Attributes attributes(choice.op, view);
  const dispatch::Kernel& kernel = choice.entry->kernel;
  dispatch::KernelCall call{{schema::row(choice.op), parts, attributes}, {&result, 1}};
  call.context = kernel.context;
  kernel.run(call);
}

void Node::publish(std::span<const View> whole, double seconds, std::string fused) const {
  const Attributes attributes(choice.op, view);
  dispatch::publish_run(choice, whole, {&view, 1}, attributes, seconds, std::move(fused));
}

}  // namespace loom::expr
