#include "loom/ops/random.h"

#include <fmt/format.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <random>

#include "python/src/default_dtype.h"
#include "python/src/function.h"
#include "python/src/operations.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

using random::Generator;
using MaybeDType = std::optional<DType>;
using MaybeSize = const std::optional<Dims>&;

Dims shape_of(MaybeSize size) { return size.value_or(Dims()); }
DType dtype_of(MaybeDType dtype) { return dtype.value_or(default_dtype()); }

Generator from_seed(const std::optional<std::uint64_t>& seed) {
  if (seed) return Generator(*seed);
  std::random_device entropy;
  return Generator(std::uint64_t{entropy()} << 32 | entropy());
}

/// Of [0, low) where only one bound is given.
Array integers(Generator& generator, std::int64_t low, std::optional<std::int64_t> high,
               MaybeSize size, DType dtype, bool endpoint) {
  return generator.integers(high ? low : 0, high.value_or(low), shape_of(size), dtype, endpoint);
}

/// Shapes are given number by number, as in randn(3, 4), or as one tuple.
Dims shape_of(Rest sizes) {
  Dims shape;
  if (sizes.size() == 1 && nb::try_cast(nb::handle(sizes[0]), shape)) return shape;
  for (PyObject* size : sizes) {
    std::int64_t extent = 0;
    if (!nb::try_cast(nb::handle(size), extent)) {
      PyErr_Format(PyExc_TypeError, "randn() takes integers, given %R", size);
      throw_python_error();
    }
    shape.push_back(extent);
  }
  return shape;
}

void bind_continuous(nb::class_<Generator>& type) {
  type.def(
      "random",
      [](Generator& g, MaybeSize size, MaybeDType dtype) {
        return g.random(shape_of(size), dtype_of(dtype));
      },
      nb::arg("size") = nb::none(), nb::arg("dtype") = nb::none(), "Uniform on [0, 1).");
  type.def(
      "uniform",
      [](Generator& g, double low, double high, MaybeSize size, MaybeDType dtype) {
        return g.uniform(low, high, shape_of(size), dtype_of(dtype));
      },
      nb::arg("low") = 0.0, nb::arg("high") = 1.0, nb::arg("size") = nb::none(),
      nb::arg("dtype") = nb::none(), "Uniform on [low, high).");
  type.def(
      "standard_normal",
      [](Generator& g, MaybeSize size, MaybeDType dtype) {
        return g.standard_normal(shape_of(size), dtype_of(dtype));
      },
      nb::arg("size") = nb::none(), nb::arg("dtype") = nb::none(),
      "Normal with mean 0 and deviation 1.");
  type.def(
      "normal",
      [](Generator& g, double loc, double scale, MaybeSize size, MaybeDType dtype) {
        return g.normal(loc, scale, shape_of(size), dtype_of(dtype));
      },
      nb::arg("loc") = 0.0, nb::arg("scale") = 1.0, nb::arg("size") = nb::none(),
      nb::arg("dtype") = nb::none(), "Normal with mean `loc` and deviation `scale`.");
  type.def(
      "exponential",
      [](Generator& g, double scale, MaybeSize size, MaybeDType dtype) {
        return g.exponential(scale, shape_of(size), dtype_of(dtype));
      },
      nb::arg("scale") = 1.0, nb::arg("size") = nb::none(), nb::arg("dtype") = nb::none(),
      "Exponential with mean `scale`.");
}

void bind_discrete(nb::class_<Generator>& type) {
  type.def("integers", integers, nb::arg("low"), nb::arg("high") = nb::none(),
           nb::arg("size") = nb::none(), nb::arg("dtype") = DType::int64,
           nb::arg("endpoint") = false,
           "Uniform integers of [low, high), or of [0, low) without `high`; `high` is drawn too if "
           "`endpoint`.");
  type.def(
      "permutation", [](Generator& g, std::int64_t n) { return g.permutation(n); }, nb::arg("x"),
      "The numbers below `x`, or the parts of an array along its first axis, in random order.");
  type.def(
      "permutation", [](Generator& g, const Array& x) { return g.permutation(x); }, nb::arg("x"));
  type.def("shuffle", &Generator::shuffle, nb::arg("x"),
           "Brings the parts of an array along its first axis into random order, in place.");
  type.def(
      "choice",
      [](Generator& g, std::int64_t n, MaybeSize size, bool replace) {
        return g.choice(n, shape_of(size), replace);
      },
      nb::arg("a"), nb::arg("size") = nb::none(), nb::arg("replace") = true,
      "Some of the numbers below `a`, or of the parts of an array along an axis, each as likely as "
      "any other; none twice without `replace`.");
  type.def(
      "choice",
      [](Generator& g, const Array& a, MaybeSize size, bool replace, std::int64_t axis) {
        return g.choice(a, shape_of(size), replace, axis);
      },
      nb::arg("a"), nb::arg("size") = nb::none(), nb::arg("replace") = true, nb::arg("axis") = 0);
}

void bind_generator(nb::module_& part) {
  nb::class_<Generator> type(part, "Generator",
                             "A position in a stream of random numbers. A stream is a function of "
                             "its seed alone, the same on every backend.");
  type.attr("__module__") = "loom.random";
  bind_continuous(type);
  bind_discrete(type);
  type.def("spawn", &Generator::spawn, nb::arg("n_children"),
           "Generators of streams that are independent of this one and of each other.");
  type.def("__repr__", [](const Generator& g) {
    return fmt::format("Generator(seed={}, offset={})", g.seed(), g.offset());
  });
  type.def("__getstate__", [](const Generator& g) { return std::pair(g.seed(), g.offset()); });
  type.def("__setstate__", [](Generator& g, const std::pair<std::uint64_t, std::int64_t>& state) {
    new (&g) Generator(state.first, state.second);
  });
}

}  // namespace

void bind_random(nb::module_& module) {
  nb::module_ part = module.def_submodule("random", "Random numbers.");
  bind_generator(part);
  def<from_seed>(part, "default_rng(seed=None) -> Generator",
                 "A Generator; without a seed, of a stream that nobody knows.");
  def<random::seed>(part, "seed(seed, /)", "Restarts the stream of this thread's `randn`.");
  def<[](Rest shape, MaybeDType dtype) { return randn(shape_of(shape), dtype_of(dtype)); }>(
      module, "randn(*shape, dtype=None)",
      "Standard normal numbers of this thread's stream, which begins with seed 0.");
  part.attr("randn") = module.attr("randn");
}

}  // namespace loom::python
