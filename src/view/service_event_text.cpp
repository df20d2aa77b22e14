#include "view/service_event_text.hpp"

#include "jobflip/core/audit_kinds.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::view {
namespace {

std::string service_of(const ReadEvent& e) {
  const auto name = e.text("service");
  return name.empty() ? "all services" : "service " + name;
}

std::string time_of(const ReadEvent& e, const char* key) {
  const auto micros = count_of(e.payload, key);
  return micros ? clock_text(WallTime{Micros{*micros}}) : "?";
}

std::string maintenance_of(const ReadEvent& e) {
  const auto number = count_of(e.payload, "maintenance");
  return number ? fmt::format("maintenance {}", *number) : "maintenance";
}

}  // namespace

std::string service_text(const ReadEvent& e) {
  using enum core::AuditKind;
  const auto kind = core::parse_audit_kind(e.event.kind);
  const auto* state = kind == service_up     ? " is up again"
                      : kind == service_slow ? " is slow"
                                             : " is down";
  const auto more = count_of(e.payload, "not_recorded").value_or(0);
  return because(service_of(e) + state + (e.flag("maintenance") ? ", in maintenance" : "") +
                     (more == 0 ? "" : fmt::format(" (and {} more changes)", more)),
                 e);
}

std::string maintenance_planned_text(const ReadEvent& e) {
  return because(fmt::format("{} of {} is planned from {} to {}", maintenance_of(e), service_of(e),
                             time_of(e, "from"), time_of(e, "until")),
                 e);
}

std::string maintenance_removed_text(const ReadEvent& e) {
  return because(fmt::format("{} of {} is removed", maintenance_of(e), service_of(e)), e);
}

}  // namespace jobflip::view
