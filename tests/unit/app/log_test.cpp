#include "app/log.hpp"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <ctime>

#include "jobflip/base/time.hpp"

namespace jobflip::app {
namespace {

// Hosts in other time zones log the same flip.
TEST(Log, StampsAreUtcAndSaySo) {
  ::unsetenv("JOURNAL_STREAM");
  const char* before = std::getenv("TZ");
  const std::string zone = before == nullptr ? "" : before;
  ::setenv("TZ", "XYZ-5:30", 1);
  ::tzset();
  testing::internal::CaptureStderr();
  const auto from = rfc3339(std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now()));
  open_log("test")->info("started");
  const auto line = testing::internal::GetCapturedStderr();
  zone.empty() ? ::unsetenv("TZ") : ::setenv("TZ", zone.c_str(), 1);
  ::tzset();
  ASSERT_GT(line.size(), 24U) << line;
  EXPECT_EQ(line.substr(23), "Z info started\n");
  EXPECT_GE(line.substr(0, 23), from.substr(0, 23)) << line;
  EXPECT_EQ(line.substr(0, 13), from.substr(0, 13)) << "the hour of UTC, or it just changed";
}

}  // namespace
}  // namespace jobflip::app
