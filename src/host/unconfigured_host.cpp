#include "jobflip/host/unconfigured_host.hpp"

#include "host/guard_link.hpp"

namespace jobflip::host {
namespace {

class UnconfiguredHost : public ports::WorkerHost {
 public:
  UnconfiguredHost(const std::string& runtime_dir, const PoolName& pool)
      : link_{runtime_dir, pool} {}

  Result<void> prepare(const core::LeaseTimings&) override { return refusal(); }
  Result<void> start(Epoch, Instant) override { return refusal(); }
  void extend(Instant deadline) noexcept override {
    if (link_.has_page()) link_.extend(deadline);
  }
  void stop(Millis grace) noexcept override {
    if (link_.has_page()) link_.ask_stop(grace);
  }
  core::WorkerStatus status() override {
    auto seen = link_.status();
    if (core::is_known_empty(seen.phase)) seen = core::after_failed_call(seen, refusal().text);
    seen.configured = false;
    return seen;
  }
  int event_descriptor() const noexcept override { return link_.event_descriptor(); }

 private:
  static Error refusal() {
    return {ErrorCode::refused, "no workers are configured for it on this node", ""};
  }

  GuardLink link_;
};

}  // namespace

std::unique_ptr<ports::WorkerHost> make_unconfigured_host(const std::string& runtime_dir,
                                                          const PoolName& pool) {
  return std::make_unique<UnconfiguredHost>(runtime_dir, pool);
}

}  // namespace jobflip::host
