#include "loom/backends/native/backend.h"

#include "loom/backends/native/convolve.h"
#include "loom/backends/native/elementwise.h"
#include "loom/backends/native/fourier/fourier.h"
#include "loom/backends/native/integer_product.h"
#include "loom/backends/native/moves.h"
#include "loom/backends/native/reduction.h"
#include "loom/support/threads.h"
#include "loom/support/version.h"

namespace loom::native {
namespace {

class NativeBackend final : public dispatch::Backend {
 public:
  std::string name() const override { return "native"; }

  dispatch::BackendInfo probe() override {
    dispatch::BackendInfo info;
    info.description = "vector kernels for this processor and threads, no vendor library";
    info.parallel = true;
    const IsaChoice& choice = active_isa();
    info.available = choice.isa.has_value();
    if (!info.available) {
      info.reason = "this processor has none of the instruction sets that there are kernels for";
      info.remedy = "a processor with SSE4.2 and AES, or on aarch64 with NEON and AES";
      return info;
    }
    info.version = version();
    info.threads = num_threads();
    info.isa = choice.isa->name;
    info.note = choice.warning;
    return info;
  }

  void install(dispatch::KernelInstaller add) override {
    install_elementwise(*active_isa().isa, add);
    install_moves(*active_isa().isa, add);
    install_reductions(*active_isa().isa, add);
    install_fourier(*active_isa().isa, add);
    install_convolve(*active_isa().isa, add);
    install_integer_products(*active_isa().isa, add);
  }
};

}  // namespace

std::unique_ptr<dispatch::Backend> make_backend() { return std::make_unique<NativeBackend>(); }

}  // namespace loom::native
