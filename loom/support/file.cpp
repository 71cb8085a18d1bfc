#include "loom/support/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "loom/support/byte_source.h"
#include "loom/support/io_error.h"
#include "loom/support/threads.h"

namespace loom {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferSize = std::size_t{1} << 17;
constexpr std::size_t kBlocksAtOnce = 64;  // of a compressed file: work for many threads

/// Closes a descriptor at the end of a scope.
struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

// The partial files and new folders that exist now, in static memory that a signal handler can
// read.
struct PartialSlot {
  enum State { kFree, kFilling, kFile, kFolder };
  std::atomic<int> state = kFree;
  char path[4096] = {};
};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler reads the state");
std::array<PartialSlot, 64> partial_slots;

/// The slot that now holds `path`, or -1 where the table is full.
int register_partial(const fs::path& path, PartialSlot::State kind) {
  // Absolute, because the working folder may be another one when the signal comes.
  const std::string name = fs::absolute(path).string();
  for (std::size_t i = 0; i < partial_slots.size(); ++i) {
    PartialSlot& slot = partial_slots[i];
    int expected = PartialSlot::kFree;
    if (name.size() >= sizeof slot.path ||
        !slot.state.compare_exchange_strong(expected, PartialSlot::kFilling)) {
      continue;
    }
    std::memcpy(slot.path, name.c_str(), name.size() + 1);
    slot.state = kind;
    return static_cast<int>(i);
  }
  return -1;
}

void unregister_partial(int slot) noexcept {
  if (slot >= 0) partial_slots[static_cast<std::size_t>(slot)].state = PartialSlot::kFree;
}

void unregister_folder(const fs::path& path) noexcept {
  std::error_code error;
  const fs::path name = fs::absolute(path, error);
  for (PartialSlot& slot : partial_slots) {
    int expected = PartialSlot::kFolder;
    if (slot.state == expected && name == slot.path) {
      slot.state.compare_exchange_strong(expected, PartialSlot::kFree);
    }
  }
}

/// Makes the rename of a file in `folder` survive a crash of the machine. Some file systems cannot
/// sync a folder; the file itself is complete all the same, so that is no failure.
void sync_folder(const fs::path& folder) {
  const Descriptor descriptor{::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC)};
  if (descriptor.fd >= 0) ::fsync(descriptor.fd);
}

}  // namespace

MappedFile::MappedFile(const fs::path& path) {
  const Descriptor descriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (descriptor.fd < 0) throw_io(path, "open", errno);
  struct stat info {};
  if (::fstat(descriptor.fd, &info) != 0) throw_io(path, "open", errno);
  if (S_ISDIR(info.st_mode)) throw_io(path, "open", EISDIR);
  if (!S_ISREG(info.st_mode)) throw_io(path, "map", "not a regular file");
  if (info.st_size == 0) return;
  const auto size = static_cast<std::size_t>(info.st_size);
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor.fd, 0);
  if (address == MAP_FAILED) throw_io(path, "map", errno);
  data_ = static_cast<const std::byte*>(address);
  size_ = size;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void MappedFile::release(std::size_t offset, std::size_t length) const {
  static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  if (offset >= size_) return;
  length = std::min(length, size_ - offset);
  // Whole pages only: a neighbour still needs the rest of a shared one. The last page of the file
  // has no neighbour.
  const std::size_t begin = (offset + page - 1) / page * page;
  const std::size_t end = offset + length == size_ ? size_ : (offset + length) / page * page;
  if (begin >= end) return;
  // Advice only: a kernel that declines it costs memory, not correctness.
  ::madvise(const_cast<std::byte*>(data_) + begin, end - begin, MADV_DONTNEED);
}

std::string read_text(const fs::path& path) {
  std::size_t step = std::size_t{1} << 16;
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored)) {
    // One byte more than expected shows the end of a plain file without a second allocation.
    step = std::max(step, static_cast<std::size_t>(fs::file_size(path)) + 1);
  }
  ByteSource source(path);
  std::string text;
  for (;;) {
    const std::size_t old_size = text.size();
    text.resize(old_size + step);
    const std::size_t count = source.read({&text[old_size], step});
    text.resize(old_size + count);
    if (count < step) return text;
  }
}

OutputFile::OutputFile(fs::path path) : OutputFile(std::move(path), Life::of_the_process, 0) {}

OutputFile OutputFile::resumable(fs::path path, std::int64_t position) {
  return {std::move(path), Life::until_committed, position};
}

OutputFile::OutputFile(fs::path path, Life life, std::int64_t position)
    : path_(std::move(path)),
      life_(life),
      compression_(compression_named(path_)),
      kept_(position > 0) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path_, ignored);
  if (fs::is_directory(status)) fail(EISDIR);
  if (!fs::exists(status) || fs::is_regular_file(status)) {
    partial_ = path_;
    partial_ += life == Life::until_committed ? ".partial" : fmt::format(".partial-{}", ::getpid());
  }
  if (life == Life::until_committed) {
    go_on_at(position);
  } else {
    if (!partial_.empty()) slot_ = register_partial(partial_, PartialSlot::kFile);
    file_ = ::open((partial_.empty() ? path_ : partial_).c_str(),
                   O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  }
  if (file_ < 0) fail(errno);
  buffer_.reserve(kBufferSize);
}

/// Opens a file that may be there and cuts off what lies behind `position`. Touches nothing where
/// somebody else writes it.
void OutputFile::go_on_at(std::int64_t position) {
  if (partial_.empty()) {
    throw_io(path_, "write so that it can be resumed", "not a regular file");
  }
  Descriptor descriptor{
      ::open(partial_.c_str(), O_RDWR | O_CLOEXEC | (position == 0 ? O_CREAT : 0), 0666)};
  if (descriptor.fd < 0) throw_io(partial_, position == 0 ? "write" : "resume", errno);
  if (::flock(descriptor.fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    throw_io(partial_, "write", "another process is writing it");
  }
  struct stat info {};
  if (::fstat(descriptor.fd, &info) != 0) throw_io(partial_, "resume", errno);
  if (info.st_size < position) {
    throw_io(partial_, "resume",
             fmt::format("it has {} bytes, fewer than the {} of the checkpoint", info.st_size,
                         position));
  }
  if (::ftruncate(descriptor.fd, position) != 0 ||
      ::lseek(descriptor.fd, position, SEEK_SET) != position) {
    throw_io(partial_, "resume", errno);
  }
  file_ = std::exchange(descriptor.fd, -1);
  if (!kept_) slot_ = register_partial(partial_, PartialSlot::kFile);
}

OutputFile::~OutputFile() { discard(); }

void OutputFile::write(std::string_view text) {
  if (compression_ == Compression::none) return write_raw(text);
  if (file_ < 0) fail(EBADF);
  // Blocks begin at multiples of their size, so that the file is the same however it is written.
  const std::size_t batch = kBlocksAtOnce * block_size(compression_);
  while (!text.empty()) {
    const std::string_view part = text.substr(0, batch - pending_.size());
    pending_ += part;
    text.remove_prefix(part.size());
    if (pending_.size() == batch) write_pending();
  }
}

void OutputFile::write(std::span<const std::byte> bytes) {
  write(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

void OutputFile::write_raw(std::string_view bytes) {
  if (file_ < 0) fail(EBADF);
  if (buffer_.size() + bytes.size() > kBufferSize) {
    write_now(buffer_);
    buffer_.clear();
  }
  if (bytes.size() >= kBufferSize) return write_now(bytes);
  buffer_ += bytes;
}

void OutputFile::write_now(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void OutputFile::write_pending() {
  const std::size_t size = block_size(compression_);
  std::vector<std::string> blocks((pending_.size() + size - 1) / size);
  parallel_for(std::ssize(blocks), 1, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      blocks[i] = compress_block(compression_, std::string_view(pending_).substr(i * size, size));
    }
  });
  pending_.clear();
  for (const std::string& block : blocks) write_raw(block);
}

void OutputFile::flush() {
  if (!pending_.empty()) write_pending();
  if (file_ < 0) fail(EBADF);
  write_now(buffer_);
  buffer_.clear();
  if (!partial_.empty() && ::fsync(file_) != 0 && errno != EINVAL) fail(errno);
}

std::int64_t OutputFile::checkpoint() {
  flush();
  if (life_ == Life::until_committed && !kept_) {
    sync_folder(path_.parent_path());
    kept_ = true;
    unregister_partial(std::exchange(slot_, -1));
  }
  return ::lseek(file_, 0, SEEK_CUR);
}

void OutputFile::commit() {
  if (compression_ != Compression::none) {
    write_pending();
    write_raw(end_of_blocks(compression_));
  }
  flush();
  if (::close(std::exchange(file_, -1)) != 0) fail(errno);
  if (partial_.empty()) return;
  if (std::rename(partial_.c_str(), path_.c_str()) != 0) fail(errno);
  unregister_partial(std::exchange(slot_, -1));
  partial_.clear();
  sync_folder(path_.parent_path());
}

void OutputFile::fail(int error) {
  discard();
  throw_io(path_, "write", error);
}

void OutputFile::discard() noexcept {
  if (file_ >= 0) ::close(std::exchange(file_, -1));
  if (!partial_.empty() && !kept_) ::unlink(partial_.c_str());
  partial_.clear();
  unregister_partial(std::exchange(slot_, -1));
}

void remove_partial_files() noexcept {
  const int saved_errno = errno;
  for (const PartialSlot& slot : partial_slots) {
    if (slot.state == PartialSlot::kFile) ::unlink(slot.path);
  }
  for (auto slot = partial_slots.rbegin(); slot != partial_slots.rend(); ++slot) {
    if (slot->state == PartialSlot::kFolder) ::rmdir(slot->path);
  }
  errno = saved_errno;
}

std::vector<fs::path> make_folders(const fs::path& path) {
  std::vector<fs::path> made;
  fs::path folder;
  for (const fs::path& part : path) {
    folder /= part;
    std::error_code error;
    if (fs::is_directory(folder, error)) continue;
    if (fs::create_directory(folder, error)) {
      made.push_back(folder);
      register_partial(folder, PartialSlot::kFolder);
      continue;
    }
    remove_empty_folders(made);
    throw_io(path, "make folder", fs::exists(folder) ? ENOTDIR : error.value());
  }
  return made;
}

void remove_empty_folders(const std::vector<fs::path>& made) noexcept {
  for (auto folder = made.rbegin(); folder != made.rend(); ++folder) {
    unregister_folder(*folder);
    ::rmdir(folder->c_str());
  }
}

}  // namespace loom
