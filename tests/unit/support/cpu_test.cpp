#include "loom/support/cpu.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

#include "loom/support/text.h"

namespace loom {
namespace {

TEST(Cpu, IsaNameIsTheWidest) {
  CpuInfo info;
  EXPECT_EQ(isa_name(info), "scalar");
  info.neon = true;
  EXPECT_EQ(isa_name(info), "neon");
  info.sve = true;
  EXPECT_EQ(isa_name(info), "sve");
  info.sve2 = true;
  EXPECT_EQ(isa_name(info), "sve2");
  info = {};
  info.sse42 = true;
  EXPECT_EQ(isa_name(info), "sse4.2");
  info.avx2 = true;
  EXPECT_EQ(isa_name(info), "avx2");
  info.avx512 = true;
  EXPECT_EQ(isa_name(info), "avx512");
}

TEST(Cpu, BytesAreMultipliedInFoursByAnyOfTheInstructionsForThat) {
  for (bool CpuInfo::*const instructions :
       {&CpuInfo::avx512_vnni, &CpuInfo::avx_vnni, &CpuInfo::dotprod}) {
    CpuInfo info;
    EXPECT_FALSE(has_byte_products(info));
    info.*instructions = true;
    EXPECT_TRUE(has_byte_products(info));
  }
}

TEST(Cpu, InfoIsFilled) {
  const CpuInfo& info = cpu_info();
  EXPECT_FALSE(info.vendor.empty());
  EXPECT_EQ(info.model, trim(info.model));
  EXPECT_EQ(&info, &cpu_info());
}

/// The first lines of /proc/cpuinfo on an Arm machine.
std::string arm_cpuinfo(const std::string& implementer, const std::string& part) {
  return "processor\t: 0\nBogoMIPS\t: 2100.00\nFeatures\t: fp asimd sve\nCPU implementer\t: " +
         implementer + "\nCPU architecture: 8\nCPU variant\t: 0x1\nCPU part\t: " + part +
         "\nCPU revision\t: 1\n\nprocessor\t: 1\nCPU part\t: 0xfff\n";
}

CpuInfo arm_machine(const std::string& implementer, const std::string& part) {
  CpuInfo info;
  info.architecture = "aarch64";
  read_arm_core(arm_cpuinfo(implementer, part), info);
  return info;
}

TEST(Cpu, KnowsTheCoresOfGraviton) {
  EXPECT_EQ(graviton_version(arm_machine("0x41", "0xd0c")), 2);
  EXPECT_EQ(graviton_version(arm_machine("0x41", "0xd40")), 3);
  EXPECT_EQ(graviton_version(arm_machine("0x41", "0xd4f")), 4);
  EXPECT_EQ(arm_machine("0x41", "0xd40").model, "Neoverse V1");
}

TEST(Cpu, OtherMachinesAreNoGraviton) {
  EXPECT_EQ(graviton_version(arm_machine("0x41", "0xd08")), std::nullopt);  // Cortex-A72
  EXPECT_EQ(graviton_version(arm_machine("0xc0", "0xd40")), std::nullopt);  // another maker
  CpuInfo elsewhere = arm_machine("0x41", "0xd40");
  elsewhere.architecture = "x86_64";
  EXPECT_EQ(graviton_version(elsewhere), std::nullopt);
}

TEST(Cpu, TheFileOfAnotherProcessorNamesNoCore) {
  CpuInfo info;
  read_arm_core("processor\t: 0\nvendor_id\t: GenuineIntel\n", info);
  EXPECT_EQ(info.model, "unknown core");
}

TEST(Cpu, AnUnknownArmCoreIsNamedByItsNumbers) {
  CpuInfo info = arm_machine("0xc0", "0xac3");
  info.neon = true;
  EXPECT_EQ(describe(info), "aarch64, core 0xac3 of implementer 0xc0, neon");
}

#ifdef __x86_64__
TEST(Cpu, FeaturesAgreeWithTheCompilersRuntime) {
  __builtin_cpu_init();
  const CpuInfo& info = cpu_info();
  EXPECT_EQ(info.sse42, __builtin_cpu_supports("sse4.2") != 0);
  EXPECT_EQ(info.avx2, __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"));
  EXPECT_EQ(info.avx512, __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                             __builtin_cpu_supports("avx512bw") &&
                             __builtin_cpu_supports("avx512vl") &&
                             __builtin_cpu_supports("avx512cd"));
  EXPECT_EQ(info.avx512_vnni, info.avx512 && __builtin_cpu_supports("avx512vnni"));
  EXPECT_GE(info.family, 6);
}
#endif

TEST(Cpu, UsableCoresAreAtLeastOneAndNoMoreThanTheMachineHas) {
  EXPECT_GE(usable_cores(), 1);
  EXPECT_LE(usable_cores(), static_cast<int>(std::thread::hardware_concurrency()));
}

TEST(CpuDeathTest, UsableCoresFollowTheAffinityMask) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a new process, where nothing is read yet
  EXPECT_EXIT(
      {
        cpu_set_t mask;
        CPU_ZERO(&mask);
        CPU_SET(static_cast<unsigned>(sched_getcpu()), &mask);
        const bool set = sched_setaffinity(0, sizeof mask, &mask) == 0;
        std::_Exit(set && usable_cores() == 1 ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace loom
