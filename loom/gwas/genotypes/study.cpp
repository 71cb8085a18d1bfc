#include "loom/gwas/genotypes/study.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "loom/gwas/genotypes/snp_list.h"
#include "loom/gwas/tables/environment.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

/// Phenotypes of all samples.
struct Phenotypes {
  std::vector<PhenotypeId> ids;
  std::vector<Phenotype> values;
};

Phenotypes phenotypes_of_data(const PhenotypeChoice& choice, const GenotypeReader& genotypes) {
  std::vector<PhenotypeId> ids =
      choose_phenotypes(choice, genotypes.phenotype_names(), genotypes.samples_file());
  std::vector<std::int64_t> numbers;
  for (const PhenotypeId& id : ids) numbers.push_back(id.number);
  return {std::move(ids), genotypes.phenotypes(numbers)};
}

Phenotypes phenotypes_of_array(const PhenotypeChoice& choice, const Array& given,
                               const ExpectedRows& rows) {
  const Array table = table_of("phenotypes", given, rows);
  const std::int64_t columns = table.shape(1);
  Phenotypes result{
      choose_phenotypes(choice, std::vector<std::string>(static_cast<std::size_t>(columns)),
                        "the table"),
      {}};
  for (const PhenotypeId& id : result.ids) {
    if (id.number > columns) {
      throw ValueError(fmt::format("[phenotypes] column {} is asked for, there are 1 to {}",
                                   id.number, columns));
    }
    Phenotype& phenotype = result.values.emplace_back();
    for (std::int64_t i = 0; i < rows.count; ++i) {
      phenotype.push_back(table.at<double>({i, id.number - 1}));
    }
  }
  return result;
}

/// Tells of samples that are only in the table or only in the data set.
void note_differences(const AlignedTable& table, Study& study) {
  const std::string differences = table.differences();
  const bool known = std::ranges::count(study.notes, differences) > 0;  // one file for both tables
  if (!differences.empty() && !known) study.notes.push_back(differences);
}

Phenotypes phenotypes_of(const StudyInput& input, Study& study) {
  const PhenotypeChoice& choice = input.phenotype_choice;
  const ExpectedRows rows = study.genotypes->one_row_per_sample();
  if (!input.phenotypes.given()) return phenotypes_of_data(choice, *study.genotypes);
  if (input.phenotypes.array) return phenotypes_of_array(choice, *input.phenotypes.array, rows);
  const AlignedTable table(input.phenotypes.file, study.samples(), rows);
  note_differences(table, study);
  std::vector<PhenotypeId> ids = choose_phenotypes(choice, table.names(), table.path().string());
  std::vector<Phenotype> values = read_phenotypes(table, ids);
  return {std::move(ids), std::move(values)};
}

Covariates covariates_of(const StudyInput& input, Study& study) {
  const ExpectedRows rows = study.genotypes->one_row_per_sample();
  if (!input.covariates.given()) return {};
  if (input.covariates.array) {
    return covariates_of(table_of("covariates", *input.covariates.array, rows),
                         input.covariate_choice);
  }
  const AlignedTable table(input.covariates.file, study.samples(), rows);
  note_differences(table, study);
  return read_covariates(table, input.covariate_choice);
}

/// The environment of all samples; empty where there is none.
std::vector<double> environment_of(const StudyInput& input, Study& study) {
  const ExpectedRows rows = study.genotypes->one_row_per_sample();
  if (!input.environment.given()) return {};
  if (input.environment.array) {
    const Array column = table_of("environment", *input.environment.array, rows);
    if (column.shape(1) != 1) {
      throw ShapeError(fmt::format("[environment] expected one column, found {}", column.shape(1)));
    }
    const std::span<const double> values = column.span<const double>();
    return {values.begin(), values.end()};
  }
  const AlignedTable table(input.environment.file, study.samples(), rows);
  note_differences(table, study);
  return read_environment(table);
}

void add_environment(std::span<const double> environment, Cohort& cohort) {
  cohort.environment = gather(environment, cohort.selection.samples);
  check_environment_varies(cohort.environment);
}

/// The cohort of these samples, which is made where there is none yet.
Cohort& cohort_of(SampleSelection selection, const Covariates& covariates,
                  std::vector<Cohort>& cohorts) {
  const auto known = std::ranges::find_if(
      cohorts, [&](const Cohort& cohort) { return cohort.selection.samples == selection.samples; });
  if (known != cohorts.end()) return *known;
  DesignMatrix design = design_matrix(covariates, selection.samples);
  check_design(design);
  return cohorts.emplace_back(Cohort{std::move(selection), std::move(design), {}, {}});
}

/// Does `work`. Its errors say which phenotype they are about, where there are several.
template <class Work>
decltype(auto) about(const PhenotypeId& id, const Study& study, Work work) {
  try {
    return work();
  } catch (const Error& error) {
    if (!study.several_phenotypes) throw;
    throw Error(fmt::format("phenotype {}: {}", label(id), error.what()));
  }
}

/// Adds a phenotype with samples of its own to the cohort of these.
void add_phenotype(const PhenotypeId& id, const Phenotype& phenotype, const Covariates& covariates,
                   Study& study) {
  SampleSelection selection = about(id, study, [&] {
    return select_samples(std::ssize(phenotype), {&phenotype, 1}, covariates);
  });
  std::vector<double> values = gather(phenotype, selection.samples);
  check_phenotype_varies(values, label(id));
  Cohort& cohort = about(id, study, [&]() -> Cohort& {
    return cohort_of(std::move(selection), covariates, study.cohorts);
  });
  cohort.traits.push_back({id, std::move(values)});
  study.phenotypes.push_back(id);
}

/// Adds each phenotype to the cohort of its samples. Where `choice` is all of them, those that
/// cannot be analysed are left out with a warning.
void add_each(const Phenotypes& phenotypes, const Covariates& covariates,
              const PhenotypeChoice& choice, Study& study) {
  std::string reason;
  for (std::size_t i = 0; i < phenotypes.ids.size(); ++i) {
    try {
      add_phenotype(phenotypes.ids[i], phenotypes.values[i], covariates, study);
    } catch (const Error& error) {
      if (!choice.all || !study.several_phenotypes) throw;
      if (reason.empty()) reason = error.what();
      study.warnings.push_back(fmt::format("{}; it is left out", error.what()));
    }
  }
  if (study.cohorts.empty()) {
    throw Error("[samples] no phenotype can be analysed: " + reason);
  }
}

/// Whether the data set is all that there could be phenotypes in, has none, and none in particular
/// is asked for.
bool brings_none(const StudyInput& input, const GenotypeReader& genotypes) {
  const PhenotypeChoice& choice = input.phenotype_choice;
  const bool any =
      choice.names.empty() && !choice.all && choice.numbers == PhenotypeChoice().numbers;
  return any && !input.phenotypes.given() && genotypes.phenotype_names().empty();
}

/// Makes one cohort of the samples that have every phenotype.
void add_joint(const Phenotypes& phenotypes, const Covariates& covariates, Study& study) {
  const std::int64_t samples = study.genotypes->sample_count();
  Cohort& cohort =
      cohort_of(select_samples(samples, phenotypes.values, covariates), covariates, study.cohorts);
  for (std::size_t i = 0; i < phenotypes.ids.size(); ++i) {
    cohort.traits.push_back(
        {phenotypes.ids[i], gather(phenotypes.values[i], cohort.selection.samples)});
  }
  study.phenotypes = phenotypes.ids;
}

}  // namespace

Array Study::all_samples() const {
  Array samples = Array::empty({genotypes->sample_count()}, DType::int64);
  std::iota(samples.span<std::int64_t>().begin(), samples.span<std::int64_t>().end(), 0);
  return samples;
}

std::vector<Sample> Study::samples_of(const Cohort& cohort) const {
  std::vector<Sample> samples;
  for (const std::int64_t sample : cohort.selection.samples) {
    samples.push_back(genotypes->samples()[static_cast<std::size_t>(sample)]);
  }
  return samples;
}

Study open_study(const StudyInput& input, Missingness missingness) {
  Study study;
  study.genotypes = open_genotypes(input.genotypes);
  study.snp_list = input.snp_names;
  const bool needless = missingness == Missingness::joint && brings_none(input, *study.genotypes);
  const Phenotypes phenotypes = needless ? Phenotypes() : phenotypes_of(input, study);
  Covariates covariates = covariates_of(input, study);
  const std::vector<double> environment = environment_of(input, study);
  if (!environment.empty()) covariates = with_environment(covariates, environment);
  study.several_phenotypes = phenotypes.ids.size() > 1;
  if (missingness == Missingness::each) {
    add_each(phenotypes, covariates, input.phenotype_choice, study);
  } else {
    add_joint(phenotypes, covariates, study);
  }
  if (!environment.empty()) {
    for (Cohort& cohort : study.cohorts) add_environment(environment, cohort);
  }
  if (!input.snps.empty()) study.snp_list = read_snp_list(input.snps);
  if (!input.kinship_snps.empty()) study.kinship_list = read_snp_list(input.kinship_snps);
  return study;
}

}  // namespace loom::gwas
