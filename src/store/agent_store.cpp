#include "jobflip/ports/agent_store.hpp"

#include <optional>
#include <utility>

#include "jobflip/base/hex.hpp"
#include "jobflip/core/wake_hint.hpp"
#include "jobflip/store/open.hpp"
#include "store/last_beat.hpp"
#include "store/names.hpp"
#include "store/session.hpp"
#include "store/wire.hpp"

namespace jobflip::store {
namespace {

/// For a lock: a wait that ended in time says so, one that did not shows as a timeout.
bool may_have_waited(const Error& error) {
  return error.code == ErrorCode::store_conflict || error.code == ErrorCode::store_timeout;
}

class PgAgentStore final : public ports::AgentStore {
 public:
  explicit PgAgentStore(const StoreSettings& settings)
      : connection_(settings, session_rules(settings, Purpose::change)) {}

  Result<core::BeatReply> beat(const core::BeatRequest& request) override {
    if (std::exchange(blocked_, false)) {
      const auto freed = until_ended([&] {
        return connection_.query("beat", "select jobflip.free_beat($1)", {request.node.str()});
      });
      if (!freed && freed.error().code == ErrorCode::store_timeout) return freed.error();
    }
    auto reply = any_beat(request);
    blocked_ = reply.has_error() && may_have_waited(reply.error());
    return reply;
  }

  Result<core::TakeReply> take(const core::TakeRequest& request) override {
    const auto rows = until_ended([&] {
      return connection_.prepared(
          "take", "take",
          "select outcome, new_epoch, sentence, flip from "
          "jobflip.take($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
          {request.node.str(), request.pool.str(), request.attempt.text, request.incarnation.text,
           std::to_string(request.epoch.value), std::to_string(request.lease_beat.value),
           std::to_string(request.stood_still.count()), std::to_string(request.polls),
           request.confirmed_empty ? "t" : "f", std::to_string(request.in_touch.count()),
           request.reason, request.instance.text, std::to_string(request.life)});
    });
    if (!rows) {
      blocked_ = blocked_ || may_have_waited(rows.error());  // the next beat looks for whom
      return rows.error();
    }
    auto in = rows->row(0);
    core::TakeReply reply;
    reply.outcome = in.word(parse_take_outcome);
    reply.epoch = in.id<Epoch>();
    reply.sentence = in.text();
    if (const auto flip = in.maybe_number()) reply.flip = FlipId{*flip};
    if (in.failed()) return unreadable("take");
    return reply;
  }

  Result<core::ReleaseOutcome> release(const core::ReleaseRequest& request) override {
    const auto rows = until_ended([&] {
      return connection_.query_and_notify(
          "release", "select jobflip.release_ended($1, $2, $3, $4, $5, $6)",
          {request.node.str(), request.pool.str(), std::to_string(request.epoch.value),
           request.attempt.text, request.reason, std::string{name_of(request.workers)}},
          kWakeChannel, core::text_of(core::hint_of(request)));
    });
    return outcome_of("release", rows, parse_release_outcome);
  }

  Result<core::FlipStepOutcome> step_flip(const core::FlipStepRequest& request) override {
    const auto rows = connection_.prepared("step_flip", "step_flip",
                                           "select jobflip.step_flip($1, $2, $3, $4, $5)",
                                           {request.node.str(), std::to_string(request.flip.value),
                                            std::string{name_of(request.event)}, request.sentence,
                                            std::to_string(request.epoch.value)});
    return outcome_of("step_flip", rows, parse_step_outcome);
  }

  Result<core::BlackBoxReply> keep_black_box(const core::KeepBlackBoxRequest& request) override {
    const auto& [of, document] = request.black_box;
    const auto rows =
        connection_.query("keep_black_box", "select jobflip.keep_black_box($1, $2, $3, $4, $5)",
                          {request.node.str(), of.pool.str(), std::to_string(of.flip.value),
                           std::to_string(of.epoch.value), document});
    return outcome_of("keep_black_box", rows, parse_black_box_reply);
  }

  void cancel() noexcept override { connection_.cancel(); }

 private:
  Result<core::BeatReply> any_beat(const core::BeatRequest& request) {
    const bool may_be_short = full_beats_due_ == 0;
    if (!may_be_short) --full_beats_due_;
    const bool same_again = may_be_short && !request.in_full && told_in_ == connection_.session() &&
                            last_.covers(request);
    if (same_again) {
      const auto counted = renew_unchanged(request);
      if (!counted) {
        if (may_have_waited(counted.error())) full_beats_due_ = kFullBeatsAfterAWait;
        return counted.error();
      }
      if (*counted) return last_.again();
    }
    last_.forget();  // stays so where anything fails from here on
    const auto text = full_beat(request);
    if (!text) return text.error();
    auto answer = parse_beat(*text);
    if (!answer) return answer.error();
    last_.keep(request, *answer);
    told_in_ = connection_.session();
    return std::move(answer->reply);
  }

  Result<std::string> full_beat(const core::BeatRequest& request) {
    std::vector<std::string> renewals, seen, ready, known, crashing;
    for (const auto& renewal : request.renewals)
      renewals.push_back(renewal.pool.str() + ":" + std::to_string(renewal.epoch.value));
    for (const auto& one : request.seen)
      seen.push_back(one.pool.str() + ":" + std::to_string(one.epoch.value));
    for (const auto& head : request.heads)
      seen.push_back(head.chain + "#" + std::to_string(head.seq) + "#" + hex_of_bytes(head.hash));
    for (const auto& pool : request.ready) ready.push_back(pool.str());
    for (const auto& pool : request.known)
      known.push_back(pool.pool.str() + ":" + std::to_string(pool.version.value));
    for (const auto& loop : request.crashing)
      crashing.push_back(loop.pool.str() + ":" + std::to_string(loop.ends) + "/" +
                         std::to_string(loop.within.count()) + ":" + loop.reason);
    const auto rows = connection_.prepared(
        "beat", "beat",
        "select jobflip.beat($1, $2::uuid, $3::text[], $4::text[], $5, $6::text[], $7::text[], $8, "
        "$9::text[])",
        {request.node.str(), request.instance.text, array_of(renewals), array_of(ready),
         request.not_ready_reason, array_of(known), array_of(seen),
         std::to_string(request.seen_beat.value), array_of(crashing)});
    if (!rows) return rows.error();
    const auto text = rows->size() == 1 ? rows->cell(0, 0) : std::nullopt;
    if (!text) return unreadable("beat");
    return std::string{*text};
  }

  /// False if the store needs a full beat, because something changed.
  Result<bool> renew_unchanged(const core::BeatRequest& request) {
    const auto rows = connection_.prepared(
        "beat", "renew_unchanged",
        "update jobflip.renew_unchanged set beat = beat operator(pg_catalog.+) 1, "
        "beat_at = pg_catalog.clock_timestamp() where node operator(pg_catalog.=) $1 "
        "and full_beat_number operator(pg_catalog.=) $2::bigint",
        {request.node.str(), std::to_string(last_.full_beat_number().value)});
    if (!rows) {
      last_.forget();
      return rows.error();
    }
    return rows->changed() == 1;
  }

  /// Sessions that are in the way are written down by one call, and ended by the next one: so the
  /// record is there whatever becomes of the second.
  template <class Call>
  static Result<pg::Rows> until_ended(Call call) {
    constexpr int kMostCalls = 4;
    for (int i = 1;; ++i) {
      auto rows = call();
      if (!rows || rows->size() != 1 || rows->cell(0, 0) != "ending") return rows;
      if (i == kMostCalls)
        return Error{ErrorCode::store_conflict, "sessions that are in the way come and go",
                     "it is tried again"};
    }
  }

  template <class Parse>
  static auto outcome_of(std::string_view what, const Result<pg::Rows>& rows, Parse parse)
      -> Result<typename decltype(parse(""))::value_type> {
    if (!rows) return rows.error();
    auto in = rows->row(0);
    const auto outcome = in.word(parse);
    if (in.failed()) return unreadable(what);
    return outcome;
  }

  /// A short beat that got no answer in time may have waited behind a session that queues for a
  /// lock on its view, as every login of ours can. A full beat does not go through the view
  /// (decision 20).
  static constexpr int kFullBeatsAfterAWait = 30;

  pg::Connection connection_;
  LastBeat last_;
  int full_beats_due_{0};
  // what loses history ends every session: what was told in another one is not gone on from
  std::optional<pg::SessionNumber> told_in_;
  bool blocked_{false};  // the last beat may have waited in vain for the node's own row
};

}  // namespace

std::unique_ptr<ports::AgentStore> open_agent_store(const StoreSettings& settings) {
  return std::make_unique<PgAgentStore>(settings);
}

}  // namespace jobflip::store
