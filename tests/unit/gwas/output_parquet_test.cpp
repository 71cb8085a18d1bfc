#include "loom/gwas/output/parquet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <memory>

#include "loom/support/line_source.h"
#include "temp_folder.h"

namespace loom::gwas {
namespace {

using testing::ElementsAre;

/// A value of Thrift's compact protocol: a number, a text, or the members of a list or struct.
struct Value {
  std::int64_t number = 0;
  std::string text;
  std::map<int, Value> members;

  const Value& operator[](int id) const { return members.at(id); }
};

/// Reads what the writer writes, from the protocol's description alone.
class ThriftReader {
 public:
  explicit ThriftReader(std::string_view bytes) : bytes_(bytes) {}

  Value read_struct() {
    Value result;
    for (int id = 0;;) {
      const int head = byte();
      if (head == 0) return result;
      id = head >> 4 != 0 ? id + (head >> 4) : static_cast<int>(zigzag());
      result.members[id] = read_value(head & 15);
    }
  }
  std::size_t position() const { return at_; }

 private:
  int byte() { return static_cast<unsigned char>(bytes_.at(at_++)); }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const int next = byte();
      value |= static_cast<std::uint64_t>(next & 127) << shift;
      if (next < 128) return value;
    }
  }
  std::int64_t zigzag() {
    const std::uint64_t value = varint();
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }
  Value read_value(int type) {
    Value result;
    if (type == 5 || type == 6) {
      result.number = zigzag();
    } else if (type == 8) {
      const std::size_t size = varint();
      result.text = std::string(bytes_.substr(at_, size));
      at_ += size;
    } else if (type == 9) {
      const int head = byte();
      const auto count = head >> 4 == 15 ? static_cast<int>(varint()) : head >> 4;
      for (int i = 0; i < count; ++i) result.members[i] = read_value(head & 15);
    } else if (type == 12) {
      result = read_struct();
    } else {
      ADD_FAILURE() << "type " << type;
    }
    return result;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

std::vector<ParquetColumn> columns(std::vector<std::string> text,
                                   std::vector<std::int64_t> integers,
                                   std::vector<double> numbers) {
  return {{"rs", std::move(text)}, {"ps", std::move(integers)}, {"beta", std::move(numbers)}};
}

Value footer_of(const std::string& file) {
  EXPECT_EQ(file.substr(0, 4), "PAR1");
  EXPECT_EQ(file.substr(file.size() - 4), "PAR1");
  std::uint32_t size = 0;
  std::memcpy(&size, &file[file.size() - 8], 4);
  return ThriftReader(std::string_view(file).substr(file.size() - 8 - size, size)).read_struct();
}

/// The bytes of a column of a group, decompressed.
std::string page(const TempFolder& folder, const std::string& file, const Value& chunk) {
  const Value& meta = chunk[3];
  const auto offset = static_cast<std::size_t>(meta[9].number);
  const auto size = static_cast<std::size_t>(meta[7].number);
  ThriftReader reader(std::string_view(file).substr(offset, size));
  const Value header = reader.read_struct();
  EXPECT_EQ(header[1].number, 0);  // a data page
  EXPECT_EQ(reader.position() + static_cast<std::size_t>(header[3].number), size);
  EXPECT_EQ(header[5][1].number, meta[5].number);
  EXPECT_EQ(header[5][2].number, 0);  // plain
  ByteSource source(folder.write(
      "page", file.substr(offset + reader.position(), static_cast<std::size_t>(header[3].number))));
  std::string bytes(static_cast<std::size_t>(header[2].number) + 1, '\0');
  bytes.resize(source.read(bytes));
  EXPECT_EQ(std::ssize(bytes), header[2].number);
  return bytes;
}

TEST(Parquet, SaysWhatItHolds) {
  const TempFolder folder;
  ParquetWriter out(folder / "a.parquet");
  auto table = columns({"rs1", ""}, {-1, std::numeric_limits<std::int64_t>::max()}, {0.1, NAN});
  out.write_group(table);
  EXPECT_EQ(table[1].size(), 0) << "the values are written";
  table = columns({"rs3"}, {3}, {-0.0});
  out.write_group(table);
  out.commit(table);

  const std::string file = folder.read("a.parquet");
  const Value footer = footer_of(file);
  EXPECT_EQ(footer[3].number, 3);  // rows
  const auto& schema = footer[2].members;
  ASSERT_EQ(schema.size(), 4U);
  EXPECT_EQ(schema.at(0)[5].number, 3);  // children of the root
  EXPECT_EQ(schema.at(1)[4].text, "rs");
  EXPECT_EQ(schema.at(1)[1].number, 6);  // BYTE_ARRAY
  EXPECT_EQ(schema.at(1)[6].number, 0);  // UTF8
  EXPECT_EQ(schema.at(2)[1].number, 2);  // INT64
  EXPECT_EQ(schema.at(3)[1].number, 5);  // DOUBLE
  EXPECT_EQ(schema.at(3)[3].number, 0);  // REQUIRED
  ASSERT_EQ(footer[4].members.size(), 2U);
  EXPECT_EQ(footer[4][0][3].number, 2);  // rows of the first group
  EXPECT_EQ(footer[4][1][3].number, 1);

  const auto chunk = [&](int group, int column) -> const Value& {
    return footer[4][group][1][column];
  };
  EXPECT_EQ(page(folder, file, chunk(0, 0)), std::string("\3\0\0\0rs1\0\0\0\0", 11));
  const std::string integers = page(folder, file, chunk(0, 1));
  EXPECT_EQ(integers, std::string(8, '\xff') + std::string(7, '\xff') + '\x7f');
  const std::string numbers = page(folder, file, chunk(0, 2));
  double first = 0;
  std::memcpy(&first, numbers.data(), sizeof first);
  EXPECT_EQ(first, 0.1);
  EXPECT_EQ(page(folder, file, chunk(1, 2)), std::string(7, '\0') + '\x80');
}

TEST(Parquet, IsTheSameWhereAnotherProcessGoesOn) {
  const TempFolder folder;
  const auto add_group = [](ParquetWriter& out, std::int64_t i) {
    auto table = columns({"rs1"}, {i}, {0.5});
    out.write_group(table);
  };
  ParquetWriter whole(folder / "a.parquet");
  for (std::int64_t i = 0; i < 3; ++i) add_group(whole, i);
  whole.commit(columns({}, {}, {}));
  nlohmann::json state;
  for (std::int64_t i = 0; i < 3; ++i) {
    ParquetWriter out = ParquetWriter::resumable(folder / "b.parquet", state);
    add_group(out, i);
    // What a process knows of another one has gone through a file.
    state = nlohmann::json::from_cbor(nlohmann::json::to_cbor(out.checkpoint()));
    add_group(out, 7);  // which nobody will know of
  }
  ParquetWriter::resumable(folder / "b.parquet", state).commit(columns({}, {}, {}));
  EXPECT_EQ(folder.read("b.parquet"), folder.read("a.parquet"));
}

TEST(Parquet, OfNoRows) {
  const TempFolder folder;
  ParquetWriter out(folder / "a.parquet");
  out.commit(columns({}, {}, {}));
  const Value footer = footer_of(folder.read("a.parquet"));
  EXPECT_EQ(footer[3].number, 0);
  EXPECT_TRUE(footer[4].members.empty());
}

TEST(Parquet, IsNotThereWithoutCommit) {
  const TempFolder folder;
  {
    ParquetWriter out(folder / "a.parquet");
    auto table = columns({"rs1"}, {1}, {1});
    out.write_group(table);
  }
  EXPECT_THAT(folder.names(), ElementsAre());
}

}  // namespace
}  // namespace loom::gwas
