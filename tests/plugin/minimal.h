#pragma once

#include <loom/plugin.h>

#include <cstdint>

/// The kernel of a plug-in in which something else is wrong.
inline constexpr loom_kernel kMinimalKernel = {
    .operation = "add",
    .dtypes = LOOM_FLOAT64,
    .run = [](const loom_call*, loom_error*) {},
    .refuse = nullptr,
    .workspace = nullptr,
    .context = nullptr,
};

/// A plug-in that is right in every respect, to be spoilt in one.
constexpr loom_plugin minimal_plugin(const char* name, const loom_kernel* kernels = &kMinimalKernel,
                                     std::uint64_t count = 1) {
  return {.struct_size = sizeof(loom_plugin),
          .abi_version = LOOM_ABI_VERSION,
          .kernel_size = sizeof(loom_kernel),
          .name = name,
          .description = "plug-in for tests",
          .version = "1.0",
          .probe = nullptr,
          .kernels = kernels,
          .kernel_count = count};
}
