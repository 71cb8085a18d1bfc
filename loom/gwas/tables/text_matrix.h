#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "loom/gwas/tables/matrix_part.h"
#include "loom/gwas/tables/text_table.h"
#include "loom/support/monitor.h"

// Matrices as text, GEMMA's form; see matrix_file.h.
namespace loom::gwas {

/// Reads rows of finite numbers, separated by blanks or commas. Throws IoError.
void read_text_matrix(const std::filesystem::path& file, const ExpectedRows& rows,
                      const MatrixPart& part);

/// Writes `values`, row-major with rows of `columns` numbers. Throws IoError, CancelledError.
void write_text_matrix(const std::filesystem::path& file, std::span<const double> values,
                       std::int64_t columns, const Monitor& monitor = {});

}  // namespace loom::gwas
