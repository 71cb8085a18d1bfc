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
    {"-gk", "gk"},  {"-eigen", "eigen"}, {"-lmm", "lmm"}, {"-fa", "lmm"},   {"-lm", "lm"},
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
    {"-debug-data", 0, "LOOM_VERBOSE=1 shows every operation"},
    {"-debug-dump", 0, "LOOM_VERBOSE=1 shows every operation"},
    {"-seed", 1, "nothing is drawn at random"},
};

/// Flags of GEMMA that would change the result, and what they ask for.
struct Lacking {
  const char* flag;
  const char* what;
};
constexpr Lacking kLacking[] = {
    {"-mbfile", "several sets of genotypes: join them first"},
    {"-mg", "several sets of genotypes: join them first"},
    {"-mk", "several kinship matrices"},
    {"-gene", "gene expression as phenotypes: make each gene a phenotype and use --all-pheno"},
    {"-widv", "weights of residuals"},
    {"-r", "read counts"},
    {"-pnr", "models of several phenotypes at once"},
    {"-emi", "models of several phenotypes at once"},
    {"-emp", "models of several phenotypes at once"},
    {"-nri", "models of several phenotypes at once"},
    {"-nrp", "models of several phenotypes at once"},
    {"-crt", "models of several phenotypes at once"},
    {"-cat", "variance components (for categorical covariates, see --categorical)"},
    {"-beta", "variance components"},
    {"-cor", "variance components"},
    {"-ldr", "sparse Bayesian models"},
    {"-epm", "prediction"},
    {"-en", "prediction"},
    {"-ebv", "prediction"},
    {"-emu", "prediction"},
    {"-mu", "prediction"},
    {"-nind", "a data set cut to its first samples"},
    {"-issue", "GEMMA's own tests"},
    {"-legacy", "GEMMA's legacy mode"},
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

void refuse_lacking(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    const auto lacking = find(kLacking, argument);
    if (lacking == std::end(kLacking)) continue;
    throw CLI::ValidationError(
        "gemma", fmt::format("Loom does not have GEMMA's {}: {}", argument, lacking->what));
  }
}

/// GEMMA tests several phenotypes (-n 1 2) in one model of them all; a scan of each would be
/// something else under the same command line.
void refuse_joint_model(const std::vector<std::string>& arguments) {
  const auto is_option = [](const std::string& argument) { return argument.starts_with('-'); };
  std::vector<std::string> columns;
  for (auto at = arguments.begin(); at != arguments.end(); ++at) {
    if (*at != "-n" && *at != "--n") continue;
    columns.insert(columns.end(), at + 1, std::find_if(at + 1, arguments.end(), is_option));
  }
  const bool several = columns.size() > 1 ||
                       (columns.size() == 1 && columns[0].find_first_of(", ") != std::string::npos);
  if (!several) return;
  throw CLI::ValidationError(
      "gemma",
      "Loom does not have GEMMA's model of several phenotypes (-n 1 2); 'loom lmm -n 1,2' "
      "or 'loom lmm --pheno-name A,B' scans each on its own");
}

/// GEMMA reads an annotation with BIMBAM genotypes alone, and wants one with -loco all the same.
void drop_annotation_without_genotypes(std::vector<std::string>& arguments) {
  const auto place_of = [&](std::string_view flag) {
    return std::ranges::find_if(arguments, [&](const auto& a) { return one_dash(a) == flag; });
  };
  const auto annotation = place_of("-a");
  if (annotation == arguments.end() || place_of("-g") != arguments.end()) return;
  fmt::print(stderr, "loom: {} has no effect: .bim files have positions\n", *annotation);
  arguments.erase(annotation, std::min(annotation + 2, arguments.end()));
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
    throw CLI::ValidationError("gemma", "one of -gk, -eigen, -lmm and -lm is needed");
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
  drop_annotation_without_genotypes(arguments);
  refuse_lacking(arguments);
  if (translated[0] == "lmm" || translated[0] == "lm") refuse_joint_model(arguments);
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
