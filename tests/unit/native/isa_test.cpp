#include "loom/backends/native/isa.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "loom/support/cpu.h"

namespace loom::native {
namespace {

constexpr Isa kTwo[] = {{"avx2", 2}, {"sse4", 1}};

TEST(NativeIsa, TheBestUnlessAskedOtherwise) {
  EXPECT_EQ(choose_isa("", kTwo).isa->name, "avx2");
  EXPECT_EQ(choose_isa("sse4", kTwo).isa->name, "sse4");
  EXPECT_EQ(choose_isa("sse4", kTwo).warning, "");
}

TEST(NativeIsa, WhatCannotBeHadIsSaidWithTheChoices) {
  const IsaChoice beyond = choose_isa("avx512", kTwo), unknown = choose_isa("AVX2", kTwo);
  EXPECT_EQ(beyond.isa->name, "avx2");
  EXPECT_EQ(beyond.warning, "LOOM_ISA=avx512 is beyond this processor; choose one of: avx2, sse4");
  EXPECT_EQ(unknown.isa->name, "avx2");
  EXPECT_EQ(unknown.warning, "LOOM_ISA=AVX2 is no instruction set; choose one of: avx2, sse4");
}

TEST(NativeIsa, NothingWhereTheProcessorHasNone) {
  EXPECT_FALSE(choose_isa("avx2", {}).isa.has_value());
}

TEST(NativeIsa, KnowsThisProcessor) {
  const auto has = [](std::string_view name) {
    return std::ranges::count(usable_isas(), name, &Isa::name) > 0;
  };
  if (cpu_info().architecture == "x86_64") {
    EXPECT_EQ(has("avx512"), cpu_info().avx512);
    EXPECT_EQ(has("avx2"), cpu_info().avx2);
    EXPECT_EQ(has("sse4"), cpu_info().sse42);
  } else {
    EXPECT_EQ(has("neon"), cpu_info().neon);
    EXPECT_EQ(has("sve"), cpu_info().sve);
  }
}

}  // namespace
}  // namespace loom::native
