#include "loom/gwas/association_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "loom/support/error.h"

namespace loom::gwas {

AssociationTable::AssociationTable(LmmTest test)
    : test_(test), statistics_(statistics_of(test)), columns_(std::make_shared<Columns>()) {
  columns_->statistics.resize(statistics_.size());
}

void AssociationTable::append(const std::vector<Snp>& snps, std::span<const AssociationRow> rows) {
  if (columns_.use_count() > 1) columns_ = std::make_shared<Columns>(*columns_);
  for (const AssociationRow& row : rows) {
    const Snp& snp = snps[static_cast<std::size_t>(row.snp)];
    columns_->snps.push_back(snp);
    columns_->positions.push_back(snp.position);
    columns_->missing.push_back(row.n_miss);
    columns_->frequencies.push_back(row.af);
    for (std::size_t i = 0; i < statistics_.size(); ++i) {
      columns_->statistics[i].push_back(row.*statistics_[i].value);
    }
  }
}

std::vector<std::string> AssociationTable::numeric_names() const {
  std::vector<std::string> names = {"ps", "n_miss", "af"};
  for (const AssociationStatistic& statistic : statistics_) names.emplace_back(statistic.name);
  return names;
}

template <class T>
Array AssociationTable::share(std::vector<T>& column) const {
  return Array::borrow(column.data(), {std::ssize(column)}, {1}, dtype_of<T>(), true,
                       [owner = columns_] {});
}

Array AssociationTable::column(std::string_view name) const {
  if (name == "ps") return share(columns_->positions);
  if (name == "n_miss") return share(columns_->missing);
  if (name == "af") return share(columns_->frequencies);
  for (std::size_t i = 0; i < statistics_.size(); ++i) {
    if (name == statistics_[i].name) return share(columns_->statistics[i]);
  }
  throw ValueError(fmt::format("[lmm] no column of numbers is called '{}'; there are {}", name,
                               fmt::join(numeric_names(), ", ")));
}

void AssociationTable::write(const std::filesystem::path& file) const {
  constexpr std::int64_t kRowsAtOnce = 1 << 14;
  AssociationWriter out(file, test_, columns_->snps);
  for (std::int64_t first = 0; first < size(); first += kRowsAtOnce) {
    std::vector<AssociationRow> rows;
    for (std::int64_t i = first; i < std::min(first + kRowsAtOnce, size()); ++i) {
      AssociationRow& row = rows.emplace_back();
      row.snp = i;
      row.n_miss = columns_->missing[static_cast<std::size_t>(i)];
      row.af = columns_->frequencies[static_cast<std::size_t>(i)];
      for (std::size_t s = 0; s < statistics_.size(); ++s) {
        row.*statistics_[s].value = columns_->statistics[s][static_cast<std::size_t>(i)];
      }
    }
    out.append(rows);
  }
  out.commit();
}

}  // namespace loom::gwas
