#include "store/last_beat.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace jobflip::store {

void LastBeat::keep(core::BeatRequest request, const BeatAnswer& answer) {
  forget();
  if (!answer.is_quiet) return;
  request_ = std::move(request);
  reply_ = answer.reply;
  full_beat_number_ = answer.reply.beat;
  is_quiet_ = true;
  for (auto& pool : reply_.pools) pool.settings.reset();
}

bool LastBeat::covers(const core::BeatRequest& request) const {
  const auto is_known = [&request](const core::PoolReport& told) {
    return std::any_of(request.known.begin(), request.known.end(), [&told](const auto& known) {
      return known.pool == told.pool && known.version == told.version;
    });
  };
  return is_quiet_ && request.node == request_.node && request.instance == request_.instance &&
         request.renewals == request_.renewals && request.ready == request_.ready &&
         request.not_ready_reason == request_.not_ready_reason && request.seen == request_.seen &&
         request.heads == request_.heads && request.crashing == request_.crashing &&
         std::all_of(reply_.pools.begin(), reply_.pools.end(), is_known);
}

core::BeatReply LastBeat::again() {
  // a number at its end is nonsense that a store may say all the same
  if (reply_.beat.value < std::numeric_limits<std::int64_t>::max()) ++reply_.beat.value;
  for (auto& pool : reply_.pools) pool.lease_beat = reply_.beat;
  return reply_;
}

}  // namespace jobflip::store
