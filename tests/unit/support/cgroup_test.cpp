#include "loom/support/cgroup.h"

#include <gtest/gtest.h>

#include "temp_folder.h"

namespace loom::support {
namespace {

constexpr const char* kMounts = "sys/fs/cgroup/";

class CgroupTest : public testing::Test {
 protected:
  void join(const std::string& lines) { root_.write("proc/self/cgroup", lines); }
  void set(const std::string& file, const std::string& text) { root_.write(kMounts + file, text); }

  TempFolder root_;
};

TEST_F(CgroupTest, NoFilesMeansNoLimit) {
  EXPECT_FALSE(cgroup_cpu_quota(root_.path()));
  EXPECT_FALSE(cgroup_memory_left(root_.path()));
  join("0::/jobs/one\n");
  EXPECT_FALSE(cgroup_cpu_quota(root_.path()));
  EXPECT_FALSE(cgroup_memory_left(root_.path()));
}

TEST_F(CgroupTest, Version2TakesTheTightestQuotaOnTheWayUp) {
  join("0::/jobs/one\n");
  set("jobs/one/cpu.max", "max 100000\n");
  EXPECT_FALSE(cgroup_cpu_quota(root_.path()));
  set("jobs/cpu.max", "150000 100000\n");
  EXPECT_EQ(cgroup_cpu_quota(root_.path()), 1.5);
  set("jobs/one/cpu.max", "400000 100000\n");
  EXPECT_EQ(cgroup_cpu_quota(root_.path()), 1.5);
  set("jobs/one/cpu.max", "50000 100000\n");
  EXPECT_EQ(cgroup_cpu_quota(root_.path()), 0.5);
}

TEST_F(CgroupTest, GroupsOfOthersDoNotCount) {
  join("0::/jobs/one\n");
  set("jobs/two/cpu.max", "50000 100000\n");
  set("jobs/one/below/cpu.max", "50000 100000\n");
  EXPECT_FALSE(cgroup_cpu_quota(root_.path()));
}

TEST_F(CgroupTest, Version1Quota) {
  join("5:cpuset:/\n4:cpu,cpuacct:/jobs\n3:memory:/jobs\n");
  set("cpu,cpuacct/jobs/cpu.cfs_quota_us", "-1\n");
  set("cpu,cpuacct/jobs/cpu.cfs_period_us", "100000\n");
  EXPECT_FALSE(cgroup_cpu_quota(root_.path()));
  set("cpu,cpuacct/jobs/cpu.cfs_quota_us", "250000\n");
  EXPECT_EQ(cgroup_cpu_quota(root_.path()), 2.5);
  set("memory/jobs/cpu.cfs_quota_us", "100000\n");  // in the folder of another controller
  set("memory/jobs/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cgroup_cpu_quota(root_.path()), 2.5);
}

TEST_F(CgroupTest, Version1ControllerUnderItsOwnName) {
  join("4:cpu,cpuacct:/jobs\n");
  set("cpu/jobs/cpu.cfs_quota_us", "300000\n");
  set("cpu/jobs/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cgroup_cpu_quota(root_.path()), 3.0);
}

TEST_F(CgroupTest, ContainerWhoseGroupIsNamedAsTheHostSeesIt) {
  join("0::/docker/0123456789abcdef\n");
  set("cpu.max", "200000 100000\n");
  EXPECT_EQ(cgroup_cpu_quota(root_.path()), 2.0);
}

TEST_F(CgroupTest, GroupOutsideTheNamespaceStaysBelowTheMount) {
  join("0::/../../other\n");
  set("cpu.max", "200000 100000\n");
  root_.write("sys/cpu.max", "100000 100000\n");
  EXPECT_EQ(cgroup_cpu_quota(root_.path()), 2.0);
}

TEST_F(CgroupTest, Version2MemoryCountsDroppableCacheAsFree) {
  join("0::/jobs\n");
  set("jobs/memory.max", "max\n");
  set("jobs/memory.current", "700\n");
  EXPECT_FALSE(cgroup_memory_left(root_.path()));
  set("jobs/memory.max", "1000\n");
  EXPECT_EQ(cgroup_memory_left(root_.path()), 300);
  set("jobs/memory.stat", "anon 500\ninactive_anon 5\ninactive_file 150\nactive_file 50\n");
  EXPECT_EQ(cgroup_memory_left(root_.path()), 450);
}

TEST_F(CgroupTest, MemoryOverItsLimitLeavesNothing) {
  join("0::/jobs\n");
  set("jobs/memory.max", "1000\n");
  set("jobs/memory.current", "1200\n");
  EXPECT_EQ(cgroup_memory_left(root_.path()), 0);
}

TEST_F(CgroupTest, Version1MemoryBesideVersion2) {
  join("4:memory:/jobs\n1:cpu:/\n0::/\n");
  set("memory/jobs/memory.limit_in_bytes", "5000\n");
  set("memory/jobs/memory.usage_in_bytes", "2000\n");
  set("memory/jobs/memory.stat", "inactive_file 1\ntotal_inactive_file 500\n");
  set("memory/memory.limit_in_bytes", "9223372036854771712\n");  // how version 1 says "none"
  set("memory/memory.usage_in_bytes", "8000\n");
  EXPECT_EQ(cgroup_memory_left(root_.path()), 3500);
}

TEST_F(CgroupTest, NonsenseIsNoLimit) {
  join("nonsense\n0::/jobs\n:\n");
  set("jobs/cpu.max", "\n");
  set("jobs/memory.max", "many\n");
  set("jobs/memory.current", "1\n");
  EXPECT_FALSE(cgroup_cpu_quota(root_.path()));
  EXPECT_FALSE(cgroup_memory_left(root_.path()));
}

}  // namespace
}  // namespace loom::support
