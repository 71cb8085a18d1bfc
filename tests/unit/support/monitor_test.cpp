#include "loom/support/monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "loom/support/error.h"

namespace loom {
namespace {

TEST(Monitor, AnEmptyOneIsSilent) {
  const Monitor monitor;
  EXPECT_NO_THROW(monitor.update("kinship", 1, 2));
}

TEST(Monitor, TellsProgress) {
  std::vector<std::string> told;
  Monitor monitor;
  monitor.progress = [&](std::string_view phase, std::int64_t done, std::int64_t total) {
    told.push_back(std::string(phase) + " " + std::to_string(done) + "/" + std::to_string(total));
  };
  monitor.update("kinship", 1, 2);
  monitor.update("kinship", 2, 2);
  EXPECT_THAT(told, testing::ElementsAre("kinship 1/2", "kinship 2/2"));
}

TEST(Monitor, StopsOnRequest) {
  std::stop_source source;
  Monitor monitor;
  int calls = 0;
  monitor.stop = source.get_token();
  monitor.progress = [&](std::string_view, std::int64_t, std::int64_t) { ++calls; };
  monitor.update("kinship", 1, 2);
  source.request_stop();
  EXPECT_THAT([&] { monitor.update("kinship", 2, 2); },
              testing::ThrowsMessage<CancelledError>("[kinship] stopped on request"));
  EXPECT_THROW(monitor.check("kinship"), CancelledError);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace loom
