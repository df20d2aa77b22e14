#pragma once
/// The contract suite on incidents.

#include <string>
#include <vector>

#include "contract/store_suite.hpp"

namespace jobflip::test {

class IncidentContract : public StoreContract {
 protected:
  std::vector<core::Incident> all(core::IncidentQuery query = {}) {
    const auto found = reader().incidents(query);
    EXPECT_TRUE(found.has_value()) << (found ? "" : found.error().text);
    return found ? *found : std::vector<core::Incident>{};
  }
  core::Incident only() {
    const auto list = all();
    EXPECT_EQ(list.size(), 1u);
    if (list.empty()) return {};
    const auto one = reader().incident(list.front().id);
    EXPECT_TRUE(one.has_value()) << (one ? "" : one.error().text);
    return one ? *one : core::Incident{};
  }
  core::IncidentReport report_of(Epoch leader, core::IncidentReport::What what) {
    core::IncidentReport report;
    report.supervisor = sup1;
    report.supervisor_epoch = leader;
    report.pool = mail;
    report.what = what;
    report.kind = core::IncidentClass::queued;
    report.sentence = "queue email is STALLED: a test";
    return report;
  }
  bool report_incident(const core::IncidentReport& report) {
    const auto led = supervisor(sup1).record_incident(report);
    EXPECT_TRUE(led.has_value()) << (led ? "" : led.error().text);
    return led && *led;
  }
  core::OperatorAnswer change(const core::Incident& incident, core::IncidentChange::What what,
                              const std::string& value, const std::string& reason = "a test") {
    const auto answer = oper().change_incident({incident.id, what, value}, person(reason));
    EXPECT_TRUE(answer.has_value()) << (answer ? "" : answer.error().text);
    return answer ? *answer : core::OperatorAnswer{};
  }
  void publish(Epoch leader, std::int64_t waiting, std::optional<Millis> oldest) {
    core::QueueSample sample;
    sample.queue = view().settings.queues.front().name;
    sample.runnable = waiting;
    sample.oldest_runnable = oldest;
    const auto led = supervisor(sup1).publish(
        {sup1, leader, mail, {{sample.queue, "STALLED", "a test", sample, {}}}});
    ASSERT_TRUE(led && *led);
  }
  static std::vector<std::string> stages_of(const core::Incident& incident) {
    std::vector<std::string> out;
    for (const auto& stage : incident.stages) out.emplace_back(name_of(stage.stage));
    return out;
  }
};

}  // namespace jobflip::test
