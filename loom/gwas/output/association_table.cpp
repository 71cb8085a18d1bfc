#include "loom/gwas/output/association_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "loom/gwas/output/association_file.h"
#include "loom/support/error.h"

namespace loom::gwas {

AssociationTable::AssociationTable(const Analysis& analysis)
    : columns_(default_columns(analysis)), data_(std::make_shared<Data>()) {
  for (const AssociationColumn& column : columns_) {
    data_->values.emplace_back();
    if (!column.is_integer()) data_->values.back() = std::vector<double>();
  }
}

void AssociationTable::append(std::span<const Snp> snps, std::span<const AssociationRow> rows) {
  if (data_.use_count() > 1) data_ = std::make_shared<Data>(*data_);
  for (const AssociationRow& row : rows) {
    const Snp& snp = data_->snps.emplace_back(snps[static_cast<std::size_t>(row.snp)]);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].is_text()) continue;
      if (auto* integers = std::get_if<std::vector<std::int64_t>>(&data_->values[i])) {
        integers->push_back(columns_[i].integer(snp, row));
      } else {
        std::get<std::vector<double>>(data_->values[i]).push_back(columns_[i].number(row));
      }
    }
  }
}

std::vector<std::string> AssociationTable::names() const {
  std::vector<std::string> names;
  for (const AssociationColumn& column : columns_) names.emplace_back(column.name);
  return names;
}

std::vector<std::string> AssociationTable::numeric_names() const {
  std::vector<std::string> names;
  for (const AssociationColumn& column : columns_) {
    if (!column.is_text()) names.emplace_back(column.name);
  }
  return names;
}

Array AssociationTable::column(std::string_view name) const {
  const auto found = std::ranges::find(columns_, name, &AssociationColumn::name);
  if (found == columns_.end() || found->is_text()) {
    throw ValueError(fmt::format("[lmm] no column of numbers is called '{}'; there are {}", name,
                                 fmt::join(numeric_names(), ", ")));
  }
  return std::visit(
      [&]<class T>(std::vector<T>& values) {
        return Array::borrow(values.data(), {std::ssize(values)}, {1}, dtype_of<T>(), true,
                             [owner = data_] {});
      },
      data_->values[static_cast<std::size_t>(found - columns_.begin())]);
}

AssociationRow AssociationTable::row(std::int64_t index) const {
  AssociationRow row;
  row.snp = index;
  const auto at = static_cast<std::size_t>(index);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto& value = columns_[i].value;
    if (const auto* count = std::get_if<AssociationColumn::Count>(&value)) {
      row.** count = std::get<std::vector<std::int64_t>>(data_->values[i])[at];
    } else if (const auto* number = std::get_if<AssociationColumn::Number>(&value)) {
      row.** number = std::get<std::vector<double>>(data_->values[i])[at];
    }
  }
  return row;
}

void AssociationTable::write(const std::filesystem::path& file) const {
  constexpr std::int64_t kRowsAtOnce = 1 << 14;
  AssociationWriter out(file, columns_);
  for (std::int64_t first = 0; first < size(); first += kRowsAtOnce) {
    std::vector<AssociationRow> rows;
    for (std::int64_t i = first; i < std::min(first + kRowsAtOnce, size()); ++i) {
      rows.push_back(row(i));
    }
    out.append(data_->snps, rows);
  }
  out.commit();
}

}  // namespace loom::gwas
