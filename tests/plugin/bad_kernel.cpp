// A plug-in whose second kernel is wrong. Which fault it has is the value of LOOM_TEST_FAULT.
#include <cstdlib>
#include <string_view>

#include "minimal.h"

namespace {

constexpr loom_kernel spoilt(std::string_view fault) {
  loom_kernel kernel = kMinimalKernel;
  kernel.operation = "subtract";
  if (fault == "unknown") kernel.operation = "frobnicate";
  if (fault == "unnamed") kernel.operation = nullptr;
  if (fault == "view") kernel.operation = "transpose";
  if (fault == "double") kernel.operation = "add";
  if (fault == "empty") kernel.run = nullptr;
  if (fault == "dtypes") kernel.dtypes = 0;
  return kernel;
}

loom_kernel kernels[2];
loom_plugin plugin;

}  // namespace

const loom_plugin* loom_plugin_entry(const loom_host* host) {
  kernels[0] = kMinimalKernel;
  kernels[1] = spoilt(std::getenv("LOOM_TEST_FAULT"));
  plugin = minimal_plugin("bad_kernel", kernels, 2);
  return &plugin;
}
