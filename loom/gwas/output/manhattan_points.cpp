#include "loom/gwas/output/manhattan_points.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>
#include <utility>

#include "loom/gwas/output/state.h"

namespace loom::gwas {
namespace {

/// What points on one spot have in common: the chromosome, the position without its last `shift`
/// bits, and the significance in steps of 1/256 from 0 to 1 and twice as much in each octave of
/// log10p + 1 above.
std::uint64_t spot(const ManhattanPoints::Point& point, int shift) {
  constexpr std::uint64_t kPositionMask = 0xffff'ffff;
  const auto place = static_cast<std::uint64_t>(point.position >> shift) & kPositionMask;
  const auto height = std::bit_cast<std::uint32_t>(point.log10p + 1) >> 15;
  return static_cast<std::uint64_t>(point.chromosome) << 48 | place << 16 | height;
}

void keep_one_of_each_spot(std::vector<ManhattanPoints::Point>& points, int shift) {
  const auto spot_of = [shift](const auto& point) { return spot(point, shift); };
  std::ranges::sort(points, {}, spot_of);
  const auto rest = std::ranges::unique(points, {}, spot_of);
  points.erase(rest.begin(), rest.end());
}

}  // namespace

ManhattanPoints::Chromosome& ManhattanPoints::chromosome_of(const std::string& name) {
  if (latest_ < chromosomes_.size() && chromosomes_[latest_].name == name) {
    return chromosomes_[latest_];
  }
  const auto [found, added] = indices_.try_emplace(name, chromosomes_.size());
  latest_ = found->second;
  if (added) chromosomes_.emplace_back().name = name;
  return chromosomes_[latest_];
}

void ManhattanPoints::add(std::span<const Snp> snps, std::span<const AssociationRow> rows) {
  for (const AssociationRow& row : rows) {
    const Snp& snp = snps[static_cast<std::size_t>(row.snp)];
    const double log10p = log10p_.number(row);
    if (std::isnan(log10p)) continue;
    Chromosome& chromosome = chromosome_of(snp.chromosome);
    ++chromosome.snps;
    const std::int64_t position = snp.position > 0 ? snp.position : chromosome.snps;
    if (chromosome.snps == 1) chromosome.first = chromosome.last = position;
    chromosome.first = std::min(chromosome.first, position);
    chromosome.last = std::max(chromosome.last, position);
    const Point point = {position, static_cast<float>(log10p), static_cast<std::int32_t>(latest_)};
    if (chromosome.snps == 1 || point.log10p > chromosome.best_point.log10p) {
      chromosome.best = snp.id;
      chromosome.best_point = point;
    }
    points_.push_back(point);
    if (points_.size() == 2 * most_) thin();
  }
}

void ManhattanPoints::thin() {
  keep_one_of_each_spot(points_, shift_);
  while (points_.size() > most_) keep_one_of_each_spot(points_, ++shift_);
}

std::vector<ManhattanPoints::Point> ManhattanPoints::points() const {
  ManhattanPoints copy = *this;
  if (copy.points_.size() > most_) copy.thin();
  std::ranges::sort(copy.points_, {}, [](const Point& point) {
    return std::tuple(point.chromosome, point.position, point.log10p);
  });
  return std::move(copy.points_);
}

nlohmann::json ManhattanPoints::state() const {
  nlohmann::json chromosomes = nlohmann::json::array();
  for (const Chromosome& c : chromosomes_) {
    chromosomes.push_back(
        {c.name, c.first, c.last, c.snps, c.best, bytes_of(std::vector{c.best_point})});
  }
  return {
      {"chromosomes", std::move(chromosomes)}, {"points", bytes_of(points_)}, {"shift", shift_}};
}

void ManhattanPoints::resume(const nlohmann::json& state) {
  chromosomes_.clear();
  indices_.clear();
  latest_ = 0;
  for (const nlohmann::json& c : state.at("chromosomes")) {
    indices_.try_emplace(c.at(0), chromosomes_.size());
    chromosomes_.push_back(
        {c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), values_of<Point>(c.at(5)).at(0)});
  }
  points_ = values_of<Point>(state.at("points"));
  shift_ = state.at("shift");
}

}  // namespace loom::gwas
