#pragma once
/// What an agent remembers between two steps (core/agent.hpp has the step and its invariants). It
/// is lost with the process, and can be: what must outlive it is in the store and with the guard.
/// The exception is `kept`, which is in a file too: only that shows a store that was set back.

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
  Uuid run;  // of this process; makes attempts unique
  std::int64_t attempts{0};
  Uuid incarnation;
  std::optional<Instant> history_lost_at;  // when this process first knew of it
  ServerLife
      life{};  // of the store's server, and since when this process has been in touch with it
  Instant life_since;
  BeatNumber seen_beat;          // the last one of its own that was acknowledged
  std::vector<ChainHead> heads;  // of audit chains, as this node's supervisor has read them
  SeenOfStore kept;              // what the next process will find; has earlier processes' epochs
  Instant kept_at;
  std::map<PoolName, PoolLease> pools;
  Instant next_beat;  // when the next one is due
  Instant last_beat_sent;
  int hints{0};  // since hints_since
  Instant hints_since;
  Instant own_hint_until;            // a hint until then is most likely that of an own release
  bool hinted{false};                // a hint came since the last beat or take was sent
  int replies{0};                    // beats answered since the start of the process
  int failed_calls{0};               // in a row
  bool store_away{false};            // the last call got no answer; a refusal is one
  int backed_off{0};                 // those of them that no live lease was held at
  int refused_calls{0};              // other than beats, in a row: beats beside them may succeed
  std::uint64_t seed{0};             // of the back-off's jitter
  Instant next_call;                 // no call but a due beat before: back-off after a failed one
  std::optional<Instant> call_sent;  // a call is in flight since
  std::variant<std::monostate, BeatRequest, TakeRequest, ReleaseRequest, FlipStepRequest,
               KeepBlackBoxRequest>
      call;
  std::vector<BlackBox> black_box;  // for the store, the oldest first; a few at most
  int black_box_tries{0};           // of the first of them
  bool shutting_down{false};
  std::string last_error;
};

}  // namespace jobflip::core
