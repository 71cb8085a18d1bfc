// What calls_test.py counts the instructions of: `calls <how often>` runs each function below.
#include <cstdlib>
#include <vector>

#include "loom/loom.h"

namespace {

constexpr std::int64_t kShort = 8, kDeferred = 64;

[[gnu::noinline]] void add_short(const loom::Array& a, const loom::Array& b, int calls) {
  for (int i = 0; i < calls; ++i) loom::add(a, b);
}

/// Results are kept, so that what ends them is not counted.
[[gnu::noinline]] void record_add(const loom::Array& a, const loom::Array& b,
                                  std::vector<loom::Array>& results, int calls) {
  for (int i = 0; i < calls; ++i) results.push_back(loom::add(a, b));
}

loom::Array computed_ones(std::int64_t size) {
  loom::Array result = loom::ones({size});
  result.view();
  return result;
}

}  // namespace

int main(int, char** arguments) {
  const int calls = std::atoi(arguments[1]);
  loom::set_deferral_threshold(kDeferred);
  const loom::Array a = computed_ones(kShort), b = computed_ones(kShort);
  const loom::Array c = computed_ones(kDeferred), d = computed_ones(kDeferred);
  std::vector<loom::Array> results(static_cast<std::size_t>(calls));
  for (loom::Array& result : results) result = loom::add(c, d);  // takes memory for later ones
  results.clear();
  add_short(a, b, calls);
  record_add(c, d, results, calls);
  return loom::is_pending(results.back()) ? 0 : 1;
}
