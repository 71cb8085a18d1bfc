#include "loom/gwas/genotypes/annotation.h"

#include <fmt/format.h>

#include "loom/gwas/tables/text_table.h"
#include "loom/support/error.h"
#include "loom/support/file.h"
#include "loom/support/text.h"

namespace loom::gwas {

Annotation::Annotation(const std::filesystem::path& file) : text_(read_text(file)) {
  for_each_row(text_, " \t,", [&](const TextRow& row) {
    if (row.fields.size() < 3) {
      throw IoError(
          fmt::format("{}: line {}: expected name, position and chromosome, found {} fields",
                      file.string(), row.line, row.fields.size()));
    }
    const auto known = [&](std::size_t i) {
      return i < row.fields.size() && row.fields[i] != "NA";
    };
    Place place;
    if (known(1)) {
      const auto position = parse_int(row.fields[1]);
      if (!position) {
        throw IoError(
            fmt::format("{}: line {}, field 2: expected a position in base pairs, found "
                        "{}",
                        file.string(), row.line, quoted(row.fields[1])));
      }
      place.position = *position;
    }
    if (known(2)) place.chromosome = row.fields[2];
    if (known(3)) place.centimorgan = finite_number(file, row, 3);
    places_[row.fields[0]] = place;
  });
}

void Annotation::locate(Snp& snp) const {
  const auto found = places_.find(snp.id);
  const Place place = found == places_.end() ? Place() : found->second;
  snp.chromosome = place.chromosome;
  snp.position = place.position;
  snp.centimorgan = place.centimorgan;
}

}  // namespace loom::gwas
