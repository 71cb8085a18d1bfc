#include "python/src/trace.h"

#include <nanobind/stl/string.h>

#include "loom/dispatch/trace.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

template <class Items, class Convert>
nb::tuple tuple_of(const Items& items, Convert convert) {
  nb::list list;
  for (const auto& item : items) list.append(convert(item));
  return nb::tuple(list);
}

nb::object string(const std::string& text) { return nb::str(text.data(), text.size()); }

/// The fields of `loom.TraceEvent`.
nb::tuple event_tuple(const TraceEvent& event) {
  const auto reason = [](const PassedOver& passed) {
    return nb::make_tuple(passed.backend, passed.reason);
  };
  return nb::make_tuple(event.op, event.backend, tuple_of(event.inputs, string),
                        tuple_of(event.outputs, string), event.attributes, event.seconds,
                        tuple_of(event.passed_over, reason), event.fused);
}

}  // namespace

void bind_trace(nb::module_& module) {
  nb::class_<Trace>(module, "Trace", "Collects the operations of the process while it lives.")
      .def(nb::init<>())
      .def("events", [](const Trace& trace) { return tuple_of(trace.events(), event_tuple); });
}

}  // namespace loom::python
