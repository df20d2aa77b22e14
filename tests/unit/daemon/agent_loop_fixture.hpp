#pragma once
/// A real loop whose surroundings the test plays: the store, the workers, the black box.

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <sstream>

#include "jobflip/daemon/agent_loop.hpp"
#include "played_store.hpp"
#include "unit/daemon/loop_test.hpp"

namespace jobflip::daemon {

/// Ends a capture when the test says so.
class PlayedBlackBox : public ports::BlackBoxRecorder {
 public:
  ~PlayedBlackBox() override { ::close(event_); }
  void begin(const core::BlackBoxOf& of) noexcept override { begun = of; }
  std::vector<core::BlackBox> finished() override {
    eventfd_t drained{};
    (void)::eventfd_read(event_, &drained);
    return std::exchange(done_, {});
  }
  int event_descriptor() const noexcept override { return event_; }
  void end_look() {
    done_.push_back({*begun, "{}"});
    (void)::eventfd_write(event_, 1);
  }
  std::optional<core::BlackBoxOf> begun;

 private:
  std::vector<core::BlackBox> done_;
  int event_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
};

class PlayedHost : public ports::WorkerHost {
 public:
  ~PlayedHost() override { ::close(event_); }
  Result<void> prepare(const core::LeaseTimings&) override {
    ++prepares;
    state.phase = core::WorkerPhase::armed;
    return {};
  }
  Result<void> start(Epoch epoch, Instant deadline) override {
    if (!refusal.empty() && state_after_refusal)
      state = {*state_after_refusal, epoch, deadline, refusal};
    if (!refusal.empty() && starts_all_the_same)
      state = {core::WorkerPhase::running, epoch, deadline, ""};
    if (!refusal.empty()) return Error{ErrorCode::host_failed, refusal, refusal_hint};
    state = {core::WorkerPhase::running, epoch, deadline, ""};
    ++starts;
    return {};
  }
  void extend(Instant deadline) noexcept override {
    state.deadline = std::max(state.deadline, deadline);
  }
  void stop(Millis) noexcept override {
    ++stops;
    if (stop_ends) become(core::WorkerPhase::empty);
  }
  core::WorkerStatus status() override {
    eventfd_t drained{};
    (void)::eventfd_read(event_, &drained);
    return state;
  }
  int event_descriptor() const noexcept override { return event_; }

  void become(core::WorkerPhase phase) noexcept {
    state.phase = phase;
    (void)::eventfd_write(event_, 1);
  }

  core::WorkerStatus state{.phase = core::WorkerPhase::absent};
  std::string refusal, refusal_hint;
  bool starts_all_the_same{false};  // although it reports that it does not
  std::optional<core::WorkerPhase> state_after_refusal;
  bool stop_ends{true};
  int prepares{0}, starts{0}, stops{0};

 private:
  int event_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
};

class AgentLoopTest : public LoopTest {
 protected:
  AgentLoopTest() { run_with(&black_box); }

  void run_with(ports::BlackBoxRecorder* box) {
    AgentParts parts;
    parts.node = kJob1;
    parts.instance = Uuid{"instance"};
    parts.store = &store;
    parts.hosts = {{kMail, &host}};
    parts.black_box = box;
    parts.seen = seen_before;
    parts.keep_seen = [this](const core::SeenOfStore& seen) -> Result<void> {
      kept.push_back(seen);
      return keep_refusal.empty() ? Result<void>{}
                                  : Error{ErrorCode::host_failed, keep_refusal, ""};
    };
    parts.log = std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log_text));
    parts.on_finished = [this] { finished = true; };
    agent = std::make_unique<AgentLoop>(io, std::move(parts));
    agent->start();
  }

  bool runs() const { return host.state.phase == core::WorkerPhase::running; }

  PlayedStore store;
  PlayedHost host;
  PlayedBlackBox black_box;
  core::SeenOfStore seen_before;
  std::vector<core::SeenOfStore> kept;
  std::string keep_refusal;
  std::ostringstream log_text;
  bool finished{false};
  std::unique_ptr<AgentLoop> agent;
};

}  // namespace jobflip::daemon
