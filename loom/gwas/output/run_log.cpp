#include "loom/gwas/output/run_log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "loom/support/file.h"
#include "loom/support/version.h"

namespace loom::gwas {

RunLog::RunLog(const std::string& command_line) {
  line("");
  add("Loom Version", version());
  line("");
  add("Command Line Input", command_line);
  line("");
  const std::time_t now = std::time(nullptr);
  add("Date", fmt::format("{:%a %b %d %H:%M:%S %Y}", fmt::localtime(now)));
}

void RunLog::line(const std::string& text) { text_ += text.empty() ? "##\n" : "## " + text + "\n"; }

void RunLog::section(const std::string& title) {
  line("");
  line(title + ":");
}

void RunLog::add(const std::string& name, const std::string& value) { line(name + " = " + value); }

void RunLog::add(const std::string& name, std::int64_t value) {
  add(name, fmt::format("{}", value));
}

void RunLog::add(const std::string& name, double value) { add(name, fmt::format("{:.6g}", value)); }

void RunLog::add(const std::string& name, const std::vector<double>& values) {
  std::string list;
  for (double value : values) list += fmt::format("  {:.6g}", value);
  add(name, list);
}

void RunLog::add_operations(const std::vector<OperationSummary>& operations) {
  section("Operations (backend, calls, seconds)");
  for (const OperationSummary& o : operations) {
    add(o.op, fmt::format("{}, {}, {:.3f}", o.backend, o.calls, o.seconds));
    for (const PassedOver& passed : o.passed_over) {
      line(fmt::format("    not by {}: {}", passed.backend, passed.reason));
    }
  }
}

void RunLog::write(const std::string& file) const {
  OutputFile out(file);
  out.write(std::string_view(text_ + "##\n"));
  out.commit();
}

}  // namespace loom::gwas
