#include "loom/support/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include "loom/support/compression.h"
#include "loom/support/error.h"
#include "loom/support/io_error.h"

namespace loom {

class ByteSource::Decoder {
 public:
  virtual ~Decoder() = default;
  /// Decodes from the front of `in` to the front of `out`, cutting off what is done. Leaves both
  /// alone only where it needs more input. Throws Error with the reason alone.
  virtual void decode(std::string_view& in, std::span<char>& out) = 0;
  /// Whether the file may end here: no member or frame is begun and not ended.
  bool may_end() const { return between_; }

 protected:
  bool between_ = true;
};

namespace {

constexpr std::size_t kBufferSize = std::size_t{1} << 17;
constexpr std::size_t kLongestMagic = 4;

class GzipDecoder final : public ByteSource::Decoder {
 public:
  GzipDecoder() {
    constexpr int kGzipOnly = 15 + 16;
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~GzipDecoder() override { inflateEnd(&stream_); }

  void decode(std::string_view& in, std::span<char>& out) override {
    if (between_) {
      // Zeros behind the last member are what a tape, or a file system, filled up with.
      in.remove_prefix(std::min(in.find_first_not_of('\0'), in.size()));
      if (in.empty()) return;
      inflateReset(&stream_);
      between_ = false;
    }
    constexpr std::size_t kMost = std::numeric_limits<unsigned>::max();
    const std::size_t given = std::min(in.size(), kMost), room = std::min(out.size(), kMost);
    stream_.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<unsigned>(given);
    stream_.next_out = reinterpret_cast<unsigned char*>(out.data());
    stream_.avail_out = static_cast<unsigned>(room);
    const int status = inflate(&stream_, Z_NO_FLUSH);
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (status == Z_DATA_ERROR || status == Z_NEED_DICT) {
      throw Error(stream_.msg != nullptr ? stream_.msg : "no gzip data");
    }
    between_ = status == Z_STREAM_END;
    in.remove_prefix(given - stream_.avail_in);
    out = out.subspan(room - stream_.avail_out);
  }

 private:
  z_stream stream_{};
};

class ZstdDecoder final : public ByteSource::Decoder {
 public:
  ZstdDecoder() : context_(ZSTD_createDCtx(), &ZSTD_freeDCtx) {
    if (!context_) throw std::bad_alloc();
  }

  void decode(std::string_view& in, std::span<char>& out) override {
    if (in.empty() && between_) return;
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const std::size_t status = ZSTD_decompressStream(context_.get(), &to, &from);
    if (ZSTD_isError(status) != 0) throw Error(ZSTD_getErrorName(status));
    between_ = status == 0;
    in.remove_prefix(from.pos);
    out = out.subspan(to.pos);
  }

 private:
  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context_;
};

std::unique_ptr<ByteSource::Decoder> make_decoder(Compression compression) {
  if (compression == Compression::gzip) return std::make_unique<GzipDecoder>();
  if (compression == Compression::zstd) return std::make_unique<ZstdDecoder>();
  return nullptr;
}

}  // namespace

ByteSource::ByteSource(std::filesystem::path path)
    : path_(std::move(path)),
      file_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)),
      buffer_(std::make_unique<char[]>(kBufferSize)) {
  if (file_ < 0) throw_io(path_, "open", errno);
  try {
    struct stat info {};
    if (::fstat(file_, &info) == 0 && S_ISREG(info.st_mode)) size_ = info.st_size;
    // A pipe may give less than a magic number at once.
    while (input_.size() < kLongestMagic && refill()) {
    }
    decoder_ = make_decoder(compression_of(input_));
    if (!decoder_ && input_.size() < kLongestMagic && size_ == std::ssize(input_) &&
        compression_named(path_) != Compression::none) {
      throw_io(path_, "decompress", "the file ends early");
    }
  } catch (...) {
    ::close(file_);
    throw;
  }
}

ByteSource::~ByteSource() {
  if (file_ >= 0) ::close(file_);
}

ByteSource::ByteSource(ByteSource&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      size_(other.size_),
      taken_(other.taken_),
      buffer_(std::move(other.buffer_)),
      input_(other.input_),
      decoder_(std::move(other.decoder_)) {}

/// Bytes of the file as they are, at least one but at its end.
std::size_t ByteSource::read_some(std::span<char> out) {
  for (;;) {
    const ssize_t count = ::read(file_, out.data(), out.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_io(path_, "read", errno);
    taken_ += count;
    return static_cast<std::size_t>(count);
  }
}

/// Adds to the input from the file; false at its end.
bool ByteSource::refill() {
  if (!input_.empty()) std::memmove(buffer_.get(), input_.data(), input_.size());
  const std::size_t count = read_some({buffer_.get() + input_.size(), kBufferSize - input_.size()});
  input_ = {buffer_.get(), input_.size() + count};
  return count > 0;
}

std::size_t ByteSource::read(std::span<char> out) {
  const std::size_t wanted = out.size();
  while (!out.empty()) {
    if (!decoder_) {
      const std::size_t count =
          input_.empty() ? read_some(out) : input_.copy(out.data(), out.size());
      if (count == 0) break;
      input_.remove_prefix(std::min(count, input_.size()));
      out = out.subspan(count);
      continue;
    }
    const std::size_t room = out.size();
    try {
      decoder_->decode(input_, out);
    } catch (const Error& error) {
      throw_io(path_, "decompress", error.what());
    }
    if (out.size() != room || !input_.empty() || refill()) continue;
    if (!decoder_->may_end()) throw_io(path_, "decompress", "the file ends early");
    break;
  }
  return wanted - out.size();
}

double ByteSource::fraction_read() const {
  if (size_ == 0) return 0;
  return std::min(1.0,
                  static_cast<double>(taken_ - std::ssize(input_)) / static_cast<double>(size_));
}

}  // namespace loom
