#include "python/src/python_backend.h"

#include <fmt/format.h>

#include <cstring>
#include <deque>
#include <optional>

#include "loom/dispatch/execute.h"
#include "loom/dispatch/loops.h"
#include "loom/dispatch/selection.h"
#include "loom/support/error.h"
#include "python/src/array_object.h"
#include "python/src/dtype_object.h"
#include "python/src/errors.h"
#include "python/src/exchange.h"
#include "python/src/scalars.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

using dispatch::KernelCall;

/// What the kernel of one operation is made of.
struct Function {
  std::string backend;
  schema::OpId op;
  nb::object callable;         ///< null from the end of the interpreter on
  nb::object attribute_names;  ///< a tuple
  bool retired = false;
};

/// All functions of the process. Kernels are never taken back, so these are not either. Touched
/// only by who holds the interpreter.
std::deque<Function>& functions() {
  static std::deque<Function>& all = *new std::deque<Function>;
  return all;
}

void copy_elements(const View& from, const View& to) {
  const std::size_t item = item_size(from.dtype);
  const View views[] = {to, from};
  dispatch::for_each_run(views, std::int64_t{1} << 16, [&](const dispatch::Run& run) {
    if (run.step[0] == 1 && run.step[1] == 1) {
      std::memcpy(run.data[0], run.data[1], run.count * item);
      return;
    }
    for (std::int64_t i = 0; i < run.count; ++i) {
      const auto at = i * static_cast<std::int64_t>(item);
      std::memcpy(run.data[0] + at * run.step[0], run.data[1] + at * run.step[1], item);
    }
  });
}

/// An input as the function sees it: the caller's memory, which it must not write to, or a copy
/// where nobody says how long that memory lives.
Array input_array(const KernelCall& call, std::size_t i) {
  const View& view = call.inputs[i];
  if (call.owners.empty()) {
    Array copy = Array::empty(view.shape, view.dtype);
    copy_elements(view, copy.view());
    return copy;
  }
  return Array::borrow(view.data, view.shape, view.strides, view.dtype, false,
                       [keep = *call.owners[i]] {});
}

struct AttributeObject {
  nb::object operator()(bool value) const { return nb::bool_(value); }
  nb::object operator()(std::int64_t value) const { return nb::int_(value); }
  nb::object operator()(double value) const { return nb::float_(value); }
  nb::object operator()(DType value) const { return nb::borrow(dtype_object(value)); }
  nb::object operator()(const Dims& value) const {
    nb::object tuple = nb::steal(PyTuple_New(value.size()));
    for (int i = 0; i < value.size(); ++i) {
      PyTuple_SET_ITEM(tuple.ptr(), i, PyLong_FromLongLong(value[i]));
    }
    return tuple;
  }
};

nb::object invoke(const Function& function, const nb::object& callable, const KernelCall& call) {
  std::vector<nb::object> arguments;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    arguments.push_back(nb::steal(wrap(input_array(call, i))));
  }
  for (const schema::Attribute& attribute : call.attributes) {
    arguments.push_back(std::visit(AttributeObject{}, attribute));
  }
  std::vector<PyObject*> pointers;
  for (const nb::object& argument : arguments) pointers.push_back(argument.ptr());
  nb::object result = nb::steal(PyObject_Vectorcall(
      callable.ptr(), pointers.data(), call.inputs.size(), function.attribute_names.ptr()));
  if (result.is_valid()) return result;
  if (PyErr_ExceptionMatches(PyExc_NotImplementedError) == 0) throw_python_error();
  const nb::python_error error;
  const std::string text = nb::str(error.value()).c_str();
  throw dispatch::Declined{text.empty() ? "declined the call" : "declined: " + text};
}

[[noreturn]] void refuse(const Function& function, const KernelCall& call, std::string_view got,
                         std::string_view expected) {
  throw BackendError(fmt::format("[{}] backend '{}' returned {}, expected {}", call.row.name,
                                 function.backend, got, expected));
}

/// A result as an array. A Python number takes the expected dtype where its kind allows.
Array result_array(const Function& function, const KernelCall& call, const nb::object& object,
                   const View& expected) {
  if (is_array(object.ptr())) return array_of(object.ptr());
  if (std::optional<Array> array = import_array(object.ptr())) return *std::move(array);
  PyErr_Clear();  // `refuse` says what is wrong
  const std::optional<DTypeKind> number = number_kind(object.ptr());
  if (!number) refuse(function, call, Py_TYPE(object.ptr())->tp_name, to_string(expected));
  return number_array(object.ptr(), weak_dtype(*number, expected.dtype));
}

/// Whether a result may be cast: bool < unsigned < signed < real < complex, in that direction only.
bool may_cast(DType from, DType to) { return kind(from) <= kind(to); }

void check(const Function& function, const KernelCall& call, const Array& got,
           const View& expected) {
  if (got.shape() != expected.shape || !may_cast(got.dtype(), expected.dtype)) {
    refuse(function, call, to_string(got.view()), to_string(expected));
  }
}

std::vector<Array> result_arrays(const Function& function, const KernelCall& call,
                                 const nb::object& result) {
  std::vector<nb::object> objects;
  const std::size_t count = call.outputs.size();
  if (count == 1) {
    objects.push_back(result);
  } else {
    const bool several = nb::isinstance<nb::tuple>(result) || nb::isinstance<nb::list>(result);
    const std::string got = several ? fmt::format("{} results", nb::len(result))
                                    : std::string(Py_TYPE(result.ptr())->tp_name);
    if (!several || nb::len(result) != count) {
      refuse(function, call, got, fmt::format("{} results", count));
    }
    for (nb::handle item : result) objects.push_back(nb::borrow(item));
  }
  std::vector<Array> arrays;
  for (std::size_t i = 0; i < count; ++i) {
    arrays.push_back(result_array(function, call, objects[i], call.outputs[i]));
    check(function, call, arrays.back(), call.outputs[i]);
  }
  return arrays;
}

/// Writes a result to an output, which may be memory of the caller's that the result lies in too.
void store(const View& from, const View& to) {
  if (spans_overlap(from, to)) {
    const Array apart = Array::empty(from.shape, from.dtype);
    copy_elements(from, apart.view());
    return store(apart.view(), to);
  }
  if (from.dtype == to.dtype) return copy_elements(from, to);
  const schema::Attribute dtype = to.dtype;
  dispatch::execute(schema::op("astype"), {&from, 1}, {&to, 1}, {&dtype, 1});
}

void run(const KernelCall& call) {
  if (Py_IsInitialized() == 0) throw dispatch::Declined{"the Python interpreter has ended"};
  const nb::gil_scoped_acquire interpreter;
  const auto& function = *static_cast<const Function*>(call.context);
  const nb::object callable = function.callable;  // another thread may replace it meanwhile
  if (!callable.is_valid()) throw dispatch::Declined{"the Python interpreter is ending"};
  // What the function itself computes with Loom must not come back here.
  const BackendScope others("auto");
  const nb::object result = invoke(function, callable, call);
  if (result.ptr() == Py_NotImplemented) throw dispatch::Declined{"declined the call"};
  const std::vector<Array> arrays = result_arrays(function, call, result);
  const nb::gil_scoped_release elsewhere;
  for (std::size_t i = 0; i < arrays.size(); ++i) store(arrays[i].view(), call.outputs[i]);
}

}  // namespace

dispatch::Kernel python_kernel(const std::string& backend, schema::OpId op,
                               const nb::object& callable, DTypeSet dtypes) {
  nb::list names;
  for (const schema::AttributeSpec& attribute : schema::row(op).attributes) {
    names.append(nb::str(attribute.name.data(), attribute.name.size()));
  }
  functions().push_back({backend, op, callable, nb::tuple(names)});
  dispatch::Kernel kernel;
  kernel.run = run;
  kernel.dtypes = dtypes;
  kernel.context = &functions().back();
  return kernel;
}

bool replace_function(const std::string& backend, schema::OpId op, const nb::object& callable) {
  for (Function& function : functions()) {
    if (function.retired || function.op != op || function.backend != backend) continue;
    function.callable = callable;
    return true;
  }
  return false;
}

void retire_functions(const std::string& backend) {
  for (Function& function : functions()) {
    if (function.backend == backend) function.retired = true;
  }
}

void forget_functions() {
  for (Function& function : functions()) {
    function.callable.reset();
    function.attribute_names.reset();
  }
}

}  // namespace loom::python
