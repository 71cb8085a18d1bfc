#include <fmt/format.h>

#include <numeric>

#include "loom/gwas/clump_report.h"
#include "loom/gwas/run_report.h"

namespace loom::gwas {

ClumpResult run_clump(const ClumpOptions& options) {
  RunReport report(options);
  std::unique_ptr<GenotypeReader> genotypes;
  std::vector<std::int64_t> samples;
  if (options.all_samples) {
    genotypes = open_genotypes(options.input.genotypes);
    samples.resize(static_cast<std::size_t>(genotypes->sample_count()));
    std::iota(samples.begin(), samples.end(), 0);
    report.say(fmt::format("{} samples", samples.size()));
  } else {
    Study study = open_study(options.input, Missingness::joint);
    report.describe(study);
    report.describe(study, study.cohorts.front());
    samples = study.cohorts.front().selection.samples;
    genotypes = std::move(study.genotypes);
  }
  report.prepare_folder();
  const double start = report.seconds();
  std::vector<Hit> hits = read_hits(options.associations, options.field, options.clump);
  Clumps clumps = form_clumps(*genotypes, samples, std::move(hits), options.clump, options.monitor);
  report.add_time("clumping", report.seconds() - start);
  describe_clumps(clumps, "", report);
  std::vector<std::string> files;
  if (report.has_output()) {
    files.push_back(report.path(".clumps.txt"));
    write_clumps(files.back(), clumps.clumps);
  }
  return {std::move(clumps), report.finish(files)};
}

}  // namespace loom::gwas
