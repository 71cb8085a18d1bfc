#include "loom/support/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "child_process.h"

namespace loom {
namespace {

using testing::HasSubstr;

TEST(ProgressLine, ShowsBarPercentCountsAndTimeLeft) {
  EXPECT_EQ(progress_line("lmm", 5, 10, 3.0), "lmm  [#####-----]  50%  5/10  ETA 3 s");
  EXPECT_EQ(progress_line("lmm", 0, 12226, 0.0), "lmm  [----------]  0%  0/12,226");
  EXPECT_EQ(progress_line("lmm", 1234567, 1234567, 9.0),
            "lmm  [##########]  100%  1,234,567/1,234,567");
  EXPECT_EQ(progress_line("x", 999, 1000, 1.0), "x  [#########-]  99%  999/1,000  ETA 1 s");
}

TEST(ProgressLine, LongTimes) {
  EXPECT_THAT(progress_line("x", 1, 2, 59.5), HasSubstr("ETA 1 min 0 s"));
  EXPECT_THAT(progress_line("x", 1, 2, 61.0), HasSubstr("ETA 1 min 1 s"));
  EXPECT_THAT(progress_line("x", 1, 2, 3720.0), HasSubstr("ETA 1 h 2 min"));
}

TEST(ProgressLine, AmountsOutOfRangeAreCut) {
  EXPECT_EQ(progress_line("x", 12, 10, 1.0), "x  [##########]  100%  10/10");
  EXPECT_EQ(progress_line("x", -1, 10, 1.0), "x  [----------]  0%  0/10");
  EXPECT_EQ(progress_line("x", 0, 0, 1.0), "x  [##########]  100%  0/0");
}

/// Tests that need a pseudo-terminal, which a bare container may lack.
class ProgressOnTerminal : public testing::Test {
 protected:
  void SetUp() override {
    int terminal = -1;
    int other_end = -1;
    if (openpty(&terminal, &other_end, nullptr, nullptr, nullptr) != 0) {
      GTEST_SKIP() << "this system gives no pseudo-terminals";
    }
    close(terminal);
    close(other_end);
  }
};

/// What a bar of two phases writes to a terminal of the kind `term`.
std::string drawn_on_terminal(const char* term) {
  int terminal = -1;
  int other_end = -1;
  EXPECT_EQ(openpty(&terminal, &other_end, nullptr, nullptr, nullptr), 0);
  const int status = run_in_child([&] {
    dup2(other_end, STDERR_FILENO);
    setenv("TERM", term, 1);
    Progress progress;
    progress.update("gk", 2, 4);
    progress.update("lmm", 5, 10);
    progress.update("lmm", 6, 10);  // within a tenth of a second: not drawn
    return true;
  });
  EXPECT_EQ(status, 0);
  // The end marks where what was drawn ends, so that the read never waits for more.
  EXPECT_EQ(write(other_end, "$", 1), 1);
  std::string text;
  std::array<char, 4096> buffer;
  while (!text.ends_with('$')) {
    const ssize_t count = read(terminal, buffer.data(), buffer.size());
    if (count <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  close(terminal);
  close(other_end);
  return text;
}

TEST_F(ProgressOnTerminal, DrawsOnATerminalAndClearsTheLine) {
  const std::string text = drawn_on_terminal("xterm");
  EXPECT_THAT(text, HasSubstr("gk  [#####-----]  50%  2/4"));
  EXPECT_THAT(text, HasSubstr("lmm  [#####-----]  50%  5/10"));
  EXPECT_THAT(text, testing::Not(HasSubstr("6/10")));
  EXPECT_THAT(text, testing::EndsWith("\r\x1b[2K$"));
}

TEST_F(ProgressOnTerminal, DrawsNothingOnADumbTerminal) {
  EXPECT_EQ(drawn_on_terminal("dumb"), "$");
}

TEST(Progress, DrawsNothingElsewhere) {
  testing::internal::CaptureStderr();
  {
    Progress progress;
    progress.update("lmm", 5, 10);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(NowSeconds, MovesForward) {
  const double before = now_seconds();
  usleep(2000);
  const double passed = now_seconds() - before;
  EXPECT_GE(passed, 0.002);
  EXPECT_LT(passed, 60) << "the unit is a second";
}

}  // namespace
}  // namespace loom
