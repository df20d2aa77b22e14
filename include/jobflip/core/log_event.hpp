#pragma once
/// A log event: one line in the journal or the log. It has a kind, the pool, flip and epoch that it
/// concerns, and one sentence. The audit log is the record; the log events show each host's part.
///
/// Invariant: a kind never changes its MESSAGE_ID, because the catalog (units/jobflip.catalog) and
/// users' filters name it.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"

namespace jobflip::core {

enum class LogEventKind {
  verdict,
  flip_wanted,
  flip_asked,
  flip_refused,
  held,
  drain_begun,
  workers_told,
  workers_gone,
  released,
  not_released,
  taken,
  not_taken,
  started,
  start_failed,
  workers_ended,
  verified,
  ineffective,
  unverified,
  failed,
  aborted,
  fenced,
  lost,
  kept,
  store_away,
  store_back,
  adopted,
  leading,
  not_leading,
  late,
  stopping,
  anchor,
  black_box,
  workers_unseen,
  lease_files_gone,
  refused,
};

struct LogEventRow {
  LogEventKind kind;
  std::string_view name;
  std::string_view message_id;
  int priority;  // a syslog level: 2 critical ... 6 info
};

inline constexpr std::array kLogEventTable{
    LogEventRow{LogEventKind::verdict, "verdict", "75fbcc379314488798d3cbcc2c730c1d", 6},
    LogEventRow{LogEventKind::flip_wanted, "flip_wanted", "e4eac3ccd0c446dda5ba26eb868b4422", 5},
    LogEventRow{LogEventKind::flip_asked, "flip_asked", "da9981c5b46f40688193f3b24beffebb", 5},
    LogEventRow{LogEventKind::flip_refused, "flip_refused", "977c2d1dfe344bc08dd552520a3238dc", 4},
    LogEventRow{LogEventKind::held, "held", "94a58b3e03974411aa3df42e7caae6ac", 4},
    LogEventRow{LogEventKind::drain_begun, "drain_begun", "516dcb62b71443c6a739ca6361c9696a", 5},
    LogEventRow{LogEventKind::workers_told, "workers_told", "1d941104a2d943cd827ddaaaad2f29ea", 5},
    LogEventRow{LogEventKind::workers_gone, "workers_gone", "7499837239174981b987c2feb5433c23", 5},
    LogEventRow{LogEventKind::released, "released", "2de4ca11d03f4ecdb6fc2062f9a78606", 5},
    LogEventRow{LogEventKind::not_released, "not_released", "e71e7fafea8b471989386c224c450c12", 4},
    LogEventRow{LogEventKind::taken, "taken", "aa6397156f1345fb943a75ab908f09e0", 5},
    LogEventRow{LogEventKind::not_taken, "not_taken", "924713d7ef5d460bae3e168ce0f820ed", 6},
    LogEventRow{LogEventKind::started, "started", "84093f1ffdb64dfb823c4f2a3041b52e", 5},
    LogEventRow{LogEventKind::start_failed, "start_failed", "ab217e93ea8b4c878eca8485fa2079a5", 3},
    LogEventRow{LogEventKind::workers_ended, "workers_ended", "e102341ef08649a3aacd614f1f02c06e",
                4},
    LogEventRow{LogEventKind::verified, "verified", "c060724f2771452190ea22af014f55f1", 5},
    LogEventRow{LogEventKind::ineffective, "ineffective", "d58c0d9c6c474496961ecdff199df882", 2},
    LogEventRow{LogEventKind::unverified, "unverified", "6577ffbfec5f4509aa9285f88db661f1", 4},
    LogEventRow{LogEventKind::failed, "failed", "257905583b864eeaa42d3f5dc34cdacc", 3},
    LogEventRow{LogEventKind::aborted, "aborted", "9087bea8732e419787e53d893fd482e4", 5},
    LogEventRow{LogEventKind::fenced, "fenced", "0b38b1de562f41108837f71157248d5f", 3},
    LogEventRow{LogEventKind::lost, "lost", "5f2ba539a7c64ce484834df50b033bf4", 3},
    LogEventRow{LogEventKind::kept, "kept", "1872917020c441bc97c2ed684063959b", 2},
    LogEventRow{LogEventKind::store_away, "store_away", "1485a954d8ed4308993787583d418c1c", 3},
    LogEventRow{LogEventKind::store_back, "store_back", "560d2d99513e4583a7853f963b403a34", 5},
    LogEventRow{LogEventKind::adopted, "adopted", "4f1b2db459bf412fa4bdc523383e7b9c", 5},
    LogEventRow{LogEventKind::leading, "leading", "5232712927184b9aa37e98f75e80457b", 5},
    LogEventRow{LogEventKind::not_leading, "not_leading", "9abaef67bd234da3a4c7b35003cc9635", 5},
    LogEventRow{LogEventKind::late, "late", "0b25d7785be94444a5affe0682592248", 4},
    LogEventRow{LogEventKind::stopping, "stopping", "0fbaa440f49a455ea6ba938f3f05feed", 5},
    LogEventRow{LogEventKind::anchor, "anchor", "8b120ed3b9b14a45b38058d8e07e1a34", 6},
    LogEventRow{LogEventKind::black_box, "black_box", "d9f02cd33e454b26891ba9ff0d2ed03e", 5},
    LogEventRow{LogEventKind::workers_unseen, "workers_unseen", "e34307a0d4387939f6f12c5b258c8d4a",
                3},
    LogEventRow{LogEventKind::lease_files_gone, "lease_files_gone",
                "5d3b1c0e8f7a4926b1e4c07d92a6f358", 3},
    LogEventRow{LogEventKind::refused, "refused", "c4a97f0e52d84d13a6b80e9f3d7215ec", 3},
};

/// The row of a kind. The table has the order of the enum.
constexpr const LogEventRow& row_of(LogEventKind kind) {
  return kLogEventTable.at(static_cast<std::size_t>(kind));
}

constexpr bool is_in_order(const auto& table) {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (static_cast<std::size_t>(table[i].kind) != i) return false;
  return true;
}
static_assert(is_in_order(kLogEventTable) && kLogEventTable.back().kind == LogEventKind::refused);

struct LogEvent {
  LogEventKind kind{};
  PoolName pool;  // empty: no single pool
  std::optional<FlipId> flip;
  Epoch epoch;           // 0: none
  std::string verdict;   // a name of core::QueueState; "": none
  std::string sentence;  // may contain text from outside: escape it for output
  std::string chain{};   // only in an anchor, as are seq and hash
  std::int64_t seq{0};
  std::string hash{};  // in hex digits
  bool operator==(const LogEvent&) const = default;
};

/// A store call that failed: `store_away`, or `refused` with what to do if the store answered that
/// this node or its login may not, which lasts until a person changes it.
LogEvent event_of_failed_call(const Error& error);

/// One line: the kind and the fields in a fixed order, with all text from outside escaped.
/// `repeats` is how many times the same event was suppressed since it was last printed.
std::string line_of(const LogEvent& log_event, int repeats = 0);

}  // namespace jobflip::core
