#include "jobflip/setup/doctor.hpp"

#include <gmock/gmock.h>

#include <functional>

#include "jobflip/setup/adoption.hpp"
#include "unit/setup/finding_names.hpp"

namespace jobflip::setup {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

std::vector<StoreFact> sound_store() {
  return {{"group", "job1", "jobflip_agent"},
          {"connection_limit", "job1", "-1"},
          {"group", "mailer", "jobflip_worker"},
          {"connection_limit", "mailer", "50"},
          {"setting", "max_connections", "100"},
          {"setting", "superuser_reserved_connections", "3"},
          {"setting", "synchronous_commit", "on"},
          {"setting", "fsync", "on"},
          {"setting", "full_page_writes", "on"},
          {"owner_has", "pg_signal_backend", "true"},
          {"owner_has", "pg_read_all_stats", "true"},
          {"persistence", "incarnation", "u"},
          {"persistence", "pool_owner", "p"},
          {"node_login", "job1", "fit"}};
}

struct StoreRow {
  std::vector<StoreFact> facts;  // replaces those of a healthy store
  std::vector<std::string> names;
};

TEST(Doctor, FindsWhatOfTheStoreBreaksARule) {
  const std::vector<StoreRow> table{
      {{}, {}},
      {{{"superuser", "job1", ""}}, {"E role-superuser"}},
      {{{"bypasses_rls", "job1", ""}}, {"W role-bypasses-rls"}},
      {{{"creates_roles", "job1", ""}}, {"E role-creates-roles"}},
      {{{"group", "job1", "jobflip_owner"}}, {"E role-groups"}},
      {{{"group", "job1", "jobflip_supervisor"}}, {"E role-groups"}},
      {{{"table_grant", "bob", "SELECT on jobflip_data.pool"}}, {"E table-grant"}},
      {{{"public_execute", "take", ""}}, {"E public-execute"}},
      {{{"owner_has", "pg_signal_backend", "false"}}, {"E owner-right"}},
      {{{"node_login", "job2", "missing"}}, {"E node-login"}},
      {{{"node_login", "job2", "not in jobflip_agent"}}, {"E node-login"}},
      {{{"login_setting", "job1", "synchronous_commit=off"}}, {"E synchronous-commit"}},
      {{{"login_setting", "", "synchronous_commit=off"}}, {"E synchronous-commit"}},
      {{{"login_setting", "job1", "synchronous_commit=on"}}, {}},
      {{{"setting", "synchronous_commit", "off"}}, {"E synchronous-commit"}},
      {{{"setting", "fsync", "off"}}, {"E store-durability"}},
      {{{"setting", "full_page_writes", "off"}}, {"E store-durability"}},
      {{{"persistence", "incarnation", "p"}}, {"E table-persistence"}},
      {{{"persistence", "pool_owner", "u"}}, {"E table-persistence"}},
      {{{"setting", "superuser_reserved_connections", "2"}}, {"W connections-reserved"}},
      {{{"connection_limit", "mailer", "-1"}}, {"W connections-worker"}},
      {{{"connection_limit", "mailer", "77"}}, {}},
      {{{"connection_limit", "mailer", "78"}}, {"W connections-sum"}},
      {{{"anything", "new", "x"}}, {}},
  };
  for (const auto& row : table) {
    auto facts = sound_store();
    facts.insert(facts.end(), row.facts.begin(), row.facts.end());
    EXPECT_EQ(names_of(judge_store(facts)), row.names)
        << (row.facts.empty() ? "" : row.facts[0].fact + " " + row.facts[0].value);
  }
}

TEST(Doctor, TypesTheRevokeOfAGrantWhole) {
  const auto found = judge_store({{"table_grant", "bob", "SELECT on jobflip_data.pool"}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].fix, "revoke SELECT on jobflip_data.pool from bob");
}

TEST(Doctor, AllowsTheClockASecondAndWhatTheRoundTripHides) {
  EXPECT_THAT(judge_clock(Micros{1'000'000}, Micros{0}), IsEmpty());
  EXPECT_THAT(judge_clock(Micros{-1'000'000}, Micros{0}), IsEmpty());
  EXPECT_THAT(judge_clock(Micros{1'200'000}, Micros{200'000}), IsEmpty());
  EXPECT_EQ(names_of(judge_clock(Micros{1'200'001}, Micros{200'000})),
            std::vector<std::string>{"W clock"});
  EXPECT_THAT(judge_clock(Micros{-5'000'000}, Micros{0})[0].found, HasSubstr("5.0s behind"));
  EXPECT_THAT(judge_clock(Micros{5'000'000}, Micros{0})[0].found, HasSubstr("ahead of"));
}

core::CandidateView candidate(const std::string& node, const std::string& program = "1.0") {
  core::CandidateView one;
  one.node = NodeName::of(node);
  one.beat_age = 500ms;
  one.ready = true;
  one.program = program;
  return one;
}

TEST(Doctor, WantsTwoNodesForAPoolAndOneVersion) {
  core::Snapshot snapshot;
  core::PoolView pool;
  pool.settings.name = PoolName::of("mail");
  pool.candidates = {candidate("job1"), candidate("job2")};
  snapshot.pools = {pool};
  EXPECT_THAT(judge_pools(snapshot, "1.0"), IsEmpty());
  for (const auto& spoil : std::vector<std::function<void(core::CandidateView&)>>{
           [](auto& c) { c.ready = false; }, [](auto& c) { c.drained = true; },
           [](auto& c) { c.beat_age.reset(); }, [](auto& c) { c.beat_age = 14'000ms; }}) {
    auto one = snapshot;
    spoil(one.pools[0].candidates[0]);
    EXPECT_EQ(names_of(judge_pools(one, "1.0")), std::vector<std::string>{"W pool-nodes"});
    spoil(one.pools[0].candidates[1]);
    EXPECT_EQ(names_of(judge_pools(one, "1.0")), std::vector<std::string>{"E pool-nodes"});
  }
  auto mixed = snapshot;
  mixed.pools[0].candidates[1].program = "0.9";
  mixed.supervisors = pool;
  mixed.supervisors->candidates = {candidate("sup1", "")};
  const auto found = judge_pools(mixed, "1.0");
  EXPECT_EQ(names_of(found), (std::vector<std::string>{"W version", "W version"}));
  EXPECT_EQ(found[0].where, "sup1");
  EXPECT_EQ(found[1].where, "job2");
  EXPECT_THAT(found[1].found, HasSubstr("it runs 0.9, and this program is 1.0"));
}

TEST(Doctor, WantsAHeadOfEachChainElsewhere) {
  const std::vector<core::ChainHead> heads{{"mail", 5, "h"}, {"jobflip", 2, "h"}};
  EXPECT_EQ(names_of(judge_anchors(heads, {"mail"})), std::vector<std::string>{"W audit-anchor"});
  EXPECT_THAT(judge_anchors(heads, {"mail", "jobflip"}), IsEmpty());
  const auto none = judge_anchors(heads, {});
  ASSERT_EQ(names_of(none), std::vector<std::string>{"W audit-anchor"})
      << "said once of all chains";
  EXPECT_EQ(none[0].where, "jobflip, mail");
  EXPECT_EQ(judge_anchors(heads, {"mail"})[0].fix,
            "journalctl -q -o cat MESSAGE_ID=8b120ed3b9b14a45b38058d8e07e1a34 | "
            "jobflip doctor --anchors -");
}

TEST(Doctor, ReadsTheWatchdogOfAStandbyInItsFiles) {
  const UnitProperties idle{{"WatchdogUSec", "18446744073709551615"}, {"KillMode", "mixed"}};
  const auto watchdog_of = [](const UnitProperties& told, const char* before, const char* after) {
    UnitSource files;
    files.unit = "w.service";
    for (const auto& [text, file] : {std::pair{before, "/etc/systemd/system/w.service.d/20-a.conf"},
                                     std::pair{after, "/etc/systemd/system/w.service.d/60-b.conf"}})
      for (auto& one : parse_unit_text(text, file)) files.assignments.push_back(std::move(one));
    const auto whole = with_our_drop_in(files, "[Service]\nWatchdogSec=3500ms\n");
    return with_watchdog_of(told, whole).at("WatchdogUSec");
  };
  EXPECT_EQ(watchdog_of(idle, "", ""), "3500000");
  EXPECT_EQ(watchdog_of(idle, "[Service]\nWatchdogSec=9s\n", ""), "3500000") << "ours comes later";
  EXPECT_EQ(watchdog_of(idle, "", "[Service]\nWatchdogSec=9s\n"), "9000000") << "read after ours";
  EXPECT_EQ(watchdog_of(idle, "", "[Service]\nWatchdogSec=soon\n"), "18446744073709551615");
  EXPECT_EQ(watchdog_of({{"WatchdogUSec", "7"}}, "", ""), "7") << "what runs is what counts";
  EXPECT_EQ(with_watchdog_of(idle, {}).at("WatchdogUSec"), "0") << "none is set";
}

UnitProperties sound_unit() {
  return {{"KillMode", "mixed"},     {"SendSIGKILL", "yes"},
          {"Delegate", "yes"},       {"Restart", "no"},
          {"RemainAfterExit", "no"}, {"WatchdogUSec", "3000000"},
          {"WatchdogSignal", "9"},   {"ExecStop", ""},
          {"ExecStartPre", ""},      {"TimeoutStopUSec", "3000000"}};
}

TEST(Doctor, FindsThePropertiesThatDefeatAGuard) {
  struct Row {
    const char* property;
    const char* value;
    std::vector<std::string> names;
  };
  const std::vector<Row> table{
      {"Type", "notify", {}},
      {"KillMode", "process", {"E unit-kill-mode"}},
      {"KillMode", "control-group", {"E unit-kill-mode"}},
      {"SendSIGKILL", "no", {"E unit-send-sigkill"}},
      {"Delegate", "no", {"E unit-delegate"}},
      {"Restart", "always", {"W unit-restart"}},
      {"RemainAfterExit", "yes", {"E unit-remain"}},
      {"WatchdogUSec", "0", {"E unit-watchdog"}},
      {"WatchdogUSec", "3500000", {}},
      {"WatchdogUSec", "3501000", {"E unit-watchdog"}},
      {"WatchdogUSec", "18446744073709551615", {"E unit-watchdog"}},
      {"WatchdogSignal", "6", {"E unit-watchdog-signal"}},
      {"TimeoutStopUSec", "3500000", {}},
      {"TimeoutStopUSec", "90000000", {"E unit-stop-timeout"}},
      {"TimeoutStopUSec", "18446744073709551615", {"E unit-stop-timeout"}},
      {"ExecStop", "set", {"E unit-hook"}},
      {"ExecStartPre", "set", {"W unit-hook"}},
      {"ExecStartPost", "set", {"W unit-hook"}},
      {"ExecStopPost", "set", {"W unit-hook"}},
  };
  for (const auto& row : table) {
    auto properties = sound_unit();
    properties[row.property] = row.value;
    EXPECT_EQ(names_of(judge_worker_unit({"w.service", "mail"}, properties, core::LeaseTimings{})),
              row.names)
        << row.property << "=" << row.value;
  }
  auto slow = sound_unit();
  slow["WatchdogUSec"] = slow["TimeoutStopUSec"] = "90000000";
  EXPECT_THAT(judge_worker_unit({"w.service", "mail"}, slow, std::nullopt), IsEmpty())
      << "no pool to compare with";
}

TEST(Doctor, TypesAWatchdogThatFitsThePool) {
  auto properties = sound_unit();
  properties["WatchdogUSec"] = "9000000";
  const auto found = judge_worker_unit({"w.service", "mail"}, properties, core::LeaseTimings{});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].fix, "jobflip adopt w.service --pool mail --yes --watchdog 3500ms");
}

TEST(Doctor, ADropInOfAdoptHasTheDefaultPoolsArithmetic) {
  const core::LeaseTimings timings;
  EXPECT_LE(kWatchdogDefault, timings.graceful_stop + timings.guard_margin);
}

TEST(Doctor, ComparesTheAgentsWatchdogWithTheTightestPool) {
  const UnitProperties unit{{"KillMode", "process"}, {"WatchdogUSec", "3000000"}};
  EXPECT_THAT(judge_agent_unit(unit, {core::LeaseTimings{}}), IsEmpty());
  EXPECT_THAT(judge_agent_unit(unit, {}), IsEmpty());
  core::LeaseTimings tight;
  tight.lease =
      tight.graceful_stop + tight.kill_to_empty + tight.guard_margin + tight.beat_every + 3s;
  EXPECT_EQ(names_of(judge_agent_unit(unit, {core::LeaseTimings{}, tight})),
            std::vector<std::string>{"W agent-watchdog"});
  tight.lease += 1ms;
  EXPECT_THAT(judge_agent_unit(unit, {tight}), IsEmpty());
  EXPECT_EQ(names_of(judge_agent_unit({{"KillMode", "mixed"}, {"WatchdogUSec", "0"}}, {})),
            (std::vector<std::string>{"W agent-kill-mode", "W agent-watchdog"}));
}

TEST(Doctor, FindsAProcessThatHasLeftItsCgroup) {
  const std::map<std::string, std::string> groups{{"mail", "/system.slice/w.service"},
                                                  {"bills", ""}};
  const auto at = [&](const std::string& pool, const std::string& cgroup) {
    return judge_processes({{7, pool, "sh", cgroup}}, groups).size();
  };
  EXPECT_EQ(at("mail", "/system.slice/w.service"), 0U);
  EXPECT_EQ(at("mail", "/system.slice/w.service/jobflip-mail-0123"), 0U);
  EXPECT_EQ(at("mail", "/system.slice/w.service-2"), 1U);
  EXPECT_EQ(at("mail", "/user.slice/session-1.scope"), 1U);
  EXPECT_EQ(at("bills", "/system.slice/jobflip-agent.service/jobflip-bills-0123"), 0U);
  EXPECT_EQ(at("bills", "/system.slice/jobflip-agent.service/jobflip-mail-0123"), 1U);
  EXPECT_EQ(at("stray", "/"), 0U) << "nothing is known about a pool whose guard has no cgroup";
  EXPECT_EQ(names_of(judge_processes({{7, "mail", "sh", "/"}}, groups)),
            std::vector<std::string>{"E process-outside"});
}

TEST(Doctor, ComparesThePolkitRuleToTheLetter) {
  EXPECT_THAT(judge_polkit("a", "a"), IsEmpty());
  EXPECT_THAT(judge_polkit("", "a")[0].found, HasSubstr("not there"));
  EXPECT_EQ(names_of(judge_polkit("b", "a")), std::vector<std::string>{"E polkit-rule"});
}

TEST(Doctor, WantsTheRuntimeFolderInMemory) {
  EXPECT_THAT(judge_runtime_dir("/run/x", "tmpfs"), IsEmpty());
  EXPECT_THAT(judge_runtime_dir("/run/x", ""), IsEmpty());
  EXPECT_EQ(names_of(judge_runtime_dir("/var/x", "a disk")),
            std::vector<std::string>{"W runtime-dir"});
}

}  // namespace
}  // namespace jobflip::setup
