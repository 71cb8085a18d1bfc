#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace loom::gwas {

/// Counts dosages outside [0, 2], which cannot be copies of an allele. GEMMA computes with them,
/// and so does Loom; the user is told.
class OutsideDosages {
 public:
  /// `first` is where the first of `count` dosages is: "line 3, field 7: 2.5".
  void add(std::int64_t count, const std::string& first);
  /// "data.txt: 12 dosages are outside [0, 2], the first at line 3, field 7: 2.5", or nothing.
  std::vector<std::string> warnings(const std::filesystem::path& file) const;

 private:
  std::int64_t count_ = 0;
  std::string first_;
};

}  // namespace loom::gwas
