#include <algorithm>
#include <array>
#include <complex>
#include <memory>
#include <optional>

#include "loom/backends/native/moves.h"
#include "loom/dispatch/loops.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

// Where the elements are that are not zero. Arrays with gaps are brought together for it.
namespace loom::native {
namespace {

using dispatch::KernelCall;
using schema::op;

/// Elements of a piece; how many of them are not zero is known before any index is written.
constexpr std::int64_t kPiece = std::int64_t{1} << 15;
constexpr std::int64_t kChunk = 512;

template <class T>
std::int64_t count_nonzero(const T* elements, std::int64_t count) {
  std::int64_t found = 0;
  for (std::int64_t i = 0; i < count; ++i) found += elements[i] != T(0);
  return found;
}

/// Writes the numbers of the elements [begin, end) that are not zero to `to`, which has room for
/// them. No branch depends on an element, because nobody could foretell it.
template <class T>
void write_numbers(const T* elements, std::int64_t begin, std::int64_t end, std::int64_t* to) {
  std::array<std::int64_t, kChunk> numbers;
  for (std::int64_t first = begin; first < end; first += kChunk) {
    const std::int64_t last = std::min(first + kChunk, end);
    std::int64_t found = 0;
    for (std::int64_t i = first; i < last; ++i) {
      numbers[found] = i;
      found += elements[i] != T(0);
    }
    to = std::copy_n(numbers.data(), found, to);
  }
}

/// Makes an index of each dimension out of `count` numbers in C order, which lie in the first row.
void split_numbers(const Dims& shape, std::int64_t* numbers, std::int64_t row, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    std::int64_t number = numbers[i];
    for (int axis = shape.size() - 1; axis > 0; --axis) {
      numbers[axis * row + i] = number % shape[axis];
      number /= shape[axis];
    }
    numbers[i] = number;
  }
}

void nonzero(const KernelCall& call) {
  const View &in = call.inputs[0], &out = call.outputs[0];
  std::optional<Scratch> together;
  if (!in.is_contiguous()) {
    together.emplace(in);
    copy_view(together->view, in);
  }
  const std::int64_t size = in.size(), pieces = (size + kPiece - 1) / kPiece;
  const auto starts = std::make_unique<std::int64_t[]>(pieces + 1);
  visit_dtype(in.dtype, [&]<class T>(std::type_identity<T>) {
    const T* const elements = (together ? together->view : in).template as<T>();
    const auto end_of = [&](std::int64_t piece) { return std::min((piece + 1) * kPiece, size); };
    parallel_for(pieces, 4, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t piece = begin; piece < end; ++piece) {
        const std::int64_t first = piece * kPiece;
        starts[piece + 1] = count_nonzero(elements + first, end_of(piece) - first);
      }
    });
    for (std::int64_t piece = 0; piece < pieces; ++piece) starts[piece + 1] += starts[piece];
    if (starts[pieces] != out.shape[1]) {
      throw dispatch::Declined{"the count is not that of the elements"};
    }
    parallel_for(pieces, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t piece = begin; piece < end; ++piece) {
        std::int64_t* const to = out.as<std::int64_t>() + starts[piece];
        write_numbers(elements, piece * kPiece, end_of(piece), to);
        if (in.rank() > 1) {
          split_numbers(in.shape, to, out.shape[1], starts[piece + 1] - starts[piece]);
        }
      }
    });
  });
}

std::optional<std::string> refuse(const KernelCall& call) {
  if (call.inputs[0].rank() > 0) return std::nullopt;
  return "the array has no dimension";
}

std::int64_t workspace(const KernelCall& call) {
  return call.inputs[0].is_contiguous() ? 0 : call.inputs[0].bytes();
}

}  // namespace

void install_nonzero(dispatch::KernelInstaller add) {
  add(op("nonzero"), {.run = nonzero, .refuse = refuse, .workspace = workspace});
}

}  // namespace loom::native
