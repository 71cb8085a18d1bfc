#include "loom/gwas/output/association_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "loom/gwas/output/association_format.h"
#include "loom/gwas/tables/number_text.h"
#include "loom/support/error.h"
#include "loom/support/file.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

namespace fs = std::filesystem;

bool is_parquet(const fs::path& file) { return file.extension() == ".parquet"; }

void append_cell(const AssociationColumn& column, const Snp& snp, const AssociationRow& row,
                 std::string& text) {
  if (column.is_text()) {
    text += column.text(snp);
    return;
  }
  std::array<char, kNumberRoom> digits;
  char* end = nullptr;
  if (column.is_integer()) {
    end = std::to_chars(digits.begin(), digits.end(), column.integer(snp, row)).ptr;
  } else {
    const auto write = column.three_decimals ? write_three_decimals : write_scientific;
    end = write(digits.data(), column.number(row));
  }
  text.append(digits.data(), end);
}

class TextFormat final : public AssociationWriter::Format {
 public:
  /// `output` arrives by its maker, because it cannot be moved.
  template <class MakeOutput>
  TextFormat(MakeOutput make_output, std::vector<AssociationColumn> columns)
      : columns_(std::move(columns)), output_(make_output()) {}

  void write_header() {
    std::string header;
    for (const AssociationColumn& column : columns_) (header += column.name) += '\t';
    header.back() = '\n';
    output_.write(header);
  }

  void append(std::span<const Snp> snps, std::span<const AssociationRow> rows) override {
    constexpr std::int64_t kPieceRows = 512;
    const std::int64_t pieces = (std::ssize(rows) + kPieceRows - 1) / kPieceRows;
    texts_.resize(static_cast<std::size_t>(pieces));
    parallel_for(pieces, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t piece = begin; piece < end; ++piece) {
        std::string& text = texts_[static_cast<std::size_t>(piece)];
        text.clear();
        const std::int64_t first = piece * kPieceRows;
        const std::int64_t count = std::min(kPieceRows, std::ssize(rows) - first);
        for (const AssociationRow& row :
             rows.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count))) {
          append_line(snps[static_cast<std::size_t>(row.snp)], row, text);
        }
      }
    });
    for (const std::string& text : texts_) output_.write(text);
  }

  nlohmann::json checkpoint() override { return output_.checkpoint(); }
  void commit() override { output_.commit(); }

 private:
  void append_line(const Snp& snp, const AssociationRow& row, std::string& text) const {
    for (const AssociationColumn& column : columns_) {
      append_cell(column, snp, row, text);
      text += '\t';
    }
    text.back() = '\n';
  }

  std::vector<AssociationColumn> columns_;
  std::vector<std::string> texts_;
  OutputFile output_;
};

std::unique_ptr<AssociationWriter::Format> make_format(const fs::path& file,
                                                       std::vector<AssociationColumn> columns) {
  if (is_parquet(file)) return make_parquet_format(file, std::move(columns));
  auto text = std::make_unique<TextFormat>([&] { return OutputFile(file); }, std::move(columns));
  text->write_header();
  return text;
}

}  // namespace

AssociationWriter::AssociationWriter(const fs::path& file, std::vector<AssociationColumn> columns)
    : AssociationWriter(make_format(file, std::move(columns))) {}

AssociationWriter AssociationWriter::resumable(const fs::path& file,
                                               std::vector<AssociationColumn> columns,
                                               const nlohmann::json& state) {
  if (is_parquet(file)) {
    return AssociationWriter(resume_parquet_format(file, std::move(columns), state));
  }
  const std::int64_t position = state.is_null() ? 0 : state.get<std::int64_t>();
  auto text = std::make_unique<TextFormat>([&] { return OutputFile::resumable(file, position); },
                                           std::move(columns));
  if (position == 0) text->write_header();
  return AssociationWriter(std::move(text));
}

AssociationWriter::AssociationWriter(std::unique_ptr<Format> format) : format_(std::move(format)) {}
AssociationWriter::~AssociationWriter() = default;
AssociationWriter::AssociationWriter(AssociationWriter&& other) noexcept = default;

void AssociationWriter::append(std::span<const Snp> snps, std::span<const AssociationRow> rows) {
  format_->append(snps, rows);
}
nlohmann::json AssociationWriter::checkpoint() { return format_->checkpoint(); }
void AssociationWriter::commit() { format_->commit(); }

}  // namespace loom::gwas
