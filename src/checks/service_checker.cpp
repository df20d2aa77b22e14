#include "jobflip/checks/service_checker.hpp"

#include <atomic>

#include "checks/exec_check.hpp"
#include "checks/url_check.hpp"

namespace jobflip::checks {
namespace {

using core::CheckResult;

class HostCheck final : public ports::ServiceCheck {
 public:
  explicit HostCheck(std::shared_ptr<const Commands> commands) : commands_{std::move(commands)} {}

  CheckResult run(const core::ServiceSettings& service) override {
    cancelled_ = false;
    const auto began = BootClock::now();
    auto result = check(service);
    result.began = began;
    result.latency = std::chrono::duration_cast<Millis>(BootClock::now() - began);
    return result;
  }

  void cancel() noexcept override {
    cancelled_ = true;
    exec_.cancel();
  }

 private:
  CheckResult check(const core::ServiceSettings& service) {
    switch (service.check) {
      case core::CheckKind::http:
        return check_http(service, cancelled_);
      case core::CheckKind::tcp:
        return check_tcp(service, cancelled_);
      case core::CheckKind::exec:
        break;
    }
    const auto found = commands_->find(service.command.value_or(""));
    if (found == commands_->end() || found->second.empty())
      return {CheckResult::Outcome::impossible,
              {},
              {},
              "this supervisor's file has no [commands." + service.command.value_or("") + "]"};
    return exec_.run(service, found->second);
  }

  std::shared_ptr<const Commands> commands_;
  std::atomic<bool> cancelled_{false};
  ExecCheck exec_;
};

class HostChecker final : public ports::ServiceChecker {
 public:
  explicit HostChecker(Commands commands)
      : commands_{std::make_shared<const Commands>(std::move(commands))} {}

  std::shared_ptr<ports::ServiceCheck> open() override {
    return std::make_shared<HostCheck>(commands_);
  }

 private:
  std::shared_ptr<const Commands> commands_;
};

}  // namespace

std::unique_ptr<ports::ServiceChecker> open_service_checker(Commands commands) {
  return std::make_unique<HostChecker>(std::move(commands));
}

}  // namespace jobflip::checks
