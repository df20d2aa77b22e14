#pragma once
/// Workers that are shell scripts, under a guard that a command host starts.

#include <gmock/gmock.h>

#include "host_fixture.hpp"
#include "jobflip/host/command_host.hpp"

namespace jobflip::host {

inline constexpr const char* kPolite =
    "trap 'echo bye > $DIR/bye; exit 0' TERM; echo $$ > $DIR/pid; while :; do sleep 0.02; done";

/// With a cgroup where this machine gives one, and by killing descendants one by one.
class CommandFixture : public HostFixture, public ::testing::WithParamInterface<bool> {
 protected:
  std::unique_ptr<ports::WorkerHost> host(const std::string& script) const {
    auto settings = shell(script);
    settings.use_cgroup = GetParam();
    return make_command_host(std::move(settings));
  }

  std::unique_ptr<ports::WorkerHost> running(const std::string& script, Instant deadline) const {
    auto made = host(script);
    const auto prepared = made->prepare(timings());
    EXPECT_TRUE(prepared) << (prepared ? "" : prepared.error().text + prepared.error().hint);
    const auto started = made->start(Epoch{42}, deadline);
    EXPECT_TRUE(started) << (started ? "" : started.error().text);
    return made;
  }
};

inline std::string name_of_cgroup_use(const ::testing::TestParamInfo<bool>& chosen) {
  return chosen.param ? "WithCgroupIfThereIsOne" : "WithoutCgroup";
}

}  // namespace jobflip::host
