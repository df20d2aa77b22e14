#include "store/flip_request.hpp"

#include "jobflip/core/wake_hint.hpp"
#include "store/freed.hpp"
#include "store/session.hpp"
#include "store/wire.hpp"

namespace jobflip::store {
namespace {

/// An operator's planned flip of a deployment.
Result<pg::Rows> request_planned(pg::Connection& connection, const core::FlipRequest& request,
                                 const std::optional<std::string>& epoch) {
  return connection.query_and_notify(
      "request_flip",
      "select accepted, coalesce(flip, 0), rule, sentence from "
      "jobflip.deploy_flip($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      {request.request.text, request.pool.str(), request.from.str(), request.to.str(), epoch,
       std::to_string(request.deployment), request.by.claimed_name, request.reason,
       request.stalled ? "t" : "f", request.evidence},
      kWakeChannel, core::text_of(core::hint_of(request)));
}

Result<pg::Rows> request_any(pg::Connection& connection, const core::FlipRequest& request,
                             const std::optional<std::string>& epoch) {
  return connection.query_and_notify(
      "request_flip",
      "select accepted, coalesce(flip, 0), rule, sentence from "
      "jobflip.request_flip($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      {request.request.text, request.pool.str(), request.from.str(), request.to.str(), epoch,
       request.by.supervisor.str(), std::to_string(request.by.supervisor_epoch.value),
       request.by.claimed_name, request.reason, request.stalled ? "t" : "f",
       request.host_is_off ? "t" : "f", request.evidence, request.refuse_only ? "t" : "f"},
      kWakeChannel, core::text_of(core::hint_of(request)));
}

}  // namespace

Result<core::FlipAnswer> request_flip(pg::Connection& connection,
                                      const core::FlipRequest& request) {
  std::optional<std::string> epoch;
  if (request.expected_epoch) epoch = std::to_string(request.expected_epoch->value);
  const bool planned = request.deployment != 0 && !request.refuse_only;
  const auto rows = freed(connection, [&] {
    return planned ? request_planned(connection, request, epoch)
                   : request_any(connection, request, epoch);
  });
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
