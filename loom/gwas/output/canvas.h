#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace loom::gwas {

struct Point {
  double x = 0;
  double y = 0;
};

/// Parts from 0 to 1.
struct Colour {
  double red = 0;
  double green = 0;
  double blue = 0;
};

/// Which part of a text stands at its point.
enum class Anchor { start, middle, end };

struct TextStyle {
  double size = 11;  ///< points
  Anchor anchor = Anchor::middle;
  bool bold = false;
  bool upwards = false;  ///< turned by a quarter to the left
  Colour colour = {0.15, 0.15, 0.15};
};

/// A picture in a file, PNG or SVG by its name. Lengths are points (1/72 inch), x to the right and
/// y down. A PNG has three pixels to the point.
class Canvas {
 public:
  /// White. Throws IoError; ValueError for another kind of file: "a.gif: expected a name that ends
  /// in .png or .svg"; Error where the drawing library is missing.
  Canvas(const std::filesystem::path& file, double width, double height);
  ~Canvas();

  /// Connects the points; `dash` is the length of dashes, 0 for none.
  void line(std::span<const Point> points, const Colour& colour, double width, double dash = 0);
  void polygon(std::span<const Point> points, const Colour& colour);
  /// As circles; in an SVG each of them is about 200 bytes.
  void dots(std::span<const Point> points, double radius, const Colour& colour);
  /// As pixels in an SVG too, for many thousands.
  void raster_dots(std::span<const Point> points, double radius, const Colour& colour);
  /// `text` is UTF-8 and stands on `at.y`.
  void text(const Point& at, const std::string& text, const TextStyle& style);
  double text_width(const std::string& text, const TextStyle& style);

  /// Gives the file its final name. Without it no file is left. Throws IoError; Error where drawing
  /// failed.
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loom::gwas
