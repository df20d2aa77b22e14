#include "jobflip/core/audit_kinds.hpp"

#include <algorithm>
#include <array>

namespace jobflip::core {
namespace {

using enum AuditType;
using enum Carried;

constexpr std::array kPools{AuditChain::pool};
constexpr std::array kStores{AuditChain::store};
constexpr std::array kRefused{AuditChain::refusals};
constexpr std::array kAnyChain{AuditChain::pool, AuditChain::store, AuditChain::sessions,
                               AuditChain::refusals};
constexpr std::array kPoolOrRefusals{AuditChain::pool, AuditChain::refusals};
constexpr std::array kStoreOrRefusals{AuditChain::store, AuditChain::refusals};
constexpr std::array kPoolOrSessions{AuditChain::pool, AuditChain::sessions};

constexpr AuditField maybe(AuditField field) {
  field.may_be_null = true;
  return field;
}
constexpr AuditField absent(AuditField field) {
  field.may_be_absent = true;
  return field;
}

// What several kinds say.
constexpr AuditField kEndedSessions{"ended_sessions", texts,
                                    "the sessions that were ended because they were in the way"};
constexpr AuditField kNotRecorded{"not_recorded", number,
                                  "how many like it this event stands for as well"};
constexpr AuditField kEvidence{"evidence", object, "what the decision was based on"};
constexpr AuditField kEvidenceSha256{"evidence_sha256", text, "of the evidence as it was sent"};
constexpr AuditField kAttempt{"attempt", text, "the id of the call"};
constexpr AuditField kRule{"rule", text, "the rule that blocked it"};
constexpr AuditField kEnds{"ends", number, "how often the workers ended by themselves"};

constexpr AuditField kRunning{"running", object,
                              "what ran on the old node, as it was last read: `jobs`, and of up to "
                              "10 `queues` the `queue`, `preset`, `jobs`, up to 50 `ids` and "
                              "`read_ago_ms`; `queues_left_out`"};

constexpr std::span<const AuditField> kNothing{};
constexpr std::array kTake{
    AuditField{"how", text, "what allowed it: `released`, `expired`, ..."},
    AuditField{"clock_fault", boolean, "the store's clock was not believed"},
    maybe({"from", text, "the holder before; null: nobody ever held the pool"}),
    AuditField{"from_epoch", number, "its epoch"},
    kAttempt,
    AuditField{"instance", text, "the run of the agent"},
    AuditField{"incarnation", text, "of the store, as the agent saw it"},
    maybe({"lease_beat", number, "the holder's last beat that the agent saw"}),
    maybe({"unchanged_ms", number, "how long the agent saw that beat unchanged"}),
    maybe({"polls", number, "how often it looked meanwhile"}),
    absent(maybe(kRunning)),
    kEndedSessions,
};
constexpr std::array kRelease{
    kAttempt,
    absent(maybe({"workers", text,
                  "how they ended: `drained` (by themselves), `killed`; null: nobody saw it"})),
    kEndedSessions,
};
constexpr std::array kBlocked{
    AuditField{"blockers", texts, "the sessions in the way, 20 at most"},
    kEndedSessions,
};
constexpr std::array kFlipRequested{
    AuditField{"request", text, "the id of the request"},
    maybe({"from", text, "the holder; null: nobody"}),
    AuditField{"to", text, "the target; of a restart the holder"},
    AuditField{"automatic", boolean, "asked for by a supervisor"},
    AuditField{"stalled", boolean, "nothing moved: the drain is short"},
    AuditField{"host_is_off", boolean, "a person stated that the old host is powered off"},
    absent(kRunning),
    kEvidence,
    kEvidenceSha256,
};
constexpr std::array kFlipRefused{
    AuditField{"request", text, "the id of the request"},
    AuditField{"pool", text, "the pool"},
    kRule,
    AuditField{"sentence", text, "the rule with its figures"},
    AuditField{"from", text, "the holder as it was asked; empty: whoever holds"},
    AuditField{"to", text, "the target as it was asked"},
    AuditField{"automatic", boolean, "asked for by a supervisor"},
    kNotRecorded,
    kEvidence,
    kEvidenceSha256,
};
constexpr std::array kFlipStep{
    AuditField{"event", text, "what happened"},
    AuditField{"from_state", text, "the flip's state before"},
    AuditField{"to_state", text, "and after"},
};
constexpr std::array kAbortRefused{
    AuditField{"pool", text, "the pool"},
    AuditField{"state", text, "the flip's state"},
    kNotRecorded,
};
constexpr std::array kHold{kRule, kNotRecorded, kEvidence};
constexpr std::array kBlackBox{
    AuditField{"bytes", number, "the size of the document"},
    AuditField{"sha256", text, "of the document"},
};
constexpr std::array kCrashLoop{kEnds};
constexpr std::array kSessionsEnded{kEndedSessions};
constexpr std::array kChanges{
    AuditField{"changes", texts, "a line for each difference, 64 KiB at most"},
    AuditField{"changes_left_out", number, "how many lines are not in it"},
};
constexpr std::array kApplyRefused{
    AuditField{"sentence", text, "why"},
    kNotRecorded,
};
constexpr std::array kPaused{AuditField{"length_ms", number, "for how long"}};
constexpr std::array kResumed{maybe({"length_ms", number, "null"})};
constexpr std::array kAcknowledged{
    AuditField{"level", number, "how many ineffective flips in a row had doubled the cooldown"},
};
constexpr std::array kLearned{
    AuditField{"queue", text, "the queue"},
    AuditField{"sha256", text, "of the document that was kept"},
};
constexpr std::array kStoreEvent{
    absent({"incarnation", text, "the new incarnation of the store"}),
    absent({"system_identifier", text, "of the database cluster"}),
    absent({"system_identifier_before", text, "of the cluster that this is a copy of"}),
    absent({"timeline", text, "of the database cluster"}),
    absent(maybe({"pool", text, "the pool whose epoch a node has seen"})),
    absent({"seen_epoch", number, "that epoch"}),
    absent(maybe({"seen_beat", number, "the beat that the node says was acknowledged"})),
    absent({"beat", number, "the beat that is on record"}),
    absent(kNotRecorded),
};
constexpr std::array kEpochsLowered{AuditField{"epoch_before", number, "the epoch before"}};
constexpr std::array kSealed{
    AuditField{"up_to", number, "the last event that was removed"},
    AuditField{"hash", text, "its hash: the chain goes on from it"},
    AuditField{"events", number, "how many were removed"},
    AuditField{"sha256", text, "of the export that has them"},
    AuditField{"before", text, "the month, as in `2025-01`, before which they happened"},
};
constexpr std::array kUpgraded{
    AuditField{"migrations", numbers, "the migrations that ran"},
    maybe({"functions_before", text, "the set of functions before"}),
    AuditField{"functions_after", text, "and after"},
};

constexpr std::string_view kFirst = "0.1.0";
constexpr std::string_view kSecond = "0.2.0";

using enum AuditKind;

constexpr std::array kRows{
    AuditKindRow{lease_taken, "lease_taken", kPools, always, sometimes, always, kTake,
                 "a node took a pool", kFirst},
    AuditKindRow{takeover, "takeover", kPools, always, never, always, kTake,
                 "a node took a pool from a silent holder, without a flip", kFirst},
    AuditKindRow{lease_released, "lease_released", kPools, always, sometimes, always, kRelease,
                 "the holder gave a pool up; its workers are gone", kFirst},
    AuditKindRow{lease_blocked, "lease_blocked", kPools, always, sometimes, always, kBlocked,
                 "sessions that could not be ended kept a release or a take waiting", kFirst},
    AuditKindRow{flip_requested, "flip_requested", kPools, always, always, always, kFlipRequested,
                 "a flip was asked for and begins", kFirst},
    AuditKindRow{flip_refused, "flip_refused", kPoolOrRefusals, sometimes, never, always,
                 kFlipRefused, "a flip was asked for and refused", kFirst},
    AuditKindRow{flip_step, "flip_step", kPools, sometimes, always, sometimes, kFlipStep,
                 "a flip went on to its next state", kFirst},
    AuditKindRow{abort_refused, "abort_refused", kRefused, never, always, sometimes, kAbortRefused,
                 "a person wanted to end a flip that can't be ended any more", kFirst},
    AuditKindRow{hold, "hold", kPools, never, never, always, kHold,
                 "a flip was wanted and not made", kFirst},
    AuditKindRow{black_box, "black_box", kPools, always, always, always, kBlackBox,
                 "a host kept what it saw of stalled workers before it ended them", kFirst},
    AuditKindRow{crash_loop, "crash_loop", kPools, always, never, never, kCrashLoop,
                 "the workers on a node end again and again", kFirst},
    AuditKindRow{crash_loop_over, "crash_loop_over", kPools, always, never, never, kCrashLoop,
                 "they do not any more", kFirst},
    AuditKindRow{sessions_ended, "sessions_ended", kPoolOrSessions, always, never, sometimes,
                 kSessionsEnded, "sessions that kept a beat or a take waiting were ended", kFirst},
    AuditKindRow{fleet_applied, "fleet_applied", kStores, never, never, never, kChanges,
                 "the settings of the fleet were changed", kFirst},
    AuditKindRow{settings_changed, "settings_changed", kPools, never, never, never, kChanges,
                 "and these are the changes of this pool", kFirst},
    AuditKindRow{pool_removed, "pool_removed", kPools, never, never, never, kNothing,
                 "the fleet has this pool no more", kFirst},
    AuditKindRow{apply_refused, "apply_refused", kRefused, never, never, never, kApplyRefused,
                 "a fleet was applied and refused", kFirst},
    AuditKindRow{paused, "paused", kPools, never, never, never, kPaused,
                 "automatic flips of the pool are paused", kFirst},
    AuditKindRow{resumed, "resumed", kPools, never, never, never, kResumed,
                 "they are not paused any more", kFirst},
    AuditKindRow{drained, "drained", kStores, always, never, never, kNothing,
                 "a node takes no pool any more", kFirst},
    AuditKindRow{undrained, "undrained", kStores, always, never, never, kNothing,
                 "a node may take pools again", kFirst},
    AuditKindRow{acknowledged, "acknowledged", kPools, never, sometimes, never, kAcknowledged,
                 "a person lifted the cooldown", kFirst},
    AuditKindRow{
        learned, "learned", kPools, never, never, never, kLearned,
        "a person had what is normal for a queue learned from its job table or its readings",
        kSecond},
    AuditKindRow{store_event, "store_event", kStoreOrRefusals, sometimes, never, never, kStoreEvent,
                 "the store lost history, was set back, or is a copy that was accepted", kFirst},
    AuditKindRow{epochs_lowered, "epochs_lowered", kPools, never, never, always, kEpochsLowered,
                 "the owner of the database lowered the epochs", kFirst},
    AuditKindRow{audit_sealed, "audit_sealed", kAnyChain, never, never, never, kSealed,
                 "the chain's first events were exported and removed", kSecond},
    AuditKindRow{schema_upgraded, "schema_upgraded", kStores, never, never, never, kUpgraded,
                 "`jobflip migrate` changed the schema", kFirst},
};

constexpr bool has_a_row_for_each_kind(const auto& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].kind != static_cast<AuditKind>(i)) return false;
  return rows.size() == static_cast<std::size_t>(schema_upgraded) + 1;
}
static_assert(has_a_row_for_each_kind(kRows));

}  // namespace

std::string_view name_of(AuditChain chain) noexcept {
  switch (chain) {
    case AuditChain::pool:
      return "pool";
    case AuditChain::store:
      return kStoreChain;
    case AuditChain::sessions:
      return kSessionsChain;
    case AuditChain::refusals:
      return kRefusalsChain;
  }
  return "?";
}

AuditChain chain_of(std::string_view name) noexcept {
  for (const auto chain : {AuditChain::store, AuditChain::sessions, AuditChain::refusals})
    if (name == name_of(chain)) return chain;
  return AuditChain::pool;
}

std::string_view name_of(AuditType type) noexcept {
  constexpr std::array kNames{"text",   "number",        "boolean",
                              "object", "list of texts", "list of numbers"};
  return kNames[static_cast<std::size_t>(type)];
}

std::span<const AuditKindRow> audit_kinds() noexcept {
  return kRows;
}

const AuditKindRow& row_of(AuditKind kind) noexcept {
  return kRows[static_cast<std::size_t>(kind)];
}

std::string_view name_of(AuditKind kind) noexcept {
  return row_of(kind).name;
}

std::optional<AuditKind> parse_audit_kind(std::string_view name) noexcept {
  const auto found = std::ranges::find(kRows, name, &AuditKindRow::name);
  return found == kRows.end() ? std::nullopt : std::optional{found->kind};
}

}  // namespace jobflip::core
