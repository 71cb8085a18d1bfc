#pragma once

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <type_traits>
#include <vector>

#include "loom/gwas/genotypes/snp.h"

// What was gathered of results, as JSON in CBOR's sense, for a process that goes on on the same
// kind of machine: many numbers are kept as their bytes.
namespace loom::gwas {

template <class T>
nlohmann::json bytes_of(const std::vector<T>& values) {
  static_assert(std::is_trivially_copyable_v<T>);
  const auto* from = reinterpret_cast<const std::uint8_t*>(values.data());
  return nlohmann::json::binary({from, from + values.size() * sizeof(T)});
}

/// The values that `bytes_of` was given.
template <class T>
std::vector<T> values_of(const nlohmann::json& bytes) {
  static_assert(std::is_trivially_copyable_v<T>);
  const std::vector<std::uint8_t>& from = bytes.get_binary();
  std::vector<T> values(from.size() / sizeof(T));
  std::copy_n(from.data(), values.size() * sizeof(T),
              reinterpret_cast<std::uint8_t*>(values.data()));
  return values;
}

inline nlohmann::json state_of(const Snp& snp) {
  return {snp.chromosome, snp.id, snp.centimorgan, snp.position, snp.allele1, snp.allele0};
}

inline Snp snp_of_state(const nlohmann::json& state) {
  return {state.at(0), state.at(1), state.at(2), state.at(3), state.at(4), state.at(5)};
}

}  // namespace loom::gwas
