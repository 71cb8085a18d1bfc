#include "loom/support/function_ref.h"

#include <gtest/gtest.h>

#include <string>

namespace loom {
namespace {

int call(FunctionRef<int(int)> f, int x) { return f(x); }

TEST(FunctionRef, CallsWhatItRefersTo) {
  int calls = 0;
  auto count = [&calls](int x) {
    ++calls;
    return x + 1;
  };
  EXPECT_EQ(call(count, 4), 5);
  const auto constant = [](int x) { return x - 1; };
  EXPECT_EQ(call(constant, 4), 3);
  EXPECT_EQ(calls, 1);
}

TEST(FunctionRef, KeepsTheStateOfAMutableCallable) {
  auto counter = [n = 0](int) mutable { return ++n; };
  EXPECT_EQ(call(counter, 0), 1);
  EXPECT_EQ(call(counter, 0), 2);
}

TEST(FunctionRef, PassesReferencesAndConverts) {
  auto append = [](std::string& text) { text += "!"; };
  std::string text = "loom";
  FunctionRef<void(std::string&)>{append}(text);
  EXPECT_EQ(text, "loom!");
  auto narrow = [](double x) { return static_cast<float>(x); };
  EXPECT_EQ(FunctionRef<double(int)>(narrow)(3), 3.0);
}

}  // namespace
}  // namespace loom
