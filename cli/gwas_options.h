#pragma once

#include <CLI/CLI.hpp>

#include "loom/gwas/runs.h"

namespace loom::cli {

/// Accepts a number from `low` to `high`; unlike CLI::Range it refuses NaN and says what it
/// expects.
CLI::Validator number_between(double low, double high);

/// Options that gk, eigen and lmm share, with GEMMA's names.
void add_input_options(CLI::App& command, gwas::RunOptions& options);
void add_filter_options(CLI::App& command, gwas::RunOptions& options);
void add_output_options(CLI::App& command, gwas::RunOptions& options);
/// -be: sets the backend of the process when it is parsed.
void add_backend_option(CLI::App& command);

}  // namespace loom::cli
