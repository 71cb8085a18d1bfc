#include "python/src/backends.h"

#include <fmt/format.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "loom/dispatch/registry.h"
#include "loom/dispatch/selection.h"
#include "loom/support/cpu.h"
#include "loom/support/error.h"
#include "python/src/casters.h"
#include "python/src/explain.h"
#include "python/src/python_backend.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

using dispatch::BackendInfo;
using dispatch::Registry;

// The registry's lock may be held while a library is loaded; nobody waits for it with the
// interpreter in hand.
using Released = nb::call_guard<nb::gil_scoped_release>;

/// Calls `body` without the interpreter.
template <class Body>
auto released(Body&& body) {
  const nb::gil_scoped_release elsewhere;
  return body();
}

nb::dict info_dict(const BackendInfo& info) {
  nb::dict features;
  features["jit"] = info.jit;
  features["parallel"] = info.parallel;
  features["gpu"] = info.gpu;
  nb::dict dict;
  dict["name"] = info.name;
  dict["available"] = info.available;
  dict["features"] = features;
  dict["description"] = info.description;
  dict["version"] = info.version;
  dict["library"] = info.library;
  dict["integer_bits"] = info.integer_bits;
  dict["threads"] = info.threads;
  dict["isa"] = info.isa;
  dict["note"] = info.note;
  dict["reason"] = info.reason;
  dict["remedy"] = info.remedy;
  return dict;
}

/// A scope that Python opens and closes.
class Scope {
 public:
  explicit Scope(const std::string& name) : scope_(std::in_place, name), name_(get_backend()) {}
  const std::string& name() const { return name_; }
  void close() { scope_.reset(); }

 private:
  std::optional<BackendScope> scope_;
  std::string name_;
};

DTypeSet dtype_set(const std::optional<std::vector<DType>>& dtypes) {
  if (!dtypes) return kAllDTypes;
  DTypeSet set;
  for (const DType dtype : *dtypes) set = set | DTypeSet{dtype};
  return set;
}

void add_backend(const std::string& name, const std::string& description, const std::string& reason,
                 const std::string& remedy, const std::vector<std::string>& features,
                 const nb::list& operations) {
  const auto has = [&](std::string_view feature) {
    return std::find(features.begin(), features.end(), feature) != features.end();
  };
  BackendInfo info;
  info.name = name;
  info.description = description;
  info.available = reason.empty();
  info.reason = reason;
  info.remedy = remedy;
  info.jit = has("jit");
  info.parallel = has("parallel");
  info.gpu = has("gpu");
  retire_functions(name);
  PythonBackend::Kernels kernels;
  for (nb::handle item : operations) {
    const auto [operation, function, dtypes] =
        nb::cast<std::tuple<std::string, nb::object, std::optional<std::vector<DType>>>>(item);
    const schema::OpId op = known_operation(operation);
    kernels.emplace_back(op, python_kernel(name, op, function, dtype_set(dtypes)));
  }
  released([&] {
    Registry::instance().put(std::make_unique<PythonBackend>(std::move(info), std::move(kernels)));
    if (reason.empty()) dispatch::follow_replacement(name);
  });
}

void add_kernel(const std::string& backend, const std::string& operation,
                const nb::object& function, const std::optional<std::vector<DType>>& dtypes) {
  const schema::OpId op = known_operation(operation);
  if (replace_function(backend, op, function)) return;
  const dispatch::Kernel kernel = python_kernel(backend, op, function, dtype_set(dtypes));
  released([&] { Registry::instance().add_kernel(backend, op, kernel); });
}

nb::dict machine_dict() {
  const CpuInfo& cpu = cpu_info();
  nb::dict dict;
  dict["architecture"] = cpu.architecture;
  dict["isa"] = isa_name(cpu);
  dict["description"] = describe(cpu);
  dict["graviton"] = graviton_version(cpu);
  return dict;
}

void bind_selection(nb::module_& module) {
  module.def(
      "set_backend", [](const std::string& name) { return set_backend(name); }, nb::arg("name"),
      Released());
  module.def("get_backend", get_backend, Released());
  module.def("available_backends", available_backends, Released());
  module.def("backend_info", [] { return info_dict(released(get_backend_info)); });
  module.def("backends", [] {
    nb::list list;
    for (const BackendInfo& info : released([] { return Registry::instance().backends(); })) {
      list.append(info_dict(info));
    }
    return list;
  });
  module.def("alias_meaning", dispatch::alias_meaning, nb::arg("name"),
             "The backend that an old name stands for, or None.");
  nb::class_<Scope>(module, "Scope", "The backend of this thread from its creation to `close`.")
      .def(nb::init<const std::string&>(), nb::arg("name"), Released())
      .def_prop_ro("name", &Scope::name)
      .def("close", &Scope::close);
}

void bind_registration(nb::module_& module) {
  module.def("add_backend", add_backend, nb::arg("name"), nb::arg("description"), nb::arg("reason"),
             nb::arg("remedy"), nb::arg("features"), nb::arg("operations"));
  module.def("add_kernel", add_kernel, nb::arg("backend"), nb::arg("operation"),
             nb::arg("function"), nb::arg("dtypes").none());
  module.def(
      "operations_of",
      [](const std::string& backend) { return Registry::instance().operations_of(backend); },
      nb::arg("backend"), Released());
  nb::module_::import_("atexit").attr("register")(nb::cpp_function(forget_functions));
}

}  // namespace

void bind_backends(nb::module_& module) {
  bind_selection(module);
  bind_registration(module);
  module.def("machine", machine_dict, "What the processor of this machine is.");
}

}  // namespace loom::python
