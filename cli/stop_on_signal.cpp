#include "cli/stop_on_signal.h"

#include <semaphore.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <optional>
#include <thread>

#include "loom/support/file.h"

namespace loom::cli {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};
constexpr std::time_t kSecondsToStop = 10;

// A handler may set these and post the semaphore; all else is for the thread that waits for it.
std::atomic<int> came = 0;
sem_t wake;

std::optional<std::stop_source> source;
std::optional<std::thread> waiting;
std::atomic<bool> over = false;
using Handler = void (*)(int);
Handler former[std::size(kSignals)];

void on_signal(int signal) {
  int none = 0;
  if (!came.compare_exchange_strong(none, signal)) end_at_once(signal);
  sem_post(&wake);
}

void wait_for(auto wait) {
  while (wait() != 0 && errno == EINTR) continue;
}

void wait_for_signal() {
  wait_for([] { return sem_wait(&wake); });
  if (over) return;
  source->request_stop();
  timespec deadline{};
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += kSecondsToStop;
  wait_for([&] { return sem_timedwait(&wake, &deadline); });
  if (!over) end_at_once(came);
}

}  // namespace

void end_at_once(int signal) {
  remove_partial_files();
  _exit(128 + signal);
}

StopOnSignal::StopOnSignal() {
  source.emplace();
  over = false;
  sem_init(&wake, 0, 0);
  waiting.emplace(wait_for_signal);
  for (std::size_t i = 0; i < std::size(kSignals); ++i) {
    former[i] = std::signal(kSignals[i], on_signal);
    if (former[i] == SIG_IGN) std::signal(kSignals[i], SIG_IGN);
  }
}

StopOnSignal::~StopOnSignal() {
  for (std::size_t i = 0; i < std::size(kSignals); ++i) std::signal(kSignals[i], former[i]);
  over = true;
  sem_post(&wake);
  waiting->join();
  waiting.reset();
  sem_destroy(&wake);
}

std::stop_token StopOnSignal::token() const { return source->get_token(); }

int StopOnSignal::exit_status() { return came == 0 ? 0 : 128 + came; }

}  // namespace loom::cli
