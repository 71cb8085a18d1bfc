#include "loom/gwas/tables/covariates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string_view>

#include "loom/support/error.h"
#include "loom/support/text.h"

namespace loom::gwas {
namespace {

/// A column of a table that is a covariate.
struct ChosenColumn {
  std::int64_t number;  ///< from 1
  bool categorical;
};

/// Which of `names` is `name`, from 1; nothing where none is.
std::optional<std::int64_t> named(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (name.empty() || found == names.end()) return std::nullopt;
  return found - names.begin() + 1;
}

/// Column `text`, a name or a number from 1, of columns called `names`.
std::int64_t column_number(const std::string& text, const std::vector<std::string>& names,
                           const std::string& source) {
  if (const auto number = named(names, text)) return *number;
  const auto number = parse_int(text);
  if (number && *number >= 1 && *number <= std::ssize(names)) return *number;
  throw ValueError(fmt::format("[covariates] {} has no column '{}'", source, text));
}

std::vector<ChosenColumn> choose_columns(const CovariateChoice& choice,
                                         const std::vector<std::string>& names,
                                         const std::string& source) {
  std::vector<ChosenColumn> chosen;
  for (const std::string& name : choice.names) {
    const auto number = named(names, name);
    if (!number) {
      throw ValueError(fmt::format("[covariates] no column of {} is called '{}'", source, name));
    }
    if (std::ranges::count(chosen, *number, &ChosenColumn::number) > 0) {
      throw ValueError(fmt::format("[covariates] '{}' is asked for twice", name));
    }
    chosen.push_back({*number, false});
  }
  if (choice.names.empty()) {
    for (std::int64_t i = 1; i <= std::ssize(names); ++i) chosen.push_back({i, false});
  }
  for (const std::string& text : choice.categorical) {
    const auto column =
        std::ranges::find(chosen, column_number(text, names, source), &ChosenColumn::number);
    if (column == chosen.end()) {
      throw ValueError(
          fmt::format("[covariates] '{}' is to be categorical but not among the covariates", text));
    }
    column->categorical = true;
  }
  return chosen;
}

/// Covariates while their rows are read.
class CovariateBuilder {
 public:
  CovariateBuilder(std::vector<ChosenColumn> columns, const std::vector<std::string>& names)
      : columns_(std::move(columns)), codes_(columns_.size()) {
    result_.columns = std::ssize(columns_);
    for (const ChosenColumn& column : columns_) {
      result_.names.push_back(names[static_cast<std::size_t>(column.number - 1)]);
    }
    if (std::ranges::all_of(result_.names, &std::string::empty)) result_.names.clear();
  }

  std::span<const ChosenColumn> columns() const { return columns_; }
  void add_number(double value) { result_.values.push_back(value); }
  /// The level of the next column, which is categorical.
  void add_level(std::string_view level) {
    auto& codes = codes_[result_.values.size() % columns_.size()];
    const auto code = static_cast<double>(codes.size());
    add_number(codes.try_emplace(std::string(level), code).first->second);
  }

  /// The covariates, with levels in order.
  Covariates finish() {
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      if (!columns_[column].categorical) continue;
      result_.levels.resize(columns_.size());
      std::vector<double> place(codes_[column].size());
      for (const auto& [level, code] : codes_[column]) {
        place[static_cast<std::size_t>(code)] = static_cast<double>(result_.levels[column].size());
        result_.levels[column].push_back(level);
      }
      for (std::size_t i = column; i < result_.values.size(); i += columns_.size()) {
        double& value = result_.values[i];
        if (!std::isnan(value)) value = place[static_cast<std::size_t>(value)];
      }
    }
    return std::move(result_);
  }

 private:
  std::vector<ChosenColumn> columns_;
  std::vector<std::map<std::string, double>> codes_;  ///< levels in the order they were found
  Covariates result_;
};

double number_of(const AlignedTable& table, const TextRow& row, std::int64_t field) {
  const std::string_view text = row.fields[static_cast<std::size_t>(field)];
  if (parse_double(text)) return finite_number(table.path(), row, field);
  throw IoError(
      fmt::format("{}: line {}, field {}: expected a number, found {}; columns of categories have "
                  "to be named as such (--categorical)",
                  table.path().string(), row.line, field + 1, quoted(text)));
}

}  // namespace

std::string Covariates::label(std::int64_t column) const {
  const auto i = static_cast<std::size_t>(column);
  return i < names.size() ? names[i] : std::to_string(column + 1);
}

bool Covariates::is_categorical(std::int64_t column) const {
  const auto i = static_cast<std::size_t>(column);
  return i < levels.size() && !levels[i].empty();
}

Covariates read_covariates(const AlignedTable& table, const CovariateChoice& choice) {
  CovariateBuilder builder(choose_columns(choice, table.names(), table.path().string()),
                           table.names());
  const std::int64_t expected = table.field(table.columns() + 1);
  table.for_each_sample([&](const TextRow* row) {
    if (row != nullptr && std::ssize(row->fields) != expected) {
      throw IoError(fmt::format("{}: line {}: expected {} fields as in line 1, found {}",
                                table.path().string(), row->line, expected, row->fields.size()));
    }
    for (const ChosenColumn& column : builder.columns()) {
      const std::int64_t field = table.field(column.number);
      if (row == nullptr || table.is_missing(row->fields[static_cast<std::size_t>(field)])) {
        builder.add_number(std::numeric_limits<double>::quiet_NaN());
      } else if (column.categorical) {
        builder.add_level(row->fields[static_cast<std::size_t>(field)]);
      } else {
        builder.add_number(number_of(table, *row, field));
      }
    }
  });
  return builder.finish();
}

Covariates covariates_of(const Array& table, const CovariateChoice& choice) {
  const std::vector<std::string> names(static_cast<std::size_t>(table.shape(1)));
  CovariateBuilder builder(choose_columns(choice, names, "the table"), names);
  const std::span<const double> values = table.span<const double>();
  for (std::int64_t row = 0; row < table.shape(0); ++row) {
    for (const ChosenColumn& column : builder.columns()) {
      const double value =
          values[static_cast<std::size_t>(row * table.shape(1) + column.number - 1)];
      if (column.categorical && !std::isnan(value)) {
        builder.add_level(fmt::format("{:g}", value));
      } else {
        builder.add_number(value);
      }
    }
  }
  return builder.finish();
}

}  // namespace loom::gwas
