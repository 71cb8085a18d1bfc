#include <fmt/format.h>

#include <algorithm>

#include "cli/command.h"

namespace loom::cli {
namespace {

/// GEMMA's modes; an empty subcommand means that Loom does not have it.
struct Mode {
  const char* flag;
  const char* subcommand;
};
constexpr Mode kModes[] = {
    {"-gk", "gk"},  {"-eigen", "eigen"}, {"-lmm", "lmm"}, {"-fa", "lmm"},   {"-lm", ""},
    {"-bslmm", ""}, {"-vc", ""},         {"-gs", ""},     {"-predict", ""}, {"-calccor", ""},
};

/// Flags of GEMMA that change nothing here, and how many values follow each.
struct Ignored {
  const char* flag;
  int values;
  const char* why;
};
constexpr Ignored kIgnored[] = {
    {"-pace", 1, "progress is shown on terminals"},
    {"-check", 0, "input is always checked"},
    {"-no-check", 0, "input is always checked"},
    {"-strict", 0, "input is always checked"},
    {"-no-fpe-check", 0, "results that are not finite are reported as nan"},
    {"-debug", 0, "LOOM_VERBOSE=1 shows every operation"},
    {"-seed", 1, "nothing is drawn at random"},
};

/// GEMMA takes two dashes for most options too.
std::string one_dash(const std::string& argument) {
  return argument.starts_with("--") ? argument.substr(1) : argument;
}

template <class Table>
auto find(const Table& table, const std::string& argument) {
  return std::find_if(std::begin(table), std::end(table),
                      [&](const auto& entry) { return entry.flag == one_dash(argument); });
}

std::string subcommand_of(const std::vector<std::string>& arguments) {
  std::string subcommand;
  for (const std::string& argument : arguments) {
    const auto mode = find(kModes, argument);
    if (mode == std::end(kModes)) continue;
    if (*mode->subcommand == '\0') {
      throw CLI::ValidationError("gemma", fmt::format("Loom does not have GEMMA's {}", argument));
    }
    if (!subcommand.empty()) throw CLI::ValidationError("gemma", "two modes are asked for");
    subcommand = mode->subcommand;
  }
  if (subcommand.empty()) {
    throw CLI::ValidationError("gemma", "one of -gk, -eigen and -lmm is needed");
  }
  return subcommand;
}

}  // namespace

std::vector<std::string> translate_gemma(std::vector<std::string> arguments) {
  if (arguments.empty() || arguments.front() != "gemma") return arguments;
  arguments.erase(arguments.begin());
  if (arguments.empty() || one_dash(arguments.front()) == "-h" ||
      one_dash(arguments.front()) == "-help") {
    return {"--help"};
  }
  std::vector<std::string> translated = {subcommand_of(arguments)};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto ignored = find(kIgnored, arguments[i]);
    if (ignored == std::end(kIgnored)) {
      if (one_dash(arguments[i]) == "-eigen") continue;  // the subcommand says it
      translated.push_back(one_dash(arguments[i]) == "-fa" ? "-lmm" : arguments[i]);
      continue;
    }
    fmt::print(stderr, "loom: {} has no effect: {}\n", arguments[i], ignored->why);
    i += static_cast<std::size_t>(ignored->values);
  }
  return translated;
}

std::vector<std::string> long_options_with_two_dashes(std::vector<std::string> arguments) {
  for (std::string& argument : arguments) {
    const bool one = argument.size() > 2 && argument[0] == '-' && std::isalpha(argument[1]);
    if (one) argument.insert(0, "-");
  }
  return arguments;
}

}  // namespace loom::cli
