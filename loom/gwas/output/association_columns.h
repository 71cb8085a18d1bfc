#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "loom/gwas/genotypes/snp.h"
#include "loom/gwas/model/association_row.h"

// The columns of association results, by name: GEMMA's, and what it does not have.
namespace loom::gwas {

/// Which analysis made the rows: GEMMA's -lmm TEST in the mixed model, its -lm TEST in the linear
/// one.
struct Analysis {
  bool mixed = true;
  int test =
      1;  ///< 1: Wald, 2: likelihood ratio, 3: score, 4: all; of -lmm also 9: score's effects

  Analysis() = default;
  Analysis(bool in_mixed_model, int number) : mixed(in_mixed_model), test(number) {}
  Analysis(LmmTest lmm) : test(static_cast<int>(lmm)) {}  // NOLINT: a test is its analysis

  /// "-lmm 4"
  std::string name() const;
};

/// A column: its name in the header line, and where its values are.
struct AssociationColumn {
  using Text = std::string Snp::*;
  using Position = std::int64_t Snp::*;
  using Count = std::int64_t AssociationRow::*;
  using Number = double AssociationRow::*;

  std::string_view name;
  std::variant<Text, Position, Count, Number> value;
  bool three_decimals = false;  ///< of numbers as text: "%.3f" instead of "%.6e"

  bool is_text() const { return std::holds_alternative<Text>(value); }
  bool is_integer() const {
    return std::holds_alternative<Position>(value) || std::holds_alternative<Count>(value);
  }
  /// The text of a column that is_text.
  const std::string& text(const Snp& snp) const { return snp.*std::get<Text>(value); }
  /// The number of a column that is_integer.
  std::int64_t integer(const Snp& snp, const AssociationRow& row) const {
    const auto* position = std::get_if<Position>(&value);
    return position != nullptr ? snp.**position : row.*std::get<Count>(value);
  }
  /// The number of any other column.
  double number(const AssociationRow& row) const { return row.*std::get<Number>(value); }
};

/// GEMMA's columns of an analysis, in its order. Throws ValueError for one that does not exist:
/// "[association] there is no analysis -lmm 7".
std::vector<AssociationColumn> default_columns(const Analysis& analysis);

/// The columns that `names` lists, separated by commas, in its order: any of GEMMA's that the
/// analysis has, n_obs, and log10p_wald, log10p_lrt and log10p_score, which are -log10 of the p
/// values and do not end where those become 0. Throws ValueError: "[columns] there is no 'pval';
/// there are chr, rs, ...", "[columns] -lmm 1 does not compute 'p_lrt'", "[columns] 'rs' is listed
/// twice".
std::vector<AssociationColumn> columns_named(std::string_view names, const Analysis& analysis);

/// The same columns with log10p_... in the place of each p_...
std::vector<AssociationColumn> with_log10p(std::vector<AssociationColumn> columns);

/// The p values of an analysis, as -log10: of Wald's test where it makes that, else of the
/// likelihood ratio or score test.
AssociationColumn main_log10p(const Analysis& analysis);

}  // namespace loom::gwas
