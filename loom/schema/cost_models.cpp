#include <algorithm>
#include <cmath>

#include "loom/schema/rules.h"

namespace loom::schema::cost_model {
namespace {

double bytes_moved(const Query& q, std::span<const View> outputs) {
  double bytes = 0;
  for (const View& input : q.inputs) bytes += static_cast<double>(input.bytes());
  for (const View& output : outputs) bytes += static_cast<double>(output.bytes());
  return bytes;
}

Cost per_output(const Query& q, std::span<const View> outputs, double operations) {
  return {operations * static_cast<double>(outputs[0].size()), bytes_moved(q, outputs)};
}

/// Matrices in the stack of input 0, and the extents of each.
struct Stack {
  double batch, rows, columns;
};

Stack stack_of(const Query& q) {
  const Dims& shape = q.shape(0);
  const auto rows = static_cast<double>(shape[shape.size() - 2]);
  const auto columns = static_cast<double>(shape.back());
  const double each = std::max(rows * columns, 1.0);
  return {static_cast<double>(q.inputs[0].size()) / each, rows, columns};
}

/// `factor * m n min(m, n)` per matrix; complex arithmetic costs four times as much.
Cost factorisation(const Query& q, std::span<const View> outputs, double factor) {
  const Stack s = stack_of(q);
  const double arithmetic = is_complex(q.dtype(0)) ? 4 : 1;
  const double flops = factor * s.rows * s.columns * std::min(s.rows, s.columns);
  return {arithmetic * s.batch * flops, bytes_moved(q, outputs)};
}

}  // namespace

Cost elementwise(const Query& q, std::span<const View> outputs) {
  return per_output(q, outputs, 1);
}

Cost transcendental(const Query& q, std::span<const View> outputs) {
  return per_output(q, outputs, 20);
}

Cost reduction(const Query& q, std::span<const View> outputs) {
  return {static_cast<double>(q.inputs[0].size()), bytes_moved(q, outputs)};
}

Cost sort(const Query& q, std::span<const View> outputs) {
  const auto n = static_cast<double>(q.shape(0)[static_cast<int>(q.attribute<std::int64_t>(0))]);
  return per_output(q, outputs, std::log2(n + 1));
}

Cost search(const Query& q, std::span<const View> outputs) {
  return per_output(q, outputs, std::log2(static_cast<double>(q.shape(0)[0]) + 1));
}

Cost matmul(const Query& q, std::span<const View> outputs) {
  const double inner = static_cast<double>(q.shape(0).back());
  const double arithmetic = is_complex(q.dtype(0)) ? 4 : 1;
  return per_output(q, outputs, 2 * inner * arithmetic);
}

Cost lu(const Query& q, std::span<const View> outputs) {
  return factorisation(q, outputs, 2.0 / 3);
}
Cost qr(const Query& q, std::span<const View> outputs) {
  return factorisation(q, outputs, 8.0 / 3);
}
Cost svd(const Query& q, std::span<const View> outputs) { return factorisation(q, outputs, 22); }
Cost eigh(const Query& q, std::span<const View> outputs) { return factorisation(q, outputs, 9); }
Cost svdvals(const Query& q, std::span<const View> outputs) {
  return factorisation(q, outputs, 8.0 / 3);
}
Cost eigvalsh(const Query& q, std::span<const View> outputs) {
  return factorisation(q, outputs, 4.0 / 3);
}
Cost eigvals(const Query& q, std::span<const View> outputs) {
  return factorisation(q, outputs, 10);
}
Cost eig(const Query& q, std::span<const View> outputs) { return factorisation(q, outputs, 26); }
Cost cholesky(const Query& q, std::span<const View> outputs) {
  return factorisation(q, outputs, 1.0 / 3);
}
Cost inverse(const Query& q, std::span<const View> outputs) { return factorisation(q, outputs, 2); }

Cost solve(const Query& q, std::span<const View> outputs) {
  Cost cost = factorisation(q, outputs, 2.0 / 3);
  cost.flops += 2 * static_cast<double>(q.shape(0).back()) * static_cast<double>(outputs[0].size());
  return cost;
}

Cost fft(const Query& q, std::span<const View> outputs) {
  const auto n = static_cast<double>(q.attribute<std::int64_t>(0));
  return per_output(q, outputs, 5 * std::max(std::log2(n), 1.0));
}

Cost convolve(const Query& q, std::span<const View> outputs) {
  const auto taps = static_cast<double>(std::min(q.shape(0)[0], q.shape(1)[0]));
  return per_output(q, outputs, 2 * taps);
}

Cost free(const Query&, std::span<const View>) { return {}; }

}  // namespace loom::schema::cost_model
