#include "loom/gwas/tables/environment.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "loom/support/error.h"

namespace loom::gwas {

std::vector<double> read_environment(const AlignedTable& table) {
  if (table.columns() != 1) {
    throw IoError(fmt::format("{}: expected one column, the environment, found {}",
                              table.path().string(), table.columns()));
  }
  return read_covariates(table, {}).values;
}

Covariates with_environment(const Covariates& covariates, std::span<const double> environment) {
  Covariates result = covariates;
  result.columns = covariates.columns + 1;
  result.values.clear();
  const auto columns = static_cast<std::size_t>(covariates.columns);
  for (std::size_t row = 0; row < environment.size(); ++row) {
    const auto values = std::span(covariates.values).subspan(row * columns, columns);
    result.values.insert(result.values.end(), values.begin(), values.end());
    result.values.push_back(environment[row]);
  }
  result.names.resize(columns);
  result.names.emplace_back("environment");
  if (!result.levels.empty()) result.levels.emplace_back();
  return result;
}

void check_environment_varies(std::span<const double> values) {
  if (std::ranges::adjacent_find(values, std::not_equal_to()) != values.end()) return;
  throw Error(fmt::format("[environment] it is {:.6g} in all {} analysed samples", values.front(),
                          values.size()));
}

}  // namespace loom::gwas
