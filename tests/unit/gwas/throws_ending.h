#pragma once

#include <gmock/gmock.h>

#include <string>

namespace loom::gwas {

/// Matches a callable that throws `Exception` with a message that ends in `end`; what stands before
/// it is the path of a temporary folder.
template <class Exception>
auto throws_ending(const std::string& end) {
  return testing::ThrowsMessage<Exception>(testing::EndsWith(end));
}

}  // namespace loom::gwas
