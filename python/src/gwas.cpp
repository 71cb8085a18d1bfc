#include "python/src/gwas.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include <filesystem>
#include <memory>

#include "loom/gwas/association_table.h"
#include "loom/gwas/diagnostics.h"
#include "loom/gwas/matrix_file.h"
#include "loom/gwas/runs.h"
#include "loom/ops/creation.h"
#include "loom/support/error.h"
#include "python/src/background.h"
#include "python/src/casters.h"

// Runs take their options as a dictionary, because they have many and share most, and give their
// results as dictionaries and arrays; `loom.gwas` makes signatures and classes of both.
namespace nb = nanobind;
using namespace nanobind::literals;

namespace loom::python {
namespace {

using namespace gwas;

/// The options of one run, by name. The package passes all of them.
class OptionReader {
 public:
  explicit OptionReader(nb::dict options) : options_(std::move(options)) {}

  template <class T>
  T get(const char* name) const {
    return nb::cast<T>(options_[name]);
  }
  /// A file name, an array, or None.
  Numbers numbers(const char* name) const {
    const nb::object given = options_[name];
    if (given.is_none()) return {};
    if (nb::isinstance<nb::str>(given)) return {nb::cast<std::string>(given)};
    return {"", nb::cast<Array>(given)};
  }

 private:
  nb::dict options_;
};

template <class Options>
std::shared_ptr<Options> run_options(const OptionReader& from) {
  auto options = std::make_shared<Options>();
  StudyInput& input = options->input;
  input.prefix = from.get<std::string>("prefix");
  input.phenotypes = from.numbers("phenotypes");
  input.phenotype = from.get<std::int64_t>("phenotype");
  input.covariates = from.numbers("covariates");
  input.snps = from.get<std::string>("snps_file");
  if (const auto names = from.get<std::optional<std::vector<std::string>>>("snp_names")) {
    input.snp_names.emplace(names->begin(), names->end());
  }
  options->thresholds = {.max_missing = from.get<double>("miss"),
                         .min_maf = from.get<double>("maf"),
                         .min_hwe_p = from.get<double>("hwe"),
                         .max_r2 = from.get<double>("r2"),
                         .population_filters = from.get<bool>("population_filters")};
  if (const auto prefix = from.get<std::optional<std::string>>("output")) {
    const std::filesystem::path path = *prefix;
    const std::filesystem::path folder = path.parent_path();
    options->output = RunOutput{folder.empty() ? "." : folder.string(), path.filename().string(),
                                from.get<std::string>("call")};
  }
  return options;
}

nb::dict summary_dict(const RunSummary& summary) {
  nb::list samples, operations;
  nb::dict phases, dropped;
  for (const Sample& sample : summary.samples) {
    samples.append(nb::make_tuple(sample.family_id, sample.individual_id));
  }
  for (const PhaseTime& phase : summary.phases) {
    phases[phase.name.c_str()] = phase.seconds;
  }
  for (const OperationSummary& o : summary.operations) {
    operations.append(nb::make_tuple(o.op, o.backend, o.calls, o.seconds));
  }
  for (int i = 1; i < kSnpVerdicts; ++i) {
    const auto verdict = static_cast<SnpVerdict>(i);
    if (summary.filter.count(verdict) == 0) continue;
    const std::string_view why = name(verdict);
    dropped[nb::str(why.data(), why.size())] = summary.filter.count(verdict);
  }
  nb::dict result;
  result["backend"] = summary.backend;
  result["samples"] = nb::tuple(samples);
  result["analysed"] = Array::from(summary.analysed);
  result["without_phenotype"] = summary.without_phenotype;
  result["without_covariate"] = summary.without_covariate;
  result["covariates"] = summary.covariates;
  result["snps_total"] = summary.filter.total();
  result["snps_tested"] = summary.filter.kept();
  result["snps_dropped"] = dropped;
  result["phases"] = phases;
  result["seconds"] = summary.seconds;
  result["operations"] = nb::tuple(operations);
  result["warnings"] = nb::cast(summary.warnings);
  result["files"] = nb::cast(summary.files);
  return result;
}

nb::dict null_dict(const NullModel& null) {
  nb::dict result;
  result["pve"] = null.pve;
  result["pve_se"] = null.pve_se;
  result["vg"] = null.genetic_variance;
  result["ve"] = null.residual_variance;
  result["lambda_remle"] = null.reml.lambda;
  result["lambda_mle"] = null.ml.lambda;
  result["logl_remle"] = null.reml.log_likelihood;
  result["logl_mle"] = null.ml.log_likelihood;
  result["beta"] = nb::cast(null.beta);
  result["beta_se"] = nb::cast(null.beta_se);
  return result;
}

/// Runs `function(options)` with the monitor of a background run and returns its result. Both are
/// shared with the thread, which may be left alone with them.
template <class Options, class Result>
std::shared_ptr<Result> run(const std::shared_ptr<Options>& options,
                            Result (*function)(const Options&), nb::object progress) {
  auto result = std::make_shared<std::optional<Result>>();
  run_in_background(
      [options, result, function](const Monitor& monitor) {
        options->monitor = monitor;
        *result = function(*options);
      },
      std::move(progress));
  return {result, &**result};
}

nb::tuple gk(const nb::dict& given, nb::object progress) {
  const OptionReader from(given);
  const auto options = run_options<GkOptions>(from);
  options->kind = static_cast<KinshipKind>(from.get<int>("kind"));
  const auto result = run(options, run_gk, std::move(progress));
  return nb::make_tuple(result->kinship.matrix, summary_dict(result->summary));
}

nb::tuple eigen(const nb::dict& given, nb::object progress) {
  const OptionReader from(given);
  const auto options = run_options<EigenOptions>(from);
  options->kinship = from.numbers("kinship");
  const auto result = run(options, run_eigen, std::move(progress));
  return nb::make_tuple(result->decomposition.values, result->decomposition.vectors,
                        summary_dict(result->summary));
}

nb::tuple lmm(const nb::dict& given, nb::object progress) {
  const OptionReader from(given);
  const auto options = run_options<LmmOptions>(from);
  options->kinship = from.numbers("kinship");
  options->eigen_values = from.numbers("eigen_values");
  options->eigen_vectors = from.numbers("eigen_vectors");
  options->kind = static_cast<KinshipKind>(from.get<int>("kind"));
  options->range = {from.get<double>("lmin"), from.get<double>("lmax"),
                    from.get<std::int64_t>("region")};
  options->test = static_cast<LmmTest>(from.get<int>("test"));
  const auto table = std::make_shared<AssociationTable>(options->test);
  options->sink = [table](const std::vector<Snp>& snps, std::span<const AssociationRow> rows) {
    table->append(snps, rows);
  };
  const auto result = run(options, run_lmm, std::move(progress));
  return nb::make_tuple(std::move(*table), null_dict(result->null), summary_dict(result->summary));
}

/// A column of text of `table`, as a list.
nb::list text_column(const AssociationTable& table, const std::string& name) {
  std::string Snp::*field = nullptr;
  if (name == "chr") field = &Snp::chromosome;
  if (name == "rs") field = &Snp::id;
  if (name == "allele1") field = &Snp::allele1;
  if (name == "allele0") field = &Snp::allele0;
  if (field == nullptr) throw ValueError("[lmm] no column of text is called '" + name + "'");
  nb::list column;
  for (const Snp& snp : table.snps()) column.append(snp.*field);
  return column;
}

Array p_values(const Array& p) { return contiguous(astype(p, DType::float64)); }

void bind_results(nb::module_& module) {
  nb::class_<AssociationTable>(module, "AssociationTable")
      .def("__len__", &AssociationTable::size)
      .def("numeric_names", &AssociationTable::numeric_names)
      .def("column", &AssociationTable::column, "name"_a)
      .def("text_column", text_column, "name"_a)
      .def("write", [](const AssociationTable& table, const std::string& file) {
        const nb::gil_scoped_release released;
        table.write(file);
      });
  module.def("write_matrix", [](const std::string& file, const Array& given) {
    const nb::gil_scoped_release released;
    const Array matrix = contiguous(given);
    write_matrix(file, matrix.span<const double>(), matrix.shape(1));
  });
  module.def("genomic_inflation",
             [](const Array& p) { return genomic_inflation(p_values(p).span<const double>()); });
  module.def("quantile_plot", [](const Array& p, double level) {
    const QuantilePlot plot = quantile_plot(p_values(p).span<const double>(), level);
    return nb::make_tuple(plot.expected, plot.observed, plot.band_expected, plot.band_lower,
                          plot.band_upper);
  });
}

}  // namespace

void bind_gwas(nb::module_& module) {
  nb::module_ gwas = module.def_submodule("_gwas", "The engine behind loom.gwas.");
  bind_results(gwas);
  gwas.def("gk", gk, "options"_a, "progress"_a.none());
  gwas.def("eigen", eigen, "options"_a, "progress"_a.none());
  gwas.def("lmm", lmm, "options"_a, "progress"_a.none());
  stop_background_work_at_exit();
}

}  // namespace loom::python
