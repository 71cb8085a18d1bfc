#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loom/dispatch/kernel.h"
#include "loom/support/function_ref.h"

namespace loom::dispatch {

/// What a backend says of itself on this machine.
struct BackendInfo {
  std::string name;
  std::string description;
  bool available = false;
  std::string reason;  ///< why it is not available
  std::string remedy;  ///< what would make it so
  std::string version;
  std::string library;    ///< path of the library behind it, if any
  int integer_bits = 64;  ///< width of sizes and indices
  int threads = 1;
  std::string isa;   ///< instruction set or kernel core in use
  std::string note;  ///< a warning worth showing: a core below what the processor has
  bool jit = false;
  bool parallel = false;
  bool gpu = false;
};

class Backend;

/// A kernel in a table: who provides it, and which one to ask where it does not take a call.
struct KernelEntry {
  KernelEntry(const Kernel& its_kernel, const Backend* its_provider, const KernelEntry* its_next)
      : kernel(its_kernel), provider(its_provider), next(its_next) {}

  const Kernel kernel;
  const Backend* const provider;
  mutable std::atomic<const KernelEntry*> next;  ///< changes when a lower backend gets a kernel
};

/// The kernels of one backend by operation. It starts as a copy of the next backend's table and is
/// overwritten with what this one has, so that every operation has somebody to run it.
class KernelTable {
 public:
  const KernelEntry* find(schema::OpId op) const {
    return entries_[schema::index(op)].load(std::memory_order_acquire);
  }
  void set(schema::OpId op, const KernelEntry* entry) {
    entries_[schema::index(op)].store(entry, std::memory_order_release);
  }
  void inherit(const KernelTable& next);

 private:
  std::array<std::atomic<const KernelEntry*>, schema::kMaxRows> entries_{};
};

/// Takes one kernel that a backend has.
using KernelInstaller = FunctionRef<void(schema::OpId op, const Kernel& kernel)>;

/// An engine. One folder and one line in the registration list make one.
class Backend {
 public:
  virtual ~Backend() = default;
  /// Short, lower case, for ever the same.
  virtual std::string name() const = 0;
  /// What it is on this machine; called on first use, may load libraries. Never throws.
  virtual BackendInfo probe() = 0;
  /// Hands over its kernels; called once, after a probe that found it available.
  virtual void install(KernelInstaller add) = 0;
};

/// The backends of this build, the one that `auto` prefers first and the complete one last. This
/// function is the registration list: loom/backends/registration.cpp.
std::vector<std::unique_ptr<Backend>> builtin_backends();

/// Names of backends that Loom has and this build does not. In the same file.
std::span<const std::string_view> absent_backends();

/// Appends the backends that the user's environment adds; one that cannot be had is appended as an
/// unavailable backend with the reason. In the same file.
void append_listed_backends(std::vector<std::unique_ptr<Backend>>& backends);

}  // namespace loom::dispatch
