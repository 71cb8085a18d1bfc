// Libraries that cannot be loaded as plug-ins, one message each, and LOOM_PLUGINS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "loom/backends/plugin/backend.h"
#include "loom/dispatch/registry.h"
#include "loom/loom.h"
#include "temp_folder.h"
#include "unit/plugin/testing.h"

namespace loom {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testing::ThrowsMessage;

void expect_fault(const std::string& name, const std::string& message) {
  EXPECT_THAT([&] { load_plugin(plugin_path(name)); }, ThrowsMessage<BackendError>(message));
}

TEST(LoadPlugin, MissingFile) {
  EXPECT_THAT([] { load_plugin("nowhere/libx.so"); },
              ThrowsMessage<BackendError>(AllOf(StartsWith("[plugin] libx.so cannot be opened: "),
                                                HasSubstr("No such file or directory"))));
}

TEST(LoadPlugin, EmptyPath) {
  EXPECT_THAT([] { load_plugin(""); }, ThrowsMessage<BackendError>("[plugin] the path is empty"));
}

TEST(LoadPlugin, FileThatIsNoLibrary) {
  const TempFolder folder;
  const std::string path = folder.write("libtext.so", "not a library");
  EXPECT_THAT([&] { load_plugin(path); },
              ThrowsMessage<BackendError>(StartsWith("[plugin] libtext.so cannot be opened: ")));
}

// The system's folders hold a libm.so.6; a plug-in is a path even without a slash.
TEST(LoadPlugin, NameIsNotSearchedFor) {
  EXPECT_THAT([] { load_plugin("libm.so.6"); },
              ThrowsMessage<BackendError>(StartsWith("[plugin] libm.so.6 cannot be opened: ")));
}

TEST(LoadPlugin, LibraryWithoutEntry) {
  expect_fault("no_entry",
               "[plugin] libno_entry.so is no plug-in: it exports no loom_plugin_entry");
}

TEST(LoadPlugin, AnotherAbiVersion) {
  expect_fault("foreign_version",
               "[plugin] libforeign_version.so has ABI version 7, this Loom speaks 1");
}

TEST(LoadPlugin, TruncatedStruct) {
  expect_fault("truncated",
               "[plugin] libtruncated.so describes itself in 48 bytes, ABI version 1 has 64");
}

TEST(LoadPlugin, TruncatedKernel) {
  expect_fault(
      "truncated_kernel",
      "[plugin] libtruncated_kernel.so describes a kernel in 40 bytes, ABI version 1 has 48");
}

TEST(LoadPlugin, DecliningPlugin) {
  expect_fault("declining", "[plugin] libdeclining.so declines to work with Loom " + version());
}

TEST(LoadPlugin, NameThatNoBackendCanHave) {
  expect_fault("bad_name",
               "[plugin] libbad_name.so names itself 'Bad Name', which cannot name a backend");
}

TEST(LoadPlugin, NameThatIsTaken) {
  expect_fault("taken_name",
               "[plugin] libtaken_name.so cannot be added: the name 'reference' is taken");
}

TEST(LoadPlugin, SecondTime) {
  ensure_loaded("sample");
  expect_fault("sample", "[plugin] libsample.so cannot be added: the name 'sample' is taken");
}

void expect_kernel_fault(const char* fault, const std::string& message) {
  setenv("LOOM_TEST_FAULT", fault, 1);
  expect_fault("bad_kernel", "[plugin] libbad_kernel.so " + message);
}

TEST(LoadPlugin, UnknownOperation) {
  expect_kernel_fault("unknown", "has a kernel for 'frobnicate', which is no operation");
}

TEST(LoadPlugin, UnnamedOperation) {
  expect_kernel_fault("unnamed", "has a kernel for '', which is no operation");
}

TEST(LoadPlugin, OperationThatRunsNoKernel) {
  expect_kernel_fault("view", "has a kernel for transpose, which never runs one");
}

TEST(LoadPlugin, TwoKernelsForOneOperation) {
  expect_kernel_fault("double", "has two kernels for add");
}

TEST(LoadPlugin, KernelWithoutFunction) {
  expect_kernel_fault("empty", "has no function for subtract");
}

TEST(LoadPlugin, KernelWithoutDTypes) {
  expect_kernel_fault("dtypes", "names no dtype for subtract");
}

TEST(LoadPlugin, UnavailablePlugin) {
  EXPECT_THAT([] { load_plugin(plugin_path("unavailable")); },
              ThrowsMessage<BackendUnavailableError>(
                  AllOf(HasSubstr("Backend 'unavailable' is not available."),
                        HasSubstr("Reason: no abacus found"))));
  EXPECT_THAT(available_backends(), Not(Contains("unavailable")));
}

TEST(PluginBackend, TellsWhatTheProbeSays) {
  plugin::PluginBackend backend(plugin_path("unavailable"));
  const dispatch::BackendInfo info = backend.probe();
  EXPECT_FALSE(info.available);
  EXPECT_EQ(info.reason, "no abacus found");
  EXPECT_EQ(info.remedy, std::string(LOOM_MESSAGE_SIZE, 'x'));
  EXPECT_EQ(info.isa, "abacus");
  EXPECT_EQ(info.note, "slow");
  EXPECT_EQ(info.integer_bits, 32);
  EXPECT_EQ(info.threads, 3);
  EXPECT_TRUE(info.gpu);
  EXPECT_TRUE(info.parallel);
  EXPECT_FALSE(info.jit);
}

/// LOOM_PLUGINS while it lives.
class PluginList {
 public:
  explicit PluginList(const std::string& list) { setenv("LOOM_PLUGINS", list.c_str(), 1); }
  ~PluginList() { unsetenv("LOOM_PLUGINS"); }
  PluginList(const PluginList&) = delete;
  PluginList& operator=(const PluginList&) = delete;
};

TEST(ListedPlugins, LoadInOrderAndFaultyOnesBecomeUnavailable) {
  const PluginList list(":" + plugin_path("sample").string() +
                        ":/nowhere/libx.so::" + plugin_path("foreign_version").string() + ":" +
                        plugin_path("sample").string());
  std::vector<std::unique_ptr<dispatch::Backend>> backends;
  plugin::append_listed_plugins(backends);
  ASSERT_EQ(backends.size(), 4u);
  EXPECT_EQ(backends[0]->name(), "sample");
  EXPECT_TRUE(backends[0]->probe().available);
  EXPECT_EQ(backends[1]->name(), "libx.so");
  const dispatch::BackendInfo missing = backends[1]->probe();
  EXPECT_FALSE(missing.available);
  EXPECT_THAT(missing.reason, HasSubstr("No such file or directory"));
  EXPECT_THAT(missing.remedy, HasSubstr("LOOM_PLUGINS"));
  EXPECT_EQ(missing.library, "/nowhere/libx.so");
  EXPECT_EQ(backends[2]->probe().reason,
            "[plugin] libforeign_version.so has ABI version 7, this Loom speaks 1");
  EXPECT_EQ(backends[3]->name(), "libsample.so");
  EXPECT_EQ(backends[3]->probe().reason,
            "[plugin] libsample.so cannot be added: the name 'sample' is taken");
}

TEST(ListedPlugins, NoListAddsNothing) {
  unsetenv("LOOM_PLUGINS");
  std::vector<std::unique_ptr<dispatch::Backend>> backends;
  plugin::append_listed_plugins(backends);
  EXPECT_TRUE(backends.empty());
}

/// In a new process: what the registry makes of LOOM_PLUGINS. Exits with 0 where all is right.
void use_listed_plugins() {
  setenv("LOOM_PLUGINS",
         (plugin_path("sample").string() + ":" + plugin_path("truncated").string()).c_str(), 1);
  setenv("LOOM_BACKEND", "sample", 1);
  bool broken_is_listed = false;
  for (const dispatch::BackendInfo& info : dispatch::Registry::instance().backends()) {
    broken_is_listed |= info.name == "libtruncated.so" && !info.available && !info.reason.empty();
  }
  const Array a = ones({2, 2});
  const Trace trace;
  matmul(a, a);
  const bool computed = trace.events().at(0).backend == "sample";
  std::exit(broken_is_listed && computed ? 0 : 1);
}

TEST(ListedPluginsDeathTest, AreThereWhenTheRegistryIsFirstUsed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(use_listed_plugins(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace loom
