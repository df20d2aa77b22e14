#pragma once
/// Real workers under a real guard, and a black box that looks at them.

#include <fcntl.h>
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "jobflip/base/descriptor.hpp"
#include "jobflip/blackbox/black_box.hpp"
#include "jobflip/capture/capture_fifo.hpp"
#include "jobflip/os/proc_text.hpp"
#include "unit/host/command_fixture.hpp"

namespace jobflip::blackbox {

using host::eventually;
using host::kLimit;
using host::read_text;
using nlohmann::json;

class BlackBoxFixture : public host::CommandFixture {
 protected:
  BlackBoxSettings settings() const {
    return {.pool = PoolName::of("mail"),
            .runtime_dir = dir_,
            .unit = "",
            .output = path("output"),
            .command = {}};
  }
  static core::BlackBoxOf black_box(const char* pool = "mail") {
    return {PoolName::of(pool), Epoch{42}, FlipId{17}};
  }

  /// As the agent's loop does it.
  static std::vector<core::BlackBox> await(ports::BlackBoxRecorder& box) {
    pollfd news{box.event_descriptor(), POLLIN, 0};
    ::poll(&news, 1, static_cast<int>(kLimit.count()));
    return box.finished();
  }
  static json await_document(ports::BlackBoxRecorder& box) {
    const auto all = await(box);
    EXPECT_EQ(all.size(), 1u);
    if (all.empty()) return {};
    EXPECT_LE(all[0].document.size(), core::kMaxBlackBoxBytes);
    return json::parse(all[0].document);
  }
  static json look(const BlackBoxSettings& settings) {
    const auto box = make_black_box({settings});
    box->begin(black_box());
    return await_document(*box);
  }

  static json process(const json& document, pid_t pid) {
    for (const auto& one : document.at("processes"))
      if (one.at("pid") == pid) return one;
    ADD_FAILURE() << "process " << pid << " is not in " << document.dump(1);
    return json::object();
  }
  pid_t guard() const { return static_cast<pid_t>(page()->guard_pid.load()); }

  /// Left out where the FIFO is full.
  void order_capture() const {
    const Descriptor orders{::open(path("mail.orders").c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)};
    EXPECT_TRUE(::write(orders.fd(), &capture::kCaptureOrder, 1) == 1 || errno == EAGAIN);
  }

  /// -1 where it has none.
  pid_t capturer_of_guard() const {
    for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
      if (!os::whole_number<pid_t>(entry.path().filename().string())) continue;
      const auto stat = os::parse_stat(read_text(entry.path() / "stat"));
      if (stat && stat->parent == guard() && stat->name == "jobflip-capture") return stat->pid;
    }
    return -1;
  }

  static bool has_open(pid_t pid, const std::string& file) {
    std::error_code ignored;
    for (const auto& entry :
         std::filesystem::directory_iterator{"/proc/" + std::to_string(pid) + "/fd", ignored})
      if (std::filesystem::read_symlink(entry, ignored) == file) return true;
    return false;
  }

  /// The capturer has nothing to say in the first moment; the agent looks for itself then.
  json look_by(const std::string& source) const {
    json document;
    EXPECT_TRUE(eventually([&] { return (document = look(settings()))["source"] == source; }))
        << document.dump(1);
    return document;
  }
};

}  // namespace jobflip::blackbox
