#include "loom/support/compression.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cstdint>
#include <memory>

#include "loom/support/error.h"

namespace loom {
namespace {

constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";

/// A gzip header with the extra field "BC" of two bytes, the size of the member less one.
constexpr std::array<unsigned char, 16> kMemberHeader = {0x1f, 0x8b, 8, 4, 0,   0,   0, 0,
                                                         0,    0xff, 6, 0, 'B', 'C', 2, 0};
constexpr std::size_t kMemberFrame = kMemberHeader.size() + 2 + 8;  // the size, CRC and length

void append_little_endian(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i & 0xff);
}

/// The raw deflate stream of `text`.
std::string deflated(std::string_view text) {
  // Numbers in decimal gain 2 % of size from level 6, which takes twice as long.
  constexpr int kLevel = 4, kRawWindow = -15, kMemoryLevel = 8;
  z_stream stream{};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kRawWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw std::bad_alloc();
  }
  const std::unique_ptr<z_stream, int (*)(z_streamp)> end(&stream, &deflateEnd);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<unsigned>(text.size());
  stream.next_out = reinterpret_cast<unsigned char*>(out.data());
  stream.avail_out = static_cast<unsigned>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  return out;
}

std::string gzip_member(std::string_view text) {
  const std::string body = deflated(text);
  std::string member(kMemberHeader.begin(), kMemberHeader.end());
  append_little_endian(member, static_cast<std::uint32_t>(body.size() + kMemberFrame - 1), 2);
  member += body;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  append_little_endian(member, static_cast<std::uint32_t>(crc32_z(0, bytes, text.size())), 4);
  append_little_endian(member, static_cast<std::uint32_t>(text.size()), 4);
  return member;
}

std::string zstd_frame(std::string_view text) {
  const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(),
                                                                        &ZSTD_freeCCtx);
  if (!context) throw std::bad_alloc();
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string frame(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(context.get(), frame.data(), frame.size(), text.data(), text.size());
  if (ZSTD_isError(size) != 0) {
    throw Error(fmt::format("[zstd] cannot compress: {}", ZSTD_getErrorName(size)));
  }
  frame.resize(size);
  return frame;
}

}  // namespace

Compression compression_named(const std::filesystem::path& path) {
  const std::filesystem::path extension = path.extension();
  if (extension == ".gz" || extension == ".bgz") return Compression::gzip;
  return extension == ".zst" ? Compression::zstd : Compression::none;
}

Compression compression_of(std::string_view beginning) {
  if (beginning.starts_with(kGzipMagic)) return Compression::gzip;
  return beginning.starts_with(kZstdMagic) ? Compression::zstd : Compression::none;
}

std::size_t block_size(Compression compression) {
  // A member of BGZF tells its size in 16 bits, and what does not compress grows a little.
  return compression == Compression::gzip ? 0xff00 : std::size_t{1} << 19;
}

std::string compress_block(Compression compression, std::string_view text) {
  return compression == Compression::gzip ? gzip_member(text) : zstd_frame(text);
}

std::string_view end_of_blocks(Compression compression) {
  using namespace std::string_view_literals;
  return compression == Compression::gzip
             ? "\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0\x1b\0\x03\0\0\0\0\0\0\0\0\0"sv
             : "\x28\xb5\x2f\xfd\x20\0\x01\0\0"sv;
}

}  // namespace loom
