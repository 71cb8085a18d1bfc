#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "loom/dispatch/registry.h"

namespace loom::dispatch {

/// A backend of a test: says what it is told to say and has the kernels it is given.
class FakeBackend final : public Backend {
 public:
  using Kernels = std::vector<std::pair<schema::OpId, Kernel>>;

  explicit FakeBackend(std::string name, Kernels kernels = {})
      : name_(std::move(name)), kernels_(std::move(kernels)) {
    info_.available = true;
  }
  /// One that cannot run here.
  FakeBackend(std::string name, std::string reason, std::string remedy) : name_(std::move(name)) {
    info_.reason = std::move(reason);
    info_.remedy = std::move(remedy);
  }

  std::string name() const override { return name_; }
  BackendInfo probe() override { return info_; }
  void install(KernelInstaller add) override {
    for (const auto& [op, kernel] : kernels_) add(op, kernel);
  }

 private:
  std::string name_;
  BackendInfo info_;
  Kernels kernels_;
};

/// Registers a fake of that name unless an earlier test of this process did; returns the name.
inline std::string fake(const std::string& name, FakeBackend::Kernels kernels = {}) {
  for (const BackendInfo& info : Registry::instance().backends()) {
    if (info.name == name) return name;
  }
  return Registry::instance().add(std::make_unique<FakeBackend>(name, std::move(kernels)));
}

/// A kernel for one float64 output that fills it with a number, which tells who computed.
template <int kMark>
Kernel marking_kernel() {
  Kernel kernel;
  kernel.run = [](const KernelCall& call) {
    std::fill_n(call.outputs[0].as<double>(), call.outputs[0].size(), kMark);
  };
  return kernel;
}

}  // namespace loom::dispatch
