#include "loom/support/threads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "loom/support/cpu.h"
#include "loom/support/error.h"
#include "unit/in_child.h"

namespace loom {
namespace {

using Range = std::pair<std::int64_t, std::int64_t>;

class ThreadsTest : public testing::Test {
 protected:
  ~ThreadsTest() override { set_num_threads(0); }
};

/// The pieces of one call, sorted.
std::vector<Range> pieces_of(std::int64_t size, std::int64_t grain) {
  std::mutex mutex;
  std::vector<Range> pieces;
  parallel_for(size, grain, [&](std::int64_t begin, std::int64_t end) {
    const std::lock_guard lock(mutex);
    pieces.emplace_back(begin, end);
  });
  std::sort(pieces.begin(), pieces.end());
  return pieces;
}

/// Holds every piece until `count` threads have come, at most for some seconds.
class Meeting {
 public:
  explicit Meeting(int count) : count_(count) {}
  bool attend() {
    ++present_;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (present_ < count_ && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    return present_ >= count_;
  }

 private:
  int count_;
  std::atomic<int> present_ = 0;
};

TEST_F(ThreadsTest, NumberCanBeSetAndTakenBack) {
  const int before = num_threads();
  EXPECT_GE(before, 1);
  set_num_threads(3);
  EXPECT_EQ(num_threads(), 3);
  set_num_threads(0);
  EXPECT_EQ(num_threads(), before);
}

TEST_F(ThreadsTest, NegativeNumberIsRefused) {
  set_num_threads(2);
  EXPECT_THROW(set_num_threads(-1), ValueError);
  EXPECT_EQ(num_threads(), 2);
}

std::vector<int> heard;
void hear(int count) { heard.push_back(count); }

TEST_F(ThreadsTest, CallbacksHearThePresentNumberAndEachChange) {
  set_num_threads(2);
  heard.clear();
  on_num_threads_change(hear);
  EXPECT_THAT(heard, testing::ElementsAre(2));
  set_num_threads(5);
  set_num_threads(5);
  set_num_threads(1);
  EXPECT_THAT(heard, testing::ElementsAre(2, 5, 1));
}

TEST_F(ThreadsTest, PiecesCoverEverythingOnceInMultiplesOfTheGrain) {
  for (const int threads : {1, 2, 3, 8}) {
    set_num_threads(threads);
    for (const std::int64_t size : {1, 2, 7, 64, 1000, 4097}) {
      for (const std::int64_t grain : {-1, 0, 1, 2, 3, 64, 5000}) {
        SCOPED_TRACE(testing::Message()
                     << threads << " threads, size " << size << ", grain " << grain);
        const std::int64_t unit = std::max<std::int64_t>(grain, 1);
        std::int64_t at = 0;
        for (const auto& [begin, end] : pieces_of(size, grain)) {
          EXPECT_EQ(begin, at);
          EXPECT_LT(begin, end);
          EXPECT_EQ(begin % unit, 0);
          if (end != size) {
            EXPECT_EQ(end % unit, 0);
          }
          at = end;
        }
        EXPECT_EQ(at, size);
      }
    }
  }
}

TEST_F(ThreadsTest, NothingToDo) {
  EXPECT_TRUE(pieces_of(0, 4).empty());
  EXPECT_TRUE(pieces_of(-5, 4).empty());
}

TEST_F(ThreadsTest, HugeSizes) {
  set_num_threads(2);
  constexpr std::int64_t kSize = INT64_MAX;
  constexpr std::int64_t kGrain = std::int64_t{1} << 56;
  std::atomic<std::int64_t> covered = 0;
  parallel_for(kSize, kGrain,
               [&](std::int64_t begin, std::int64_t end) { covered += end - begin; });
  EXPECT_EQ(covered, kSize);
}

TEST_F(ThreadsTest, FindsTheFirst) {
  for (const int threads : {1, 4}) {
    set_num_threads(threads);
    for (int round = 0; round < 10; ++round) {
      EXPECT_EQ(parallel_find(1000, [](std::int64_t i) { return i % 100 == 41; }), 41);
    }
    EXPECT_EQ(parallel_find(1000, [](std::int64_t) { return false; }), 1000);
    EXPECT_EQ(parallel_find(0, [](std::int64_t) { return true; }), 0);
  }
}

TEST_F(ThreadsTest, OnePieceRunsOnTheCallingThreadOutsideAnyRegion) {
  set_num_threads(4);
  const auto caller = std::this_thread::get_id();
  const auto check = [&](std::int64_t begin, std::int64_t end) {
    EXPECT_EQ(begin, 0);
    EXPECT_EQ(end, 10);
    EXPECT_EQ(std::this_thread::get_id(), caller);
    EXPECT_FALSE(in_parallel_region());
  };
  parallel_for(10, 10, check);
  parallel_for(10, 11, check);
  set_num_threads(1);
  parallel_for(10, 1, check);
}

TEST_F(ThreadsTest, PiecesRunAtTheSameTime) {
  // More threads than this machine may have cores: what was asked for is what runs.
  const int threads = usable_cores() + 1;
  set_num_threads(threads);
  Meeting meeting(threads);
  std::mutex mutex;
  std::set<std::thread::id> ids;
  std::atomic<bool> met = true;
  parallel_for(threads, 1, [&](std::int64_t begin, std::int64_t end) {
    EXPECT_TRUE(in_parallel_region());
    for (std::int64_t i = begin; i < end; ++i) met = meeting.attend() && met;
    const std::lock_guard lock(mutex);
    ids.insert(std::this_thread::get_id());
  });
  EXPECT_TRUE(met);
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(threads));
  EXPECT_FALSE(in_parallel_region());
}

TEST_F(ThreadsTest, NestedCallsRunInline) {
  set_num_threads(4);
  std::vector<std::atomic<int>> seen(64 * 64);
  parallel_for(64, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const auto thread = std::this_thread::get_id();
      int calls = 0;
      parallel_for(64, 1, [&](std::int64_t inner_begin, std::int64_t inner_end) {
        ++calls;
        EXPECT_EQ(std::this_thread::get_id(), thread);
        EXPECT_TRUE(in_parallel_region());
        for (std::int64_t j = inner_begin; j < inner_end; ++j) {
          ++seen[static_cast<std::size_t>(64 * i + j)];
        }
      });
      EXPECT_EQ(calls, 1);
      EXPECT_TRUE(in_parallel_region()) << "the inner call must not end the outer region";
    }
  });
  EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [](const auto& count) { return count == 1; }));
}

TEST_F(ThreadsTest, ExceptionsReachTheCaller) {
  for (const int threads : {1, 4}) {
    set_num_threads(threads);
    try {
      parallel_for(1000, 1, [](std::int64_t begin, std::int64_t end) {
        if (begin <= 700 && 700 < end) throw ShapeError("[test] piece with 700");
      });
      FAIL() << "nothing was thrown";
    } catch (const ShapeError& error) {
      EXPECT_STREQ(error.what(), "[test] piece with 700");
    }
    EXPECT_FALSE(in_parallel_region());
    EXPECT_EQ(pieces_of(10, 10).size(), 1U) << "the pool still works";
  }
}

TEST_F(ThreadsTest, ExceptionOfANestedCallReachesTheOuterCaller) {
  set_num_threads(4);
  EXPECT_THROW(parallel_for(8, 1,
                            [](std::int64_t, std::int64_t) {
                              parallel_for(8, 1, [](std::int64_t, std::int64_t) {
                                throw std::runtime_error("inner");
                              });
                            }),
               std::runtime_error);
  EXPECT_FALSE(in_parallel_region());
}

TEST_F(ThreadsTest, PlainWritesOfTheBodyAreSeenByTheCaller) {
  set_num_threads(4);
  std::vector<std::int64_t> values(100000);
  for (int round = 1; round <= 20; ++round) {
    parallel_for(static_cast<std::int64_t>(values.size()), 128,
                 [&](std::int64_t begin, std::int64_t end) {
                   for (auto i = begin; i < end; ++i) values[static_cast<std::size_t>(i)] += i;
                 });
    ASSERT_EQ(values.back(), round * (static_cast<std::int64_t>(values.size()) - 1));
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(values[i], 20 * static_cast<std::int64_t>(i));
  }
}

TEST_F(ThreadsTest, SeveralCallersWhileTheNumberChanges) {
  set_num_threads(4);
  std::atomic<bool> stop = false;
  std::vector<std::thread> callers;
  std::atomic<int> wrong = 0;
  for (int c = 0; c < 3; ++c) {
    callers.emplace_back([&] {
      while (!stop) {
        std::atomic<std::int64_t> sum = 0;
        parallel_for(1000, 10, [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t i = begin; i < end; ++i) sum += i;
        });
        if (sum != 499500) ++wrong;
      }
    });
  }
  for (int i = 0; i < 200; ++i) set_num_threads(1 + i % 5);
  stop = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(wrong, 0);
}

std::int64_t parallel_sum(std::int64_t size) {
  std::atomic<std::int64_t> sum = 0;
  parallel_for(size, 10, [&](std::int64_t begin, std::int64_t end) {
    std::int64_t part = 0;
    for (std::int64_t i = begin; i < end; ++i) part += i;
    sum += part;
  });
  return sum;
}

TEST(Fork, ChildOfAProcessWhosePoolRanComputes) {
  if (!kCanFork) GTEST_SKIP() << "no fork under this sanitizer";
  set_num_threads(4);
  ASSERT_EQ(parallel_sum(1000), 499500);
  EXPECT_EQ(status_in_child([] {
              set_num_threads(3);
              return parallel_sum(1000) == 499500 && parallel_sum(2000) == 1999000;
            }),
            0);
  EXPECT_EQ(parallel_sum(1000), 499500) << "the parent goes on";
  set_num_threads(0);
}

TEST(Fork, ChildComputesWhileThreadsOfTheParentStartWork) {
  if (!kCanFork) GTEST_SKIP() << "no fork under this sanitizer";
  set_num_threads(4);
  std::atomic<bool> stop = false;
  std::thread busy([&] {
    while (!stop) parallel_sum(1000);
  });
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(status_in_child([] { return parallel_sum(1000) == 499500; }), 0);
  }
  stop = true;
  busy.join();
  set_num_threads(0);
}

/// In a new process, where no number is known yet: num_threads() under LOOM_NUM_THREADS=`text`.
[[noreturn]] void exit_with_num_threads(const char* text) {
  setenv("LOOM_NUM_THREADS", text, 1);
  try {
    std::_Exit(num_threads());
  } catch (const ValueError& error) {
    std::fputs(error.what(), stderr);
    std::_Exit(111);
  }
}

TEST(ThreadsDeathTest, EnvironmentSetsTheDefault) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(exit_with_num_threads("7"), testing::ExitedWithCode(7), "");
  EXPECT_EXIT(exit_with_num_threads(" 7 "), testing::ExitedWithCode(7), "");
  EXPECT_EXIT(exit_with_num_threads(""), testing::ExitedWithCode(usable_cores()), "");
}

TEST(ThreadsDeathTest, EnvironmentThatIsNoNumberIsRefused) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (const char* text : {"many", "0", "-2", "2.5", "99999999999"}) {
    EXPECT_EXIT(exit_with_num_threads(text), testing::ExitedWithCode(111),
                std::string("LOOM_NUM_THREADS.*at least 1.*") + text);
  }
}

}  // namespace
}  // namespace loom
