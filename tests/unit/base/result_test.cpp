#include "jobflip/base/result.hpp"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "jobflip/base/check.hpp"

namespace jobflip {
namespace {

constexpr auto kLast = static_cast<int>(ErrorCode::internal);

TEST(ErrorCodes, HaveANameEachAndNoTwoTheSame) {
  std::set<std::string_view> names;
  for (int code = 0; code <= kLast; ++code) {
    const auto name = name_of(static_cast<ErrorCode>(code));
    EXPECT_FALSE(name.empty()) << code;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  EXPECT_EQ(name_of(ErrorCode::store_unreachable), "store_unreachable");
}

TEST(ErrorCodes, PassByWaitingUnlessOnlyAnOperatorCanFixThem) {
  const std::set<ErrorCode> lasting{ErrorCode::usage, ErrorCode::config, ErrorCode::audit_broken,
                                    ErrorCode::internal};
  for (int code = 0; code <= kLast; ++code) {
    const auto each = static_cast<ErrorCode>(code);
    EXPECT_EQ(is_passing(each), !lasting.contains(each)) << name_of(each);
  }
}

TEST(Results, HoldAValueOrAnError) {
  const Result<int> seven = 7;
  const Result<int> broken = Error{ErrorCode::store_timeout, "beat: no answer in 2s", ""};
  ASSERT_TRUE(seven.has_value());
  EXPECT_EQ(*seven, 7);
  ASSERT_TRUE(broken.has_error());
  EXPECT_EQ(broken.error(), (Error{ErrorCode::store_timeout, "beat: no answer in 2s", ""}));
}

TEST(Results, ThrowIfAnErrorIsTakenForAValue) {
  const Result<int> broken = Error{ErrorCode::refused, "paused", ""};
  try {
    (void)broken.value();
    FAIL() << "no exception";
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(), "result without a value: paused");
  }
}

TEST(Check, EndsTheProcessAndSaysWhatMustHold) {
  JF_CHECK(1 + 1 == 2);
  EXPECT_DEATH(JF_CHECK(1 + 1 == 3), "internal check failed: 1 \\+ 1 == 3 .*result_test.cpp");
}

}  // namespace
}  // namespace jobflip
