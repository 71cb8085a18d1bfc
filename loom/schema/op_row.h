#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "loom/array/view.h"
#include "loom/schema/attribute.h"

// One declarative row per operation. Rows are pure data: rules are functions of dtypes, shapes and
// attributes, and no rule ever looks at elements.
namespace loom::schema {

/// The most arrays that go into or come out of one call.
inline constexpr int kMaxOperands = 8;

enum class Family : std::uint8_t {
  creation,
  elementwise,
  reduction,
  scan,      ///< running sums and the like, along one axis
  sorting,   ///< order along one axis, and search in it
  indexing,  ///< elements by index
  contraction,
  linalg,
  fourier,
  random,
  view,    ///< another look at the same memory: shapes and strides change, no kernel runs
  domain,  ///< rows that a module such as gwas adds
};

struct OpRow;

/// One call as rules see it.
struct Query {
  const OpRow& row;
  std::span<const View> inputs;
  Attributes attributes;

  DType dtype(int input) const { return inputs[input].dtype; }
  const Dims& shape(int input) const { return inputs[input].shape; }
  template <class T>
  const T& attribute(int index) const {
    return std::get<T>(attributes[index]);
  }
};

/// What a dtype rule decides: inputs are cast to `inputs[i]` before the kernel sees them.
struct DTypes {
  std::array<DType, kMaxOperands> inputs{};
  std::array<DType, kMaxOperands> outputs{};
};

/// Throws DTypeError for dtypes that the operation does not define.
using DTypeRule = DTypes (*)(const Query&);
/// Fills one shape per output. Throws ShapeError (or ValueError for an attribute).
using ShapeRule = void (*)(const Query&, std::span<Dims> outputs);

/// What a call costs at least: floating-point (or integer) operations, and bytes moved.
struct Cost {
  double flops = 0;
  double bytes = 0;
};
using CostModel = Cost (*)(const Query&, std::span<const View> outputs);

/// How far a backend's result may lie from the reference's, and in which measure.
enum class Measure : std::uint8_t {
  exact,     ///< the same bits
  ulp,       ///< units in the last place, element by element
  norm,      ///< max|x - ref| / max|ref| in units of eps times the length of the longest sum
  residual,  ///< a property of the result (reconstruction, orthogonality) in units of n * eps
};

struct ErrorBudget {
  Measure measure;
  double amount;
};

struct OpRow {
  std::string_view name;
  Family family;
  int inputs;
  int outputs;
  DTypeRule dtypes;
  ShapeRule shapes;
  CostModel cost;
  ErrorBudget budget;
  std::string_view doc;
  std::span<const AttributeSpec> attributes = {};
  std::string_view alias = {};  ///< a second name that resolves to this row
};

/// "(3, 4) @ (5, 6)" style list of the inputs for messages: "float64(3, 4), float64(5, 6)".
std::string describe_inputs(const Query& query);

}  // namespace loom::schema
