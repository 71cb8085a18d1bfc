#include "loom/ops/linalg.h"

#include "loom/ops/call.h"

namespace loom {

using ops::call;
using ops::call_all;
using schema::Attribute;
using schema::op;

Array matmul(const Array& a, const Array& b) { return call(op("matmul"), {&a, &b}); }
Array dot(const Array& a, const Array& b) { return call(op("dot"), {&a, &b}); }
Array transpose(const Array& a, const Dims& order) { return a.transpose(order); }

Array convolve(const Array& a, const Array& b, ConvolveMode mode) {
  const Attribute attributes[] = {static_cast<std::int64_t>(mode)};
  return call(op("convolve"), {&a, &b}, attributes);
}

namespace linalg {

Lu lu(const Array& a) {
  std::vector<Array> r = call_all(op("lu"), {&a});
  return {r[0], r[1], r[2]};
}

Qr qr(const Array& a, bool complete) {
  const Attribute attributes[] = {complete};
  std::vector<Array> r = call_all(op("qr"), {&a}, attributes);
  return {r[0], r[1]};
}

Svd svd(const Array& a, bool full_matrices) {
  const Attribute attributes[] = {full_matrices};
  std::vector<Array> r = call_all(op("svd"), {&a}, attributes);
  return {r[0], r[1], r[2]};
}

Eigen eigh(const Array& a) {
  std::vector<Array> r = call_all(op("eigh"), {&a});
  return {r[0], r[1]};
}

Eigen eig(const Array& a) {
  std::vector<Array> r = call_all(op("eig"), {&a});
  return {r[0], r[1]};
}

Array cholesky(const Array& a, bool upper) {
  const Attribute attributes[] = {upper};
  return call(op("cholesky"), {&a}, attributes);
}

Array solve(const Array& a, const Array& b) { return call(op("solve"), {&a, &b}); }
Array inv(const Array& a) { return call(op("inv"), {&a}); }
Array det(const Array& a) { return call(op("det"), {&a}); }

}  // namespace linalg
}  // namespace loom
