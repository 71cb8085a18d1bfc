#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace loom::gwas {

/// Writes structs in Thrift's compact protocol (thrift-compact-protocol.md), in which Parquet keeps
/// what it says of itself. Fields are written in ascending order of their numbers.
class ThriftWriter {
 public:
  void field(int id, std::int32_t value) { integer(id, kInt32, value); }
  void field(int id, std::int64_t value) { integer(id, kInt64, value); }
  void field(int id, std::string_view text) {
    begin_field(id, kBinary);
    add(text);
  }
  /// Calls `fill` to write the fields of a struct.
  template <class Fill>
  void field_struct(int id, Fill fill) {
    begin_field(id, kStruct);
    add_struct(fill);
  }
  /// Calls `add_element(i)` for each of `count` elements of a list of structs, strings or integers,
  /// which calls one of the `add` functions.
  template <class AddElement>
  void field_structs(int id, std::int64_t count, AddElement add_element) {
    list(id, kStruct, count, add_element);
  }
  template <class AddElement>
  void field_strings(int id, std::int64_t count, AddElement add_element) {
    list(id, kBinary, count, add_element);
  }
  template <class AddElement>
  void field_integers(int id, std::int64_t count, AddElement add_element) {
    list(id, kInt32, count, add_element);
  }

  void add(std::string_view text) {
    add_varint(text.size());
    text_ += text;
  }
  void add(std::int32_t value) { add_zigzag(value); }
  template <class Fill>
  void add_struct(Fill fill) {
    const int outer = last_id_;
    last_id_ = 0;
    fill();
    text_ += '\0';
    last_id_ = outer;
  }

  /// What was written; a struct that nothing else holds ends with `end`.
  std::string end() && { return std::move(text_ += '\0'); }

 private:
  enum Type : std::uint8_t { kInt32 = 5, kInt64 = 6, kBinary = 8, kList = 9, kStruct = 12 };

  void begin_field(int id, Type type) {
    const int step = id - last_id_;
    if (step > 0 && step <= 15) {
      text_ += static_cast<char>(step << 4 | type);
    } else {
      text_ += static_cast<char>(type);
      add_zigzag(id);
    }
    last_id_ = id;
  }
  void integer(int id, Type type, std::int64_t value) {
    begin_field(id, type);
    add_zigzag(value);
  }
  template <class AddElement>
  void list(int id, Type type, std::int64_t count, AddElement add_element) {
    begin_field(id, kList);
    if (count < 15) {
      text_ += static_cast<char>(count << 4 | type);
    } else {
      text_ += static_cast<char>(0xf0 | type);
      add_varint(static_cast<std::uint64_t>(count));
    }
    for (std::int64_t i = 0; i < count; ++i) add_element(i);
  }
  void add_varint(std::uint64_t value) {
    for (; value >= 128; value >>= 7) text_ += static_cast<char>(value | 128);
    text_ += static_cast<char>(value);
  }
  void add_zigzag(std::int64_t value) {
    add_varint(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
  }

  std::string text_;
  int last_id_ = 0;
};

}  // namespace loom::gwas
