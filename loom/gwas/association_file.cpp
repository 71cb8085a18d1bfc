#include "loom/gwas/association_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

/// Appends a number and the tab before it.
template <class... Format>
void append_number(std::string& text, auto value, Format... format) {
  std::array<char, 32> digits;
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, format...).ptr;
  text += '\t';
  text.append(digits.data(), end);
}

void append_statistic(std::string& text, double value) {
  if (std::isnan(value)) {
    text += "\tnan";  // to_chars would write the sign of one
  } else {
    append_number(text, value, std::chars_format::scientific, 6);
  }
}

}  // namespace

std::span<const AssociationStatistic> statistics_of(LmmTest test) {
  using Row = AssociationRow;
  using Statistic = AssociationStatistic;
  static constexpr Statistic kBeta = {"beta", &Row::beta};
  static constexpr Statistic kSe = {"se", &Row::se};
  static constexpr Statistic kLogl = {"logl_H1", &Row::logl};
  static constexpr Statistic kRemle = {"l_remle", &Row::lambda_remle};
  static constexpr Statistic kMle = {"l_mle", &Row::lambda_mle};
  static constexpr Statistic kWald = {"p_wald", &Row::p_wald};
  static constexpr Statistic kLrt = {"p_lrt", &Row::p_lrt};
  static constexpr Statistic kScore = {"p_score", &Row::p_score};

  static constexpr std::array kOfWald = {kBeta, kSe, kLogl, kRemle, kWald};
  static constexpr std::array kOfLikelihoodRatio = {kLogl, kMle, kLrt};
  static constexpr std::array kOfScore = {kBeta, kSe, kScore};
  static constexpr std::array kOfAll = {kBeta, kSe, kLogl, kRemle, kMle, kWald, kLrt, kScore};
  switch (test) {
    case LmmTest::wald:
      return kOfWald;
    case LmmTest::likelihood_ratio:
      return kOfLikelihoodRatio;
    case LmmTest::score:
      return kOfScore;
    case LmmTest::all:
      return kOfAll;
  }
  throw ValueError(fmt::format("[lmm] there is no test {}", static_cast<int>(test)));
}

AssociationWriter::AssociationWriter(std::filesystem::path file, LmmTest test,
                                     const std::vector<Snp>& snps)
    : statistics_(statistics_of(test)), snps_(snps), output_(std::move(file)) {
  std::string header = "chr\trs\tps\tn_miss\tallele1\tallele0\taf";
  for (const AssociationStatistic& statistic : statistics_) (header += '\t') += statistic.name;
  output_.write(header += '\n');
}

void AssociationWriter::append(std::span<const AssociationRow> rows) {
  constexpr std::int64_t kPieceRows = 512;
  const std::int64_t pieces = (std::ssize(rows) + kPieceRows - 1) / kPieceRows;
  std::vector<std::string> texts(static_cast<std::size_t>(pieces));
  parallel_for(pieces, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t piece = begin; piece < end; ++piece) {
      const std::int64_t first = piece * kPieceRows;
      const std::int64_t count = std::min(kPieceRows, std::ssize(rows) - first);
      for (const AssociationRow& row :
           rows.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count))) {
        format(row, texts[static_cast<std::size_t>(piece)]);
      }
    }
  });
  for (const std::string& text : texts) output_.write(text);
}

void AssociationWriter::format(const AssociationRow& row, std::string& text) const {
  const Snp& snp = snps_[static_cast<std::size_t>(row.snp)];
  ((text += snp.chromosome) += '\t') += snp.id;
  append_number(text, snp.position);
  append_number(text, row.n_miss);
  (((text += '\t') += snp.allele1) += '\t') += snp.allele0;
  append_number(text, row.af, std::chars_format::fixed, 3);
  for (const AssociationStatistic& statistic : statistics_) {
    append_statistic(text, row.*statistic.value);
  }
  text += '\n';
}

}  // namespace loom::gwas
