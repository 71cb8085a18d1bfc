#include "loom/backends/native/reduction_plan.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

namespace loom::native {
namespace {

using dispatch::kReductionBlock;

/// Elements that are worth a piece of work of their own.
constexpr std::int64_t kWorthwhile = 1 << 15;
/// As many pieces keep any number of threads busy until the end.
constexpr std::int64_t kManyPieces = 256;
/// Reductions that are too short for vectors along them.
constexpr std::int64_t kShort = 16;
/// Rows that are too short for vectors along them.
constexpr std::int64_t kNarrow = 8;

struct Axis {
  std::int64_t extent, input, output;
};

/// So that the axis along which elements lie most densely comes last, and one that repeats elements
/// first.
void sort_by_density(std::span<Axis> axes) {
  const auto distance = [](const Axis& axis) {
    return axis.input == 0 ? std::numeric_limits<std::int64_t>::max() : std::abs(axis.input);
  };
  std::ranges::stable_sort(axes, std::ranges::greater(), distance);
}

/// The axes of `input` that are reduced, or the others with the strides of the output.
std::span<Axis> axes_of(const View& input, const Dims& reduced, bool wanted,
                        std::array<Axis, kMaxRank>& axes) {
  std::int64_t output = 1;
  auto begin = axes.end();  // from the last one on, because strides of the output grow that way
  for (int axis = input.rank() - 1; axis >= 0; --axis) {
    const std::int64_t extent = input.shape[axis];
    const bool is_reduced = std::ranges::count(reduced, axis) > 0;
    if (is_reduced == wanted && extent != 1) *--begin = {extent, input.strides[axis], output};
    if (!is_reduced) output *= extent;
  }
  return {begin, axes.end()};
}

}  // namespace

void KeptAxes::push(std::int64_t extent, std::int64_t in, std::int64_t out) {
  if (!shape.empty() && input.back() == in * extent && output.back() == out * extent) {
    shape.back() *= extent;
    input.back() = in;
    output.back() = out;
  } else {
    shape.push_back(extent);
    input.push_back(in);
    output.push_back(out);
  }
}

ReductionPlan::ReductionPlan(const View& input, const Dims& axes, const Reducer& reducer) {
  std::array<Axis, kMaxRank> room;
  const std::span<Axis> kept_axes = axes_of(input, axes, false, room);
  sort_by_density(kept_axes);
  outputs = 1;
  for (const Axis& axis : kept_axes) {
    kept.push(axis.extent, axis.input, axis.output);
    outputs *= axis.extent;
  }
  const std::span<Axis> reduced_axes = axes_of(input, axes, true, room);
  if (!reducer.numbered) sort_by_density(reduced_axes);
  for (const Axis& axis : reduced_axes) reduced.push(axis.extent, axis.input);
  length = reduced.size();

  const std::int64_t side = kept.input.empty() ? 0 : kept.input.back();
  const std::int64_t step = reduced.inner_stride();
  const bool rows_lie_denser = step == 0 || std::abs(step) > std::abs(side);
  by_columns =
      side != 0 && (length < kShort || (rows_lie_denser && kept.inner_extent() >= kNarrow));
  gaps = by_columns ? side != 1 : reduced.shape.size() > 1 || (length > 1 && step != 1);
  const std::int64_t rows = std::clamp<std::int64_t>(length, 1, kReductionBlock);
  const std::int64_t widest =
      gaps ? std::min<std::int64_t>(kStagedRows / rows, reducer.width) : reducer.width;
  panel = by_columns ? std::min(widest, kept.inner_extent()) : 1;
  panels_per_row = outputs == 0 ? 0 : (kept.inner_extent() + panel - 1) / panel;
  panels = outputs == 0 ? 0 : outputs / kept.inner_extent() * panels_per_row;

  const auto pieces = [&] { return panels * ((length + chunk - 1) / chunk); };
  chunk = kReductionBlock;
  while (chunk < length && (chunk * panel < kWorthwhile || pieces() > kManyPieces)) chunk *= 2;
  chunks = std::max<std::int64_t>((length + chunk - 1) / chunk, 1);
}

std::int64_t ReductionPlan::panel_width(std::int64_t number) const {
  return std::min(panel, kept.inner_extent() - number % panels_per_row * panel);
}

ReductionPlan::Start ReductionPlan::panel_start(std::int64_t number) const {
  Start start{};
  if (kept.shape.empty()) return start;
  const std::int64_t column = number % panels_per_row * panel;
  start.input = column * kept.input.back();
  start.output = column * kept.output.back();
  number /= panels_per_row;
  for (int axis = kept.shape.size() - 2; axis >= 0; --axis) {
    const std::int64_t at = number % kept.shape[axis];
    start.input += at * kept.input[axis];
    start.output += at * kept.output[axis];
    number /= kept.shape[axis];
  }
  return start;
}

}  // namespace loom::native
