#pragma once
/// The queues of a fake world.

#include <memory>
#include <string>

#include "jobflip/ports/queue_probe.hpp"
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {

/// Every queue of every database gives the world's reading.
class FakeProbe : public ports::QueueProbe {
 public:
  explicit FakeProbe(FakeWorld& world) : world_(world) {}

  Result<std::shared_ptr<ports::QueueSource>> source_of(const core::QueueSettings& queue) override {
    if (world_.databases.contains(queue.database)) return std::make_shared<Source>(world_);
    return Error{ErrorCode::probe_failed, "there is no database \"" + queue.database + "\" here",
                 "add it"};
  }

 private:
  class Source : public ports::QueueSource {
   public:
    explicit Source(FakeWorld& world) : world_(world) {}
    Result<core::QueueSample> sample(const core::QueueSettings&) override {
      ++world_.readings;
      return world_.reading;
    }
    Result<std::vector<std::string>> running_ids(const core::QueueSettings&) override {
      return std::vector<std::string>{};
    }
    Result<ports::SourceStatement> statement(const core::QueueSettings& queue) override {
      return ports::SourceStatement{queue.query, queue.preset ? "a preset" : ""};
    }
    Result<std::string> plan(const core::QueueSettings&) override {
      return std::string{"Aggregate (cost=1)\n  \x1b[31mSeq Scan\n"};
    }
    Result<std::vector<core::FinishedJob>> finished_jobs(const core::QueueSettings&) override {
      return world_.finished_jobs;
    }
    void cancel() noexcept override {}

   private:
    FakeWorld& world_;
  };
  FakeWorld& world_;
};

}  // namespace jobflip::cli
