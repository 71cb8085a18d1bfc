#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "loom/gwas/tables/matrix_part.h"
#include "loom/gwas/tables/text_table.h"
#include "loom/support/monitor.h"

// Matrices in NumPy's binary format (numpy.lib.format), as numpy.load reads them.
namespace loom::gwas {

/// Whether the name of `file` ends in ".npy".
bool is_npy(const std::filesystem::path& file);

/// Reads float64 or float32, rows or columns first; one column may be a vector. Throws IoError:
/// "k.npy: expected shape (1940, 1940), rows: one for each sample in data.fam; found (3, 4)",
/// "k.npy: expected numbers of type '<f8' or '<f4', found '<i8'", "k.npy: row 2, column 7: expected
/// a finite number, found nan", "k.npy: expected 128 bytes of numbers, found 120".
void read_npy(const std::filesystem::path& file, const ExpectedRows& rows, const MatrixPart& part);

/// Writes `values`, row-major with rows of `columns` numbers, as float64; one column becomes a
/// vector. The rows written are the steps of the phase "writing". Throws IoError, CancelledError;
/// no file is left then.
void write_npy(const std::filesystem::path& file, std::span<const double> values,
               std::int64_t columns, const Monitor& monitor = {});

}  // namespace loom::gwas
