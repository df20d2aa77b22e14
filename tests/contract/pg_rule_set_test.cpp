// One set of rules: core's tables, the model and PostgreSQL must agree on the rule that refuses a
// flip, on its deadline and on the audit event, for generated states. $JOBFLIP_SEED repeats a run.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "contract/generated.hpp"
#include "contract/last_flip.hpp"
#include "contract/running_deployment.hpp"
#include "core/flip_deadline.hpp"
#include "jobflip/core/refusals.hpp"
#include "support/fake_store.hpp"

namespace jobflip::test {
namespace {

constexpr int kStates = 2000;
constexpr int kPerCall = 40;
constexpr Millis kFresh{500};  // safely within two beats and a call
constexpr Millis kOld{20'000};
constexpr Epoch kReign{7};

struct Node {
  NodeName name;
  Millis beat_age{};
  Millis renewals_age{};
  bool renewals{};
  bool ready{};
  bool drained{};
};

struct State {
  core::FlipFacts facts;
  bool restarts_first{};
  LastFlip last;
  std::vector<Node> nodes;
  bool stalled{};
  bool leads{};
};

/// What all three must answer: rule ("" if accepted), deadline, kind, node, epoch, from, to.
struct RuleAnswer {
  std::string rule;
  std::int64_t deadline_ms{};
  std::string kind;
  std::string node;
  std::int64_t epoch{};
  std::string from;
  std::string to;
  bool operator==(const RuleAnswer&) const = default;
};
void PrintTo(const RuleAnswer& result, std::ostream* out) {
  *out << result.rule << " " << result.deadline_ms << "ms " << result.kind << " " << result.node
       << " " << result.epoch << " " << result.from << "->" << result.to;
}

core::PoolSettings settings() {
  auto pool = pool_settings(mail);
  pool.timings = core::LeaseTimings{};
  return pool;
}

core::Fleet fleet() {
  auto all = small_fleet();
  all.pools[0] = settings();
  return all;
}

State draw(std::mt19937& random) {
  const auto one_in = [&](unsigned n) { return random() % n == 0; };
  const NodeName names[] = {job1, job2, job3};
  State s;
  for (const NodeName& name : names)
    s.nodes.push_back({name, one_in(4) ? kOld : kFresh, one_in(2) ? kOld : kFresh, one_in(2),
                       !one_in(5), one_in(6)});
  core::FlipFacts& f = s.facts;
  f.automatic = one_in(2);
  f.from = one_in(2) ? NodeName{} : names[random() % 3];
  f.to = one_in(8) ? stranger : names[random() % 3];
  f.epoch = Epoch{100};
  if (one_in(3)) f.expected_epoch = one_in(4) ? Epoch{99} : f.epoch;
  f.host_is_off = !f.automatic && one_in(3);
  s.leads = !one_in(5);
  f.supervisor_late = f.automatic && !s.leads;
  f.paused = one_in(6);
  f.observes = one_in(6);
  f.has_open_flip = one_in(6);
  f.deployment_holds = one_in(6);
  f.cools_down = one_in(6);
  f.budget = one_in(6) ? 0 : 3;
  f.frozen = one_in(8);
  f.held = !one_in(4);
  s.stalled = one_in(2);
  Node& holder = s.nodes[random() % 3];
  f.holder = holder.name;
  f.holder_beats = holder.beat_age == kFresh;
  s.restarts_first = !one_in(3);
  s.last = draw_last_flip(random, settings().cooldown);
  f.may_restart = s.restarts_first && !s.last.forbids_a_restart(settings()) &&
                  (holder.renewals ? holder.beat_age : holder.renewals_age) == kFresh;
  if (f.automatic && one_in(2)) f.to = f.holder;
  const auto target = std::ranges::find(s.nodes, f.to, &Node::name);
  f.target_can_take =
      target != s.nodes.end() && !target->drained && target->ready && target->beat_age == kFresh;
  return s;
}

const Node& holder_of(const State& s) {
  return *std::ranges::find(s.nodes, s.facts.holder, &Node::name);
}

RuleAnswer by_core(const State& s) {
  const core::FlipFacts& f = s.facts;
  const auto rule = core::first_refusal(f);
  const Node& holder = holder_of(s);
  core::StepFacts step;
  step.silent = f.held && (holder.renewals ? holder.beat_age : holder.renewals_age) == kOld;
  step.takeover_after = settings().timings.takeover_after;
  const auto deadline = core::step_length(core::FlipState::requested, settings(), step);
  const std::string from = rule ? f.from.str() : f.held ? f.holder.str() : "";
  return {rule ? std::string{core::name_of(*rule)} : "",
          rule ? 0 : deadline.count(),
          rule ? "flip_refused" : "flip_requested",
          f.to.str(),
          f.epoch.value,
          from,
          f.to.str()};
}

core::FlipRequest request_of(const State& s) {
  core::FlipRequest request;
  request.request = random_uuid();
  request.pool = mail;
  request.from = s.facts.from;
  request.to = s.facts.to;
  request.expected_epoch = s.facts.expected_epoch;
  if (s.facts.automatic) request.by = {sup1, s.leads ? kReign : Epoch{6}, ""};
  request.reason = "a generated state";
  request.stalled = s.stalled;
  request.host_is_off = s.facts.host_is_off;
  return request;
}

void put_into(FakeDatabase& database, const State& s) {
  const core::FlipFacts& f = s.facts;
  FakeRows& rows = database.rows;
  auto& owner = rows.owners[mail];
  owner.epoch = f.epoch;
  owner.state = f.held ? core::OwnerState::held : core::OwnerState::released;
  owner.holder = f.holder;
  owner.taken_at = database.now - kOld;
  auto& reign = rows.owners[supervisors];
  reign.epoch = kReign;
  reign.state = core::OwnerState::held;
  reign.holder = sup1;
  for (const Node& node : s.nodes) {
    FakeBeat& beat = rows.beats[node.name];
    beat.beat_at = database.now - node.beat_age;
    beat.renewals_since = database.now - node.renewals_age;
    if (node.renewals) beat.renewals = {{mail, f.epoch}};
    if (node.ready) beat.ready = {mail};
    if (node.drained) rows.drains[node.name] = {};
  }
  rows.pools[mail].mode = f.observes ? core::PoolMode::observe : core::PoolMode::automatic;
  if (f.paused) rows.pauses[mail] = {"ann", "a pause", database.now + kOld};
  rows.pools[mail].first = s.restarts_first ? core::FirstMove::restart : core::FirstMove::flip;
  rows.cooldowns[mail] = {f.cools_down ? database.now + kOld : database.now, 0, kLastFlip};
  rows.flips[kLastFlip].view = view_of(s.last, f.epoch, database.now);
  rows.budget.flips = f.budget;
  if (f.deployment_holds) rows.deployments[1] = running_since(database.now - kOld);
  if (f.has_open_flip) rows.flips[FlipId{999}].view.pool = mail;
  if (f.frozen) database.lose_history();
}

std::string field(const std::string& payload, const std::string& name) {
  const std::string key = "\"" + name + "\": \"";
  const auto at = payload.find(key);
  if (at == std::string::npos) return "";
  const auto begin = at + key.size();
  return payload.substr(begin, payload.find('"', begin) - begin);
}

RuleAnswer by_model(const State& s) {
  FakeDatabase database;
  EXPECT_TRUE(database.apply("ops1", fleet(), {"ann", "a test"}, false).has_value());
  put_into(database, s);
  const auto answer =
      database.request_flip(s.facts.automatic ? sup1.str() : "ops1", request_of(s)).value();
  const bool late = answer.rule == "supervisor-late";  // it has its own chain
  const auto& events = database.rows.audit.at(late ? "jobflip.refusals" : "mail");
  const core::AuditEvent& event =
      *std::ranges::find_if(events.rbegin(), events.rend(), [](const core::AuditEvent& one) {
        return one.kind != "incident_opened";  // by the flip
      });
  RuleAnswer result{answer.rule,
                    0,
                    event.kind,
                    event.node.value_or(""),
                    event.epoch.value_or(0),
                    field(event.payload, "from"),
                    field(event.payload, "to")};
  if (answer.accepted) {
    const FakeFlip& flip = database.rows.flips.at(answer.flip);
    result.deadline_ms = std::chrono::duration_cast<Millis>(flip.deadline - database.now).count();
  }
  return result;
}

std::string ago(Millis age) {
  return "clock_timestamp() - interval '" + std::to_string(age.count()) + " ms'";
}
std::string flag(bool value) {
  return value ? "true" : "false";
}

std::string rows_of(const State& s) {
  const core::FlipFacts& f = s.facts;
  const std::string soon = "clock_timestamp() + interval '20 s'";
  std::string sql =
      "update jobflip_data.pool set settings = settings || '{\"mode\": \"" +
      std::string{f.observes ? "observe" : "auto"} + "\", \"first\": \"" +
      (s.restarts_first ? "restart" : "flip") +
      "\"}', paused_until = " + (f.paused ? soon : "null") +
      ", cooldown_until = " + (f.cools_down ? soon : "null") +
      ", cooldown_flip = 998, open_flip = " + (f.has_open_flip ? "999" : "null") +
      " where name = 'mail'; update jobflip_data.budget set flips = " + std::to_string(f.budget) +
      "; " + (f.deployment_holds ? insert_running_since(ago(kOld)) : "") +
      " update jobflip_data.pool_owner set state = '" + (f.held ? "held" : "released") +
      "', holder = '" + f.holder.str() + "', epoch = 100, taken_at = " + ago(kOld) +
      " where pool = 'mail'; update jobflip_data.pool_owner set state = 'held', holder = "
      "'sup1', epoch = 7 where pool = 'jobflip.supervisor'; update "
      "jobflip_data.incarnation set seen_at = " +
      (f.frozen ? "clock_timestamp()" : "'-infinity'") + ";\n";
  sql += row_of(s.last, f.epoch);
  for (const Node& node : s.nodes)
    sql += "update jobflip_data.node_beat set beat_at = " + ago(node.beat_age) +
           ", renewals_since = " + ago(node.renewals_age) + ", renewals = '{" +
           (node.renewals ? "mail:100" : "") + "}', ready = '{" + (node.ready ? "mail" : "") +
           "}', drained = " + flag(node.drained) + " where node = '" + node.name.str() + "';\n";
  return sql;
}

/// One row of words; leaves nothing behind.
std::string script_of(const State& s) {
  const core::FlipFacts& f = s.facts;
  const auto request = request_of(s);
  const std::string expected = f.expected_epoch ? std::to_string(f.expected_epoch->value) : "null";
  return "begin;\n" + rows_of(s) + "set local session authorization " +
         (f.automatic ? "sup1" : "ops1") + ";\nselect 'asked' from jobflip.request_flip('" +
         request.request.text + "', 'mail', '" + f.from.str() + "', '" + f.to.str() + "', " +
         expected + ", '" + request.by.supervisor.str() + "', " +
         std::to_string(request.by.supervisor_epoch.value) + ", '', 'a generated state', " +
         flag(s.stalled) + ", " + flag(f.host_is_off) +
         ", '{}');\nreset session authorization;\nselect 'row', r.rule, "
         "coalesce(round(extract(epoch from f.deadline - f.state_since)), 0), "
         "e.kind, e.node, e.epoch, e.payload::jsonb ->> 'from', e.payload::jsonb ->> 'to' from "
         "jobflip_data.flip_request r left join jobflip_data.flip f on f.id = r.flip, lateral "
         "(select * from jobflip_data.audit_event where kind like 'flip_%' order by at desc "
         "limit 1) e where r.request = '" +
         request.request.text + "';\nrollback;\n";
}

/// The words of one row. The deadline is rounded to a second, because the store's clock advances.
RuleAnswer read(const std::string& row) {
  std::vector<std::string> words;
  std::istringstream in(row);
  for (std::string word; std::getline(in, word, '|');) words.push_back(word);
  words.resize(7);
  return {words[0], std::stoll(words[1].empty() ? "0" : words[1]) * 1000, words[2],
          words[3], std::stoll(words[4].empty() ? "0" : words[4]),        words[5],
          words[6]};
}

TEST(PgRuleSet, CoreModelAndPostgreSQLAgreeOnGeneratedStates) {
  Generated generated;
  PgStore store;
  ASSERT_TRUE(store.oper().apply(fleet(), {"ann", "a test"}, false).has_value());
  std::map<std::string, int> met;
  int restarts = 0;
  generated.run(store, kStates, kPerCall, draw, script_of,
                [&](const State& s, const std::string& answer, int number) {
                  const RuleAnswer wanted = by_core(s);
                  ++met[wanted.rule];
                  restarts += wanted.rule.empty() && s.facts.held && s.facts.to == s.facts.holder;
                  EXPECT_EQ(by_model(s), wanted) << "the model, state " << number;
                  EXPECT_EQ(read(answer), wanted) << "PostgreSQL, state " << number;
                });
  for (const core::RefusalRow& row : core::kRefusals)
    if (row.in_store) {
      EXPECT_GT(met[std::string{core::name_of(row.rule)}], 0) << core::name_of(row.rule);
    }
  EXPECT_TRUE(met[""] > 0 && restarts > 0) << "accepted";
}

}  // namespace
}  // namespace jobflip::test
