#pragma once

#include <string>
#include <vector>

#include "loom/gwas/output/canvas.h"

namespace loom::gwas {

inline constexpr Colour kInk = {0.15, 0.15, 0.15};
inline constexpr Colour kDarkBlue = {0.122, 0.306, 0.475};
inline constexpr Colour kLightBlue = {0.498, 0.659, 0.820};
inline constexpr Colour kAccent = {0.784, 0.271, 0.173};
inline constexpr Colour kShade = {0.88, 0.90, 0.93};

/// The part of a picture that data are drawn in: numbers from 0 to `x_end` and `y_end`.
struct Axes {
  double left, top, right, bottom;  ///< points
  double x_end, y_end;

  double x(double value) const { return left + (right - left) * value / x_end; }
  double y(double value) const { return bottom - (bottom - top) * value / y_end; }
};

/// Round numbers from 0 to `end`, about `count` of them.
std::vector<double> ticks(double end, int count);

/// The vertical axis with its numbers and its name.
void draw_y_axis(Canvas& canvas, const Axes& axes, const std::string& name);
/// The horizontal axis with its numbers.
void draw_x_numbers(Canvas& canvas, const Axes& axes);
/// The line of the horizontal axis and its name.
void draw_x_axis(Canvas& canvas, const Axes& axes, const std::string& name);
/// Above the axes, `note` in lighter letters behind the title.
void draw_title(Canvas& canvas, const Axes& axes, const std::string& title,
                const std::string& note);

}  // namespace loom::gwas
