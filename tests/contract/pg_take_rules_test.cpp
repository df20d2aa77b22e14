// One rule for takes: the model of the store and PostgreSQL get the same generated owners, beats,
// flips and watches. They must give the same answer, for the same reason, with the same event, and
// show watchers the same state. $JOBFLIP_SEED repeats a run.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>

#include "contract/generated.hpp"
#include "support/fake_store.hpp"

namespace jobflip::test {
namespace {

constexpr int kStates = 3000;
constexpr int kPerCall = 50;
constexpr Millis kFresh{100};
constexpr Millis kOld{20'000};
constexpr Epoch kEpoch{100};
constexpr FlipId kFlip{5};
const Uuid kInstance{"10000000-0000-4000-8000-000000000000"};
const Uuid kOther{"20000000-0000-4000-8000-000000000000"};
const Uuid kAttempt{"30000000-0000-4000-8000-000000000000"};

struct Node {
  NodeName name;
  bool beats{}, renewals{}, renewed_lately{}, ready{}, drained{};
};

struct State {
  std::vector<Node> nodes;  // job1, job2, job3
  bool held{}, taken_lately{}, of_this_life{}, of_this_instance{}, asked_before{};
  NodeName holder;
  bool paused{}, observes{}, frozen{};
  std::int64_t epoch_base{};
  bool has_flip{}, flip_overdue{};
  core::FlipView flip;
  // what is asked
  NodeName node;
  bool same_incarnation{}, same_life{}, same_epoch{}, same_beat{};
  core::TakeRequest request;

  const Node& holding() const { return *std::ranges::find(nodes, holder, &Node::name); }
};

core::PoolSettings settings() {
  auto pool = pool_settings(mail);
  pool.timings = core::LeaseTimings{};
  return pool;
}

State draw(std::mt19937& random) {
  const auto one_in = [&](unsigned n) { return random() % n == 0; };
  const std::array names{job1, job2, job3};
  const auto any = [&] { return names.at(random() % names.size()); };
  State s;
  for (const NodeName& name : names)
    s.nodes.push_back({name, one_in(2), one_in(2), one_in(2), !one_in(4), one_in(8)});
  s.held = !one_in(3);
  s.taken_lately = one_in(4);
  s.of_this_life = !one_in(4);
  s.of_this_instance = !one_in(3);
  s.asked_before = one_in(12);
  s.holder = any();
  s.paused = one_in(8);
  s.observes = one_in(12);
  s.frozen = one_in(15);
  s.epoch_base = one_in(2) ? 70 : 70'000;
  s.has_flip = one_in(2);
  s.flip_overdue = one_in(3);
  s.flip.id = kFlip;
  s.flip.pool = mail;
  constexpr std::array kOpen{core::FlipState::requested, core::FlipState::draining,
                             core::FlipState::released,  core::FlipState::expired,
                             core::FlipState::taken,     core::FlipState::started};
  s.flip.state = kOpen.at(random() % kOpen.size());
  s.flip.from = one_in(4) ? any() : s.holder;
  s.flip.to = any();
  s.flip.automatic = one_in(2);
  s.flip.host_is_off = !s.flip.automatic && one_in(3);
  s.flip.from_epoch = kEpoch;
  s.node = one_in(15) ? stranger : any();
  s.same_incarnation = !one_in(12);
  s.same_life = !one_in(12);
  s.same_epoch = !one_in(12);
  s.same_beat = !one_in(12);
  const Millis after = settings().timings.takeover_after;
  const std::array lengths{Millis{0}, after - Millis{1}, after, 3 * after - Millis{1}, 3 * after};
  s.request.stood_still = lengths.at(random() % lengths.size());
  s.request.polls = one_in(5) ? 2 : 3;
  s.request.confirmed_empty = one_in(2);
  s.request.in_touch = one_in(2) ? after : after - Millis{1};
  return s;
}

BeatNumber lease_beat(const State& s) {
  return BeatNumber{s.holding().renewals ? 50 : 40};
}

/// A candidate that does not hold the pool, unless the holder was heard of a moment ago: then no
/// node asks.
bool shows_rank(const State& s) {
  const bool heard_of = s.held && s.holding().renewals && s.holding().beats;
  return s.node != stranger && s.node != s.holder && !heard_of;
}

std::string rank_of(FakeDatabase database, const State& s) {
  core::BeatRequest beat;
  beat.node = s.node;
  beat.instance = kInstance;
  const auto reply = database.beat(s.node.str(), beat).value();
  return std::to_string(std::ranges::find(reply.pools, mail, &core::PoolReport::pool)->rank);
}

/// outcome|how|kind of the event|lease beat and rank that a watcher sees
std::string by_model(const State& s) {
  FakeDatabase database;
  auto fleet = small_fleet();
  fleet.pools[0] = settings();
  EXPECT_TRUE(database.apply("ops1", fleet, {"ann", "a test"}, false).has_value());
  database.restart();  // so that there is an earlier life of the server
  core::BeatRequest first;
  first.node = sup1;
  const auto met = database.beat("sup1", first).value();
  FakeRows& rows = database.rows;
  rows.epoch_base = Epoch{s.epoch_base};
  FakeOwner& owner = rows.owners[mail];
  owner = {kEpoch,
           s.held ? core::OwnerState::held : core::OwnerState::released,
           s.holder,
           database.now - (s.taken_lately ? kFresh : kOld),
           s.asked_before ? kAttempt : Uuid{},
           {},
           s.of_this_instance ? kInstance : kOther,
           s.of_this_life ? met.life : met.life - 1};
  for (const Node& node : s.nodes) {
    FakeBeat& beat = rows.beats[node.name];
    beat.instance = kInstance;
    beat.beat = BeatNumber{50};
    beat.renewals_beat = BeatNumber{40};
    beat.beat_at = database.now - (node.beats ? kFresh : kOld);
    beat.renewals_since = database.now - (node.renewed_lately ? kFresh : kOld);
    if (node.renewals) beat.renewals = {{mail, kEpoch}};
    if (node.ready) beat.ready = {mail};
    if (node.drained) rows.drains[node.name] = {};
  }
  rows.pools[mail].mode = s.observes ? core::PoolMode::observe : core::PoolMode::automatic;
  if (s.paused) rows.pauses[mail] = {"ann", "a pause", database.now + kOld};
  if (s.has_flip) {
    FakeFlip& flip = rows.flips[kFlip];
    flip.view = s.flip;
    flip.deadline = database.now + (s.flip_overdue ? -kFresh : kOld);
  }
  core::TakeRequest request = s.request;
  request.node = s.node;
  request.pool = mail;
  request.attempt = kAttempt;
  request.instance = kInstance;
  request.incarnation = s.same_incarnation ? met.incarnation : kOther;
  request.life = s.same_life ? met.life : met.life - 1;
  request.epoch = s.same_epoch ? kEpoch : Epoch{99};
  request.lease_beat = s.same_beat ? lease_beat(s) : BeatNumber{41};
  const auto watched = std::to_string(s.held ? database.lease_beat(mail).value : 0) + "/" +
                       (shows_rank(s) ? rank_of(database, s) : "");
  if (s.frozen) database.lose_history();
  const auto reply = database.take(s.node.str(), request).value();
  const auto above = reply.epoch.value - std::max(kEpoch.value, s.epoch_base);
  std::string kind;
  for (const core::AuditEvent& event : rows.audit[mail.str()])
    if (event.kind == "takeover" || event.kind == "lease_taken") kind = event.kind;
  EXPECT_TRUE(kind.empty() || (above >= 1 && above <= 16)) << above;
  return std::string{core::name_of(reply.outcome)} + "|" + database.takes.begin()->first.second +
         "|" + kind + "|" + watched;
}

std::string ago(bool lately) {
  return "clock_timestamp() - interval '" + std::to_string((lately ? kFresh : kOld).count()) +
         " ms'";
}
std::string flag(bool value) {
  return value ? "true" : "false";
}
std::string literal(std::string_view text) {
  return "'" + std::string{text} + "'";
}

std::string rows_of(const State& s) {
  std::string sql =
      "update jobflip_data.pool set settings = settings || " +
      literal(std::string{"{\"mode\": \""} + (s.observes ? "observe" : "auto") + "\"}") +
      ", paused_until = " + (s.paused ? "clock_timestamp() + interval '20 s'" : "null") +
      ", open_flip = " + (s.has_flip ? "5" : "null") +
      " where name = 'mail'; update jobflip_data.pool_owner set state = " +
      literal(s.held ? "held" : "released") + ", holder = " + literal(s.holder.str()) +
      ", epoch = 100, taken_at = " + ago(s.taken_lately) +
      ", take_attempt = " + (s.asked_before ? literal(kAttempt.text) : "null") +
      ", instance = " + literal(s.of_this_instance ? kInstance.text : kOther.text) +
      ", life = " + (s.of_this_life ? "pg_postmaster_start_time()" : "'2020-01-01'") +
      " where pool = 'mail'; update jobflip_data.incarnation set seen_at = " +
      (s.frozen ? "clock_timestamp()" : "'-infinity'") +
      "; update jobflip_data.epoch_base set epoch = " + std::to_string(s.epoch_base) + ";\n";
  for (const Node& node : s.nodes)
    sql += "update jobflip_data.node_beat set beat = 50, renewals_beat = 40, beat_at = " +
           ago(node.beats) + ", renewals_since = " + ago(node.renewed_lately) + ", renewals = '{" +
           (node.renewals ? "mail:100" : "") + "}', ready = '{" + (node.ready ? "mail" : "") +
           "}', drained = " + flag(node.drained) + ", instance = " + literal(kInstance.text) +
           " where node = " + literal(node.name.str()) + ";\n";
  if (s.has_flip)
    sql +=
        "insert into jobflip_data.flip (id, request, pool, state, from_node, to_node, automatic, "
        "host_is_off, stalled, drain_timeout_ms, login, actor, reason, evidence, from_epoch, "
        "requested_at, state_since, deadline, last_sentence) values (5, gen_random_uuid(), "
        "'mail', " +
        literal(core::name_of(s.flip.state)) + ", " + literal(s.flip.from.str()) + ", " +
        literal(s.flip.to.str()) + ", " + flag(s.flip.automatic) + ", " + flag(s.flip.host_is_off) +
        ", false, 321, 'ops1', 'ann', 'r', '{}', 100, clock_timestamp(), clock_timestamp(), "
        "clock_timestamp() + interval " +
        (s.flip_overdue ? "'-1 s'" : "'20 s'") + ", '');\n";
  return sql;
}

std::string script_of(const State& s) {
  const auto number = [](auto value) { return std::to_string(value); };
  return "begin;\n" + rows_of(s) +
         "select set_config('test.id', id::text, true), set_config('test.life', (extract(epoch "
         "from life) * 1000000)::bigint::text, true), set_config('test.watched', (select "
         "lease_beat || '/'" +
         (shows_rank(s) ? " || rank" : "") + " from jobflip.beat_watch(" + literal(s.node.str()) +
         ", 'mail', 100, " + literal(s.held ? "held" : "released") + ", " +
         literal(s.holder.str()) +
         ")), true) from jobflip_data.incarnation;\nset local session authorization " +
         s.node.str() +
         ";\nselect set_config('test.said', t.outcome || ' ' || t.new_epoch, true) from "
         "jobflip.take(" +
         literal(s.node.str()) + ", 'mail', " + literal(kAttempt.text) + ", " +
         (s.same_incarnation ? "current_setting('test.id')::uuid" : literal(kOther.text)) + ", " +
         (s.same_epoch ? "100" : "99") + ", " +
         number(s.same_beat ? lease_beat(s).value : std::int64_t{41}) + ", " +
         number(s.request.stood_still.count()) + ", " + number(s.request.polls) + ", " +
         flag(s.request.confirmed_empty) + ", " + number(s.request.in_touch.count()) +
         ", 'a generated state', " + literal(kInstance.text) +
         ", current_setting('test.life')::bigint" + (s.same_life ? "" : " - 1") +
         ") t;\nreset session authorization;\nselect 'row', split_part(said, ' ', 1), "
         "coalesce((e.payload::jsonb ->> 'how'), "
         "case when said like 'taken %' then 'again' else '' end), coalesce(e.kind, ''), "
         "current_setting('test.watched'), e.kind is null or split_part(said, ' ', 2)::bigint - "
         "greatest(100, (select epoch from jobflip_data.epoch_base)) between 1 and 16 from (select "
         "current_setting('test.said') as "
         "said) x left join lateral "
         "(select * from jobflip_data.audit_event where chain = 'mail' and kind in ('takeover', "
         "'lease_taken') order by seq desc limit 1) e on true;\nrollback;\n";
}

TEST(PgTakeRules, ModelAndPostgreSQLAgreeOnGeneratedStates) {
  Generated generated;
  PgStore store;
  auto fleet = small_fleet();
  fleet.pools[0] = settings();
  ASSERT_TRUE(store.oper().apply(fleet, {"ann", "a test"}, false).has_value());
  std::map<std::string, int> met;
  generated.run(store, kStates, kPerCall, draw, script_of,
                [&](const State& s, const std::string& answer, int number) {
                  const std::string wanted = by_model(s);
                  ++met[wanted.substr(0, wanted.find('|', wanted.find('|') + 1))];
                  EXPECT_EQ(answer, wanted + "|t")
                      << "state " << number << " of seed " << generated.seed();
                });
  for (const std::string what :
       {"taken|released", "taken|own", "taken|expired", "taken|clock_fault", "taken|host_is_off",
        "taken|again", "moved|", "not_expired|", "frozen|", "paused|", "reserved|", "drained|",
        "not_candidate|"})
    EXPECT_GT(met[what], 0) << what;
}

}  // namespace
}  // namespace jobflip::test
