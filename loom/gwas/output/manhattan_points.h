#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "loom/gwas/output/association_columns.h"

namespace loom::gwas {

/// SNPs along the genome with their significance, as many as a picture can show: of several that
/// would fall on the same spot one is kept, so that memory is bounded whatever their number.
class ManhattanPoints {
 public:
  struct Point {
    std::int64_t position;  ///< base pairs; the SNP's number in its chromosome where that has none
    float log10p;
    std::int32_t chromosome;  ///< an index into `chromosomes`
  };
  struct Chromosome {
    std::string name;
    std::int64_t first = 0, last = 0;  ///< positions
    std::int64_t snps = 0;
    std::string best;  ///< the name of its most significant SNP, and where that is
    Point best_point{};
  };

  /// Keeps at most `most` points.
  explicit ManhattanPoints(const Analysis& analysis, std::size_t most = kMost)
      : log10p_(main_log10p(analysis)), most_(most) {}

  /// `row.snp` is one of `snps`. SNPs without a p value are left out.
  void add(std::span<const Snp> snps, std::span<const AssociationRow> rows);

  /// Sorted by chromosome and position.
  std::vector<Point> points() const;
  /// In the order in which they came.
  const std::vector<Chromosome>& chromosomes() const { return chromosomes_; }

  nlohmann::json state() const;
  void resume(const nlohmann::json& state);

  static constexpr std::size_t kMost = std::size_t{1} << 18;
  /// What all of it takes at most, but for the chromosomes' names.
  static constexpr std::int64_t kMostBytes = 2 * 2 * kMost * sizeof(Point);

 private:
  Chromosome& chromosome_of(const std::string& name);
  void thin();

  AssociationColumn log10p_;
  std::size_t most_;
  std::vector<Chromosome> chromosomes_;
  std::unordered_map<std::string, std::size_t> indices_;
  std::size_t latest_ = 0;  ///< index of the chromosome of the SNP before
  std::vector<Point> points_;
  int shift_ = 0;  ///< positions are told apart without so many of their last bits
};

}  // namespace loom::gwas
