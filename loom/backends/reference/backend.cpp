#include "loom/backends/reference/backend.h"

#include "loom/support/threads.h"
#include "loom/support/version.h"

namespace loom::reference {
namespace {

class ReferenceBackend final : public dispatch::Backend {
 public:
  std::string name() const override { return "reference"; }

  dispatch::BackendInfo probe() override {
    dispatch::BackendInfo info;
    info.description = "every operation, scalar and portable; the oracle and the last fallback";
    info.available = true;
    info.version = version();
    info.threads = num_threads();
    info.isa = "scalar";
    info.parallel = true;
    return info;
  }

  void install(dispatch::KernelInstaller add) override {
    install_creation(add);
    install_elementwise(add);
    install_reductions(add);
    install_scans(add);
    install_sorting(add);
    install_indexing(add);
    install_contractions(add);
    install_linalg(add);
    install_fourier(add);
    install_random(add);
  }
};

}  // namespace

std::unique_ptr<dispatch::Backend> make_backend() { return std::make_unique<ReferenceBackend>(); }

}  // namespace loom::reference
