#include "jobflip/view/event_text.hpp"

#include <gtest/gtest.h>

#include "jobflip/core/audit_kinds.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::view {
namespace {

core::AuditEvent event_of(std::string_view kind, std::string payload, std::string reason = "") {
  core::AuditEvent event;
  event.chain = "mail";
  event.kind = kind;
  event.node = "job2";
  event.flip = 7;
  event.epoch = 4;
  event.session_user = "login";
  event.reason = std::move(reason);
  event.payload = std::move(payload);
  return event;
}

std::string text(std::string_view kind, std::string payload, std::string reason = "") {
  return event_text(event_of(kind, std::move(payload), std::move(reason)));
}

/// A value of the type that the table of kinds says.
Json value_of_type(core::AuditType type) {
  switch (type) {
    case core::AuditType::text:
      return "word";
    case core::AuditType::number:
      return 12;
    case core::AuditType::boolean:
      return true;
    case core::AuditType::object:
      return Json::object();
    case core::AuditType::texts:
      return Json::array({"one", "two"});
    case core::AuditType::numbers:
      return Json::array({2, 3});
  }
  return nullptr;
}

TEST(EventText, EveryKindHasASentenceWithWhatIsInItsPayload) {
  for (const auto& row : core::audit_kinds()) {
    Json payload = Json::object();
    for (const auto& field : row.payload)
      payload[std::string{field.name}] = value_of_type(field.type);
    const auto sentence = text(row.name, payload.dump(), "because of it");
    EXPECT_GE(sentence.size(), 12u) << row.name;
    EXPECT_FALSE(sentence.starts_with(row.name)) << "only a kind that is not known has its name";
    const bool by_payload = row.kind == core::AuditKind::black_box ||
                            row.kind == core::AuditKind::apply_refused ||
                            row.kind == core::AuditKind::schema_upgraded;
    EXPECT_EQ(sentence.find("because of it") == std::string::npos, by_payload)
        << row.name << ": " << sentence;
  }
}

TEST(EventText, SaysWhatHappened) {
  EXPECT_EQ(text("lease_taken", R"({"from": "job1"})", "node job1 released it"),
            "job2 took the pool from job1: node job1 released it");
  EXPECT_EQ(text("lease_taken", R"({"from": null})", "the pool was never held before"),
            "job2 took the pool: the pool was never held before");
  EXPECT_EQ(text("takeover", R"({"from": "job1"})", "no beat"),
            "job2 took over from job1, which was silent: no beat");
  EXPECT_EQ(text("lease_released", R"({"workers": "killed"})", "a flip"),
            "job2 released the pool; its workers were killed: a flip");
  EXPECT_EQ(text("flip_requested", R"({"from": "job1", "to": "job2"})", "disk full"),
            "flip 7 from job1 to job2 is asked for: disk full");
  EXPECT_EQ(text("lease_released", R"({"workers": "drained"})", "a flip"),
            "job2 released the pool; its workers ended by themselves: a flip");
  EXPECT_EQ(
      text("flip_requested", R"({"from": "job1", "to": "job2", "host_is_off": true})", "fire"),
      "flip 7 from job1 to job2, whose host is stated to be off is asked for: fire");
  EXPECT_EQ(text("epochs_lowered", R"({"epoch_before": 9})", "a copy"),
            "the owner of the database lowered the epochs from 9 to 4: a copy");
  EXPECT_EQ(text("flip_requested", R"({"from": "job1", "to": "job1", "automatic": true})", "stuck"),
            "the supervisor asks for flip 7 as a restart on job1: stuck");
  EXPECT_EQ(
      text("flip_refused",
           R"({"pool": "mail", "from": "", "to": "job2", "rule": "cooldown", "sentence": "3m left",
               "not_recorded": 4})",
           "disk full"),
      "a flip of mail from any to job2 is refused (and 4 more like it): cooldown: 3m left; it was "
      "wanted because: disk full");
  EXPECT_EQ(text("flip_step", R"({"to_state": "released"})", "the workers are gone"),
            "flip 7 is released: the workers are gone");
  EXPECT_EQ(text("flip_step", R"({"to_state": "failed"})", "too late"), "flip 7 failed: too late");
  EXPECT_EQ(text("flip_step", R"({"to_state": "started"})", "ready"), "flip 7 started: ready");
  EXPECT_EQ(text("settings_changed", R"({"changes": ["+ "]})", "new"), "the pool is created: new");
  EXPECT_EQ(text("hold", R"({"rule": "pause"})", "queue email is STALLED"),
            "a flip is wanted, and rule pause holds it back: queue email is STALLED");
  EXPECT_EQ(text("black_box", R"({"bytes": 5120})"),
            "job2 kept a black box of the workers that flip 7 stops: 5120 bytes");
  EXPECT_EQ(text("crash_loop", R"({"ends": 7})", "the workers on job2 ended"),
            "the workers on job2 ended");
  EXPECT_EQ(text("sessions_ended", R"({"ended_sessions": ["a", "b"]})"),
            "2 sessions in the way were ended");
  EXPECT_EQ(text("settings_changed", R"({"changes": ["mode: auto -> observe", "x"]})", "trial"),
            "the pool's settings change (2 changes): trial; mode: auto -> observe");
  EXPECT_EQ(text("paused", R"({"length_ms": 7200000})", "upgrade"),
            "automatic flips are paused for 2h00m: upgrade");
  EXPECT_EQ(text("drained", "{}", "kernel"), "job2 takes no pool any more: kernel");
  EXPECT_EQ(text("acknowledged", R"({"level": 2})", "rolled back"),
            "the cooldown of flip 7 is lifted: rolled back");
  EXPECT_EQ(text("schema_upgraded", R"({"migrations": [2, 3]})"),
            "the schema was upgraded by migration 2, 3");
}

TEST(EventText, OfTheElectionNamesTheLeader) {
  auto event = event_of("lease_taken", "{}", "nobody led");
  event.chain = "jobflip.supervisor";
  event.node = "sup1";
  EXPECT_EQ(event_text(event), "sup1 leads the supervisors");
  event.kind = "lease_released";
  EXPECT_EQ(event_text(event), "sup1 no longer leads the supervisors: nobody led");
}

TEST(EventText, NeedsNothingOfThePayload) {
  for (const auto& row : core::audit_kinds())
    for (const std::string payload :
         {"", "{", "[]", "null", "{}", R"({"unknown": 1})", R"({"from": {"a": [1]}, "to": 5})",
          R"({"changes": 5, "ended_sessions": "x", "bytes": -1, "length_ms": 1e300, "ends": "7",
              "migrations": {}, "rule": [], "to_state": null, "workers": 1, "queue": false})"})
      EXPECT_GE(text(row.name, payload).size(), 12u) << row.name << " " << payload;
  const std::string deep(200'000, '[');
  EXPECT_EQ(text("paused", deep), "automatic flips are paused");
  EXPECT_EQ(text("paused", R"({"length_ms": 18446744073709551615})"), "automatic flips are paused");
  auto bare = event_of("flip_step", "{}");
  bare.node.reset();
  bare.flip.reset();
  EXPECT_EQ(event_text(bare), "a flip goes on");
}

TEST(EventText, OfAKindThatIsNotKnownIsItsReason) {
  EXPECT_EQ(text("moon_phase", "{}", "full"), "moon_phase: full");
  EXPECT_EQ(text("moon\x1b[2J", "{}"), "moon\\x1b[2J");
}

TEST(EventText, HasNoTextThatMovesACursorOrBreaksALine) {
  const std::string evil = "\x1b[2J\n\t\xe2\x80\xae";
  const auto is_clean = [](const std::string& shown) {
    return shown.find_first_of("\x1b\n\t") == std::string::npos &&
           shown.find("\xe2\x80\xae") == std::string::npos;
  };
  for (const auto& row : core::audit_kinds()) {
    Json payload = Json::object();
    for (const auto& field : row.payload) {
      const bool is_list =
          field.type == core::AuditType::texts || field.type == core::AuditType::numbers;
      payload[std::string{field.name}] = is_list ? Json::array({evil, evil}) : Json(evil);
    }
    auto event = event_of(row.name, payload.dump(), evil);
    event.node = evil;
    event.actor = evil;
    EXPECT_TRUE(is_clean(event_text(event))) << row.name << ": " << event_text(event);
    EXPECT_TRUE(is_clean(event_actor(event)));
  }
  core::AuditEvent by_login;
  by_login.session_user = evil;
  EXPECT_TRUE(is_clean(event_actor(by_login)));
}

TEST(EventActor, IsTheNameThatWasClaimedElseTheNodeElseTheLogin) {
  auto event = event_of("paused", "{}");
  EXPECT_EQ(event_actor(event), "job2");
  event.actor = "ann";
  EXPECT_EQ(event_actor(event), "ann");
  event.actor = "";
  event.node.reset();
  EXPECT_EQ(event_actor(event), "login");
}

}  // namespace
}  // namespace jobflip::view
