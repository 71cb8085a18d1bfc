#include "loom/support/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "loom/support/error.h"

namespace loom {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferSize = std::size_t{1} << 20;

[[noreturn]] void throw_io(const fs::path& path, const char* doing, std::string_view reason) {
  throw IoError(fmt::format("{}: cannot {}: {}", path.string(), doing, reason));
}

[[noreturn]] void throw_io(const fs::path& path, const char* doing, int error) {
  throw_io(path, doing, std::generic_category().message(error));
}

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

std::string read_plain(const fs::path& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                             &std::fclose);
  if (!file) throw_io(path, "open", errno);
  std::size_t step = std::size_t{1} << 16;
  struct stat info {};
  if (::fstat(::fileno(file.get()), &info) == 0 && S_ISREG(info.st_mode)) {
    // One byte more than expected shows the end of the file without a second allocation.
    step = std::max(step, static_cast<std::size_t>(info.st_size) + 1);
  }
  std::string text;
  for (;;) {
    const std::size_t old_size = text.size();
    text.resize(old_size + step);
    const std::size_t count = std::fread(&text[old_size], 1, step, file.get());
    text.resize(old_size + count);
    if (std::ferror(file.get()) != 0) throw_io(path, "read", errno);
    if (std::feof(file.get()) != 0) return text;
  }
}

std::string read_compressed(const fs::path& path) {
  errno = 0;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rbe"), &gzclose);
  if (!file) throw_io(path, "open", errno != 0 ? errno : ENOMEM);
  gzbuffer(file.get(), 1U << 17);
  std::string text;
  for (;;) {
    const std::size_t old_size = text.size();
    text.resize(old_size + kBufferSize);
    const int count = gzread(file.get(), &text[old_size], kBufferSize);
    text.resize(old_size + static_cast<std::size_t>(std::max(count, 0)));
    if (count == static_cast<int>(kBufferSize)) continue;
    // A file that ends inside a compressed stream reads short and only then sets the error.
    int error = Z_OK;
    const std::string reason = gzerror(file.get(), &error);
    if (error == Z_ERRNO) throw_io(path, "read", errno);
    if (error == Z_BUF_ERROR) throw_io(path, "decompress", "the file ends early");
    if (error != Z_OK) throw_io(path, "decompress", reason);
    return text;
  }
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
  return path.extension() == ".gz" ? read_compressed(path) : read_plain(path);
}

OutputFile::OutputFile(fs::path path)
    : path_(std::move(path)), buffer_(std::make_unique<char[]>(kBufferSize)) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path_, ignored);
  if (fs::is_directory(status)) fail(EISDIR);
  if (!fs::exists(status) || fs::is_regular_file(status)) {
    partial_ = path_;
    partial_ += fmt::format(".partial-{}", ::getpid());
    slot_ = register_partial(partial_, PartialSlot::kFile);
  }
  file_ = std::fopen((partial_.empty() ? path_ : partial_).c_str(), "wbe");
  if (file_ == nullptr) fail(errno);
  std::setvbuf(file_, buffer_.get(), _IOFBF, kBufferSize);
}

OutputFile::~OutputFile() { discard(); }

void OutputFile::write(std::string_view text) {
  if (file_ == nullptr) fail(EBADF);
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail(errno);
}

void OutputFile::write(std::span<const std::byte> bytes) {
  write(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

void OutputFile::commit() {
  if (file_ == nullptr) fail(EBADF);
  if (std::fflush(file_) != 0) fail(errno);
  if (!partial_.empty() && ::fsync(::fileno(file_)) != 0 && errno != EINVAL) fail(errno);
  if (std::fclose(std::exchange(file_, nullptr)) != 0) fail(errno);
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
  if (file_ != nullptr) std::fclose(std::exchange(file_, nullptr));
  if (!partial_.empty()) ::unlink(partial_.c_str());
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
