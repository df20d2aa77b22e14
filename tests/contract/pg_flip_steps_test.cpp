// One table of steps: generated steps are made on generated flips in PostgreSQL. State, deadline,
// cooldown and audit event must match core's tables. $JOBFLIP_SEED repeats a run.

#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "contract/generated.hpp"
#include "core/cooldown.hpp"
#include "core/flip_deadline.hpp"

namespace jobflip::test {
namespace {

using core::FlipEvent;
using core::FlipState;

constexpr int kSteps = 1500;
constexpr int kPerCall = 60;

struct Step {
  FlipState state{};
  FlipEvent event{};
  bool automatic{};
  bool restart{};
  bool stalled{};
  int level{};
  core::PoolSettings pool;
};

Step draw(std::mt19937& random) {
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  const auto& row = core::kFlipTable.at(random() % core::kFlipTable.size());
  Step step{row.from,      row.event, below(2) == 0,      below(3) == 0,
            below(2) == 0, below(40), pool_settings(mail)};
  // In most cases a step that can't happen.
  if (below(4) == 0) step.event = static_cast<FlipEvent>(below(12));
  step.pool.cooldown = Millis{1 + below(100'000)};
  step.pool.cooldown_max = step.pool.cooldown + Millis{below(10'000'000)};
  step.pool.start_timeout = Millis{1 + below(2000)};
  step.pool.verify_timeout = Millis{1 + below(2000)};
  return step;
}

/// state|sentence|deadline|level|cooldown|event|from|to, or "refused".
std::string by_core(const Step& step) {
  const auto* row = core::find_transition(step.state, step.event);
  if (row == nullptr) return "refused";
  core::StepFacts facts;
  facts.drain_timeout = Millis{321};
  facts.stalled = step.stalled;
  facts.takeover_after = step.pool.timings.takeover_after;
  std::ostringstream out;
  out << core::name_of(row->to) << "|" << core::sentence_of(*row, step.restart) << "|"
      << core::step_length(row->to, step.pool, facts).count();
  if (core::has_ended(row->to) && step.automatic) {
    const auto cooldown = core::cooldown_after(row->to, step.level, step.pool, step.restart);
    out << "|" << cooldown.level << "|";
    if (cooldown.length > Millis{0}) out << cooldown.length.count();
  } else {
    out << "|" << step.level << "|";
  }
  out << "|flip_step|" << core::name_of(row->event) << "|" << core::name_of(row->from) << "|"
      << core::name_of(row->to);
  return out.str();
}

std::string script_of(const Step& step) {
  const auto ms = [](Millis length) { return std::to_string(length.count()); };
  const auto flag = [](bool value) { return value ? "true" : "false"; };
  const std::string state{core::name_of(step.state)};
  return "begin; update jobflip_data.pool set cooldown_level = " + std::to_string(step.level) +
         ", settings = settings || jsonb_build_object('cooldown_ms', " + ms(step.pool.cooldown) +
         ", 'cooldown_max_ms', " + ms(step.pool.cooldown_max) + ", 'start_timeout_ms', " +
         ms(step.pool.start_timeout) + ", 'verify_timeout_ms', " + ms(step.pool.verify_timeout) +
         "), open_flip = 5 where name = 'mail'; insert into jobflip_data.flip (id, request, pool, "
         "state, "
         "from_node, to_node, automatic, host_is_off, stalled, drain_timeout_ms, login, actor, "
         "reason, evidence, from_epoch, requested_at, state_since, deadline, last_sentence) values "
         "(5, gen_random_uuid(), 'mail', '" +
         state + "', 'job1', '" + (step.restart ? "job1" : "job2") + "', " + flag(step.automatic) +
         ", false, " + flag(step.stalled) +
         ", 321, 'ops1', 'ann', 'r', '{}', 100, clock_timestamp(), clock_timestamp(), "
         "clock_timestamp(), ''); do $do$ begin perform set_config('test.made', "
         "jobflip.advance_flip(5, '" +
         std::string{core::name_of(step.event)} +
         "', 'job1', null, '', null)::text, true); end $do$; select 'row', case when "
         "current_setting('test.made') = 'false' then 'refused' else (select concat_ws('|', "
         "f.state, f.last_sentence, "
         "round(extract(epoch from f.deadline - f.state_since) * 1000), p.cooldown_level, "
         "coalesce(round(extract(epoch from p.cooldown_until - f.state_since) * 1000)::text, ''), "
         "e.kind, e.payload::jsonb ->> 'event', e.payload::jsonb ->> 'from_state', "
         "e.payload::jsonb ->> 'to_state') from jobflip_data.flip f, jobflip_data.pool p, lateral "
         "(select * "
         "from jobflip_data.audit_event where chain = 'mail' order by seq desc limit 1) e where "
         "f.id = "
         "5 and p.name = 'mail') end; rollback;\n";
}

TEST(PgFlipSteps, CoreAndPostgreSQLAgreeOnGeneratedSteps) {
  Generated generated;
  PgStore store;
  ASSERT_TRUE(store.oper().apply(small_fleet(), {"ann", "a test"}, false).has_value());
  int refused = 0;
  generated.run(store, kSteps, kPerCall, draw, script_of,
                [&](const Step& step, const std::string& answer, int) {
                  const std::string wanted = by_core(step);
                  EXPECT_EQ(answer, wanted)
                      << core::name_of(step.state) << " " << core::name_of(step.event);
                  refused += wanted == "refused" ? 1 : 0;
                });
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, kSteps / 2);
}

}  // namespace
}  // namespace jobflip::test
