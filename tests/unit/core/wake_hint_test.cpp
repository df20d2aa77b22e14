#include "jobflip/core/wake_hint.hpp"

#include <gtest/gtest.h>

#include <string>

namespace jobflip::core {
namespace {

const PoolName kPool = PoolName::of("mail");

TEST(WakeHintTest, IsReadAsItWasWritten) {
  for (const WakeHint& hint : {WakeHint{kPool, {}}, WakeHint{kPool, NodeName::of("job2.example")}})
    EXPECT_EQ(parse_hint(text_of(hint)), hint) << text_of(hint);
}

TEST(WakeHintTest, WhatCannotBeReadNamesNothing) {
  for (const std::string& text :
       {std::string{}, std::string{" "}, std::string{"Mail"}, std::string{"\x1b[2J"},
        std::string{"'; drop"}, std::string(8000, 'a'), std::string{" job2"}})
    EXPECT_EQ(parse_hint(text), WakeHint{}) << text;
}

TEST(WakeHintTest, ANodeThatCannotBeReadLeavesThePool) {
  for (const char* text : {"mail ", "mail  job2", "mail job2 job3", "mail JOB", "mail \xff"})
    EXPECT_EQ(parse_hint(text), (WakeHint{kPool, {}})) << text;
}

}  // namespace
}  // namespace jobflip::core
