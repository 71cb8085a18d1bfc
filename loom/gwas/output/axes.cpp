#include "loom/gwas/output/axes.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace loom::gwas {
namespace {

constexpr double kTick = 3.5, kLine = 0.8;
constexpr TextStyle kNumber = {.size = 10};
constexpr TextStyle kName = {.size = 11.5};

void draw_line(Canvas& canvas, const Point& from, const Point& to) {
  canvas.line(std::array{from, to}, kInk, kLine);
}

}  // namespace

std::vector<double> ticks(double end, int count) {
  const double rough = end / count;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= 0.8 * rough) step = factor * power;
  }
  std::vector<double> values;
  // A little more than the end, for what rounding takes from the last.
  for (int i = 0; i * step <= end * (1 + 1e-9); ++i) values.push_back(i * step);
  return values;
}

void draw_y_axis(Canvas& canvas, const Axes& axes, const std::string& name) {
  draw_line(canvas, {axes.left, axes.top}, {axes.left, axes.bottom});
  TextStyle number = kNumber;
  number.anchor = Anchor::end;
  for (const double value : ticks(axes.y_end, 6)) {
    const double y = axes.y(value);
    draw_line(canvas, {axes.left - kTick, y}, {axes.left, y});
    canvas.text({axes.left - kTick - 3, y + 0.36 * number.size}, fmt::format("{:g}", value),
                number);
  }
  TextStyle style = kName;
  style.upwards = true;
  canvas.text({axes.left - 34, 0.5 * (axes.top + axes.bottom)}, name, style);
}

void draw_x_numbers(Canvas& canvas, const Axes& axes) {
  for (const double value : ticks(axes.x_end, 6)) {
    const double x = axes.x(value);
    draw_line(canvas, {x, axes.bottom}, {x, axes.bottom + kTick});
    canvas.text({x, axes.bottom + kTick + 11}, fmt::format("{:g}", value), kNumber);
  }
}

void draw_x_axis(Canvas& canvas, const Axes& axes, const std::string& name) {
  draw_line(canvas, {axes.left, axes.bottom}, {axes.right, axes.bottom});
  canvas.text({0.5 * (axes.left + axes.right), axes.bottom + 32}, name, kName);
}

void draw_title(Canvas& canvas, const Axes& axes, const std::string& title,
                const std::string& note) {
  const TextStyle style = {.size = 12.5, .anchor = Anchor::start, .bold = true};
  const double y = axes.top - 12;
  canvas.text({axes.left, y}, title, style);
  const double after = title.empty() ? 0 : canvas.text_width(title, style) + 10;
  canvas.text({axes.left + after, y}, note,
              {.size = 11, .anchor = Anchor::start, .colour = {0.4, 0.4, 0.4}});
}

}  // namespace loom::gwas
