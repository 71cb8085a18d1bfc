#include "python/src/gil.h"

#include <nanobind/nanobind.h>
#include <pthread.h>
#include <unistd.h>

#include "loom/dispatch/long_work.h"
#include "python/src/errors.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

// Both are only touched under the GIL.
int at_work = 0;      ///< threads that gave the lock up
bool ending = false;  ///< the interpreter ends: nobody gives it up any more

/// The state of the thread that gave the lock up, or null where it kept it: work may be called from
/// threads that Python does not know.
void* let_others_run() {
  if (PyGILState_Check() == 0 || ending) return nullptr;
  ++at_work;
  return PyEval_SaveThread();
}

void go_on(void* state) {
  if (state == nullptr) return;
  try {
    PyEval_RestoreThread(static_cast<PyThreadState*>(state));
  } catch (...) {
    // An interpreter that did not wait ends the thread by unwinding its stack, which C++ that may
    // not throw answers with the end of the process. As under CPython 3.14, the thread stays.
    for (;;) pause();
  }
  --at_work;
}

/// Vendor libraries wait for their own threads when the process ends, in vain where one of ours is
/// inside of them. An interrupt ends the waiting.
void wait_for_work() {
  constexpr useconds_t kMicroseconds = 500;
  ending = true;
  while (at_work > 0) {
    Py_BEGIN_ALLOW_THREADS;
    usleep(kMicroseconds);
    Py_END_ALLOW_THREADS;
    if (PyErr_CheckSignals() != 0) throw_python_error();
  }
}

}  // namespace

void release_gil_in_long_work() {
  nb::module_::import_("atexit").attr("register")(nb::cpp_function(wait_for_work));
  // Of the threads at work, a child has none.
  pthread_atfork(nullptr, nullptr, [] { at_work = 0; });
  dispatch::set_long_work_guard({let_others_run, go_on});
}

}  // namespace loom::python
