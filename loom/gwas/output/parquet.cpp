#include "loom/gwas/output/parquet.h"

#include <bit>
#include <cstring>

#include "loom/gwas/output/state.h"
#include "loom/gwas/output/thrift.h"
#include "loom/support/compression.h"
#include "loom/support/threads.h"
#include "loom/support/version.h"

namespace loom::gwas {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie");

constexpr std::string_view kMagic = "PAR1";
constexpr const char* kChunks = "chunks";
constexpr const char* kGroups = "groups";
constexpr const char* kPosition = "position";
constexpr const char* kRows = "rows";
// Numbers of parquet.thrift.
enum PhysicalType : std::int32_t { kInt64 = 2, kDouble = 5, kByteArray = 6 };
constexpr std::int32_t kRequired = 0, kUtf8 = 0, kPlain = 0, kRle = 3, kZstd = 6, kDataPage = 0;

PhysicalType type_of(const ParquetColumn& column) {
  static constexpr PhysicalType kTypes[] = {kByteArray, kInt64, kDouble};
  return kTypes[column.values.index()];
}

std::string little_endian(std::uint32_t value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

std::string plain(const std::vector<std::string>& values) {
  std::string bytes;
  for (const std::string& value : values) {
    (bytes += little_endian(static_cast<std::uint32_t>(value.size()))) += value;
  }
  return bytes;
}

template <class Number>
std::string plain(const std::vector<Number>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Number)};
}

/// A column's values as one page.
struct Page {
  std::string header;
  std::string body;
  std::int64_t plain_size;  ///< of the body before it was compressed
};

Page make_page(const ParquetColumn& column) {
  const std::string bytes =
      std::visit([](const auto& values) { return plain(values); }, column.values);
  Page page{{}, compress_block(Compression::zstd, bytes), std::ssize(bytes)};
  ThriftWriter header;
  header.field(1, kDataPage);
  header.field(2, static_cast<std::int32_t>(bytes.size()));
  header.field(3, static_cast<std::int32_t>(page.body.size()));
  header.field_struct(5, [&] {
    header.field(1, static_cast<std::int32_t>(column.size()));
    header.field(2, kPlain);
    header.field(3, kRle);  // of levels, which required columns do not have
    header.field(4, kRle);
  });
  page.header = std::move(header).end();
  return page;
}

void add_schema(ThriftWriter& out, std::span<const ParquetColumn> columns) {
  out.field_structs(2, std::ssize(columns) + 1, [&](std::int64_t i) {
    out.add_struct([&] {
      if (i == 0) {
        out.field(4, "schema");
        out.field(5, static_cast<std::int32_t>(columns.size()));
        return;
      }
      const ParquetColumn& column = columns[static_cast<std::size_t>(i - 1)];
      out.field(1, std::int32_t{type_of(column)});
      out.field(3, kRequired);
      out.field(4, column.name);
      if (type_of(column) == kByteArray) {
        out.field(6, kUtf8);
        out.field_struct(10, [&] { out.field_struct(1, [] {}); });  // the same as a logical type
      }
    });
  });
}

}  // namespace

std::int64_t ParquetColumn::size() const {
  return std::visit([](const auto& of_type) { return std::ssize(of_type); }, values);
}

nlohmann::json ParquetColumn::state() const {
  if (const auto* text = std::get_if<std::vector<std::string>>(&values)) return *text;
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&values)) {
    return bytes_of(*integers);
  }
  return bytes_of(std::get<std::vector<double>>(values));
}

void ParquetColumn::resume(const nlohmann::json& state) {
  if (auto* text = std::get_if<std::vector<std::string>>(&values)) {
    *text = state.get<std::vector<std::string>>();
  } else if (auto* integers = std::get_if<std::vector<std::int64_t>>(&values)) {
    *integers = values_of<std::int64_t>(state);
  } else {
    values = values_of<double>(state);
  }
}

ParquetWriter::ParquetWriter(const std::filesystem::path& file) : output_(file) { write(kMagic); }

ParquetWriter ParquetWriter::resumable(const std::filesystem::path& file,
                                       const nlohmann::json& state) {
  return {file, state};
}

ParquetWriter::ParquetWriter(const std::filesystem::path& file, const nlohmann::json& state)
    : output_(OutputFile::resumable(
          file, state.is_null() ? 0 : state.at(kPosition).get<std::int64_t>())) {
  if (state.is_null()) {
    write(kMagic);
    return;
  }
  position_ = state.at(kPosition);
  for (const nlohmann::json& group : state.at(kGroups)) {
    groups_.push_back({group.at(kRows), values_of<Chunk>(group.at(kChunks))});
  }
}

nlohmann::json ParquetWriter::checkpoint() {
  nlohmann::json groups = nlohmann::json::array();
  for (const Group& group : groups_) {
    groups.push_back({{kRows, group.rows}, {kChunks, bytes_of(group.chunks)}});
  }
  return {{kPosition, output_.checkpoint()}, {kGroups, std::move(groups)}};
}

void ParquetWriter::write(std::string_view bytes) {
  output_.write(bytes);
  position_ += std::ssize(bytes);
}

void ParquetWriter::write_group(std::span<ParquetColumn> columns) {
  std::vector<Page> pages(columns.size());
  parallel_for(std::ssize(columns), 1, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      pages[i] = make_page(columns[i]);
    }
  });
  Group& group = groups_.emplace_back();
  group.rows = columns.front().size();
  for (const Page& page : pages) {
    const std::int64_t header = std::ssize(page.header);
    group.chunks.push_back({position_, header + page.plain_size, header + std::ssize(page.body)});
    write(page.header);
    write(page.body);
  }
  for (ParquetColumn& column : columns) {
    std::visit([](auto& values) { values.clear(); }, column.values);
  }
}

std::string ParquetWriter::footer(std::span<const ParquetColumn> columns) const {
  std::int64_t rows = 0;
  for (const Group& group : groups_) rows += group.rows;
  ThriftWriter out;
  const auto add_chunk = [&](const Group& group, std::size_t column) {
    const Chunk& chunk = group.chunks[column];
    out.field(2, chunk.offset);
    out.field_struct(3, [&] {
      out.field(1, std::int32_t{type_of(columns[column])});
      out.field_integers(2, 1, [&](std::int64_t) { out.add(kPlain); });
      out.field_strings(3, 1, [&](std::int64_t) { out.add(columns[column].name); });
      out.field(4, kZstd);
      out.field(5, group.rows);
      out.field(6, chunk.plain_size);
      out.field(7, chunk.size);
      out.field(9, chunk.offset);
    });
  };
  const auto add_group = [&](const Group& group) {
    std::int64_t plain_size = 0;
    for (const Chunk& chunk : group.chunks) plain_size += chunk.plain_size;
    out.field_structs(1, std::ssize(columns), [&](std::int64_t column) {
      out.add_struct([&] { add_chunk(group, static_cast<std::size_t>(column)); });
    });
    out.field(2, plain_size);
    out.field(3, group.rows);
  };
  out.field(1, std::int32_t{2});  // the version of the format
  add_schema(out, columns);
  out.field(3, rows);
  out.field_structs(4, std::ssize(groups_), [&](std::int64_t group) {
    out.add_struct([&] { add_group(groups_[static_cast<std::size_t>(group)]); });
  });
  out.field(6, "loom version " + version());
  return std::move(out).end();
}

void ParquetWriter::commit(std::span<const ParquetColumn> columns) {
  const std::string text = footer(columns);
  write(text);
  write(little_endian(static_cast<std::uint32_t>(text.size())));
  write(kMagic);
  output_.commit();
}

}  // namespace loom::gwas
