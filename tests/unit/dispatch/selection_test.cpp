#include "loom/dispatch/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "fake_backend.h"
#include "loom/ops/elementwise.h"

namespace loom {
namespace {

using dispatch::fake;
using dispatch::FakeBackend;
using dispatch::marking_kernel;
using schema::op;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

template <class E, class F>
std::string message_of(F f) {
  try {
    f();
  } catch (const E& error) {
    return error.what();
  }
  return "nothing of that type was thrown";
}

class Selection : public testing::Test {
 protected:
  void TearDown() override { set_backend("auto"); }
};

double sum_under_present_backend() {
  return add(Array::from({1.0}), Array::from({2.0})).item<double>();
}

TEST_F(Selection, BackendThatIsSetComputes) {
  const std::string name = fake("marks_7", {{op("add"), marking_kernel<7>()}});
  EXPECT_EQ(sum_under_present_backend(), 3);
  EXPECT_EQ(set_backend(name), name);
  EXPECT_EQ(get_backend(), name);
  EXPECT_EQ(get_backend_info().name, name);
  EXPECT_EQ(sum_under_present_backend(), 7);
  EXPECT_EQ(set_backend("auto"), "auto");
  EXPECT_EQ(get_backend(), "auto");
  EXPECT_EQ(sum_under_present_backend(), 3);
}

TEST_F(Selection, ScopeStandsAboveTheProcess) {
  const std::string seven = fake("marks_7", {{op("add"), marking_kernel<7>()}});
  const std::string eight = fake("marks_8", {{op("add"), marking_kernel<8>()}});
  set_backend(seven);
  {
    const BackendScope outer(eight);
    EXPECT_EQ(sum_under_present_backend(), 8);
    {
      const BackendScope inner("auto");
      EXPECT_EQ(get_backend(), "auto");
      EXPECT_EQ(sum_under_present_backend(), 3);
    }
    EXPECT_EQ(sum_under_present_backend(), 8);
    set_backend("reference");
    EXPECT_EQ(get_backend(), eight) << "the scope still stands above";
  }
  EXPECT_EQ(get_backend(), "reference");
}

TEST_F(Selection, ScopeIsOfItsThread) {
  const BackendScope scope(fake("marks_7", {{op("add"), marking_kernel<7>()}}));
  std::string elsewhere;
  std::thread([&] { elsewhere = get_backend(); }).join();
  EXPECT_EQ(elsewhere, "auto");
}

TEST_F(Selection, FailedScopeLeavesThingsAsTheyWere) {
  EXPECT_THROW(BackendScope("no_such_backend"), ValueError);
  EXPECT_EQ(get_backend(), "auto");
}

TEST_F(Selection, UnknownNameIsAValueErrorThatListsTheKnown) {
  const std::string message = message_of<ValueError>([] { set_backend("no_such_backend"); });
  EXPECT_THAT(message, StartsWith("unknown backend 'no_such_backend'; known backends: auto, "));
  EXPECT_THAT(message, HasSubstr("reference"));
  EXPECT_EQ(get_backend(), "auto");
}

TEST_F(Selection, AvailableBackendsIncludeReferenceAndAddedOnes) {
  fake("marks_7", {{op("add"), marking_kernel<7>()}});
  EXPECT_THAT(available_backends(), AllOf(Contains("reference"), Contains("marks_7")));
  EXPECT_THAT(available_backends(), Not(Contains("auto")));
}

TEST_F(Selection, OldNamesMeanBackendsAndAreToldOnce) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(set_backend("python"), "reference");
  EXPECT_EQ(set_backend("python"), "reference");
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "loom: backend name 'python' is an old one: it means 'reference' here\n");
}

TEST(Aliases, StandForTheEnginesOfOtherSystems) {
  constexpr std::pair<std::string_view, std::string_view> kMeanings[] = {
      {"python", "reference"}, {"numba", "jit"},       {"jax", "blas"},   {"jax.scipy", "blas"},
      {"rust", "native"},      {"jax.rust", "native"}, {"cpu", "native"}, {"mystery", "mystery"},
  };
  testing::internal::CaptureStderr();
  for (const auto& [name, meaning] : kMeanings) {
    EXPECT_EQ(dispatch::resolve_alias(name), meaning);
  }
  testing::internal::GetCapturedStderr();
}

TEST(Aliases, SayWhatTheyMeanWithoutANotice) {
  EXPECT_EQ(dispatch::alias_meaning("jax"), "blas");
  EXPECT_EQ(dispatch::alias_meaning("blas"), std::nullopt);
  testing::internal::CaptureStderr();
  EXPECT_EQ(dispatch::resolve_alias("jax"), "blas");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << "who asked has been told";
}

TEST_F(Selection, BackendsThatThisBuildLacksAreUnavailable) {
  testing::internal::CaptureStderr();
  const std::string message = message_of<BackendUnavailableError>([] { set_backend("numba"); });
  testing::internal::GetCapturedStderr();
  EXPECT_THAT(message, StartsWith("Backend 'numba' is not available.\nAvailable backends: ["));
  EXPECT_THAT(message, HasSubstr("]\nReason: this build of Loom does not contain the backend 'jit'"
                                 "\nRemedy: choose one of the available backends, or 'auto'"));
  EXPECT_THAT(message_of<BackendUnavailableError>([] { BackendScope scope("cuda"); }),
              HasSubstr("does not contain the backend 'cuda'"));
  for (const std::string_view name : dispatch::absent_backends()) {
    EXPECT_THAT(available_backends(), Not(Contains(name)));
  }
  EXPECT_EQ(get_backend(), "auto");
}

TEST(AddedBackend, MayHaveTheNameOfOneThatThisBuildLacks) {
  const std::string name = fake("mpi", {{op("add"), marking_kernel<7>()}});
  const BackendScope scope(name);
  EXPECT_EQ(get_backend(), "mpi");
}

TEST(AddedBackend, ThatCannotRunIsRefusedWithReasonAndRemedy) {
  const std::string message = message_of<BackendUnavailableError>([] {
    dispatch::Registry::instance().add(
        std::make_unique<FakeBackend>("sleeping", "it is night", "wait for the morning"));
  });
  EXPECT_THAT(message, StartsWith("Backend 'sleeping' is not available.\nAvailable backends: ["));
  EXPECT_THAT(message, HasSubstr("'reference'"));
  EXPECT_THAT(message, HasSubstr("\nReason: it is night\nRemedy: wait for the morning"));
  EXPECT_THAT(message, Not(HasSubstr("'sleeping',")));
  EXPECT_THAT(available_backends(), Not(Contains("sleeping")));
}

TEST(AddedBackend, NeedsANameOfItsOwn) {
  const auto add_named = [](const std::string& name) {
    dispatch::Registry::instance().add(std::make_unique<FakeBackend>(name));
  };
  EXPECT_EQ(message_of<ValueError>([&] { add_named("reference"); }),
            "the name 'reference' is taken");
  EXPECT_EQ(message_of<ValueError>([&] { add_named("auto"); }), "the name 'auto' is taken");
}

TEST(PutBackend, ThatCannotRunStaysWithItsReason) {
  dispatch::Registry::instance().put(
      std::make_unique<FakeBackend>("dozing", "it is noon", "wait for the evening"));
  EXPECT_THAT(available_backends(), Not(Contains("dozing")));
  EXPECT_THAT(message_of<BackendUnavailableError>([] { BackendScope scope("dozing"); }),
              HasSubstr("\nReason: it is noon\nRemedy: wait for the evening"));
}

TEST(PutBackend, ReplacesAnAddedOneButNoneOfThisBuild) {
  auto& registry = dispatch::Registry::instance();
  const auto put = [&](const std::string& name, dispatch::Kernel kernel) {
    registry.put(std::make_unique<FakeBackend>(name, FakeBackend::Kernels{{op("add"), kernel}}));
  };
  const Array a = Array::from({1.0});
  put("twice", marking_kernel<1>());
  const BackendScope first("twice");
  put("twice", marking_kernel<2>());
  EXPECT_EQ(add(a, a).item<double>(), 1);  // the scope stays with what it was opened for
  const BackendScope second("twice");
  EXPECT_EQ(add(a, a).item<double>(), 2);
  const std::vector<std::string> names = available_backends();
  EXPECT_EQ(std::count(names.begin(), names.end(), "twice"), 1);
  EXPECT_EQ(message_of<ValueError>([&] { put("reference", marking_kernel<1>()); }),
            "the name 'reference' is taken");
}

// LOOM_BACKEND is read once, by the first operation of a process, so each of these runs in a new
// one: "threadsafe" death tests start the program again, under the environment of that moment.
class EnvironmentDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
  void TearDown() override { unsetenv("LOOM_BACKEND"); }

  template <class F>
  [[noreturn]] static void say(F f) {
    try {
      std::fprintf(stderr, "<%s>\n", std::string(f()).c_str());
    } catch (const std::exception& error) {
      std::fprintf(stderr, "<%s>\n", error.what());
    }
    std::exit(0);
  }
};

TEST_F(EnvironmentDeathTest, NamesTheInitialBackend) {
  setenv("LOOM_BACKEND", "reference", 1);
  EXPECT_EXIT(say([] { return get_backend(); }), testing::ExitedWithCode(0), "<reference>");
}

TEST_F(EnvironmentDeathTest, EmptyMeansAuto) {
  setenv("LOOM_BACKEND", "", 1);
  EXPECT_EXIT(say([] { return get_backend(); }), testing::ExitedWithCode(0), "<auto>");
}

TEST_F(EnvironmentDeathTest, StandsBelowSetBackend) {
  setenv("LOOM_BACKEND", "reference", 1);
  EXPECT_EXIT(say([] {
                set_backend("auto");
                return get_backend();
              }),
              testing::ExitedWithCode(0), "<auto>");
}

TEST_F(EnvironmentDeathTest, StandsBelowAScope) {
  setenv("LOOM_BACKEND", "reference", 1);
  EXPECT_EXIT(say([] {
                const BackendScope scope("auto");
                return get_backend();
              }),
              testing::ExitedWithCode(0), "<auto>");
}

TEST_F(EnvironmentDeathTest, UnknownNameFailsTheFirstUse) {
  setenv("LOOM_BACKEND", "no_such_backend", 1);
  EXPECT_EXIT(say([] { return get_backend(); }), testing::ExitedWithCode(0),
              "<unknown backend 'no_such_backend'");
}

}  // namespace
}  // namespace loom
