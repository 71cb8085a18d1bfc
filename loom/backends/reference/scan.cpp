#include <complex>

#include "loom/backends/reference/accumulate.h"
#include "loom/backends/reference/backend.h"
#include "loom/backends/reference/elementwise.h"

// Running sums and products. Each line is one sequence of operations, so lines are what threads
// share.
namespace loom::reference {
namespace {

using dispatch::KernelCall;
using schema::op;

/// One line: out[i] = in[0] op ... op in[i], behind the initial value if that is asked for.
template <class Op, class T>
void scan_line(const View& out, const View& in, bool include_initial) {
  using Acc = Accumulator<T>;
  Total<T>* to = out.as<Total<T>>();
  if (out.shape[0] == 0) return;
  if (include_initial) {
    *to = static_cast<Total<T>>(Op::initial());
    to += out.strides[0];
  }
  Acc total{};
  for (std::int64_t i = 0; i < in.shape[0]; ++i) {
    const auto next = static_cast<Acc>(in.as<T>()[i * in.strides[0]]);
    total = i == 0 ? next : Op::combine(total, next);
    to[i * out.strides[0]] = static_cast<Total<T>>(total);
  }
}

template <template <class> class Op>
void scan(const KernelCall& call) {
  const View views[] = {call.outputs[0], call.inputs[0]};
  const int axis = static_cast<int>(call.attribute<std::int64_t>(0));
  const bool include_initial = call.attribute<bool>(1);
  const std::int64_t length = std::max<std::int64_t>(call.shape(0)[axis], 1);
  visit_dtype(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    dispatch::for_each_line(views, axis, kCheapGrain / length, [&](std::span<const View> lines) {
      scan_line<Op<Accumulator<T>>, T>(lines[0], lines[1], include_initial);
    });
  });
}

}  // namespace

void install_scans(dispatch::KernelInstaller add) {
  add(op("cumulative_sum"), {.run = scan<Addition>});
  add(op("cumulative_prod"), {.run = scan<Multiplication>});
}

}  // namespace loom::reference
