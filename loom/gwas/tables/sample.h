#pragma once

#include <string>

namespace loom::gwas {

/// Who a row or column of data belongs to; `family_id` is empty where the format has none.
struct Sample {
  std::string family_id;
  std::string individual_id;
};

}  // namespace loom::gwas
