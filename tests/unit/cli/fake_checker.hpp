#pragma once
/// Checks of services in a fake world: each passes unless the world says otherwise.

#include <map>
#include <memory>
#include <string>

#include "jobflip/ports/service_checker.hpp"

namespace jobflip::cli {

class FakeChecker : public ports::ServiceChecker {
 public:
  explicit FakeChecker(std::map<std::string, core::CheckResult> results)
      : results_(std::move(results)) {}

  std::shared_ptr<ports::ServiceCheck> open() override { return std::make_shared<Check>(results_); }

 private:
  class Check : public ports::ServiceCheck {
   public:
    explicit Check(std::map<std::string, core::CheckResult> results)
        : results_(std::move(results)) {}
    core::CheckResult run(const core::ServiceSettings& service) override {
      const auto found = results_.find(service.name.str());
      if (found != results_.end()) return found->second;
      return {core::CheckResult::Outcome::passed, {}, Millis{5}, "status 200"};
    }
    void cancel() noexcept override {}

   private:
    std::map<std::string, core::CheckResult> results_;
  };

  std::map<std::string, core::CheckResult> results_;
};

}  // namespace jobflip::cli
