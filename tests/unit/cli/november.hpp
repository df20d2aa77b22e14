#pragma once
/// A store in November whose report is wanted.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "jobflip/base/time_text.hpp"
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {

inline WallTime utc(const std::string& text) {
  return parse_utc_time(text).value();
}

inline core::AuditEvent event_of(const std::string& chain, std::int64_t seq,
                                 const std::string& kind, const std::string& at) {
  core::AuditEvent event;
  event.chain = chain;
  event.seq = seq;
  event.kind = kind;
  event.at = utc(at);
  event.payload = "{}";
  return event;
}

inline core::Incident downtime(std::int64_t id, const std::string& onset, Millis length) {
  core::Incident out;
  out.id = IncidentId{id};
  out.pool = PoolName::of("mail");
  out.kind = core::IncidentClass::queued;
  out.opened_at = utc(onset) + std::chrono::seconds{10};
  out.closed_at = utc(onset) + length;
  out.downtime.value = true;
  out.stages = {{.stage = core::IncidentStage::onset, .at = utc(onset)},
                {.stage = core::IncidentStage::first_job, .at = utc(onset) + length}};
  return out;
}

/// Pool mail since September; it is 2026-11-23, 3:00 UTC.
inline FakeWorld world_in_november() {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  world.script.snapshot.store_time = wall();
  world.script.answers_exactly = true;
  world.script.heads = {{"jobflip", 3, ""}, {"jobflip.refusals", 1, ""}, {"mail", 9, ""}};
  world.script.audit = {event_of("mail", 1, "settings_changed", "2026-09-10 00:00:00"),
                        event_of("mail", 2, "settings_changed", "2026-10-10 00:00:00")};
  world.script.incidents = {downtime(3, "2026-11-02 12:00:00", std::chrono::minutes{5}),
                            downtime(2, "2026-10-12 12:00:00", std::chrono::minutes{30}),
                            downtime(1, "2026-09-12 12:00:00", std::chrono::minutes{10})};
  return world;
}

inline nlohmann::json report_of(FakeWorld& world, std::vector<std::string> words) {
  words.insert(words.begin(), "report");
  words.insert(words.end(), {"--format", "json"});
  const auto ran = world.run(words);
  EXPECT_EQ(ran.code, 0) << ran.err;
  return nlohmann::json::parse(ran.out);
}

}  // namespace jobflip::cli
