#pragma once
/// A scripted cluster's logins (fake_stores.hpp).

#include "unit/cli/fake_stores.hpp"

namespace jobflip::cli {

class FakeLogins final : public ports::LoginAdmin {
 public:
  explicit FakeLogins(Script& script) : script_(script) {}

  Result<ports::LoginsSeen> look(const std::vector<std::string>& names) override {
    script_.asked.push_back("look " + std::to_string(names.size()));
    return script_.logins;
  }

  Result<ports::CommitOutcome> carry_out(
      const std::vector<setup::LoginStep>& steps,
      const std::function<Result<void>(const std::vector<setup::LoginFacts>&)>& check) override {
    script_.asked.emplace_back("carry_out");
    script_.login_steps = steps;
    if (script_.on_commit) script_.on_commit();
    if (script_.commit.has_error()) return script_.commit;
    auto after = script_.logins_after;
    if (after.empty())
      for (const auto& step : steps) after.push_back(made(step));
    if (auto good = check(after); !good) return good.error();
    return script_.commit;
  }

 private:
  static setup::LoginFacts made(const setup::LoginStep& step) {
    setup::LoginFacts facts{.login = step.login};
    facts.can_login = facts.may_connect = true;
    facts.connection_limit = 10;
    if (!step.group.empty()) facts.groups = {step.group};
    for (const auto& setting : step.settings) facts.settings.insert(setting.name);
    return facts;
  }

  Script& script_;
};

}  // namespace jobflip::cli
