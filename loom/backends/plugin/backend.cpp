#include "loom/backends/plugin/backend.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "loom/backends/plugin/library.h"
#include "loom/dispatch/registry.h"
#include "loom/dispatch/selection.h"
#include "loom/support/error.h"

namespace loom {
namespace plugin {
namespace {

constexpr std::uint64_t kKnownDTypes = 2 * LOOM_COMPLEX128 - 1;

std::string text_of(const char* text) { return text != nullptr ? text : ""; }

}  // namespace

PluginBackend::PluginBackend(const std::filesystem::path& path)
    : path_(path), plugin_(open_library(path)) {
  read_kernels();
}

// Entries lie as far apart as the plug-in knows them to be, which may be more than is known here.
void PluginBackend::read_kernels() {
  if (plugin_.kernel_count > schema::kMaxRows) {
    fail(path_, fmt::format("claims {} kernels", plugin_.kernel_count));
  }
  const auto* entry = reinterpret_cast<const std::byte*>(plugin_.kernels);
  for (std::uint64_t i = 0; i < plugin_.kernel_count; ++i, entry += plugin_.kernel_size) {
    loom_kernel kernel;
    std::memcpy(&kernel, entry, sizeof(kernel));
    check_kernel(kernel);
    kernels_.emplace_back(plugin_.name, *schema::find_op(kernel.operation), kernel);
  }
}

void PluginBackend::check_kernel(const loom_kernel& kernel) const {
  const std::string operation = text_of(kernel.operation);
  const std::optional<schema::OpId> op = schema::find_op(operation);
  if (!op) fail(path_, fmt::format("has a kernel for '{}', which is no operation", operation));
  if (schema::row(*op).family == schema::Family::view) {
    fail(path_, fmt::format("has a kernel for {}, which never runs one", operation));
  }
  const auto same_op = [&](const PluginKernel& known) { return known.op == *op; };
  if (std::any_of(kernels_.begin(), kernels_.end(), same_op)) {
    fail(path_, fmt::format("has two kernels for {}", schema::row(*op).name));
  }
  if (kernel.run == nullptr) fail(path_, fmt::format("has no function for {}", operation));
  if ((kernel.dtypes & kKnownDTypes) == 0) {
    fail(path_, fmt::format("names no dtype for {}", operation));
  }
}

dispatch::BackendInfo PluginBackend::probe() {
  loom_probe probe{};
  probe.struct_size = sizeof(probe);
  probe.available = 1;
  probe.integer_bits = 64;
  probe.threads = 1;
  if (plugin_.probe != nullptr) plugin_.probe(&probe);

  dispatch::BackendInfo info;
  info.description = text_of(plugin_.description);
  info.version = text_of(plugin_.version);
  info.library = path_.string();
  info.available = probe.available != 0;
  info.reason = text_in(probe.reason);
  info.remedy = text_in(probe.remedy);
  info.integer_bits = probe.integer_bits;
  info.threads = probe.threads;
  info.isa = text_in(probe.isa);
  info.note = text_in(probe.note);
  info.jit = (probe.features & LOOM_FEATURE_JIT) != 0;
  info.parallel = (probe.features & LOOM_FEATURE_PARALLEL) != 0;
  info.gpu = (probe.features & LOOM_FEATURE_GPU) != 0;
  return info;
}

void PluginBackend::install(dispatch::KernelInstaller add) {
  for (const PluginKernel& kernel : kernels_) add(kernel.op, table_kernel(kernel));
}

}  // namespace plugin

std::string load_plugin(const std::string& path) {
  auto backend = std::make_unique<plugin::PluginBackend>(path);
  try {
    return dispatch::Registry::instance().add(std::move(backend));
  } catch (const ValueError& error) {
    plugin::fail(path, fmt::format("cannot be added: {}", error.what()));
  }
}

}  // namespace loom
