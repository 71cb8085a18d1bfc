#include "loom/backends/native/fourier/batch.h"

#include <array>
#include <utility>

#include "loom/backends/native/fourier/line.h"
#include "loom/backends/native/fourier/workspace.h"
#include "loom/support/threads.h"

namespace loom::native::fourier {
namespace {

constexpr std::int64_t kMaxLanes = kAlignment / static_cast<std::int64_t>(sizeof(float));

/// Lines that become the lanes of rows.
template <class T>
struct Group {
  std::array<T*, kMaxLanes> line{};
  std::int64_t count = 0, step = 1, extent = 0;

  void push(const Line<T>& next) {
    line[count++] = next.data;
    step = next.step;
    extent = next.extent;
  }
  bool beside() const {
    for (std::int64_t k = 1; k < count; ++k) {
      if (line[k] != line[0] + k) return false;
    }
    return true;
  }
};

/// Calls `transform(in, out, rows, spare)` for groups that cover all lines, with memory for
/// `length` rows each. Groups do not cross what lies beside each other in the output where that
/// fills half of them.
template <class R, class In, class Out, class Transform>
void for_each_group(const Kernels<R>& kernels, const Lines<In, Out>& lines, std::int64_t length,
                    Transform transform) {
  constexpr std::int64_t kGrain = 1 << 13;
  const std::int64_t lanes = kernels.lanes;
  const std::int64_t together = 2 * lines.beside() >= lanes ? lines.beside() : lines.count();
  const std::int64_t groups = (together + lanes - 1) / lanes;
  const std::int64_t all = lines.count() / together * groups;
  const std::int64_t room = length * 2 * lanes;
  const std::int64_t grain = std::max<std::int64_t>(1, kGrain / (length * lanes));
  parallel_for(all, grain, [&](std::int64_t begin, std::int64_t end) {
    const Workspace<R> work(2 * room);
    for (; begin < end; ++begin) {
      const std::int64_t first = begin / groups * together + begin % groups * lanes;
      const std::int64_t last = std::min(first + lanes, (begin / groups + 1) * together);
      Group<const In> in;
      Group<Out> out;
      for (std::int64_t number = first; number < last; ++number) {
        in.push(lines.in(number));
        out.push(lines.out(number));
      }
      transform(in, out, work.get(), work.get() + room);
    }
  });
}

template <class R>
void clear_rows(const Kernels<R>& kernels, R* rows, std::int64_t begin, std::int64_t end) {
  const std::int64_t row = 2 * kernels.lanes;
  std::fill(rows + std::min(begin, end) * row, rows + end * row, R(0));
}

template <class R>
void clear_imaginary(const Kernels<R>& kernels, R* row) {
  std::fill(row + kernels.lanes, row + 2 * kernels.lanes, R(0));
}

/// Whether so many elements of a line are copied one by one: of a tile that is transposed they
/// would fill but a corner.
template <class R>
bool is_scrap(const Kernels<R>& kernels, std::int64_t count) {
  return 2 * count <= kernels.lanes;
}

/// The first `count` elements of complex lines.
template <class R>
void pack(const Kernels<R>& kernels, const Group<const std::complex<R>>& in, std::int64_t count,
          bool conjugate, R* rows) {
  const std::int64_t lanes = kernels.lanes, present = std::min(count, in.extent);
  if (in.step == 1 && !is_scrap(kernels, present)) {
    kernels.pack(present, in.line.data(), in.count, conjugate, rows);
  } else if (in.beside()) {
    kernels.pack_beside(present, in.line[0], in.step, in.count, conjugate, rows);
  } else {
    clear_rows(kernels, rows, 0, present);
    for (std::int64_t i = 0; i < present; ++i) {
      for (std::int64_t k = 0; k < in.count; ++k) {
        const std::complex<R> x = in.line[k][i * in.step];
        rows[2 * lanes * i + k] = x.real();
        rows[2 * lanes * i + lanes + k] = conjugate ? -x.imag() : x.imag();
      }
    }
  }
  clear_rows(kernels, rows, present, count);
}

template <class R>
void unpack(const Kernels<R>& kernels, const R* rows, std::int64_t count, Ends<R> ends,
            const Group<std::complex<R>>& out) {
  const std::int64_t lanes = kernels.lanes;
  if (out.step == 1 && !is_scrap(kernels, count))
    return kernels.unpack(count, rows, out.count, ends, out.line.data());
  if (out.beside()) {
    return kernels.unpack_beside(count, rows, out.count, ends, out.line[0], out.step);
  }
  const R scale_im = ends.conjugate ? -ends.scale : ends.scale;
  for (std::int64_t i = 0; i < count; ++i) {
    const R* const row = rows + 2 * lanes * i;
    for (std::int64_t k = 0; k < out.count; ++k) {
      out.line[k][i * out.step] = {row[k] * ends.scale, row[lanes + k] * scale_im};
    }
  }
}

/// Lines of reals as lines of half as many complex numbers.
template <class C, class R>
Group<C> as_pairs(const Group<R>& lines) {
  Group<C> pairs;
  for (std::int64_t k = 0; k < lines.count; ++k) {
    pairs.push({reinterpret_cast<C*>(lines.line[k]), 1, lines.extent / 2});
  }
  return pairs;
}

/// Real lines: element `per_row` i is the real part of row i; the next one is the imaginary part
/// where a row takes two.
template <class R>
void pack_reals(const Kernels<R>& kernels, const Group<const R>& in, std::int64_t count,
                int per_row, R* rows) {
  const std::int64_t lanes = kernels.lanes, present = std::min(count * per_row, in.extent);
  if (per_row == 2 && in.step == 1 && present % 2 == 0) {
    return pack(kernels, as_pairs<const std::complex<R>>(in), count, false, rows);
  }
  clear_rows(kernels, rows, 0, count);
  const bool beside = in.beside();
  for (std::int64_t i = 0; i < present; ++i) {
    R* const to = rows + (per_row == 2 ? i : 2 * i) * lanes;
    if (beside) {
      std::copy_n(in.line[0] + i * in.step, in.count, to);
    } else {
      for (std::int64_t k = 0; k < in.count; ++k) to[k] = in.line[k][i * in.step];
    }
  }
}

/// Back, the imaginary parts with their signs changed.
template <class R>
void unpack_reals(const Kernels<R>& kernels, const R* rows, std::int64_t count, int per_row,
                  R scale, const Group<R>& out) {
  const std::int64_t lanes = kernels.lanes;
  if (per_row == 2 && out.step == 1) {
    return unpack(kernels, rows, count, {.conjugate = true, .scale = scale},
                  as_pairs<std::complex<R>>(out));
  }
  const bool beside = out.beside();
  for (std::int64_t i = 0; i < count * per_row; ++i) {
    const R* const from = rows + (per_row == 2 ? i : 2 * i) * lanes;
    const R factor = per_row == 2 && i % 2 == 1 ? -scale : scale;
    if (beside) {
      R* const to = out.line[0] + i * out.step;
      for (std::int64_t k = 0; k < out.count; ++k) to[k] = from[k] * factor;
    } else {
      for (std::int64_t k = 0; k < out.count; ++k) out.line[k][i * out.step] = from[k] * factor;
    }
  }
}

/// Rows k of the terms of Hermitian spectra become whole ones of length n, which is odd.
template <class R>
void mirror_rows(const Kernels<R>& kernels, std::int64_t n, R* rows) {
  const std::int64_t lanes = kernels.lanes, row = 2 * lanes;
  for (std::int64_t k = 1; k <= n / 2; ++k) {
    const R* const from = rows + k * row;
    R* const to = rows + (n - k) * row;
    std::copy_n(from, lanes, to);
    std::transform(from + lanes, from + row, to + lanes, [](R im) { return -im; });
  }
}

}  // namespace

template <class R>
void complex_batch(const Kernels<R>& kernels, const Lines<std::complex<R>, std::complex<R>>& lines,
                   std::int64_t n, Ends<R> ends) {
  const auto plan = row_plan<R>(n);
  for_each_group(kernels, lines, n, [&](const auto& in, const auto& out, R* rows, R* spare) {
    pack(kernels, in, n, ends.conjugate, rows);
    unpack(kernels, kernels.transform_rows(*plan, rows, spare), n, ends, out);
  });
}

template <class R>
void forward_batch(const Kernels<R>& kernels, const Lines<R, std::complex<R>>& lines,
                   std::int64_t n, R scale) {
  const std::int64_t m = n % 2 == 0 ? n / 2 : n, row = 2 * kernels.lanes;
  const auto plan = row_plan<R>(m);
  const auto turns = n % 2 == 0 ? real_turns<R>(n) : nullptr;
  for_each_group(kernels, lines, m + 1, [&](const auto& in, const auto& out, R* rows, R* spare) {
    pack_reals(kernels, in, m, turns ? 2 : 1, rows);
    R* const terms = kernels.transform_rows(*plan, rows, spare);
    if (turns) {
      std::copy_n(terms, row, terms + m * row);
      kernels.fold_rows(m, turns->turns.data(), false, terms);
    } else {
      clear_imaginary(kernels, terms);
    }
    unpack(kernels, terms, n / 2 + 1, {.scale = turns ? scale / 2 : scale}, out);
  });
}

template <class R>
void backward_batch(const Kernels<R>& kernels, const Lines<std::complex<R>, R>& lines,
                    std::int64_t n, R scale) {
  const std::int64_t m = n % 2 == 0 ? n / 2 : n, row = 2 * kernels.lanes;
  const auto plan = row_plan<R>(m);
  const auto turns = n % 2 == 0 ? real_turns<R>(n) : nullptr;
  for_each_group(kernels, lines, m + 1, [&](const auto& in, const auto& out, R* rows, R* spare) {
    pack(kernels, in, n / 2 + 1, true, rows);
    clear_imaginary(kernels, rows);
    if (turns) {
      clear_imaginary(kernels, rows + m * row);
      kernels.fold_rows(m, turns->turns.data(), false, rows);
    } else {
      mirror_rows(kernels, n, rows);
    }
    unpack_reals(kernels, kernels.transform_rows(*plan, rows, spare), m, turns ? 2 : 1, scale, out);
  });
}

std::int64_t batch_workspace(std::int64_t n) {
  return 4 * (n + 1) * kMaxLanes * static_cast<std::int64_t>(sizeof(float));
}

template void complex_batch(const Kernels<float>&,
                            const Lines<std::complex<float>, std::complex<float>>&, std::int64_t,
                            Ends<float>);
template void complex_batch(const Kernels<double>&,
                            const Lines<std::complex<double>, std::complex<double>>&, std::int64_t,
                            Ends<double>);
template void forward_batch(const Kernels<float>&, const Lines<float, std::complex<float>>&,
                            std::int64_t, float);
template void forward_batch(const Kernels<double>&, const Lines<double, std::complex<double>>&,
                            std::int64_t, double);
template void backward_batch(const Kernels<float>&, const Lines<std::complex<float>, float>&,
                             std::int64_t, float);
template void backward_batch(const Kernels<double>&, const Lines<std::complex<double>, double>&,
                             std::int64_t, double);

}  // namespace loom::native::fourier
