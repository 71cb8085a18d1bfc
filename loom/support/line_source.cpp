#include "loom/support/line_source.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace loom {

LineSource::LineSource(std::filesystem::path path, std::size_t block_bytes)
    : source_(std::move(path)),
      capacity_(std::max<std::size_t>(block_bytes, 1)),
      buffer_(std::make_unique_for_overwrite<char[]>(capacity_)) {}

/// Reads until there is a whole line, when none is left.
bool LineSource::fill() {
  while (lines_.empty() && !ended_) {
    std::size_t used = partial_.size();
    if (used == capacity_) {  // a line longer than the buffer
      auto larger = std::make_unique_for_overwrite<char[]>(2 * capacity_);
      std::memcpy(larger.get(), partial_.data(), used);
      buffer_ = std::move(larger);
      capacity_ *= 2;
    } else if (used > 0) {
      std::memmove(buffer_.get(), partial_.data(), used);
    }
    const std::size_t count = source_.read({buffer_.get() + used, capacity_ - used});
    ended_ = count < capacity_ - used;
    const std::string_view all(buffer_.get(), used + count);
    // The old beginning of a line has no end in it.
    const std::size_t last_end = all.substr(used).rfind('\n');
    const std::size_t whole = last_end != all.npos ? used + last_end + 1 : 0;
    lines_ = ended_ ? all : all.substr(0, whole);
    partial_ = all.substr(lines_.size());
  }
  return !lines_.empty();
}

bool LineSource::next(std::string_view& line) {
  if (!fill()) return false;
  const std::size_t end = lines_.find('\n');
  line = lines_.substr(0, end);
  lines_.remove_prefix(end == lines_.npos ? lines_.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  ++line_number_;
  return true;
}

bool LineSource::next_block(std::string_view& lines) {
  if (!fill()) return false;
  lines = std::exchange(lines_, {});
  return true;
}

}  // namespace loom
