#include "store/services.hpp"

#include "jobflip/core/service_document.hpp"
#include "store/rows.hpp"

namespace jobflip::store {
namespace {

/// A row of jobflip.find_services().
struct ServiceRow {
  std::string name;
  std::string settings;
  core::ServiceStatus status;
};

ServiceRow read_service(pg::Cells& in) {
  ServiceRow row;
  core::ServiceStatus& status = row.status;
  row.name = in.text();
  row.settings = in.text();
  status.state = core::parse_service_state(in.text());
  status.since = in.maybe_time();
  status.seen = in.maybe_time();
  status.since_ago = in.maybe_millis().value_or(Millis{0});
  status.seen_ago = in.maybe_millis().value_or(Millis{0});
  status.latency = in.maybe_millis();
  status.sentence = in.text();
  status.maintenance_until = in.maybe_time();
  if (const auto incident = in.maybe_number()) status.incident = IncidentId{*incident};
  return row;
}

core::ServiceSpell read_spell(pg::Cells& in) {
  core::ServiceSpell spell;
  spell.service = in.text();
  spell.state = in.word(core::parse_service_state);
  spell.from = in.time();
  spell.to = in.time();
  spell.open = in.flag();
  spell.sentence = in.text();
  return spell;
}

core::Maintenance read_window(pg::Cells& in) {
  core::Maintenance window;
  window.id = in.number();
  window.service = in.text();
  window.from = in.time();
  window.to = in.time();
  window.actor = in.text();
  window.reason = in.text();
  return window;
}

pg::Parameters parameters_of(const core::ServiceQuery& query) {
  return {query.service, argument_of(std::optional{query.since}),
          argument_of(std::optional{query.until}), std::to_string(query.limit)};
}

}  // namespace

Result<std::vector<core::ServiceStatus>> read_services(pg::Connection& connection) {
  auto rows = read_all<ServiceRow>(
      "services", connection.query("services", "select * from jobflip.find_services()"),
      read_service);
  if (!rows) return rows.error();
  std::vector<core::ServiceStatus> all;
  for (auto& row : *rows) {
    auto settings = core::parse_service_document(row.settings);
    const auto fault = settings ? core::check_service(*settings) : std::nullopt;
    if (settings && !fault) {
      row.status.settings = std::move(*settings);
    } else {
      row.status.is_damaged = true;
      row.status.state.reset();
      const auto name = ServiceName::parse(row.name, "service name");
      if (!name) continue;  // the store lets in no other name
      row.status.settings.name = *name;
      row.status.sentence = "its settings can't be used: " +
                            (fault ? fault->field + " " + fault->text : settings.error().text);
    }
    all.push_back(std::move(row.status));
  }
  return all;
}

Result<std::vector<core::ServiceSpell>> read_service_spells(pg::Connection& connection,
                                                            const core::ServiceQuery& query) {
  return read_all<core::ServiceSpell>(
      "service spells",
      connection.query("service spells",
                       "select * from jobflip.find_service_spells($1, $2, $3, $4)",
                       parameters_of(query)),
      read_spell);
}

Result<std::vector<core::Maintenance>> read_maintenance(pg::Connection& connection,
                                                        const core::ServiceQuery& query) {
  return read_all<core::Maintenance>(
      "maintenance",
      connection.query("maintenance", "select * from jobflip.find_maintenance($1, $2, $3, $4)",
                       parameters_of(query)),
      read_window);
}

}  // namespace jobflip::store
