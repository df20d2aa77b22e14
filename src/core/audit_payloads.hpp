#pragma once
/// The payloads of events about pools, leases and flips, for the table in audit_kinds.cpp.

#include <array>
#include <span>

#include "jobflip/core/audit_kinds.hpp"

namespace jobflip::core::payload {

using enum AuditType;

inline constexpr std::array kPools{AuditChain::pool};
inline constexpr std::array kStores{AuditChain::store};
inline constexpr std::array kRefused{AuditChain::refusals};
inline constexpr std::array kAnyChain{AuditChain::pool, AuditChain::store, AuditChain::sessions,
                                      AuditChain::refusals};
inline constexpr std::array kPoolOrStore{AuditChain::pool, AuditChain::store};
inline constexpr std::array kPoolOrRefusals{AuditChain::pool, AuditChain::refusals};
inline constexpr std::array kStoreOrRefusals{AuditChain::store, AuditChain::refusals};
inline constexpr std::array kPoolOrSessions{AuditChain::pool, AuditChain::sessions};

constexpr AuditField maybe(AuditField field) {
  field.may_be_null = true;
  return field;
}
constexpr AuditField absent(AuditField field) {
  field.may_be_absent = true;
  return field;
}

// What several kinds say.
inline constexpr AuditField kEndedSessions{
    "ended_sessions", texts, "the sessions that were ended because they were in the way"};
inline constexpr AuditField kNotRecorded{"not_recorded", number,
                                         "how many like it this event stands for as well"};
inline constexpr AuditField kEvidence{"evidence", object, "what the decision was based on"};
inline constexpr AuditField kEvidenceSha256{"evidence_sha256", text,
                                            "of the evidence as it was sent"};
inline constexpr AuditField kAttempt{"attempt", text, "the id of the call"};
inline constexpr AuditField kRule{"rule", text, "the rule that blocked it"};
inline constexpr AuditField kEnds{"ends", number, "how often the workers ended by themselves"};

inline constexpr AuditField kRunning{
    "running", object,
    "what ran on the old node, as it was last read: `jobs`, and of up to "
    "10 `queues` the `queue`, `preset`, `jobs`, up to 50 `ids` and "
    "`read_ago_ms`; `queues_left_out`"};

inline constexpr std::span<const AuditField> kNothing{};
inline constexpr std::array kTake{
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
inline constexpr std::array kRelease{
    kAttempt,
    absent(maybe({"workers", text,
                  "how they ended: `drained` (by themselves), `killed`; null: nobody saw it"})),
    kEndedSessions,
};
inline constexpr std::array kBlocked{
    AuditField{"blockers", texts, "the sessions in the way, 20 at most"},
    kEndedSessions,
};
inline constexpr std::array kFlipRequested{
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
inline constexpr std::array kFlipRefused{
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
inline constexpr std::array kFlipStep{
    AuditField{"event", text, "what happened"},
    AuditField{"from_state", text, "the flip's state before"},
    AuditField{"to_state", text, "and after"},
};
inline constexpr std::array kAbortRefused{
    AuditField{"pool", text, "the pool"},
    AuditField{"state", text, "the flip's state"},
    kNotRecorded,
};
inline constexpr std::array kHold{kRule, kNotRecorded, kEvidence};
inline constexpr std::array kBlackBox{
    AuditField{"bytes", number, "the size of the document"},
    AuditField{"sha256", text, "of the document"},
};
inline constexpr std::array kCrashLoop{kEnds};
inline constexpr std::array kSessionsEnded{kEndedSessions};
inline constexpr std::array kChanges{
    AuditField{"changes", texts, "a line for each difference, 64 KiB at most"},
    AuditField{"changes_left_out", number, "how many lines are not in it"},
};
inline constexpr std::array kApplyRefused{
    AuditField{"sentence", text, "why"},
    kNotRecorded,
};
inline constexpr std::array kPaused{AuditField{"length_ms", number, "for how long"}};
inline constexpr std::array kResumed{maybe({"length_ms", number, "null"})};

}  // namespace jobflip::core::payload
