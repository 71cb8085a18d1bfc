#pragma once

#include <string>
#include <vector>

#include "loom/dispatch/trace.h"

namespace loom::gwas {

/// PREFIX.log.txt as GEMMA writes it: lines of "## name = value".
class RunLog {
 public:
  /// Starts with the program, the command line and the date.
  explicit RunLog(const std::string& command_line);

  void section(const std::string& title);
  void add(const std::string& name, const std::string& value);
  void add(const std::string& name, std::int64_t value);
  /// Six significant digits.
  void add(const std::string& name, double value);
  void add(const std::string& name, const std::vector<double>& values);
  /// A section that says which backend computed what, and why others were passed over.
  void add_operations(const std::vector<OperationSummary>& operations);
  /// Writes the log. Throws IoError.
  void write(const std::string& file) const;

 private:
  void line(const std::string& text);
  std::string text_;
};

}  // namespace loom::gwas
