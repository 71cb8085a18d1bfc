#include "python/src/gwas.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "loom/gwas/clumping.h"
#include "loom/gwas/model/permutation_test.h"
#include "loom/gwas/output/association_table.h"
#include "loom/gwas/output/diagnostics.h"
#include "loom/gwas/runs.h"
#include "loom/gwas/tables/matrix_file.h"
#include "loom/gwas/tables/sample_ids.h"
#include "loom/ops/creation.h"
#include "loom/support/error.h"
#include "python/src/casters.h"
#include "python/src/gwas_options.h"

// Runs give their results as dictionaries and arrays; `loom.gwas` makes classes of them.
namespace nb = nanobind;
using namespace nanobind::literals;

namespace loom::python {
namespace {

using namespace gwas;

/// What became of the samples and SNPs, which is a matter of the phenotype.
void add_counts(nb::dict& result, const SampleSelection& selection, std::int64_t covariates,
                const FilterReport& filter) {
  nb::dict dropped;
  for (int i = 1; i < kSnpVerdicts; ++i) {
    const auto verdict = static_cast<SnpVerdict>(i);
    if (filter.count(verdict) == 0) continue;
    const std::string_view why = name(verdict);
    dropped[nb::str(why.data(), why.size())] = filter.count(verdict);
  }
  result["analysed"] = Array::from(selection.samples);
  result["without_phenotype"] = selection.without_phenotype;
  result["without_covariate"] = selection.without_covariate;
  result["covariates"] = covariates;
  result["snps_total"] = filter.total();
  result["snps_tested"] = filter.kept();
  result["snps_dropped"] = dropped;
}

nb::dict summary_dict(const RunSummary& summary) {
  nb::list samples, operations;
  nb::dict phases;
  for (const Sample& sample : summary.samples) {
    samples.append(nb::make_tuple(sample.family_id, sample.individual_id));
  }
  for (const PhaseTime& phase : summary.phases) {
    phases[phase.name.c_str()] = phase.seconds;
  }
  for (const OperationSummary& o : summary.operations) {
    operations.append(nb::make_tuple(o.op, o.backend, o.calls, o.seconds));
  }
  nb::dict result;
  add_counts(result, {summary.analysed, summary.without_phenotype, summary.without_covariate},
             summary.covariates, summary.filter);
  result["backend"] = summary.backend;
  result["samples"] = nb::tuple(samples);
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

nb::tuple gk(const nb::dict& given, nb::object progress) {
  const OptionReader from(given);
  const auto options = run_options<GkOptions>(from);
  options->kind = static_cast<KinshipKind>(from.get<int>("kind"));
  options->loco = from.get<std::string>("loco");
  const auto result = run_analysis(options, run_gk, std::move(progress));
  return nb::make_tuple(result->kinship.matrix, summary_dict(result->summary));
}

nb::tuple eigen(const nb::dict& given, nb::object progress) {
  const OptionReader from(given);
  const auto options = run_options<EigenOptions>(from);
  options->kinship = {from.numbers("kinship")};
  const auto result = run_analysis(options, run_eigen, std::move(progress));
  return nb::make_tuple(result->decomposition.values, result->decomposition.vectors,
                        summary_dict(result->summary));
}

nb::tuple lmm(const nb::dict& given, nb::object progress) {
  const OptionReader from(given);
  const auto options = run_options<LmmOptions>(from);
  options->kinship = {from.numbers("kinship")};
  options->eigen_values = from.numbers("eigen_values");
  options->eigen_vectors = from.numbers("eigen_vectors");
  options->kind = static_cast<KinshipKind>(from.get<int>("kind"));
  options->range = {from.get<double>("lmin"), from.get<double>("lmax"),
                    from.get<std::int64_t>("region"),
                    static_cast<SearchPath>(from.get<int>("optimizer"))};
  options->loco = from.get<std::string>("loco");
  options->loco_all = from.get<bool>("loco_all");
  options->permutations = from.get<std::int64_t>("permutations");
  options->seed = from.get<std::uint64_t>("seed");
  if (const auto list = from.get<std::string>("chromosomes"); !list.empty()) {
    options->chromosomes = ChromosomeList(list);
  }
  options->test = static_cast<LmmTest>(from.get<int>("test"));
  const auto tables = std::make_shared<std::vector<AssociationTable>>();
  options->sink = [tables, test = options->test](std::int64_t trait, std::span<const Snp> snps,
                                                 std::span<const AssociationRow> rows) {
    while (std::ssize(*tables) <= trait) tables->emplace_back(test);
    (*tables)[static_cast<std::size_t>(trait)].append(snps, rows);
  };
  const auto result = run_analysis(options, run_lmm, std::move(progress));
  nb::list traits;
  for (std::size_t i = 0; i < result->traits.size(); ++i) {
    const TraitResult& trait = result->traits[i];
    nb::dict counts;
    add_counts(counts, trait.selection, trait.covariates, trait.filter);
    nb::dict nulls;
    for (const TraitFit& fit : trait.fits) nulls[fit.chromosome.c_str()] = null_dict(fit.null);
    traits.append(nb::make_tuple(trait.number, trait.name, std::move((*tables)[i]), nulls,
                                 Array::from(trait.smallest_p), counts));
  }
  return nb::make_tuple(traits, summary_dict(result->summary));
}

/// What clumping takes, by value: its thread may be left alone with it.
struct ClumpingInput {
  GenotypeInput genotypes;
  std::vector<std::int64_t> samples;
  std::vector<Hit> hits;
  ClumpThresholds thresholds;
  Monitor monitor;
};

Clumps clump_hits(const ClumpingInput& input) {
  const std::unique_ptr<GenotypeReader> genotypes = open_genotypes(input.genotypes);
  return form_clumps(*genotypes, input.samples, input.hits, input.thresholds, input.monitor);
}

nb::tuple clump(const AssociationTable& table, const nb::dict& given, nb::object progress) {
  const OptionReader from(given);
  const auto input = std::make_shared<ClumpingInput>();
  input->genotypes = read_genotype_input(from);
  const Array samples = from.get<Array>("samples");
  std::ranges::copy(samples.span<const std::int64_t>(), std::back_inserter(input->samples));
  input->thresholds = {from.get<double>("p1"), from.get<double>("p2"), from.get<double>("r2"),
                       from.get<double>("kb")};
  input->hits = hits_of(table, from.get<std::string>("column"), input->thresholds);
  const auto result = run_analysis(input, clump_hits, std::move(progress));
  nb::list clumps;
  for (const Clump& found : result->clumps) {
    nb::list members;
    for (const Hit& hit : found.members) members.append(hit.id);
    clumps.append(nb::make_tuple(found.index.chromosome, found.index.id, found.index.position,
                                 found.index.p, found.first(), found.last(), members));
  }
  return nb::make_tuple(clumps, result->not_found);
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
  module.def("write_kinship", [](const std::string& file, const Array& given,
                                 const std::vector<std::pair<std::string, std::string>>& names) {
    const nb::gil_scoped_release released;
    std::vector<Sample> samples;
    for (const auto& [family, individual] : names) {
      samples.push_back({family, individual});
    }
    const Array matrix = contiguous(given);
    write_matrix(file, matrix.span<const double>(), matrix.shape(1));
    write_ids(ids_file(file), samples);
  });
  module.def("genomic_inflation",
             [](const Array& p) { return genomic_inflation(p_values(p).span<const double>()); });
  module.def("permutation_threshold", [](const Array& smallest, double level) {
    const PermutationThreshold threshold =
        permutation_threshold(p_values(smallest).span<const double>(), level);
    return nb::make_tuple(level, threshold.p, threshold.low, threshold.high);
  });
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
  gwas.def("clump", clump, "table"_a, "options"_a, "progress"_a.none());
  stop_background_work_at_exit();
}

}  // namespace loom::python
