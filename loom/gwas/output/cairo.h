#pragma once

#include <cairo-svg.h>
#include <cairo.h>

#include <string>

// The drawing library cairo, which is loaded when the first picture is drawn: programs that draw
// none run without it.
namespace loom::gwas {

/// The functions of cairo that pictures need, with the types of its headers.
struct Cairo {
  decltype(&cairo_image_surface_create) image_surface_create;
  decltype(&cairo_svg_surface_create_for_stream) svg_surface_create_for_stream;
  decltype(&cairo_surface_write_to_png_stream) surface_write_to_png_stream;
  decltype(&cairo_surface_finish) surface_finish;
  decltype(&cairo_surface_destroy) surface_destroy;
  decltype(&cairo_surface_status) surface_status;
  decltype(&cairo_status_to_string) status_to_string;
  decltype(&cairo_create) create;
  decltype(&cairo_destroy) destroy;
  decltype(&cairo_status) status;
  decltype(&cairo_save) save;
  decltype(&cairo_restore) restore;
  decltype(&cairo_scale) scale;
  decltype(&cairo_rotate) rotate;
  decltype(&cairo_translate) translate;
  decltype(&cairo_set_source_rgba) set_source_rgba;
  decltype(&cairo_set_source_surface) set_source_surface;
  decltype(&cairo_set_line_width) set_line_width;
  decltype(&cairo_set_dash) set_dash;
  decltype(&cairo_new_path) new_path;
  decltype(&cairo_move_to) move_to;
  decltype(&cairo_line_to) line_to;
  decltype(&cairo_arc) arc;
  decltype(&cairo_close_path) close_path;
  decltype(&cairo_stroke) stroke;
  decltype(&cairo_fill) fill;
  decltype(&cairo_paint) paint;
  decltype(&cairo_select_font_face) select_font_face;
  decltype(&cairo_set_font_size) set_font_size;
  decltype(&cairo_text_extents) text_extents;
  decltype(&cairo_show_text) show_text;
};

/// Loads the functions from the shared library `file`. Throws Error that names the library, why it
/// cannot be had, and the package that has it.
Cairo load_cairo(const std::string& file);

/// The functions of the system's library, loaded once. Throws as load_cairo does.
const Cairo& cairo();

}  // namespace loom::gwas
