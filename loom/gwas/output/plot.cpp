#include "loom/gwas/output/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iterator>
#include <utility>

#include "loom/gwas/output/axes.h"
#include "loom/gwas/output/cairo.h"
#include "loom/gwas/output/diagnostics.h"
#include "loom/support/text.h"

namespace loom::gwas {
namespace {

// "-log10 p" with a minus sign and small digits.
const std::string kSignificance = "\u2212log\u2081\u2080 p";

constexpr double kDot = 1.3, kHitDot = 1.9;  // radius in points
// So many of the highest dots of an SVG are circles, the others pixels.
constexpr std::size_t kCircles = 2000;

/// Of points that fall on the same third of a point, the first, the highest ones in front.
std::vector<Point> distinct(std::vector<Point> points) {
  constexpr double kCells = 3;
  const auto cell = [](const Point& point) {
    return std::pair(std::lround(point.y * kCells), std::lround(point.x * kCells));
  };
  std::ranges::sort(points, [&](const Point& a, const Point& b) { return cell(a) < cell(b); });
  const auto rest = std::ranges::unique(
      points, [&](const Point& a, const Point& b) { return cell(a) == cell(b); });
  points.erase(rest.begin(), rest.end());
  return points;
}

void draw_dots(Canvas& canvas, std::vector<Point> points, double radius, const Colour& colour) {
  points = distinct(std::move(points));
  const std::span<const Point> all = points;
  const std::size_t circles = std::min(kCircles, all.size());
  if (circles < all.size()) canvas.raster_dots(all.subspan(circles), radius, colour);
  canvas.dots(all.first(circles), radius, colour);
}

/// Chromosomes side by side, as shares of the picture's width.
class Genome {
 public:
  explicit Genome(const std::vector<ManhattanPoints::Chromosome>& chromosomes)
      : chromosomes_(chromosomes) {
    double total = 0;
    for (const auto& chromosome : chromosomes) total += length(chromosome);
    const double gap = 0.004 * total;
    for (const auto& chromosome : chromosomes) {
      starts_.push_back(end_ + gap);
      end_ += length(chromosome) + gap;
    }
    end_ += gap;
  }

  double end() const { return end_; }
  double place(std::size_t chromosome, std::int64_t position) const {
    return starts_[chromosome] + static_cast<double>(position - chromosomes_[chromosome].first);
  }
  double middle(std::size_t chromosome) const {
    return starts_[chromosome] + 0.5 * length(chromosomes_[chromosome]);
  }

 private:
  static double length(const ManhattanPoints::Chromosome& chromosome) {
    return static_cast<double>(chromosome.last - chromosome.first + 1);
  }

  const std::vector<ManhattanPoints::Chromosome>& chromosomes_;
  std::vector<double> starts_;
  double end_ = 0;
};

/// The largest finite -log10 p, at least 1.
double highest_of(const PValueTally& p_values) {
  for (const PValueTally::Step& step : p_values.steps()) {
    if (step.log10p < 1e6) return std::max(1.0, step.log10p);
  }
  return 1;
}

/// A name that may be that of a long insertion.
std::string shortened(const std::string& name) {
  constexpr std::size_t kLongest = 24;
  return name.size() <= kLongest ? name : name.substr(0, kLongest - 3) + "...";
}

void draw_chromosome_names(Canvas& canvas, const Axes& axes, const Genome& genome,
                           const std::vector<ManhattanPoints::Chromosome>& chromosomes) {
  const TextStyle style = {.size = 10};
  double free_from = 0;
  for (std::size_t i = 0; i < chromosomes.size(); ++i) {
    const std::string name = shortened(chromosomes[i].name);
    const double x = axes.x(genome.middle(i));
    const double half = 0.5 * canvas.text_width(name, style);
    if (x - half < free_from) continue;  // no room, as often at the end of a genome
    canvas.text({x, axes.bottom + 14}, name, style);
    free_from = x + half + 2;
  }
}

/// The best SNP of each chromosome, where it is significant and nothing better stands in its way.
void draw_names_of_hits(Canvas& canvas, const Axes& axes, const Genome& genome,
                        const std::vector<ManhattanPoints::Chromosome>& chromosomes,
                        double highest) {
  const TextStyle style = {.size = 9};
  struct Box {
    double left, right, y;
  };
  std::vector<Box> taken;
  std::vector<const ManhattanPoints::Chromosome*> best;
  for (const auto& chromosome : chromosomes) best.push_back(&chromosome);
  std::ranges::stable_sort(best, std::greater(),
                           [](const auto* chromosome) { return chromosome->best_point.log10p; });
  for (const auto* chromosome : best) {
    const ManhattanPoints::Point& point = chromosome->best_point;
    if (!(point.log10p > kGenomeWideLog10p)) break;
    const std::string name = shortened(chromosome->best);
    const double half = 0.5 * canvas.text_width(name, style);
    const double x =
        axes.x(genome.place(static_cast<std::size_t>(point.chromosome), point.position));
    const double middle = std::clamp(x, axes.left + half + 2, axes.right - half);
    const double y = axes.y(std::min<double>(point.log10p, highest)) - 5;
    const bool free = std::ranges::none_of(taken, [&](const Box& box) {
      return box.left < middle + half && middle - half < box.right &&
             std::abs(box.y - y) < 1.2 * style.size;
    });
    if (!free) continue;
    canvas.text({middle, y}, name, style);
    taken.push_back({middle - half, middle + half, y});
  }
}

}  // namespace

void check_plotting() { cairo(); }

void write_manhattan_plot(const std::filesystem::path& file, const ManhattanPoints& points,
                          const AssociationSummary& summary, const std::string& title) {
  constexpr double kWidth = 860, kHeight = 350;
  Canvas canvas(file, kWidth, kHeight);
  const Genome genome(points.chromosomes());
  const double highest = highest_of(summary.p_values());
  const Axes axes = {56,
                     34,
                     kWidth - 14,
                     kHeight - 46,
                     std::max(genome.end(), 1.0),
                     1.1 * std::max(highest, kGenomeWideLog10p)};
  std::array<std::vector<Point>, 2> dots;
  std::vector<Point> hits;
  for (const ManhattanPoints::Point& point : points.points()) {
    const auto chromosome = static_cast<std::size_t>(point.chromosome);
    const Point at = {axes.x(genome.place(chromosome, point.position)),
                      axes.y(std::min<double>(point.log10p, highest))};
    const bool hit = point.log10p > kGenomeWideLog10p;
    (hit ? hits : dots[chromosome % 2]).push_back(at);
  }
  draw_dots(canvas, std::move(dots[0]), kDot, kDarkBlue);
  draw_dots(canvas, std::move(dots[1]), kDot, kLightBlue);
  const double level = axes.y(kGenomeWideLog10p);
  canvas.line(std::array{Point{axes.left, level}, Point{axes.right, level}}, kAccent, 0.8, 4);
  draw_dots(canvas, std::move(hits), kHitDot, kAccent);
  draw_names_of_hits(canvas, axes, genome, points.chromosomes(), highest);
  draw_chromosome_names(canvas, axes, genome, points.chromosomes());
  draw_x_axis(canvas, axes, "chromosome");
  draw_y_axis(canvas, axes, kSignificance);
  draw_title(canvas, axes, title, with_commas(summary.p_values().count()) + " SNPs");
  canvas.commit();
}

void write_quantile_plot(const std::filesystem::path& file, const AssociationSummary& summary,
                         const std::string& title) {
  constexpr double kWidth = 400, kHeight = 400, kLevel = 0.95;
  const PValueTally& p_values = summary.p_values();
  const std::int64_t count = p_values.count();
  const auto expected = [&](std::int64_t rank) {
    return -std::log10((static_cast<double>(rank) - 0.5) / static_cast<double>(count));
  };
  Canvas canvas(file, kWidth, kHeight);
  const double highest = highest_of(p_values);
  const double furthest = count > 0 ? std::max(1.0, expected(1)) : 1;
  const double top = count > 0 ? order_statistic_log10p(1, count, 0.5 - 0.5 * kLevel) : 1;
  const Axes axes = {
      56, 34, kWidth - 14, kHeight - 46, 1.05 * furthest, 1.06 * std::max(highest, top)};

  std::vector<Point> band, upper;
  for (std::int64_t rank = 1; rank <= count; rank += 1 + rank / 25) {
    const double x = axes.x(expected(rank));
    const auto edge = [&](double tail) {
      return Point{x, axes.y(order_statistic_log10p(rank, count, tail))};
    };
    band.push_back(edge(0.5 + 0.5 * kLevel));
    upper.push_back(edge(0.5 - 0.5 * kLevel));
  }
  std::ranges::reverse_copy(upper, std::back_inserter(band));
  canvas.polygon(band, kShade);
  const double diagonal = std::min(axes.x_end, axes.y_end);
  canvas.line(std::array{Point{axes.x(0), axes.y(0)}, Point{axes.x(diagonal), axes.y(diagonal)}},
              {0.55, 0.55, 0.55}, 0.8);

  std::vector<Point> dots;
  std::int64_t before = 0;
  for (const PValueTally::Step& step : p_values.steps()) {
    const double y = axes.y(std::min(step.log10p, highest));
    // Ranks that are no further apart than a hundredth look the same.
    for (std::int64_t rank = before + 1; rank <= before + step.count; rank += 1 + rank / 100) {
      dots.push_back({axes.x(expected(rank)), y});
    }
    before += step.count;
  }
  draw_dots(canvas, std::move(dots), kDot, kDarkBlue);
  draw_x_numbers(canvas, axes);
  draw_x_axis(canvas, axes, "expected " + kSignificance);
  draw_y_axis(canvas, axes, "observed " + kSignificance);
  draw_title(canvas, axes, title, fmt::format("\u03bb = {:.3f}", summary.inflation()));
  canvas.commit();
}

}  // namespace loom::gwas
