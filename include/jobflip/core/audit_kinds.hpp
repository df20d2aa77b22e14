#pragma once
/// Every kind of event that the audit log has: its name, the chains it goes to, what it carries
/// beside its reason, and the fields of its payload. The functions in src/store/sql write them;
/// tests compare the table with those, with what a server stored, and with docs/audit.md.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jobflip::core {

enum class AuditKind {
  // pools and leases
  lease_taken,
  takeover,
  lease_released,
  lease_blocked,
  // flips
  flip_requested,
  flip_refused,
  flip_step,
  abort_refused,
  hold,
  black_box,
  // workers that end again and again
  crash_loop,
  crash_loop_over,
  // sessions that kept a beat or a take waiting
  sessions_ended,
  // settings, and what people ask for
  fleet_applied,
  settings_changed,
  pool_removed,
  apply_refused,
  paused,
  resumed,
  drained,
  undrained,
  acknowledged,
  learned,
  // what reviewers read
  incident_opened,
  incident_changed,
  incident_closed,
  // deployments
  deployment_started,
  deployment_flip,
  deployment_done,
  deployment_rolled_back,
  deployment_expired,
  // services that are watched
  service_up,
  service_slow,
  service_down,
  maintenance_planned,
  maintenance_removed,
  // the store itself
  store_event,
  epochs_lowered,
  audit_sealed,
  schema_upgraded,
};

/// The chains that belong to no pool. No pool of workers can have such a name.
inline constexpr std::string_view kStoreChain = "jobflip";
inline constexpr std::string_view kSessionsChain = "jobflip.sessions";
inline constexpr std::string_view kRefusalsChain = "jobflip.refusals";

enum class AuditChain { pool, store, sessions, refusals };
/// `pool` for a pool's chain, else the chain's own name.
std::string_view name_of(AuditChain chain) noexcept;
/// Which of them a chain of that name is.
AuditChain chain_of(std::string_view name) noexcept;

enum class Carried { never, sometimes, always };

enum class AuditType { text, number, boolean, object, texts, numbers };
std::string_view name_of(AuditType type) noexcept;

struct AuditField {
  std::string_view name;
  AuditType type{};
  std::string_view meaning;
  bool may_be_null{false};
  bool may_be_absent{false};  // not every function writes it, or 0.1.0 did not
};

struct AuditKindRow {
  AuditKind kind{};
  std::string_view name;
  std::span<const AuditChain> chains;
  Carried node{};
  Carried flip{};
  Carried epoch{};
  std::span<const AuditField> payload;
  std::string_view meaning;
  std::string_view since;  // the version that first wrote it
};

/// In the order of the enum.
std::span<const AuditKindRow> audit_kinds() noexcept;
const AuditKindRow& row_of(AuditKind kind) noexcept;
std::string_view name_of(AuditKind kind) noexcept;
/// Nothing for a kind that a later version writes.
std::optional<AuditKind> parse_audit_kind(std::string_view name) noexcept;

/// The table as docs/audit.md has it: one line of Markdown for each kind.
std::string audit_kinds_table();

}  // namespace jobflip::core
