#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <optional>

#include "loom/gwas/runs.h"
#include "python/src/background.h"

// Runs take their options as a dictionary, because they have many and share most; `loom.gwas` makes
// signatures of them.
namespace loom::python {

/// The options of one run, by name. The package passes all of them.
class OptionReader {
 public:
  explicit OptionReader(nanobind::dict options) : options_(std::move(options)) {}

  template <class T>
  T get(const char* name) const {
    return nanobind::cast<T>(options_[name]);
  }
  /// A file name, an array, or None.
  gwas::Numbers numbers(const char* name) const;

 private:
  nanobind::dict options_;
};

/// The files of a data set: "genotypes".
gwas::GenotypeInput read_genotype_input(const OptionReader& from);

/// What all analyses have in common.
void read_run_options(const OptionReader& from, gwas::RunOptions& options);

template <class Options>
std::shared_ptr<Options> run_options(const OptionReader& from) {
  auto options = std::make_shared<Options>();
  read_run_options(from, *options);
  return options;
}

/// Runs `function(options)` with the monitor of a background run and returns its result. Both are
/// shared with the thread, which may be left alone with them.
template <class Options, class Result>
std::shared_ptr<Result> run_analysis(const std::shared_ptr<Options>& options,
                                     Result (*function)(const Options&),
                                     nanobind::object progress) {
  auto result = std::make_shared<std::optional<Result>>();
  run_in_background(
      [options, result, function](const Monitor& monitor) {
        options->monitor = monitor;
        *result = function(*options);
      },
      std::move(progress));
  return {result, &**result};
}

}  // namespace loom::python
