#pragma once
/// The payloads of events about incidents, about what is learned, and about the store itself, for
/// the table in audit_kinds.cpp.

#include "core/audit_payloads.hpp"

namespace jobflip::core::payload {

inline constexpr AuditField kIncident{"incident", number, "its number"};
inline constexpr std::array kIncidentOpened{
    kIncident,
    AuditField{"class", text, "`queued`, `deployment`, `slowness`, `node`, `store`, `other`"},
    AuditField{"cause", text,
               "what opened it: `verdict`, `node_loss`, `hold`, `flip`, "
               "`person`, `service`"},
    absent({"service", text, "the service that it is of, and no pool"}),
};
inline constexpr std::array kIncidentChanged{
    kIncident,
    AuditField{"what", text, "`note`, `label`, `class`, ...: see [incidents](incidents.md)"},
    AuditField{"value", text, "the label, the class, ...; of a note nothing: it is the reason"},
};
inline constexpr std::array kIncidentClosed{kIncident};
inline constexpr std::array kServiceState{
    AuditField{"service", text, "the service"},
    maybe({"before", text, "the state before: `up`, `slow`, `down`; null: none was known"}),
    AuditField{"began", number, "when the state began, in microseconds since 1970"},
    maybe({"latency_ms", number, "how long the last check took"}),
    AuditField{"maintenance", boolean, "it was in planned maintenance"},
    kNotRecorded,
};
inline constexpr AuditField kMaintenance{"maintenance", number, "its number"};
inline constexpr AuditField kMaintained{"service", text, "the service; empty: all"};
inline constexpr std::array kMaintenancePlanned{
    kMaintenance,
    kMaintained,
    AuditField{"from", number, "when it begins, in microseconds since 1970"},
    AuditField{"until", number, "when it ends"},
};
inline constexpr std::array kMaintenanceRemoved{kMaintenance, kMaintained};
inline constexpr std::array kAcknowledged{
    AuditField{"level", number, "how many ineffective flips in a row had doubled the cooldown"},
};
inline constexpr std::array kLearned{
    AuditField{"queue", text, "the queue"},
    AuditField{"sha256", text, "of the document that was kept"},
};
inline constexpr std::array kStoreEvent{
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
inline constexpr std::array kEpochsLowered{AuditField{"epoch_before", number, "the epoch before"}};
inline constexpr std::array kSealed{
    AuditField{"up_to", number, "the last event that was removed"},
    AuditField{"hash", text, "its hash: the chain goes on from it"},
    AuditField{"events", number, "how many were removed"},
    AuditField{"sha256", text, "of the export that has them"},
    AuditField{"before", text, "the month, as in `2025-01`, before which they happened"},
};
inline constexpr std::array kUpgraded{
    AuditField{"migrations", numbers, "the migrations that ran"},
    maybe({"functions_before", text, "the set of functions before"}),
    AuditField{"functions_after", text, "and after"},
};

}  // namespace jobflip::core::payload
