// Multiplies two matrices and says which engine did it.
#include <loom/loom.h>

#include <cstdio>

int main() {
  const loom::Array a = loom::randn({300, 200});
  const loom::Array b = loom::randn({200, 100});

  const loom::Trace trace;
  const loom::Array c = loom::matmul(a, b);

  for (const loom::TraceEvent& event : trace.events()) {
    std::printf("%s %s computed by %s\n", event.op.c_str(), event.outputs[0].c_str(),
                event.backend.c_str());
  }
  std::printf("c[0, 0] = %.6f\n", c.at<double>({0, 0}));

  // The same product from the engine that every other one is measured against.
  const loom::BackendScope scope("reference");
  const loom::Array difference = loom::abs(c - loom::matmul(a, b));
  std::printf("largest difference from the reference is below 1e-12: %s\n",
              loom::max(difference).item<double>() < 1e-12 ? "yes" : "no");
}
