#include "loom/gwas/clump_report.h"

#include <fmt/format.h>

#include "loom/support/error.h"

namespace loom::gwas {

void describe_clumps(const Clumps& clumps, const std::string& label, RunReport& report) {
  std::size_t members = 0;
  for (const Clump& clump : clumps.clumps) members += clump.members.size();
  const std::string text = fmt::format("{} with {} members", clumps.clumps.size(), members);
  report.log().add("number of clumps" + (label.empty() ? "" : " of " + label), text);
  report.say(fmt::format("clumps{}: {}", label.empty() ? "" : " of " + label, text));
  if (clumps.not_found == 0) return;
  report.warn(
      fmt::format("{} hits are not among the SNPs of the data set, by chromosome, name and "
                  "position, and in no clump",
                  clumps.not_found));
}

void check_clumpable(const LmmOptions& options, const AssociationOutputs& outputs) {
  if (options.results.suffix == ".parquet") {
    throw ValueError("[clump] hits cannot be read from a Parquet file: write text instead");
  }
  std::vector<std::string_view> names;
  for (const AssociationColumn& column : outputs.columns()) names.push_back(column.name);
  const std::string lacking = column_lacking(names, "");
  if (lacking.empty()) return;
  throw ValueError(fmt::format("[clump] the results have no column '{}'", lacking));
}

void clump_results(const Study& study, const LmmOptions& options, const AssociationOutputs& outputs,
                   RunReport& report) {
  const double start = report.seconds();
  for (const Cohort& cohort : study.cohorts) {
    for (const Trait& trait : cohort.traits) {
      const std::size_t place = outputs.place(trait.number);
      const std::string& part = outputs.parts()[place];
      const Clumps clumps = form_clumps(*study.genotypes, cohort.selection.samples,
                                        read_hits(outputs.files()[place], "", *options.clump),
                                        *options.clump, options.monitor);
      describe_clumps(clumps, part.empty() ? "" : part.substr(1), report);
      const std::string file = report.path(part + ".clumps.txt");
      write_clumps(file, clumps.clumps);
      report.add_files({file});
    }
  }
  report.add_time("clumping", report.seconds() - start);
}

}  // namespace loom::gwas
