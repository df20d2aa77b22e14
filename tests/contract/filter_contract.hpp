#pragma once
/// The contract suite after one flip of mail from job1 to job2, two pauses and a drain.

#include "contract/store_suite.hpp"

namespace jobflip::test {

class FilterContract : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    const Epoch held = hold(job1);
    carried_out_ = flip(job2);
    carry_out(carried_out_, held, core::FlipState::started);
    pass(Millis{5});
    ASSERT_TRUE(oper().pause(mail, Millis{60'000}, person()).has_value());
    ASSERT_TRUE(oper().pause(paper, Millis{60'000}, {"bob", "another"}).has_value());
    ASSERT_TRUE(oper().drain(job3, true, person()).has_value());
  }

  /// A filter with one condition.
  template <class Member, class Value>
  static core::EventFilter by(Member core::EventFilter::*member, Value value) {
    core::EventFilter out;
    out.*member = value;
    return out;
  }

  std::vector<core::AuditEvent> events(const core::EventFilter& filter,
                                       const std::string& chain = "") {
    return reader().audit({.chain = chain, .filter = filter}).value();
  }
  std::vector<core::HistoryEntry> entries(const core::EventFilter& filter) {
    return reader().history({{}, 100, filter}).value();
  }

  FlipId carried_out_;
};

}  // namespace jobflip::test
