#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "fake_backend.h"
#include "loom/dispatch/execute.h"
#include "loom/dispatch/selection.h"
#include "loom/dispatch/trace.h"
#include "loom/ops/elementwise.h"
#include "unit/in_child.h"

// Backends and kernels that come while other threads compute, and processes that fork.
namespace loom {
namespace {

using dispatch::FakeBackend;
using dispatch::Kernel;
using dispatch::marking_kernel;
using dispatch::Registry;
using schema::op;

/// Threads that add arrays under a backend until the end of the scope; wrong sums are counted.
class Computing {
 public:
  explicit Computing(const std::string& backend) {
    for (int i = 0; i < 3; ++i) {
      threads_.emplace_back([this, backend] {
        const BackendScope scope(backend);
        const Array a = Array::from({1.0, 2.0});
        while (!stop_) {
          const double sum = add(a, a).at<double>({1});
          if (sum != 4 && sum != 7 && sum != 8) ++wrong_;
          ++done_;
        }
      });
    }
    while (done_ == 0) std::this_thread::yield();
  }
  int finish() {
    for (const int before = done_; done_ == before;) std::this_thread::yield();
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
    return wrong_;
  }

 private:
  std::atomic<bool> stop_ = false;
  std::atomic<int> wrong_ = 0, done_ = 0;
  std::vector<std::thread> threads_;
};

TEST(Concurrency, BackendsAreAddedWhileOthersCompute) {
  Computing computing("auto");
  for (int i = 0; i < 20; ++i) {
    const std::string name = "added_" + std::to_string(i);
    Registry::instance().add(std::make_unique<FakeBackend>(
        name, FakeBackend::Kernels{{op("add"), marking_kernel<7>()}}));
    const BackendScope scope(name);
    const Array a = Array::from({1.0});
    EXPECT_EQ(add(a, a).item<double>(), 7);
    EXPECT_FALSE(available_backends().empty());
  }
  EXPECT_EQ(computing.finish(), 0);
}

TEST(Concurrency, KernelsAreReplacedWhileTheirBackendComputes) {
  const std::string changing = dispatch::fake("changing", {{op("add"), marking_kernel<7>()}});
  const Trace trace;  // walks the chain of kernels a second time
  Computing computing(changing);
  for (int i = 0; i < 50; ++i) {
    Kernel declining = marking_kernel<8>();
    declining.refuse = [](const dispatch::KernelCall&) {
      return std::optional<std::string>("not now");
    };
    const Kernel kernels[] = {marking_kernel<7>(), declining, marking_kernel<8>()};
    Registry::instance().add_kernel(changing, op("add"), kernels[i % 3]);
  }
  EXPECT_EQ(computing.finish(), 0);
}

TEST(Concurrency, SelectionChangesWhileOthersTrace) {
  const std::string other = dispatch::fake("elsewhere", {{op("add"), marking_kernel<7>()}});
  const Trace trace;
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::atomic<int> done = 0;
  std::thread computing([&] {
    const Array a = Array::from({2.0});
    while (!stop) {
      const double sum = add(a, a).item<double>();
      if (sum != 4 && sum != 7) ++wrong;
      ++done;
    }
  });
  for (int i = 0; i < 200 || done < 200; ++i) set_backend(i % 2 == 0 ? "auto" : other);
  set_backend("auto");
  stop = true;
  computing.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Fork, ChildSelectsAndComputesWhateverThreadsOfTheParentDo) {
  if (!kCanFork) GTEST_SKIP() << "no fork under this sanitizer";
  std::atomic<bool> stop = false;
  std::thread asking([&] {
    while (!stop) available_backends();  // holds the registry's mutex most of the time
  });
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(status_in_child([] {
                const BackendScope scope("reference");
                const Array a = Array::from({1.5});
                return add(a, a).item<double>() == 3 && !available_backends().empty();
              }),
              0);
  }
  stop = true;
  asking.join();
}

}  // namespace
}  // namespace loom
