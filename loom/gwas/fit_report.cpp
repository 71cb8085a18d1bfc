#include "loom/gwas/fit_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace loom::gwas {
namespace {

void describe_null(const NullModel& null, RunReport& report) {
  RunLog& log = report.log();
  log.add("REMLE log-likelihood in the null model", null.reml.log_likelihood);
  log.add("MLE log-likelihood in the null model", null.ml.log_likelihood);
  log.add("pve estimate in the null model", null.pve);
  log.add("se(pve) in the null model", null.pve_se);
  log.add("vg estimate in the null model", null.genetic_variance);
  log.add("ve estimate in the null model", null.residual_variance);
  log.add("beta estimate in the null model", null.beta);
  log.add("se(beta)", null.beta_se);
  if (!null.reml.found() || !null.ml.found()) {
    report.warn("no variance ratio maximises the null model's likelihood");
  }
  report.say(fmt::format("pve estimate = {:.6g}\nse(pve) = {:.6g}", null.pve, null.pve_se));
}

void describe_searches(const char* name, const std::array<std::int64_t, kLambdaOutcomes>& outcomes,
                       RunReport& report) {
  if (std::accumulate(outcomes.begin(), outcomes.end(), std::int64_t{0}) == 0) return;
  std::string list;
  for (int i = 0; i < kLambdaOutcomes; ++i) {
    if (outcomes[i] == 0) continue;
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", outcomes[i],
                        to_string(static_cast<LambdaOutcome>(i)));
  }
  report.log().add(fmt::format("{} searches by where they ended", name), list);
}

void describe_outcomes(const ScanOutcomes& outcomes, RunReport& report) {
  describe_searches("REML", outcomes.reml, report);
  describe_searches("ML", outcomes.ml, report);
  describe_searches("null ML", outcomes.null_ml, report);
  describe_collinear(outcomes.collinear, report);
}

}  // namespace

TraitResult result_of(const Cohort& cohort, const Trait& trait) {
  return {trait.number, trait.name, cohort.analysed(), {}, cohort.selection, cohort.design.columns,
          {},           {}};
}

void sort_as_asked(std::vector<TraitResult>& results, const Study& study) {
  std::ranges::sort(results, {}, [&](const TraitResult& result) {
    return std::ranges::find(study.phenotypes, result.number, &PhenotypeId::number);
  });
}

std::vector<TraitFit> fits_of(const CohortScan& scan, const std::string& chromosome) {
  std::vector<TraitFit> fits;
  for (const auto& trait : scan.traits()) {
    fits.push_back({chromosome, scan.kinship_snps(), scan.selector().report().kept(), trait->null(),
                    trait->outcomes()});
  }
  return fits;
}

void describe_models(const Study& study, const CohortScan& scan, RunReport& report) {
  if (scan.kinship_snps() > 0) {
    report.log().add("number of SNPs of the kinship matrix", scan.kinship_snps());
  }
  for (const auto& trait : scan.traits()) {
    if (study.several_phenotypes) {
      report.log().add("phenotype", label(trait->trait()));
      report.say("phenotype " + label(trait->trait()));
    }
    describe_null(trait->null(), report);
    describe_outcomes(trait->outcomes(), report);
  }
}

void describe_collinear(std::int64_t snps, RunReport& report) {
  if (snps == 0) return;
  report.log().add("number of SNPs collinear with the covariates (all statistics nan)", snps);
  report.say(
      fmt::format("{} SNPs are collinear with the covariates: their statistics are nan", snps));
}

void describe_chromosomes(const Trait& trait, const std::vector<TraitFit>& fits,
                          RunReport& report) {
  report.log().section(fmt::format(
      "Chromosomes left out, phenotype {} (SNPs of K, SNPs tested, pve, se(pve), lambda, vg, ve)",
      label(trait)));
  ScanOutcomes outcomes;
  for (const TraitFit& fit : fits) {
    const NullModel& null = fit.null;
    report.log().add("chromosome " + fit.chromosome,
                     fmt::format("{}, {}, {:.6g}, {:.6g}, {:.6g}, {:.6g}, {:.6g}", fit.kinship_snps,
                                 fit.tested, null.pve, null.pve_se, null.reml.lambda,
                                 null.genetic_variance, null.residual_variance));
    if (!null.reml.found() || !null.ml.found()) {
      report.warn(fmt::format(
          "no variance ratio maximises the null model's likelihood without chromosome {}",
          fit.chromosome));
    }
    outcomes += fit.outcomes;
  }
  describe_outcomes(outcomes, report);
  const auto [least, most] =
      std::ranges::minmax(fits, {}, [](const auto& f) { return f.null.pve; });
  report.say(fmt::format("pve estimates = {:.6g} to {:.6g}", least.null.pve, most.null.pve));
}

void add_times(const CohortScan& scan, RunReport& report) {
  report.add_time("calculating UtX", scan.rotation_seconds());
  report.add_time("optimization", scan.search_seconds());
}

}  // namespace loom::gwas
