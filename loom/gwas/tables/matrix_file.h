#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "loom/gwas/tables/text_table.h"
#include "loom/support/monitor.h"

// Matrices in files. A name that ends in ".npy" is NumPy's binary format, in full precision; any
// other is text in GEMMA's form: no header, one line for each row, "%.10g", tabs between,
// compressed where the name says so. Files may be far larger than memory allows for them.
namespace loom::gwas {

/// Reads `rows.count` x `columns` finite numbers into `out`, row-major; in text they are separated
/// by blanks or commas. Throws IoError naming file, line and field: "k.txt: expected 1940 rows (one
/// for each sample in data.fam), found 1939", "k.txt: line 3: expected 1940 numbers, found 1939",
/// "k.txt: line 2, field 7: expected a finite number, found 'nan'"; and what read_npy throws.
void read_matrix(const std::filesystem::path& file, const ExpectedRows& rows, std::int64_t columns,
                 std::span<double> out);

/// Reads of a square matrix the rows and columns `places`, in that order, into `out`, and checks
/// that they are symmetric: entries across the diagonal may differ by 1e-6 of the largest
/// magnitude, which is far above what printing ten digits does. What the others hold is not looked
/// at. Throws as `read_matrix` does, and IoError: "k.txt: not symmetric: row 2, column 5 is 0.25
/// but row 5, column 2 is 0.5".
void read_kinship(const std::filesystem::path& file, const ExpectedRows& rows,
                  std::span<const std::int64_t> places, std::span<double> out);

/// Where a square matrix is not symmetric within that tolerance: "row 2, column 5 is 0.25 but row
/// 5, column 2 is 0.5"; empty where it is. Row i is called names[i] + 1.
std::string asymmetry(std::span<const double> values, std::span<const std::int64_t> names);

/// Writes `values`, row-major with rows of `columns` numbers; one column gives one number per line.
/// The rows written are the steps of the phase "writing". Throws IoError, CancelledError; no file
/// is left then.
void write_matrix(const std::filesystem::path& file, std::span<const double> values,
                  std::int64_t columns, const Monitor& monitor = {});

}  // namespace loom::gwas
