#pragma once
/// The state of an agent between two steps (core/agent.hpp has the step and its invariants). It may
/// be lost with the process: whatever must survive is in the store or with the guard. The exception
/// is `kept`, which is also in a file: without it nobody would notice that the store was set back.

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/black_box.hpp"
#include "jobflip/core/lease_calls.hpp"
#include "jobflip/core/pool_lease.hpp"
#include "jobflip/core/seen_of_store.hpp"

namespace jobflip::core {

struct AgentState {
  NodeName node;
  Uuid instance;
  Uuid run;  // names this process; makes its attempts unique
  std::int64_t attempts{0};
  Uuid incarnation;
  std::optional<Instant> history_lost_at;  // when this process learned that history was lost
  ServerLife life{};                       // of the store's server
  Instant life_since;                      // the first reply of that server life to this process
  BeatNumber seen_beat;                    // this node's last acknowledged beat
  std::vector<ChainHead> heads;  // of audit chains, as this node's supervisor has read them
  SeenOfStore kept;              // saved for the next process, with the epochs of earlier ones
  Instant kept_at;
  std::map<PoolName, PoolLease> pools;
  Instant next_beat;  // when the next beat is due
  Instant last_beat_sent;
  int hints{0};  // wake-ups since hints_since
  Instant hints_since;
  Instant own_hint_until;            // until then a wake-up is likely that of an own release
  bool hinted{false};                // a wake-up came since the last beat or take was sent
  int replies{0};                    // beats acknowledged since the start of the process
  int failed_calls{0};               // in a row
  bool store_away{false};            // the last call got no reply (a refusal is a reply)
  int backed_off{0};                 // failed calls in a row while no live lease was held
  int refused_calls{0};              // refused calls in a row, without beats: those may succeed
  std::uint64_t seed{0};             // of the back-off's jitter
  Instant next_call;                 // back-off: until then only a due beat is sent
  std::optional<Instant> call_sent;  // when the call in flight was sent
  std::variant<std::monostate, BeatRequest, TakeRequest, ReleaseRequest, FlipStepRequest,
               KeepBlackBoxRequest>
      call;
  std::vector<BlackBox> black_box;  // not in the store yet, oldest first; a few at most
  int black_box_tries{0};           // failed calls for the first of them
  bool shutting_down{false};
  std::string last_error;
  Instant tell_refusal_again;  // last_error, if it is a refusal that lasts
};

}  // namespace jobflip::core
