#include "store/flip_request.hpp"

#include "jobflip/core/wake_hint.hpp"
#include "store/session.hpp"
#include "store/wire.hpp"

namespace jobflip::store {

Result<core::FlipAnswer> request_flip(pg::Connection& connection,
                                      const core::FlipRequest& request) {
  std::optional<std::string> epoch;
  if (request.expected_epoch) epoch = std::to_string(request.expected_epoch->value);
  const auto rows = connection.query_and_notify(
      "request_flip",
      "select accepted, coalesce(flip, 0), rule, sentence from "
      "jobflip.request_flip($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      {request.request.text, request.pool.str(), request.from.str(), request.to.str(), epoch,
       request.by.supervisor.str(), std::to_string(request.by.supervisor_epoch.value),
       request.by.claimed_name, request.reason, request.stalled ? "t" : "f",
       request.host_is_off ? "t" : "f", request.evidence, request.refuse_only ? "t" : "f"},
      kWakeChannel, core::text_of(core::hint_of(request)));
  if (!rows) return rows.error();
  auto in = rows->row(0);
  core::FlipAnswer answer;
  answer.accepted = in.flag();
  answer.flip = in.id<FlipId>();
  answer.rule = in.text();
  answer.sentence = in.text();
  if (in.failed()) return unreadable("request_flip");
  return answer;
}

}  // namespace jobflip::store
