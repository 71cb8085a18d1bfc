#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>

#include "cli/command.h"
#include "loom/gwas/runs.h"

namespace loom::cli {

/// Accepts a number from `low` to `high`; unlike CLI::Range it refuses NaN and says what it
/// expects.
CLI::Validator number_between(double low, double high);

/// An option whose value is one of some words; `value` is `initial`'s until another is chosen.
template <class T>
CLI::Option* add_choice(CLI::App& command, const char* names, T& value,
                        const std::map<std::string, T>& choices, const char* initial,
                        const char* help) {
  return command
      .add_option_function<std::string>(
          names, [&value, choices](const std::string& word) { value = choices.at(word); }, help)
      ->check(CLI::IsMember(choices))
      ->type_name("NAME")
      ->default_str(initial);
}

/// Options that gk, eigen and lmm share, with GEMMA's names.
void add_input_options(CLI::App& command, gwas::RunOptions& options);
/// -k and -km; returns -k.
CLI::Option* add_kinship_file_options(CLI::App& command, gwas::KinshipInput& kinship);
void add_filter_options(CLI::App& command, gwas::RunOptions& options);
/// What gk and lmm share about computing a kinship matrix.
void add_kinship_options(CLI::App& command, gwas::RunOptions& options);
/// What lmm and lm share.
void add_scan_options(CLI::App& command, gwas::ScanOptions& options);
/// --npy, which sets `npy`.
void add_npy_option(CLI::App& command, bool& npy);
/// The output begins as the default one, with `line` for its log, and the monitor as one that
/// writes to the terminal.
void add_output_options(CLI::App& command, gwas::RunOptions& options, const CommandLine& line);
/// How association results are written: columns, format, reports and plots.
void add_result_options(CLI::App& command, gwas::ResultOptions& results);
/// -be: sets the backend of the process when it is parsed.
void add_backend_option(CLI::App& command);

/// --memory: sets the memory limit of the process when it is parsed.
void add_memory_option(CLI::App& command);

/// --checkpoint, --no-checkpoint and --resume.
void add_checkpoint_options(CLI::App& command, gwas::ScanOptions& options);

/// --clump-p1, --clump-p2, --clump-r2 and --clump-kb; `thresholds` must outlive the run.
std::vector<CLI::Option*> add_clump_options(CLI::App& command, gwas::ClumpThresholds& thresholds);

/// Writes the warnings of a run to standard error.
void print_warnings(const gwas::RunSummary& summary);

}  // namespace loom::cli
