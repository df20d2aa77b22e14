#include "jobflip/core/audit_kinds.hpp"

#include <algorithm>
#include <array>

#include "core/audit_payloads.hpp"
#include "core/audit_payloads_of_records.hpp"

namespace jobflip::core {
namespace {

using enum Carried;
using namespace payload;

constexpr std::string_view kFirst = "0.1.0";
constexpr std::string_view kSecond = "0.2.0";

using enum AuditKind;

constexpr std::array kRows{
    AuditKindRow{lease_taken, "lease_taken", kPools, always, sometimes, always, kTake,
                 "a node took a pool", kFirst},
    AuditKindRow{takeover, "takeover", kPools, always, sometimes, always, kTake,
                 "a node took a pool from a silent holder, and no flip asked for it", kFirst},
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
    AuditKindRow{sessions_ended, "sessions_ended", kPoolOrSessions, sometimes, never, sometimes,
                 kSessionsEnded, "sessions that kept others waiting were ended", kFirst},
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
    AuditKindRow{incident_opened, "incident_opened", kPoolOrStore, sometimes, sometimes, never,
                 kIncidentOpened, "an incident of the pool, or of a service, began", kSecond},
    AuditKindRow{incident_changed, "incident_changed", kPoolOrStore, never, never, never,
                 kIncidentChanged, "an incident was changed", kSecond},
    AuditKindRow{incident_closed, "incident_closed", kPoolOrStore, never, never, never,
                 kIncidentClosed, "an incident is over", kSecond},
    AuditKindRow{deployment_started, "deployment_started", kPools, never, never, never, kDeployment,
                 "the deployment of a version to the pool began", kSecond},
    AuditKindRow{deployment_flip, "deployment_flip", kPools, never, always, never, kDeploymentFlip,
                 "a flip was tied to a deployment: the planned one, or the one back", kSecond},
    AuditKindRow{deployment_done, "deployment_done", kPools, never, sometimes, never, kDeployment,
                 "the deployment is done", kSecond},
    AuditKindRow{deployment_rolled_back, "deployment_rolled_back", kPools, never, sometimes, never,
                 kDeploymentRolledBack,
                 "the deployment was rolled back, by the flip that is named if there is one",
                 kSecond},
    AuditKindRow{deployment_expired, "deployment_expired", kPools, never, sometimes, never,
                 kDeployment, "nobody ended the deployment, or the pool was removed", kSecond},
    AuditKindRow{service_up, "service_up", kStores, never, never, never, kServiceState,
                 "a service is up again", kSecond},
    AuditKindRow{service_slow, "service_slow", kStores, never, never, never, kServiceState,
                 "a service is slow", kSecond},
    AuditKindRow{service_down, "service_down", kStores, never, never, never, kServiceState,
                 "a service is down", kSecond},
    AuditKindRow{maintenance_planned, "maintenance_planned", kStores, never, never, never,
                 kMaintenancePlanned, "a person planned maintenance of a service, or of all",
                 kSecond},
    AuditKindRow{maintenance_removed, "maintenance_removed", kStores, never, never, never,
                 kMaintenanceRemoved, "planned maintenance counts no more", kSecond},
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
