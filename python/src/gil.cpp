#include "python/src/gil.h"

#include "loom/dispatch/long_work.h"

namespace loom::python {
namespace {

/// The state of the thread that gave the lock up, or null where it had none: work may be called
/// from threads that Python does not know.
void* let_others_run() { return PyGILState_Check() != 0 ? PyEval_SaveThread() : nullptr; }

void go_on(void* state) {
  if (state != nullptr) PyEval_RestoreThread(static_cast<PyThreadState*>(state));
}

}  // namespace

void release_gil_in_long_work() { dispatch::set_long_work_guard({let_others_run, go_on}); }

}  // namespace loom::python
