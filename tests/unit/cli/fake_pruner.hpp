#pragma once
/// A scripted removal of old audit events (fake_stores.hpp).

#include "unit/cli/fake_stores.hpp"

namespace jobflip::cli {

class FakePruner final : public ports::AuditPruner {
 public:
  explicit FakePruner(Script& script) : script_(script) {}
  Result<void> seal(const ports::AuditSeal& seal) override {
    script_.seals.push_back(seal);
    return script_.seal_answer;
  }

 private:
  Script& script_;
};

}  // namespace jobflip::cli
