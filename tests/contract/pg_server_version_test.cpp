// Every program refuses a server that is too old as soon as it connects.

#include <gtest/gtest.h>

#include "contract/pg_fixture.hpp"
#include "support/greeting_server.hpp"

namespace jobflip::test {
namespace {

/// What each of our programs answers on such a port: agent, supervisor, commands, doctor, init.
std::vector<std::pair<std::string, Error>> errors_of(const GreetingServer& server) {
  const store::StoreSettings settings{{.conninfo = server.conninfo()}};
  std::vector<std::pair<std::string, Error>> all;
  const auto note = [&all](const char* who, const auto& result) {
    all.emplace_back(who, result ? Error{} : result.error());
  };
  const core::BeatRequest beat{job1, random_uuid(), {}, {}, "", {}, {}};
  note("agent", store::open_agent_store(settings)->beat(beat));
  note("supervisor", store::open_supervisor_store(settings)->snapshot());
  note("operator", store::open_operator_store(settings)->pause(mail, Millis{1000}, {"", "x"}));
  note("reader", store::open_reader_store(settings)->snapshot());
  note("doctor", store::open_doctor_store(settings)->facts());
  const auto admin = store::open_schema_admin(settings);
  note("installed_version", admin->installed_version());
  note("init", admin->migrate());
  return all;
}

TEST(PgServerVersion, AnOldServerIsRefusedInOneSentenceByWhoeverConnects) {
  const GreetingServer old{"13.22"}, fits{"14.0"};
  for (const auto& [who, error] : errors_of(old)) {
    EXPECT_EQ(error.code, ErrorCode::store_failed) << who;
    EXPECT_EQ(error.text, "the store's server is PostgreSQL 13.22, and jobflip needs 14 or newer")
        << who;
    EXPECT_NE(error.hint, "") << who;
  }
  // A server that is new enough is queried, and the call fails only because this one has no
  // schema.
  for (const auto& [who, error] : errors_of(fits))
    EXPECT_EQ(error.text.find("needs 14"), std::string::npos) << who << ": " << error.text;
}

TEST(PgServerVersion, ThisServerIsNewEnough) {
  PgStore store;
  EXPECT_TRUE(store.reader().snapshot().has_value());
}

}  // namespace
}  // namespace jobflip::test
