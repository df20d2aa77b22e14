/// The second half of the story: a killed agent, a power cut, and the record.
#include <fmt/format.h>

#include <algorithm>

#include "demo/settings_text.hpp"
#include "demo/story.hpp"

namespace jobflip::demo {
namespace {

constexpr Millis kNoHoldUp{1500};  // half the lease: so no mail waited for a lease to run out
// a lease of 3 s was renewed at most 0.4 s and a call before the cut, and has the rest left
constexpr Millis kCertainlyAlive{2000};

}  // namespace

Result<void> Story::kill_the_agent() {
  if (auto going = await_mails(40, folders_.logs, kSlow); !going) return going;
  auto before = pool_now();
  if (!before) return before.error();
  const std::string node = before->holder;
  auto workers = workers_of(node);
  if (!workers) return workers.error();
  const WallTime killed = wall_now();
  if (auto done = fleet_.kill_agent(node); !done) return done;
  if (auto started = fleet_.start_agent(node); !started) return started;
  stage_.tell(
      fmt::format("NOW the agent of {} is killed with -9, and started again at once", node));
  // long enough that the old lease would be over, had the new agent not gone on under it
  auto gone_on = await(
      "the new agent goes on under the same lease", fleet_.log_of(node), kSlow,
      [&]() -> Result<bool> {
        auto pool = read_pool(fleet_);
        if (!pool) return pool.error();
        if (pool->holder != node || pool->epoch != before->epoch)
          return Error{ErrorCode::host_failed,
                       fmt::format("epoch {} of {} became epoch {} of {}", before->epoch, node,
                                   pool->epoch, pool->holder.empty() ? "nobody" : pool->holder),
                       "look into " + fleet_.log_of(node)};
        return between(killed, wall_now()) > Millis{3300} &&
               pool->beat_age.value_or(kSlow) < Millis{1500};
      });
  if (!gone_on) return gone_on;
  auto deliveries = read_deliveries(folders_.mail);
  if (!deliveries) return deliveries.error();
  const WallTime now = wall_now();
  const auto meanwhile = std::ranges::count_if(*deliveries, [&](const Delivery& one) {
    return one.at > killed && one.epoch == before->epoch;
  });
  figures_.agent_killed_gap = longest_gap(*deliveries, killed, now);
  expect(fleet_.workers_of(node) == *workers, "the workers did not outlive their agent");
  expect(meanwhile > 0, "no mail was delivered while the agent was killed");
  expect(
      figures_.agent_killed_gap < kNoHoldUp,
      "mail was held up for " + seconds(figures_.agent_killed_gap) + " when the agent was killed");
  stage_.tell(fmt::format(
      "it goes on under the same lease (epoch {}); {} mails went out meanwhile, the "
      "longest wait between two was {:.2f} s",
      before->epoch, meanwhile, static_cast<double>(figures_.agent_killed_gap.count()) / 1000.0));
  return {};
}

Result<void> Story::cut_the_power() {
  auto before = pool_now();
  if (!before) return before.error();
  const std::string node = before->holder;
  if (auto workers = workers_of(node); !workers) return workers.error();
  const WallTime cut = wall_now();
  if (auto done = fleet_.cut_power(node); !done) return done;
  stage_.tell(
      fmt::format("NOW {} loses its power: agent, guard and workers are killed together", node));
  stage_.tell(
      "nobody can know that it is dead, so the others wait until its lease has run out for sure");
  std::string next;
  auto taken = await("another node takes over", folders_.logs, kSlow, [&]() -> Result<bool> {
    auto pool = read_pool(fleet_);
    if (!pool) return pool.error();
    next = pool->holder;
    return !next.empty() && next != node && !fleet_.workers_of(next).empty();
  });
  if (!taken) return taken;
  figures_.power_cut_to_active = between(cut, wall_now());
  auto flowing =
      await("mail flows on the new node", fleet_.log_of(next), kQuick, [&]() -> Result<bool> {
        auto deliveries = read_deliveries(folders_.mail);
        if (!deliveries) return deliveries.error();
        const auto first = std::ranges::find_if(
            *deliveries, [&](const Delivery& one) { return one.epoch > before->epoch; });
        if (first == deliveries->end()) return false;
        figures_.power_cut_to_mail = between(cut, first->at);
        return true;
      });
  if (!flowing) return flowing;
  // which node is active is read every now and then, and each mail has its own time
  figures_.power_cut_to_active = std::min(figures_.power_cut_to_active, figures_.power_cut_to_mail);
  if (auto told = tell_takeover(node, next); !told) return told;
  stage_.tell(
      fmt::format("mail flows again, {} after the cut", seconds(figures_.power_cut_to_mail)));
  if (auto back = fleet_.start_agent(node); !back) return back;
  stage_.tell(fmt::format("the power of {} is back; its agent starts and stands by", node));
  return {};
}

// A supervisor also calls the stall of a dead node, and may ask for a flip before the others' own
// wait is over. Both end the same way: the lease has run out first.
Result<void> Story::tell_takeover(const std::string& from, const std::string& to) {
  auto moves = read_moves(fleet_);
  if (!moves) return moves.error();
  const auto move = std::ranges::find_if(*moves, [&](const MoveReading& one) {
    return one.from == from && one.to == to && one.flip != flip_;
  });
  expect(move != moves->end(), "the takeover is not in the history");
  if (move != moves->end() && move->kind == core::HistoryKind::flip)
    stage_.tell(
        fmt::format("a supervisor called this stall, too (flip {}); the wait stayed the same",
                    move->flip.value_or(0)));
  stage_.tell(fmt::format("{} took over and is active {} after the cut", to,
                          seconds(figures_.power_cut_to_active)));
  expect(figures_.power_cut_to_active > kCertainlyAlive,
         "taken over before the dead node's lease can have run out");
  return {};
}

Result<void> Story::deliver_the_rest() {
  const Millis at_most = kSlow + Millis{200} * mails_;
  if (auto sent = await_mails(100, folders_.logs, at_most); !sent) {
    // lost mail is a result, not a reason to say nothing
    if (sent.error().code != ErrorCode::host_failed) return sent;
    expect(false, sent.error().text);
  }
  // mails still in flight must be in the files before they are counted
  auto quiet = await("no mail is in flight any more", folders_.logs, kQuick, [&]() -> Result<bool> {
    auto open =
        cluster_.sql("select count(*) from app.email where sent_at is null and failed_at is null");
    if (!open) return open.error();
    return *open == "0";
  });
  if (!quiet) expect(false, quiet.error().text);
  auto whole =
      await("all three nodes are ready again", folders_.logs, kQuick, [&]() -> Result<bool> {
        auto pool = read_pool(fleet_);
        if (!pool) return pool.error();
        return pool->ready_nodes == 3;
      });
  if (!whole) return whole;
  stage_.tell("every mail of the table is marked as sent");
  return {};
}

Result<Tally> Story::count() {
  auto deliveries = read_deliveries(folders_.mail);
  if (!deliveries) return deliveries.error();
  return tally(*deliveries, mails_);
}

Result<void> Story::print_verb(const std::vector<std::string>& words) {
  std::string line = "jobflip";
  for (const std::string& word : words) line += " " + word;
  stage_.heading(line);
  auto output = fleet_.verb(words);
  if (!output) return output.error();
  stage_.quote(*output);
  return {};
}

Result<void> Story::print_record() {
  if (auto printed = print_verb({"status"}); !printed) return printed;
  if (auto printed = print_verb({"history"}); !printed) return printed;
  auto moves = read_moves(fleet_);
  if (!moves) return moves.error();
  for (const MoveReading& move : *moves)
    if (move.flip)
      if (auto printed = print_verb({"show", std::to_string(*move.flip)}); !printed) return printed;
  if (auto printed = print_verb({"incident", "list"}); !printed) return printed;
  return print_verb({"audit", "verify"});
}

std::string Story::summary(const Tally& tally) const {
  return fmt::format(
      "demo: {} queued, {} delivered, {} lost, {} twice, {} repeated; stall to verdict {}, verdict "
      "to "
      "active {}, stall to next mail {}, agent killed: longest wait {:.2f} s, power cut to active "
      "{}",
      mails_, tally.delivered, tally.lost, tally.twice, tally.repeated,
      seconds(figures_.stall_to_verdict), seconds(figures_.verdict_to_active),
      seconds(figures_.stall_to_mail),
      static_cast<double>(figures_.agent_killed_gap.count()) / 1000.0,
      seconds(figures_.power_cut_to_active));
}

}  // namespace jobflip::demo
