#include "loom/gwas/tables/line_file.h"

#include <algorithm>

namespace loom::gwas {

LineFile::LineFile(std::filesystem::path path) : path_(std::move(path)) {
  const std::filesystem::path extension = path_.extension();
  if (extension == ".gz" || extension == ".zst") {
    content_ = read_text(path_);
    text_ = content_;
  } else {
    mapped_ = MappedFile(path_);
    text_ = mapped_.text();
  }
  text_ = text_.substr(0, text_.find_last_not_of(" \t\r\n") + 1);
  count_ = text_.empty() ? 0 : std::ranges::count(text_, '\n') + 1;
  rest_ = text_;
}

std::string_view LineFile::next() {
  const std::size_t length = std::min(rest_.find('\n'), rest_.size());
  const std::string_view line = rest_.substr(0, length);
  rest_.remove_prefix(std::min(length + 1, rest_.size()));
  ++line_;
  return line;
}

void LineFile::seek(std::int64_t index) {
  if (index < line_) {
    rest_ = text_;
    line_ = 0;
  }
  while (line_ < index) next();
}

void LineFile::end_header() {
  text_ = rest_;
  count_ -= line_;
  header_lines_ += line_;
  line_ = 0;
}

}  // namespace loom::gwas
