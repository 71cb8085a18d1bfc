#include "loom/ops/fourier.h"

#include "python/src/arguments.h"
#include "python/src/default_dtype.h"
#include "python/src/device.h"
#include "python/src/function.h"
#include "python/src/operations.h"

namespace nb = nanobind;

namespace loom::python {

void bind_fourier(nb::module_& module) {
  nb::module_ part = module.def_submodule("fft", "Discrete Fourier transforms.");
  def<fft::fft>(part, "fft(x, /, *, n=None, axis=-1, norm='backward')",
                "Discrete Fourier transform along an axis.");
  def<fft::ifft>(part, "ifft(x, /, *, n=None, axis=-1, norm='backward')", "Inverse of `fft`.");
  def<fft::rfft>(part, "rfft(x, /, *, n=None, axis=-1, norm='backward')",
                 "Of real numbers: the first n / 2 + 1 values of `fft`.");
  def<fft::irfft>(part, "irfft(x, /, *, n=None, axis=-1, norm='backward')", "Inverse of `rfft`.");
  def<fft::hfft>(part, "hfft(x, /, *, n=None, axis=-1, norm='backward')",
                 "Of a signal whose spectrum is real.");
  def<fft::ihfft>(part, "ihfft(x, /, *, n=None, axis=-1, norm='backward')", "Inverse of `hfft`.");
  def<fft::fftn>(part, "fftn(x, /, *, s=None, axes=None, norm='backward')",
                 "`fft` along several axes, or all.");
  def<fft::ifftn>(part, "ifftn(x, /, *, s=None, axes=None, norm='backward')", "Inverse of `fftn`.");
  def<fft::rfftn>(part, "rfftn(x, /, *, s=None, axes=None, norm='backward')",
                  "`rfft` along the last of the axes, `fft` along the others.");
  def<fft::irfftn>(part, "irfftn(x, /, *, s=None, axes=None, norm='backward')",
                   "Inverse of `rfftn`.");
  def<[](std::int64_t n, double d, std::optional<DType> dtype, OnDevice) {
    return fft::fftfreq(n, d, dtype.value_or(default_dtype()));
  }>(part, "fftfreq(n, /, *, d=1.0, dtype=None, device=None)",
     "Frequencies of the values of `fft` of n samples that are `d` apart.");
  def<[](std::int64_t n, double d, std::optional<DType> dtype, OnDevice) {
    return fft::rfftfreq(n, d, dtype.value_or(default_dtype()));
  }>(part, "rfftfreq(n, /, *, d=1.0, dtype=None, device=None)",
     "Frequencies of the values of `rfft` of n samples that are `d` apart.");
  def<fft::fftshift>(part, "fftshift(x, /, *, axes=None)",
                     "Frequency 0 moved to the middle of the axes, or of all.");
  def<fft::ifftshift>(part, "ifftshift(x, /, *, axes=None)", "Inverse of `fftshift`.");
}

}  // namespace loom::python
