#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "loom/dispatch/registry.h"
#include "loom/dispatch/selection.h"
#include "loom/gwas/operations.h"
#include "loom/support/cpu.h"
#include "loom/support/error.h"
#include "loom/support/version.h"

namespace loom::cli {
namespace {

/// The backend in force, or that there is none because the environment asks for one that cannot be
/// had.
std::string backend_in_force() {
  try {
    return get_backend();
  } catch (const Error&) {
    return fmt::format("none (LOOM_BACKEND={} cannot be had)", std::getenv("LOOM_BACKEND"));
  }
}

void print_operations(const std::string& backend, std::size_t known) {
  const std::vector<std::string> own = dispatch::Registry::instance().operations_of(backend);
  if (own.size() == known) {
    fmt::print("    operations all {}\n", known);
  } else {
    fmt::print("    operations {} of {}: {}\n", own.size(), known, fmt::join(own, " "));
  }
}

void print_backend(const dispatch::BackendInfo& info, std::size_t known) {
  fmt::print("{:<12}{}\n", info.name, info.available ? "available" : "not available");
  if (!info.description.empty()) fmt::print("    {}\n", info.description);
  if (!info.available) {
    fmt::print("    reason     {}\n    remedy     {}\n", info.reason, info.remedy);
    return;
  }
  fmt::print("    version    {}\n", info.version);
  if (!info.library.empty()) fmt::print("    library    {}\n", info.library);
  fmt::print("    integers   {} bits\n    threads    {}\n    ISA        {}\n", info.integer_bits,
             info.threads, info.isa);
  if (!info.note.empty()) fmt::print("    note       {}\n", info.note);
  print_operations(info.name, known);
}

/// Rows of the op table that something computes, those of gwas among them.
std::size_t computed_operations() {
  gwas::operations();
  std::size_t count = 0;
  for (std::size_t i = 0; i < schema::row_count(); ++i) {
    count += schema::row(static_cast<schema::OpId>(i)).family != schema::Family::view;
  }
  return count;
}

/// The same facts for programs.
void print_json() {
  computed_operations();
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const dispatch::BackendInfo& info : dispatch::Registry::instance().backends()) {
    nlohmann::ordered_json entry = {{"name", info.name}, {"available", info.available}};
    if (info.available) {
      entry.update(
          {{"version", info.version},
           {"library", info.library},
           {"integer_bits", info.integer_bits},
           {"threads", info.threads},
           {"isa", info.isa},
           {"note", info.note},
           {"features", {{"jit", info.jit}, {"parallel", info.parallel}, {"gpu", info.gpu}}},
           {"operations", dispatch::Registry::instance().operations_of(info.name)}});
    } else {
      entry.update({{"reason", info.reason}, {"remedy", info.remedy}});
    }
    list.push_back(entry);
  }
  fmt::print("{}\n", list.dump(2));
}

void print_table() {
  const CpuInfo& cpu = cpu_info();
  const std::size_t known = computed_operations();
  fmt::print("{}, {}, {} usable cores\nauto prefers {}; in force: {}\n\n", cpu.model, isa_name(cpu),
             usable_cores(), dispatch::Registry::instance().automatic_slot().name,
             backend_in_force());
  for (const dispatch::BackendInfo& info : dispatch::Registry::instance().backends()) {
    print_backend(info, known);
  }
}

}  // namespace

std::string version_text() {
  const std::string in_force = backend_in_force();
  const std::string computes =
      in_force == "auto" ? dispatch::Registry::instance().automatic_slot().name : in_force;
  std::string text = fmt::format("Loom version {}\nBackend: {}\n", version(), in_force);
  std::string available;
  bool gpu = false;
  for (const dispatch::BackendInfo& each : dispatch::Registry::instance().backends()) {
    if (each.name == computes) text += fmt::format("  ({}: {})\n", each.name, each.description);
    available += fmt::format("{} available: {}\n", each.name, each.available ? "True" : "False");
    gpu = gpu || (each.available && each.gpu);
  }
  return text + available + fmt::format("GPU available: {}", gpu ? "True" : "False");
}

void add_backends(CLI::App& app, const CommandLine&) {
  CLI::App* command = app.add_subcommand(
      "backends", "what can compute here, what cannot, and what would change that");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "as JSON");
  command->callback([json] { *json ? print_json() : print_table(); });
}

}  // namespace loom::cli
