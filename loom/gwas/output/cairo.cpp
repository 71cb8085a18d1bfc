#include "loom/gwas/output/cairo.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "loom/support/error.h"

namespace loom::gwas {
namespace {

[[noreturn]] void refuse() {
  const char* const reason = dlerror();
  throw Error(
      fmt::format("[plot] pictures are drawn by the library cairo, which cannot be loaded ({}); on "
                  "Debian and Ubuntu it is in the package libcairo2",
                  reason != nullptr ? reason : "unknown reason"));
}

}  // namespace

Cairo load_cairo(const std::string& file) {
  void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) refuse();
  const auto bind = [library]<class Function>(Function*& function, const char* name) {
    void* const symbol = dlsym(library, name);
    if (symbol == nullptr) refuse();
    function = reinterpret_cast<Function*>(symbol);
  };
  Cairo c{};
  bind(c.image_surface_create, "cairo_image_surface_create");
  bind(c.svg_surface_create_for_stream, "cairo_svg_surface_create_for_stream");
  bind(c.surface_write_to_png_stream, "cairo_surface_write_to_png_stream");
  bind(c.surface_finish, "cairo_surface_finish");
  bind(c.surface_destroy, "cairo_surface_destroy");
  bind(c.surface_status, "cairo_surface_status");
  bind(c.status_to_string, "cairo_status_to_string");
  bind(c.create, "cairo_create");
  bind(c.destroy, "cairo_destroy");
  bind(c.status, "cairo_status");
  bind(c.save, "cairo_save");
  bind(c.restore, "cairo_restore");
  bind(c.scale, "cairo_scale");
  bind(c.rotate, "cairo_rotate");
  bind(c.translate, "cairo_translate");
  bind(c.set_source_rgba, "cairo_set_source_rgba");
  bind(c.set_source_surface, "cairo_set_source_surface");
  bind(c.set_line_width, "cairo_set_line_width");
  bind(c.set_dash, "cairo_set_dash");
  bind(c.new_path, "cairo_new_path");
  bind(c.move_to, "cairo_move_to");
  bind(c.line_to, "cairo_line_to");
  bind(c.arc, "cairo_arc");
  bind(c.close_path, "cairo_close_path");
  bind(c.stroke, "cairo_stroke");
  bind(c.fill, "cairo_fill");
  bind(c.paint, "cairo_paint");
  bind(c.select_font_face, "cairo_select_font_face");
  bind(c.set_font_size, "cairo_set_font_size");
  bind(c.text_extents, "cairo_text_extents");
  bind(c.show_text, "cairo_show_text");
  return c;
}

const Cairo& cairo() {
  static const Cairo functions = load_cairo("libcairo.so.2");
  return functions;
}

}  // namespace loom::gwas
