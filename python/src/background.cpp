#include "python/src/background.h"

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "loom/dispatch/selection.h"
#include "loom/support/file.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetweenLooks{50};
constexpr milliseconds kToStop{300};
constexpr milliseconds kToStopAtExit{200};

struct ProgressNews {
  std::string phase;
  std::int64_t done;
  std::int64_t total;
};

/// What the worker and the thread that waits share. Whoever lets go last ends it.
class Job {
 public:
  /// What the worker shows and asks. The monitor must not outlive the job.
  Monitor monitor() {
    Monitor result;
    result.stop = stop_.get_token();
    result.progress = [this](std::string_view phase, std::int64_t done, std::int64_t total) {
      const std::lock_guard lock(mutex_);
      if (news_.empty() || news_.back().phase != phase) news_.push_back({std::string(phase), 0, 0});
      news_.back().done = done;
      news_.back().total = total;
    };
    return result;
  }

  void request_stop() { stop_.request_stop(); }

  /// Called by the worker as its last word.
  void finish(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    error_ = std::move(error);
    finished_ = true;
    changed_.notify_all();
  }

  /// Whether the work is finished, now or within `time`.
  bool wait(milliseconds time) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [&] { return finished_; });
  }

  /// What the worker has shown since the last call.
  std::vector<ProgressNews> take_news() {
    const std::lock_guard lock(mutex_);
    return std::exchange(news_, {});
  }

  /// Once finished: throws what the work threw.
  void rethrow() {
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool finished_ = false;
  std::exception_ptr error_;
  std::vector<ProgressNews> news_;
  std::stop_source stop_;
};

/// A thread that works for a job.
struct Worker {
  std::shared_ptr<Job> job;
  std::thread thread;

  /// Without the GIL, which the worker may need to let go of memory that belongs to Python.
  bool wait(milliseconds time) const {
    const nb::gil_scoped_release released;
    return job->wait(time);
  }
  void join() {
    const nb::gil_scoped_release released;
    thread.join();
  }
};

// Workers whose callers have gone; touched with the GIL held. Never destroyed, since a thread that
// still runs must not meet the end of its handle.
std::vector<Worker>& abandoned() {
  static auto* workers = new std::vector<Worker>;
  return *workers;
}

/// Lets go of the workers that have finished, or do so within `patience`.
void join_finished(milliseconds patience = milliseconds(0)) {
  std::vector<Worker> running;
  for (Worker& worker : std::exchange(abandoned(), {})) {
    if (worker.wait(patience)) {
      worker.join();
    } else {
      running.push_back(std::move(worker));
    }
  }
  for (Worker& worker : running) abandoned().push_back(std::move(worker));
}

Worker start(std::function<void(const Monitor&)> work) {
  auto job = std::make_shared<Job>();
  const auto run = [job, backend = get_backend()](std::function<void(const Monitor&)> body) {
    std::exception_ptr error;
    try {
      const BackendScope scope(backend);
      body(job->monitor());
    } catch (...) {
      error = std::current_exception();
    }
    body = nullptr;  // what it holds is given back before the caller goes on
    job->finish(std::move(error));
  };
  std::thread thread(run, std::move(work));
  return {std::move(job), std::move(thread)};
}

void show(Job& job, const nb::object& progress) {
  for (const ProgressNews& news : job.take_news()) {
    if (!progress.is_none()) progress(news.phase.c_str(), news.done, news.total);
  }
}

/// Waits for the work. Throws python_error where a signal or the progress raises.
void attend(const Worker& worker, const nb::object& progress) {
  while (!worker.wait(kBetweenLooks)) {
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
    show(*worker.job, progress);
  }
  show(*worker.job, progress);
}

/// Ends the process without the destructors of libraries that a thread is still inside of.
void leave_at_once(int status, void*) {
  remove_partial_files();
  std::fflush(stdout);
  _exit(status);
}

void stop_abandoned() {
  for (const Worker& worker : abandoned()) worker.job->request_stop();
  join_finished(kToStopAtExit);
  if (abandoned().empty()) return;
  // An interpreter that ends by SIGINT runs no handler of the C library, so files go now as well.
  remove_partial_files();
  on_exit(leave_at_once, nullptr);
}

}  // namespace

void run_in_background(std::function<void(const Monitor&)> work, nb::object progress) {
  join_finished();
  Worker worker = start(std::move(work));
  try {
    attend(worker, progress);
  } catch (...) {
    worker.job->request_stop();
    if (worker.wait(kToStop)) {
      worker.join();
    } else {
      abandoned().push_back(std::move(worker));
    }
    throw;
  }
  worker.join();
  worker.job->rethrow();
}

void stop_background_work_at_exit() {
  nb::module_::import_("atexit").attr("register")(nb::cpp_function(stop_abandoned));
}

}  // namespace loom::python
