#pragma once
/// The last automatic flip of a pool in a generated state: it may be a restart, and then it may
/// forbid another one.

#include <random>
#include <string>

#include "contract/store_suite.hpp"
#include "core/cooldown.hpp"

namespace jobflip::test {

inline constexpr FlipId kLastFlip{998};

struct LastFlip {
  bool restart{};
  core::FlipState end{};
  Millis since_end{};
  bool of_this_lease{};

  bool forbids_a_restart(const core::PoolSettings& pool) const {
    return restart && core::is_spent({end, since_end, of_this_lease}, pool);
  }
};

inline LastFlip draw_last_flip(std::mt19937& random, Millis cooldown) {
  constexpr core::FlipState kEnds[]{core::FlipState::verified, core::FlipState::ineffective,
                                    core::FlipState::unverified, core::FlipState::failed,
                                    core::FlipState::aborted};
  return {random() % 3 > 0, kEnds[random() % 5], random() % 2 == 0 ? cooldown / 2 : 2 * cooldown,
          random() % 2 == 0};
}

/// Number 998, of a lease of epoch `epoch` or of the one before. It counts for no budget.
inline core::FlipView view_of(const LastFlip& last, Epoch epoch, WallTime now) {
  core::FlipView view;
  view.id = kLastFlip;
  view.pool = paper;
  view.from = job1;
  view.to = last.restart ? job1 : job2;
  view.state = last.end;
  view.ended_at = now - last.since_end;
  view.epoch = last.of_this_lease ? epoch : Epoch{epoch.value - 1};
  return view;
}

inline std::string row_of(const LastFlip& last, Epoch epoch) {
  const core::FlipView view = view_of(last, epoch, WallTime{});
  return "insert into jobflip_data.flip (id, request, pool, state, from_node, to_node, automatic, "
         "host_is_off, stalled, drain_timeout_ms, login, actor, reason, evidence, from_epoch, "
         "epoch, requested_at, state_since, deadline, last_sentence, ended_at) values (998, "
         "gen_random_uuid(), 'paper', '" +
         std::string{core::name_of(view.state)} + "', 'job1', '" + view.to.str() +
         "', false, false, true, 1, 'sup1', 'ann', 'r', '{}', 1, " +
         std::to_string(view.epoch->value) +
         ", clock_timestamp(), clock_timestamp(), clock_timestamp(), '', clock_timestamp() - "
         "interval '" +
         std::to_string(last.since_end.count()) + " ms');\n";
}

}  // namespace jobflip::test
