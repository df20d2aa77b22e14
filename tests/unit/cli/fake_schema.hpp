#pragma once
/// A scripted administration of the schema (fake_stores.hpp).

#include "unit/cli/fake_stores.hpp"

namespace jobflip::cli {

class FakeSchema final : public ports::SchemaAdmin {
 public:
  explicit FakeSchema(Script& script) : script_(script) {}
  Result<int> installed_version() override { return script_.installed; }
  int wanted_version() const override { return script_.wanted; }
  std::vector<ports::Migration> pending(int installed) const override {
    std::vector<ports::Migration> out;
    for (int v = installed + 1; v <= script_.wanted; ++v)
      out.push_back({v, "step_" + std::to_string(v), "create table t" + std::to_string(v) + "();"});
    return out;
  }
  Result<ports::SetState> set_state() override { return script_.set_state; }
  std::string set_sql() const override { return "create function f();"; }
  Result<ports::MigrateReport> migrate() override {
    script_.asked.push_back("migrate");
    return script_.migrate_answer;
  }
  Result<bool> accept_copy() override {
    script_.asked.push_back("accept_copy");
    return script_.accept_answer;
  }
  Result<std::string> place() override { return script_.place; }
  Result<std::vector<std::string>> open_rights() override { return script_.open_rights; }
  Result<void> close_rights() override {
    script_.asked.push_back("close_rights");
    if (script_.close_answer) script_.open_rights.clear();
    return script_.close_answer;
  }

 private:
  Script& script_;
};

}  // namespace jobflip::cli
