#include "loom/backends/blas/backend.h"

#include "loom/backends/blas/discovery.h"

namespace loom::blas {
namespace {

class BlasBackend final : public dispatch::Backend {
 public:
  std::string name() const override { return "blas"; }

  dispatch::BackendInfo probe() override {
    dispatch::BackendInfo info;
    info.description = "dense linear algebra by a vendor library, loaded at run time";
    info.parallel = true;
    const Discovery& found = discovery();
    info.available = found.library.has_value();
    if (!info.available) {
      info.reason = found.reason;
      info.remedy = found.remedy;
      return info;
    }
    const Facts& facts = found.library->facts();
    info.version = facts.name + (facts.version.empty() ? "" : " " + facts.version);
    info.library = facts.path;
    info.integer_bits = facts.integer_bits;
    info.threads = found.library->threads();
    info.isa = facts.kernel_core.empty() ? "unknown" : facts.kernel_core + " kernels";
    if (!facts.thread_layer.empty()) info.isa += ", " + facts.thread_layer;
    info.note = facts.warning;
    return info;
  }

  void install(dispatch::KernelInstaller add) override {
    install_products(add);
    if (!library().facts().lapack) return;
    install_factorisations(add);
    install_spectral(add);
  }
};

}  // namespace

std::unique_ptr<dispatch::Backend> make_backend() { return std::make_unique<BlasBackend>(); }

}  // namespace loom::blas
