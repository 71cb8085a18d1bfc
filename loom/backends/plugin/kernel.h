#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "loom/dispatch/kernel.h"
#include "loom/plugin.h"
#include "loom/schema/op_table.h"

// A plug-in's kernels as those of Loom, and calls across the C interface.
namespace loom::plugin {

/// One kernel of a plug-in, with the names that its calls need.
struct PluginKernel {
  PluginKernel(std::string_view backend, schema::OpId op, const loom_kernel& kernel);

  schema::OpId op;
  loom_kernel kernel;
  std::string operation;
  std::vector<std::string> attributes;  ///< names, in the row's order
  std::string label;                    ///< "[sample] matmul", how messages begin
};

/// `kernel` for a kernel table; refers to it.
dispatch::Kernel table_kernel(const PluginKernel& kernel);

/// The text in a buffer that a plug-in filled, up to its zero or its end.
template <std::size_t N>
std::string text_in(const char (&buffer)[N]) {
  return {buffer, strnlen(buffer, N)};
}

}  // namespace loom::plugin
