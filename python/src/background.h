#pragma once

#include <nanobind/nanobind.h>

#include <functional>

#include "loom/support/monitor.h"

// Long work of the core that Ctrl-C ends at once, whatever it is doing.
namespace loom::python {

/// Runs `work` on a thread of its own, under the backend in force on this one, while this one waits
/// without the GIL, looks for signals about every 50 ms and calls `progress(phase, done, total)`
/// where that is not None. A phase that is told of more than once between two looks is shown as it
/// stood last.
///
/// Where a signal's handler or `progress` raises, the work is asked to stop and the exception is
/// raised as soon as it has, or after a third of a second: work that is inside a vendor's library
/// then goes on there, unobserved, until its next step, so `work` must own all that it uses. It is
/// not waited for when the interpreter ends. Throws what `work` throws, and Python's errors.
void run_in_background(std::function<void(const Monitor& monitor)> work, nanobind::object progress);

/// Has the end of the interpreter, by way of `atexit`, stop what is left of abandoned work.
void stop_background_work_at_exit();

}  // namespace loom::python
