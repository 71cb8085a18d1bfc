#include "loom/support/fingerprint.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace loom {
namespace {

template <class... Parts>
std::string fingerprint(const Parts&... parts) {
  Fingerprint result;
  (result.add(parts), ...);
  return result.text();
}

TEST(Fingerprint, IsTheSameForTheSameContent) {
  EXPECT_EQ(fingerprint("some text"), fingerprint("some text"));
  EXPECT_EQ(fingerprint("").size(), 16u);
}

TEST(Fingerprint, TellsContentsApart) {
  std::set<std::string> seen;
  std::int64_t count = 0;
  const auto add = [&](const std::string& text) {
    seen.insert(text);
    ++count;
  };
  add(fingerprint());
  add(fingerprint(""));
  add(fingerprint("", ""));
  add(fingerprint("ab", "c"));
  add(fingerprint("a", "bc"));
  add(fingerprint("abc"));
  const std::vector<double> zeros(5), one = {0, 0, 1, 0, 0}, other = {0, 1, 0, 0, 0};
  for (const auto& values : {zeros, one, other}) add(fingerprint(std::span(values)));
  for (std::size_t length = 1; length < 40; ++length) {
    std::string text(length, '\0');
    add(fingerprint(text));
    for (char& c : text) {
      c = 1;
      add(fingerprint(text));
      c = 0;
    }
  }
  EXPECT_EQ(std::ssize(seen), count);
}

}  // namespace
}  // namespace loom
