#include "loom/gwas/genotypes/bgi.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "loom/support/error.h"

namespace loom::gwas {
namespace {

/// A query and its present row.
class Query {
 public:
  Query(const std::filesystem::path& path, sqlite3* database, const char* sql)
      : path_(path), database_(database), statement_(nullptr, &sqlite3_finalize) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(database, sql, -1, &statement, nullptr));
    statement_.reset(statement);
  }

  /// Goes to the next row; false behind the last one.
  bool next() {
    const int status = sqlite3_step(statement_.get());
    if (status != SQLITE_DONE && status != SQLITE_ROW) check(status);
    return status == SQLITE_ROW;
  }
  std::int64_t number(int column) { return sqlite3_column_int64(statement_.get(), column); }
  std::span<const std::byte> blob(int column) {
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_.get(), column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
  }

 private:
  void check(int status) const {
    if (status == SQLITE_OK) return;
    throw IoError(fmt::format("{}: cannot read the index: {}; make it anew with 'bgenix -index'",
                              path_.string(), sqlite3_errmsg(database_)));
  }

  const std::filesystem::path& path_;
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement_;
};

}  // namespace

BgiFile::BgiFile(std::filesystem::path path, std::span<const std::byte> bgen)
    : path_(std::move(path)), database_(nullptr, &sqlite3_close) {
  sqlite3* database = nullptr;
  const int status = sqlite3_open_v2(path_.c_str(), &database, SQLITE_OPEN_READONLY, nullptr);
  if (database == nullptr) throw std::bad_alloc();
  database_.reset(database);
  if (status != SQLITE_OK) {
    throw IoError(fmt::format("{}: cannot open: {}", path_.string(), sqlite3_errmsg(database)));
  }
  check_metadata(bgen);
}

// The first versions of bgenix noted nothing about the file.
void BgiFile::check_metadata(std::span<const std::byte> bgen) const {
  Query tables(path_, database_.get(), "SELECT 1 FROM sqlite_master WHERE name = 'Metadata'");
  if (!tables.next()) return;
  Query metadata(path_, database_.get(), "SELECT file_size, first_1000_bytes FROM Metadata");
  if (!metadata.next()) return;
  const std::int64_t size = metadata.number(0);
  if (size != std::ssize(bgen)) {
    throw IoError(
        fmt::format("{}: made for a file of {} bytes, but the .bgen file has {}; make it "
                    "anew with 'bgenix -index', or remove it",
                    path_.string(), size, bgen.size()));
  }
  const std::span<const std::byte> beginning = metadata.blob(1);
  if (beginning.size() > bgen.size() ||
      !std::ranges::equal(beginning, bgen.first(beginning.size()))) {
    throw IoError(
        fmt::format("{}: made for a file that begins with other bytes than the .bgen file; "
                    "make it anew with 'bgenix -index', or remove it",
                    path_.string()));
  }
}

std::vector<std::int64_t> BgiFile::offsets() const {
  Query query(path_, database_.get(),
              "SELECT file_start_position FROM Variant ORDER BY file_start_position");
  std::vector<std::int64_t> offsets;
  while (query.next()) offsets.push_back(query.number(0));
  return offsets;
}

}  // namespace loom::gwas
