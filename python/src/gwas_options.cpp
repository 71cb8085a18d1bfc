#include "python/src/gwas_options.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <filesystem>

#include "python/src/casters.h"

namespace nb = nanobind;

namespace loom::python {

using namespace gwas;

Numbers OptionReader::numbers(const char* name) const {
  const nb::object given = options_[name];
  if (given.is_none()) return {};
  if (nb::isinstance<nb::str>(given)) return {nb::cast<std::string>(given)};
  return {"", nb::cast<Array>(given)};
}

GenotypeInput read_genotype_input(const OptionReader& from) {
  const OptionReader files(from.get<nb::dict>("genotypes"));
  GenotypeInput genotypes;
  genotypes.bfile = files.get<std::string>("bfile");
  genotypes.geno = files.get<std::string>("geno");
  genotypes.annotation = files.get<std::string>("annotation");
  genotypes.vcf = files.get<std::string>("vcf");
  genotypes.dosage_field = files.get<std::string>("dosage_field");
  genotypes.pfile = files.get<std::string>("pfile");
  genotypes.bgen = files.get<std::string>("bgen");
  genotypes.sample = files.get<std::string>("sample");
  genotypes.ref_first = files.get<bool>("ref_first");
  return genotypes;
}

void read_run_options(const OptionReader& from, RunOptions& options) {
  StudyInput& input = options.input;
  input.genotypes = read_genotype_input(from);
  input.phenotypes = from.numbers("phenotypes");
  input.phenotype_choice = {from.get<std::vector<std::int64_t>>("phenotype_numbers"),
                            from.get<std::vector<std::string>>("phenotype_names"),
                            from.get<bool>("all_phenotypes")};
  input.covariates = from.numbers("covariates");
  input.covariate_choice = {from.get<std::vector<std::string>>("covariate_names"),
                            from.get<std::vector<std::string>>("categorical")};
  input.environment = from.numbers("environment");
  input.kinship_snps = from.get<std::string>("kinship_snps");
  input.snps = from.get<std::string>("snps_file");
  if (const auto names = from.get<std::optional<std::vector<std::string>>>("snp_names")) {
    input.snp_names.emplace(names->begin(), names->end());
  }
  options.thresholds = {.max_missing = from.get<double>("miss"),
                        .min_maf = from.get<double>("maf"),
                        .min_hwe_p = from.get<double>("hwe"),
                        .max_r2 = from.get<double>("r2"),
                        .population_filters = from.get<bool>("population_filters")};
  if (const auto prefix = from.get<std::optional<std::string>>("output")) {
    const std::filesystem::path path = *prefix;
    const std::filesystem::path folder = path.parent_path();
    options.output = RunOutput{folder.empty() ? "." : folder.string(), path.filename().string(),
                               from.get<std::string>("call")};
  }
}

}  // namespace loom::python
