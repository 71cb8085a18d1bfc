#include <utility>

#include "loom/gwas/output/association_format.h"
#include "loom/gwas/output/parquet.h"

namespace loom::gwas {
namespace {

constexpr const char* kFile = "file";
constexpr const char* kPending = "pending";
constexpr const char* kTextBytes = "text bytes";

class ParquetFormat final : public AssociationWriter::Format {
 public:
  /// `output` arrives by its maker, because it cannot be moved.
  template <class MakeOutput>
  ParquetFormat(MakeOutput make_output, std::vector<AssociationColumn> columns)
      : columns_(std::move(columns)), output_(make_output()) {
    for (const AssociationColumn& column : columns_) {
      ParquetValues values = std::vector<double>();
      if (column.is_text()) values = std::vector<std::string>();
      if (column.is_integer()) values = std::vector<std::int64_t>();
      pending_.push_back({std::string(column.name), std::move(values)});
    }
  }

  void append(std::span<const Snp> snps, std::span<const AssociationRow> rows) override {
    for (const AssociationRow& row : rows) {
      const Snp& snp = snps[static_cast<std::size_t>(row.snp)];
      for (std::size_t i = 0; i < columns_.size(); ++i) append_cell(i, snp, row);
      ++rows_;
      if (rows_ == kGroupRows || text_bytes_ >= kGroupTextBytes) write_group();
    }
  }

  // Where a group ends does not depend on where there were checkpoints, so its rows are kept.
  nlohmann::json checkpoint() override {
    nlohmann::json pending = nlohmann::json::array();
    for (const ParquetColumn& column : pending_) pending.push_back(column.state());
    return {
        {kFile, output_.checkpoint()}, {kPending, std::move(pending)}, {kTextBytes, text_bytes_}};
  }

  void resume(const nlohmann::json& state) {
    for (std::size_t i = 0; i < pending_.size(); ++i) pending_[i].resume(state.at(kPending).at(i));
    rows_ = pending_.front().size();
    text_bytes_ = state.at(kTextBytes);
  }

  void commit() override {
    if (rows_ > 0) write_group();
    output_.commit(pending_);
  }

 private:
  // Enough rows for pages that compress well, and a bound for alleles of any length.
  static constexpr std::int64_t kGroupRows = 1 << 17;
  static constexpr std::int64_t kGroupTextBytes = std::int64_t{64} << 20;

  void append_cell(std::size_t i, const Snp& snp, const AssociationRow& row) {
    const AssociationColumn& column = columns_[i];
    ParquetValues& values = pending_[i].values;
    if (column.is_text()) {
      const std::string& text = column.text(snp);
      std::get<std::vector<std::string>>(values).push_back(text);
      text_bytes_ += std::ssize(text);
    } else if (column.is_integer()) {
      std::get<std::vector<std::int64_t>>(values).push_back(column.integer(snp, row));
    } else {
      std::get<std::vector<double>>(values).push_back(column.number(row));
    }
  }

  void write_group() {
    output_.write_group(pending_);
    rows_ = text_bytes_ = 0;
  }

  std::vector<AssociationColumn> columns_;
  std::vector<ParquetColumn> pending_;
  ParquetWriter output_;
  std::int64_t rows_ = 0;
  std::int64_t text_bytes_ = 0;
};

}  // namespace

std::unique_ptr<AssociationWriter::Format> make_parquet_format(
    const std::filesystem::path& file, std::vector<AssociationColumn> columns) {
  return std::make_unique<ParquetFormat>([&] { return ParquetWriter(file); }, std::move(columns));
}

std::unique_ptr<AssociationWriter::Format> resume_parquet_format(
    const std::filesystem::path& file, std::vector<AssociationColumn> columns,
    const nlohmann::json& state) {
  const nlohmann::json of_file = state.is_null() ? nlohmann::json() : state.at(kFile);
  auto format = std::make_unique<ParquetFormat>(
      [&] { return ParquetWriter::resumable(file, of_file); }, std::move(columns));
  if (!state.is_null()) format->resume(state);
  return format;
}

}  // namespace loom::gwas
