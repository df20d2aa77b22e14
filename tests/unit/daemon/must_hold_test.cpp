// A violated invariant ends the process with its sentence; a state that is right goes on.
#include "daemon/must_hold.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

namespace jobflip::daemon {
namespace {

TEST(MustHold, AbortsWithTheSentenceOfTheViolatedInvariant) {
  spdlog::logger log{"test", std::make_shared<spdlog::sinks::null_sink_mt>()};
  must_hold("", "agent node=job1", log);
  EXPECT_DEATH(
      must_hold("mail: a lease is released only when no worker is left", "agent node=job1", log),
      "agent node=job1: invariant violated: mail: a lease is released only when");
}

}  // namespace
}  // namespace jobflip::daemon
