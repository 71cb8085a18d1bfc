#include "loom/gwas/tables/sample_ids.h"

#include <fmt/format.h>

#include <string>
#include <unordered_map>

#include "loom/gwas/tables/text_table.h"
#include "loom/support/compression.h"
#include "loom/support/error.h"
#include "loom/support/file.h"

namespace loom::gwas {

namespace fs = std::filesystem;

fs::path ids_file(const fs::path& matrix) {
  fs::path path = matrix;
  if (compression_named(path) != Compression::none) path.replace_extension();
  return path.replace_extension(".id");
}

std::optional<fs::path> find_ids_file(const fs::path& matrix) {
  fs::path plain = matrix;
  if (compression_named(plain) != Compression::none) plain.replace_extension();
  for (const fs::path& path : {plain += ".id", ids_file(matrix)}) {
    std::error_code ignored;
    if (fs::exists(path, ignored)) return path;
  }
  return std::nullopt;
}

fs::path eigen_ids_file(const fs::path& vectors) {
  std::string name = ids_file(vectors).filename().string();
  const std::size_t at = name.rfind("eigenU.id");
  if (at != name.npos) name.replace(at, name.npos, "eigen.id");
  return vectors.parent_path() / name;
}

void write_ids(const fs::path& file, std::span<const Sample> samples) {
  OutputFile output(file);
  for (const Sample& sample : samples) {
    output.write(fmt::format("{}\t{}\n", sample.family_id.empty() ? "0" : sample.family_id,
                             sample.individual_id));
  }
  output.commit();
}

std::vector<Sample> read_ids(const fs::path& file) {
  std::vector<Sample> samples;
  std::unordered_map<std::string, std::int64_t> lines;
  for_each_row(read_text(file), " \t", [&](const TextRow& row) {
    if (row.line == 1 && !row.fields.empty() && row.fields[0].starts_with('#')) return;
    const std::size_t count = row.fields.size();
    if (count != 1 && count != 2) {
      throw IoError(fmt::format("{}: line {}: expected a family and a sample, found {} fields",
                                file.string(), row.line, count));
    }
    const std::string_view family = count == 2 && row.fields[0] != "0" ? row.fields[0] : "";
    const Sample& sample =
        samples.emplace_back(Sample{std::string(family), std::string(row.fields[count - 1])});
    const auto [known, added] =
        lines.try_emplace(sample.family_id + '\t' + sample.individual_id, row.line);
    if (!added) {
      throw IoError(fmt::format(
          "{}: line {}: sample {} {} stands in line {} already", file.string(), row.line,
          sample.family_id.empty() ? "0" : sample.family_id, sample.individual_id, known->second));
    }
  });
  return samples;
}

}  // namespace loom::gwas
