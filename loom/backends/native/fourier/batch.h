#pragma once

#include <algorithm>
#include <complex>
#include <cstdint>

#include "loom/backends/native/fourier/kernels.h"
#include "loom/dispatch/kernel.h"

// Many short lines, or lines along another axis than the last: as many side by side as a vector has
// lanes.
namespace loom::native::fourier {

/// Elements at even distances.
template <class T>
struct Line {
  T* data;
  std::int64_t step;
  std::int64_t extent;
};

/// The lines of a transform's input and output, in C order of the other axes.
template <class In, class Out>
class Lines {
 public:
  explicit Lines(const dispatch::KernelCall& call)
      : in_(call.inputs[0]),
        out_(call.outputs[0]),
        axis_(static_cast<int>(call.template attribute<std::int64_t>(1))) {
    for (int i = 0; i < out_.rank(); ++i) {
      if (i == axis_) continue;
      count_ *= out_.shape[i];
      if (i > axis_) beside_ *= out_.shape[i];
      push(out_.shape[i], in_.strides[i], out_.strides[i]);
    }
  }

  std::int64_t count() const { return count_; }
  /// How many lines in a row lie beside each other in the output.
  std::int64_t beside() const { return beside_; }
  Line<const In> in(std::int64_t number) const {
    return {in_.as<const In>() + offset(in_strides_, number), in_.strides[axis_], in_.shape[axis_]};
  }
  Line<Out> out(std::int64_t number) const {
    return {out_.as<Out>() + offset(out_strides_, number), out_.strides[axis_], out_.shape[axis_]};
  }

 private:
  /// One more axis, merged with the one before it where both arrays go on evenly.
  void push(std::int64_t extent, std::int64_t in_stride, std::int64_t out_stride) {
    if (extent == 1) return;
    if (!shape_.empty() && in_strides_.back() == in_stride * extent &&
        out_strides_.back() == out_stride * extent) {
      shape_.back() *= extent;
      in_strides_.back() = in_stride;
      out_strides_.back() = out_stride;
    } else {
      shape_.push_back(extent);
      in_strides_.push_back(in_stride);
      out_strides_.push_back(out_stride);
    }
  }

  std::int64_t offset(const Dims& strides, std::int64_t number) const {
    std::int64_t result = 0;
    for (int i = shape_.size() - 1; i > 0; --i) {
      result += number % shape_[i] * strides[i];
      number /= shape_[i];
    }
    return shape_.empty() ? 0 : result + number * strides[0];
  }

  const View& in_;
  const View& out_;
  int axis_;
  std::int64_t count_ = 1, beside_ = 1;
  Dims shape_, in_strides_, out_strides_;  // of the other axes
};

/// Transforms of length n of all lines, which are cut or padded with zeros; `has_rows(n)`.
template <class R>
void complex_batch(const Kernels<R>& kernels, const Lines<std::complex<R>, std::complex<R>>& lines,
                   std::int64_t n, Ends<R> ends);
/// Of real lines, the n / 2 + 1 first terms, and back; `has_rows` of n / 2, or of n where n is odd.
template <class R>
void forward_batch(const Kernels<R>& kernels, const Lines<R, std::complex<R>>& lines,
                   std::int64_t n, R scale);
template <class R>
void backward_batch(const Kernels<R>& kernels, const Lines<std::complex<R>, R>& lines,
                    std::int64_t n, R scale);

/// Upper bound of the bytes that a thread takes for rows of length n.
std::int64_t batch_workspace(std::int64_t n);

}  // namespace loom::native::fourier
