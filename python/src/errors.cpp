#include "python/src/errors.h"

#include <typeinfo>

#include "loom/support/error.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

/// One class: `base` is the index in the table of the Loom class it derives from.
struct ErrorClass {
  const char* name;
  int base;
  PyObject** builtin;
  const char* doc;
  bool (*is)(const Error&);
};

template <class T>
bool is_a(const Error& error) {
  return dynamic_cast<const T*>(&error) != nullptr;
}

// The root, which every error is, comes first; a derived class stands behind its base, so that the
// last one that matches is the closest.
const ErrorClass kClasses[] = {
    {"Error", -1, &PyExc_Exception, "Root of every error of Loom.", nullptr},
    {"ShapeError", 0, &PyExc_ValueError, "Shapes, axes or sizes that do not fit.",
     is_a<ShapeError>},
    {"IndexError", 1, &PyExc_IndexError, "An index or an axis outside of the array.",
     is_a<IndexError>},
    {"DTypeError", 0, &PyExc_TypeError, "A dtype that the operation does not define.",
     is_a<DTypeError>},
    {"ValueError", 0, &PyExc_ValueError, "An argument that is out of its domain.",
     is_a<ValueError>},
    {"BackendError", 0, &PyExc_RuntimeError, "A backend that is unknown or failed.",
     is_a<BackendError>},
    {"BackendUnavailableError", 5, &PyExc_RuntimeError,
     "A backend that exists but cannot run on this machine.", is_a<BackendUnavailableError>},
    {"LinAlgError", 0, &PyExc_ValueError,
     "A factorisation that does not exist or did not converge.", is_a<LinAlgError>},
    {"MemoryPlanError", 0, &PyExc_MemoryError, "Work that needs more memory than there is.",
     is_a<MemoryPlanError>},
    {"IoError", 0, &PyExc_OSError, "A file that cannot be read or written, or is malformed.",
     is_a<IoError>},
};
constexpr int kClassCount = std::size(kClasses);
PyObject* classes[kClassCount];

PyObject* class_of(const Error& error) {
  int closest = 0;
  for (int i = 1; i < kClassCount; ++i) {
    if (kClasses[i].is(error)) closest = i;
  }
  return classes[closest];
}

}  // namespace

void set_error_from_exception() noexcept {
  try {
    throw;
  } catch (nb::python_error& error) {
    error.restore();
  } catch (const Error& error) {
    PyErr_SetString(class_of(error), error.what());
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  } catch (...) {
    PyErr_SetString(PyExc_RuntimeError, "an exception of no known type");
  }
}

void throw_python_error() { throw nb::python_error(); }

void bind_errors(nb::module_& module) {
  for (int i = 0; i < kClassCount; ++i) {
    const ErrorClass& its = kClasses[i];
    nb::object bases =
        its.base < 0
            ? nb::object(nb::make_tuple(nb::handle(*its.builtin)))
            : nb::object(nb::make_tuple(nb::handle(classes[its.base]), nb::handle(*its.builtin)));
    const std::string name = std::string("loom.errors.") + its.name;
    classes[i] = PyErr_NewExceptionWithDoc(name.c_str(), its.doc, bases.ptr(), nullptr);
    if (classes[i] == nullptr) throw_python_error();
    module.attr(its.name) = nb::handle(classes[i]);
  }
  nb::register_exception_translator([](const std::exception_ptr& exception, void*) {
    try {
      std::rethrow_exception(exception);
    } catch (const Error& error) {
      PyErr_SetString(class_of(error), error.what());
    }
  });
}

}  // namespace loom::python
