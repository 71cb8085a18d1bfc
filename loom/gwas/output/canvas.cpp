#include "loom/gwas/output/canvas.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "loom/gwas/output/cairo.h"
#include "loom/support/error.h"
#include "loom/support/file.h"

namespace loom::gwas {
namespace {

constexpr double kPixels = 3;  // to the point

/// Things of cairo are given back at the end of their scope.
struct Destroy {
  void operator()(cairo_t* context) const { cairo().destroy(context); }
  void operator()(cairo_surface_t* surface) const { cairo().surface_destroy(surface); }
};
using Context = std::unique_ptr<cairo_t, Destroy>;
using Surface = std::unique_ptr<cairo_surface_t, Destroy>;

Surface make_image(double width, double height) {
  return Surface(cairo().image_surface_create(CAIRO_FORMAT_ARGB32,
                                              static_cast<int>(std::ceil(width * kPixels)),
                                              static_cast<int>(std::ceil(height * kPixels))));
}

Context make_context(cairo_surface_t* surface, double scale) {
  Context context(cairo().create(surface));
  cairo().scale(context.get(), scale, scale);
  return context;
}

cairo_status_t append(void* text, const unsigned char* bytes, unsigned count) {
  static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

void set_colour(cairo_t* context, const Colour& colour) {
  cairo().set_source_rgba(context, colour.red, colour.green, colour.blue, 1);
}

void fill_circle(cairo_t* context, const Point& centre, double radius) {
  cairo().new_path(context);
  cairo().arc(context, centre.x, centre.y, radius, 0, 2 * std::numbers::pi);
  cairo().fill(context);
}

void add_path(cairo_t* context, std::span<const Point> points) {
  cairo().new_path(context);
  for (const Point& point : points) cairo().line_to(context, point.x, point.y);
}

/// `text` as cairo accepts it, which takes nothing but UTF-8: names from a file may be anything.
std::string valid_text(const std::string& text) {
  std::string valid;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    bool whole = lead < 0x80 || (lead >= 0xc2 && lead < 0xf5 && i + length <= text.size());
    for (std::size_t k = 1; whole && k < length; ++k) {
      whole = (static_cast<unsigned char>(text[i + k]) & 0xc0) == 0x80;
    }
    valid += whole ? text.substr(i, length) : "?";
    i += whole ? length : 1;
  }
  return valid;
}

bool wants_svg(const std::filesystem::path& file) {
  const std::filesystem::path extension = file.extension();
  if (extension == ".svg") return true;
  if (extension == ".png") return false;
  throw ValueError(fmt::format("{}: expected a name that ends in .png or .svg", file.string()));
}

}  // namespace

struct Canvas::Impl {
  Impl(const std::filesystem::path& path, double w, double h)
      : svg(wants_svg(path)),
        width(w),
        height(h),
        surface(svg ? Surface(cairo().svg_surface_create_for_stream(append, &bytes, w, h))
                    : make_image(w, h)),
        context(make_context(surface.get(), svg ? 1 : kPixels)),
        file(path) {}

  bool svg;
  double width, height;
  std::string bytes;  ///< of the file
  Surface surface;
  Context context;
  OutputFile file;
};

Canvas::Canvas(const std::filesystem::path& file, double width, double height)
    : impl_(std::make_unique<Impl>(file, width, height)) {
  cairo_t* const context = impl_->context.get();
  set_colour(context, {1, 1, 1});
  cairo().paint(context);
}

Canvas::~Canvas() = default;

void Canvas::line(std::span<const Point> points, const Colour& colour, double width, double dash) {
  cairo_t* const context = impl_->context.get();
  set_colour(context, colour);
  cairo().set_line_width(context, width);
  cairo().set_dash(context, &dash, dash > 0 ? 1 : 0, 0);
  add_path(context, points);
  cairo().stroke(context);
}

void Canvas::polygon(std::span<const Point> points, const Colour& colour) {
  cairo_t* const context = impl_->context.get();
  set_colour(context, colour);
  add_path(context, points);
  cairo().close_path(context);
  cairo().fill(context);
}

void Canvas::dots(std::span<const Point> points, double radius, const Colour& colour) {
  cairo_t* const context = impl_->context.get();
  set_colour(context, colour);
  for (const Point& point : points) fill_circle(context, point, radius);
}

void Canvas::raster_dots(std::span<const Point> points, double radius, const Colour& colour) {
  if (!impl_->svg) return dots(points, radius, colour);
  const Surface image = make_image(impl_->width, impl_->height);
  {
    const Context context = make_context(image.get(), kPixels);
    set_colour(context.get(), colour);
    for (const Point& point : points) fill_circle(context.get(), point, radius);
  }
  cairo_t* const context = impl_->context.get();
  cairo().save(context);
  cairo().scale(context, 1 / kPixels, 1 / kPixels);
  cairo().set_source_surface(context, image.get(), 0, 0);
  cairo().paint(context);
  cairo().restore(context);
}

double Canvas::text_width(const std::string& text, const TextStyle& style) {
  cairo_t* const context = impl_->context.get();
  cairo().select_font_face(context, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           style.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo().set_font_size(context, style.size);
  cairo_text_extents_t extents;
  cairo().text_extents(context, valid_text(text).c_str(), &extents);
  return extents.x_advance;
}

void Canvas::text(const Point& at, const std::string& text, const TextStyle& style) {
  const double width = text_width(text, style);
  cairo_t* const context = impl_->context.get();
  cairo().save(context);
  set_colour(context, style.colour);
  cairo().translate(context, at.x, at.y);
  if (style.upwards) cairo().rotate(context, -std::numbers::pi / 2);
  const double before = style.anchor == Anchor::start ? 0 : style.anchor == Anchor::end ? 1 : 0.5;
  cairo().move_to(context, -before * width, 0);
  cairo().show_text(context, valid_text(text).c_str());
  cairo().restore(context);
}

void Canvas::commit() {
  cairo_status_t status = cairo().status(impl_->context.get());
  if (!impl_->svg && status == CAIRO_STATUS_SUCCESS) {
    status = cairo().surface_write_to_png_stream(impl_->surface.get(), append, &impl_->bytes);
  }
  cairo().surface_finish(impl_->surface.get());
  if (status == CAIRO_STATUS_SUCCESS) status = cairo().surface_status(impl_->surface.get());
  if (status != CAIRO_STATUS_SUCCESS) {
    throw Error(fmt::format("[plot] {}: cannot draw: {}", impl_->file.path().string(),
                            cairo().status_to_string(status)));
  }
  impl_->file.write(impl_->bytes);
  impl_->file.commit();
}

}  // namespace loom::gwas
