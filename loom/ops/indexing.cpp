#include "loom/ops/indexing.h"

#include <fmt/format.h>

#include "loom/dispatch/execute.h"
#include "loom/ops/call.h"
#include "loom/ops/creation.h"
#include "loom/ops/reduction.h"

namespace loom {

using schema::Attribute;
using schema::op;

namespace {

/// The indices of the elements that are not zero, a row for each dimension.
Array nonzero_rows(const Array& a) {
  if (!a.is_contiguous()) return nonzero_rows(contiguous(a));  // instead of twice on the way
  const Attribute attributes[] = {count_nonzero(a).item<std::int64_t>()};
  return ops::call(op("nonzero"), {&a}, attributes);
}

/// The view that integers, slices, `...` and new dimensions make of an array, entry by entry.
class ViewWalk {
 public:
  explicit ViewWalk(const View& source) : source_(source) {
    view_.data = source.data;
    view_.dtype = source.dtype;
  }

  const View& view() const { return view_; }
  /// The dimension of the source that the next entry stands for.
  int next() const { return next_; }

  void take(std::int64_t index) {
    const std::int64_t extent = source_.shape[next_];
    if (index < -extent || index >= extent) refuse(index);
    move(index < 0 ? index + extent : index);
    ++next_;
  }

  void take(const Slice& slice) {
    const SliceRange range = resolve_slice(slice, source_.shape[next_]);
    if (range.count > 0) move(range.start);
    push(range.count, source_.strides[next_] * (range.count > 1 ? slice.step : 1));
    ++next_;
  }

  void take(NewAxis) { push(1, 0); }

  void take_whole(int dimensions) {
    for (; dimensions > 0; --dimensions, ++next_) {
      push(source_.shape[next_], source_.strides[next_]);
    }
  }

  /// `dimensions` of the source as one of `extent` elements.
  void take_merged(int dimensions, std::int64_t extent, std::int64_t stride) {
    push(extent, stride);
    next_ += dimensions;
  }

 private:
  [[noreturn]] void refuse(std::int64_t index) const {
    throw IndexError(fmt::format("[getitem] index {} is outside of axis {} with extent {}", index,
                                 next_, source_.shape[next_]));
  }

  void move(std::int64_t elements) {
    view_.data += elements * source_.strides[next_] * item_size(view_.dtype);
  }

  void push(std::int64_t extent, std::int64_t stride) {
    view_.shape.push_back(extent);
    view_.strides.push_back(stride);
  }

  const View& source_;
  View view_;
  int next_ = 0;
};

/// What is known of an index before it is applied.
struct Survey {
  bool has_arrays = false;
  int whole = 0;  ///< dimensions that `...` stands for, or that no entry stands for
};

Survey survey(const Array& a, std::span<const Index> index) {
  Survey result;
  int named = 0, dots = 0;
  for (const Index& entry : index) {
    if (const Array* array = std::get_if<Array>(&entry)) {
      result.has_arrays = true;
      named += array->dtype() == DType::boolean ? array->ndim() : 1;
    } else if (std::holds_alternative<Ellipsis>(entry)) {
      ++dots;
    } else {
      named += !std::holds_alternative<NewAxis>(entry);
    }
  }
  if (named > a.ndim()) {
    throw IndexError(fmt::format("[getitem] {} dimensions are indexed, shape is {}", named,
                                 to_string(a.shape())));
  }
  if (dots > 1) throw IndexError("[getitem] more than one ellipsis");
  result.whole = a.ndim() - named;
  return result;
}

/// The view that an index without arrays means.
Array basic_view(const Array& a, std::span<const Index> index, int whole) {
  ViewWalk walk(a.layout());
  for (const Index& entry : index) {
    if (const auto* number = std::get_if<std::int64_t>(&entry)) {
      walk.take(*number);
    } else if (const auto* slice = std::get_if<Slice>(&entry)) {
      walk.take(*slice);
    } else if (std::holds_alternative<NewAxis>(entry)) {
      walk.take(NewAxis());
    } else {
      walk.take_whole(whole);
    }
  }
  walk.take_whole(a.ndim() - walk.next());
  return Array::share(a.buffer(), walk.view());
}

/// An index with arrays: they pick from some dimensions of the view that all else makes.
class Selection {
 public:
  Selection(const Array& a, std::span<const Index> index, int whole)
      : a_(a), whole_(whole), walk_(a.layout()) {
    for (const Index& entry : index) {
      std::visit([&](const auto& part) { take(part); }, entry);
    }
    walk_.take_whole(a.ndim() - walk_.next());
  }

  /// What the arrays pick from.
  Array view() const { return Array::share(a_.buffer(), walk_.view()); }
  /// The attributes of `gather` and `scatter`.
  std::array<Attribute, 2> attributes() const {
    return {axes_, std::int64_t{order_ == Order::apart ? 0 : position_}};
  }
  /// The arrays as those take them: int64, stacked.
  Array indices() const {
    if (arrays_.size() == 1) return astype(arrays_[0], DType::int64).expand_dims(0);
    Dims shape;
    for (const Array& array : arrays_) shape = broadcast_shapes(shape, array.shape(), "getitem");
    shape.insert(0, static_cast<std::int64_t>(arrays_.size()));
    const Array result = Array::empty(shape, DType::int64);
    for (std::size_t i = 0; i < arrays_.size(); ++i) {
      assign(result.select(0, static_cast<std::int64_t>(i)), arrays_[i]);
    }
    return result;
  }

 private:
  /// How the entries that are integers or arrays stand: none so far, side by side, side by side
  /// with others behind them, not side by side.
  enum class Order { none, open, closed, apart };

  void take(std::int64_t index) {
    open();
    walk_.take(index);
  }

  void take(const Slice& slice) {
    close();
    walk_.take(slice);
  }

  void take(NewAxis axis) {
    close();
    walk_.take(axis);
  }

  void take(Ellipsis) {
    close();
    walk_.take_whole(whole_);
  }

  void take(const Array& array) {
    open();
    if (is_integer(array.dtype())) {
      pick(array);
      walk_.take_whole(1);
    } else if (array.dtype() == DType::boolean) {
      take_mask(array);
    } else {
      throw IndexError(fmt::format(
          "[getitem] an index array of {}: integers or booleans are needed", name(array.dtype())));
    }
  }

  /// A 0-d mask picks from a dimension of extent 1 that it brings along. Other masks pick from the
  /// dimensions they lie on, which count as one where that can be.
  void take_mask(const Array& mask) {
    check_fit(mask);
    if (mask.ndim() == 0) {
      pick(zeros({mask.item<bool>() ? 1 : 0}, DType::int64));
      walk_.take(NewAxis());
      return;
    }
    const Dims extents(std::span(a_.shape().begin() + walk_.next(), mask.ndim()));
    const Dims strides(std::span(a_.strides().begin() + walk_.next(), mask.ndim()));
    const Array below = Array::share(a_.buffer(), {a_.layout().data, a_.dtype(), extents, strides});
    const std::optional<Array> flat = below.try_reshape({-1});
    if (flat && mask.shape() == extents && mask.is_contiguous()) {
      pick(nonzero_rows(*mask.try_reshape({-1})).select(0, 0));
      walk_.take_merged(mask.ndim(), flat->size(), flat->strides()[0]);
      return;
    }
    const Array rows = nonzero_rows(mask);
    for (int i = 0; i < mask.ndim(); ++i) {
      pick(rows.select(0, i));
      walk_.take_whole(1);
    }
  }

  void check_fit(const Array& mask) const {
    for (int i = 0; i < mask.ndim(); ++i) {
      // As in NumPy, a mask without elements fits everywhere.
      if (mask.shape(i) == a_.shape(walk_.next() + i) || mask.shape(i) == 0) continue;
      throw IndexError(
          fmt::format("[getitem] a boolean index of shape {} does not fit shape {} from axis {} on",
                      to_string(mask.shape()), to_string(a_.shape()), walk_.next()));
    }
  }

  /// An array that picks from the dimension of the view that comes next.
  void pick(const Array& array) {
    axes_.push_back(walk_.view().rank());
    arrays_.push_back(array);
  }

  void open() {
    if (order_ == Order::none) position_ = walk_.view().rank();
    order_ = order_ == Order::none || order_ == Order::open ? Order::open : Order::apart;
  }

  void close() {
    if (order_ == Order::open) order_ = Order::closed;
  }

  const Array& a_;
  const int whole_;  ///< dimensions that `...` stands for
  ViewWalk walk_;
  Dims axes_;  ///< the dimensions of the view that arrays pick from
  std::vector<Array> arrays_;
  int position_ = 0;  ///< dimensions of the view in front of the first integer or array
  Order order_ = Order::none;
};

/// `value` as it is written to a place of that shape; more dimensions of extent 1 may lead it.
Array value_for(const Dims& shape, const Array& value, DType dtype) {
  Array result = astype(value, dtype);
  while (result.ndim() > shape.size() && result.shape(0) == 1) result = result.select(0, 0);
  if (broadcast_shapes(result.shape(), shape, "setitem") != shape) {
    throw ShapeError(fmt::format("[setitem] a value of shape {} does not broadcast to {}",
                                 to_string(value.shape()), to_string(shape)));
  }
  return result.broadcast_to(shape);
}

}  // namespace

Array get_item(const Array& a, std::span<const Index> index) {
  const Survey known = survey(a, index);
  if (!known.has_arrays) return basic_view(a, index, known.whole);
  const Selection selection(a, index, known.whole);
  const Array view = selection.view(), indices = selection.indices();
  return ops::call(op("gather"), {&view, &indices}, selection.attributes());
}

void set_item(const Array& a, std::span<const Index> index, const Array& value) {
  if (!a.writable()) throw ValueError("[setitem] the array is read-only");
  const Survey known = survey(a, index);
  if (!known.has_arrays) {
    const Array target = basic_view(a, index, known.whole);
    assign(target, value_for(target.shape(), value, a.dtype()));
    return;
  }
  const Selection selection(a, index, known.whole);
  const Array target = selection.view();
  Array indices = selection.indices();
  if (spans_overlap(indices.layout(), target.layout())) indices = copy(indices);
  const std::array<Attribute, 2> attributes = selection.attributes();
  const View read[] = {target.layout(), indices.layout()};
  Dims region;
  schema::shape_rule::gather({schema::row(op("gather")), read, attributes}, {&region, 1});
  Array values = value_for(region, value, a.dtype());
  if (spans_overlap(values.layout(), target.layout())) values = copy(values);
  const View inputs[] = {target.view(), indices.view(), values.view()};
  dispatch::execute(op("scatter"), inputs, {&target.writable_view(), 1}, attributes);
}

Array take(const Array& a, const Array& indices, std::int64_t axis) {
  const std::int64_t along = normalise_axis(axis, a.ndim(), "take");
  const Attribute attributes[] = {Dims{along}, along};
  const Array row = indices.expand_dims(0);
  return ops::call(op("gather"), {&a, &row}, attributes);
}

Array take_along_axis(const Array& a, const Array& indices, std::int64_t axis) {
  const std::int64_t along = normalise_axis(axis, a.ndim(), "take_along_axis");
  const Attribute attributes[] = {along};
  return ops::call(op("take_along_axis"), {&a, &indices}, attributes);
}

std::vector<Array> nonzero(const Array& a) {
  if (a.ndim() == 0) throw ShapeError("[nonzero] a 0-d array has no indices");
  const Array rows = nonzero_rows(a);
  std::vector<Array> result;
  for (int axis = 0; axis < a.ndim(); ++axis) result.push_back(rows.select(0, axis));
  return result;
}

}  // namespace loom
