#include "loom/backends/blas/matrix.h"

#include <fmt/format.h>

#include <limits>

#include "loom/backends/blas/discovery.h"
#include "loom/dispatch/loops.h"

namespace loom::blas {

void for_each_matrix(std::span<const View> views, std::span<const int> ranks,
                     FunctionRef<void(std::span<const View>)> body) {
  std::vector<dispatch::Stack> stacks;
  for (std::size_t i = 0; i < views.size(); ++i) stacks.push_back({views[i], ranks[i]});
  dispatch::for_each_item(stacks, std::numeric_limits<std::int64_t>::max(), body);
}

void require_convergence(std::string_view op, std::int64_t info) {
  if (info > 0)
    throw LinAlgError(fmt::format("[{}] no convergence: LAPACK's info is {}", op, info));
}

std::optional<std::string> beyond_integers(
    std::initializer_list<std::initializer_list<std::int64_t>> extents) {
  for (const auto& matrix : extents) {
    if (library().fits(matrix)) continue;
    return fmt::format("{} x {} is beyond the library's {}-bit integers", *matrix.begin(),
                       matrix.size() > 1 ? *(matrix.begin() + 1) : 1,
                       library().facts().integer_bits);
  }
  return std::nullopt;
}

}  // namespace loom::blas
