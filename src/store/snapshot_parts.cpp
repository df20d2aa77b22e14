#include "store/snapshot_parts.hpp"

#include <algorithm>

#include "jobflip/base/escape.hpp"
#include "store/snapshot.hpp"

namespace jobflip::store {

void add_damage(core::Snapshot& snapshot, std::string_view what, std::string_view name,
                std::string_view of) {
  auto text = std::string{what} + " " + printable(name, 63);
  if (!of.empty()) text += " of pool " + printable(of, 63);
  snapshot.damaged.push_back(text + ": its row in the store can't be read");
}

core::PoolView* find_pool(core::Snapshot& snapshot, const PoolName& name) {
  if (snapshot.supervisors && snapshot.supervisors->settings.name == name)
    return &*snapshot.supervisors;
  const auto found = std::find_if(snapshot.pools.begin(), snapshot.pools.end(),
                                  [&](const auto& pool) { return pool.settings.name == name; });
  return found != snapshot.pools.end() ? &*found : nullptr;
}

std::string_view cell_of(const pg::Rows& rows, int row, int column) {
  return rows.cell(row, column).value_or("");
}

std::optional<Millis> still_left(const std::optional<Millis>& left) {
  return left && *left > Millis{0} ? left : std::nullopt;
}

void read_flips(core::Snapshot& snapshot, const pg::Rows& rows,
                std::optional<core::FlipView> core::PoolView::*place) {
  for (int i = 0; i < rows.size(); ++i) {
    auto in = rows.row(i);
    auto flip = read_flip(in).flip;
    if (in.failed())
      add_damage(snapshot, "flip", cell_of(rows, i, 0), cell_of(rows, i, 1));
    else if (auto* pool = find_pool(snapshot, flip.pool))
      pool->*place = std::move(flip);
  }
}

void read_restarts(core::Snapshot& snapshot, const pg::Rows& rows) {
  for (int i = 0; i < rows.size(); ++i) {
    auto in = rows.row(i);
    auto* pool = find_pool(snapshot, in.name<PoolName>());
    core::RestartView restart;
    restart.flip = in.id<FlipId>();
    restart.state = in.word(core::parse_flip_state);
    restart.left = in.millis();
    restart.uncured = in.flag();
    if (in.failed())
      add_damage(snapshot, "restart", cell_of(rows, i, 1), cell_of(rows, i, 0));
    else if (pool != nullptr)
      pool->restart = restart;
  }
}

void read_incidents(core::Snapshot& snapshot, const pg::Rows& rows) {
  for (int i = 0; i < rows.size(); ++i) {
    auto in = rows.row(i);
    auto* pool = find_pool(snapshot, in.name<PoolName>());
    core::OpenIncident incident;
    incident.id = in.id<IncidentId>();
    incident.kind = in.word(core::parse_incident_class);
    incident.cause = in.word(core::parse_incident_cause);
    incident.age = in.millis();
    incident.has_onset = in.flag();
    if (in.failed())
      add_damage(snapshot, "incident", cell_of(rows, i, 1), cell_of(rows, i, 0));
    else if (pool != nullptr)
      pool->incident = incident;
  }
}

void read_deployments(core::Snapshot& snapshot, const pg::Rows& rows) {
  for (int i = 0; i < rows.size(); ++i) {
    auto in = rows.row(i);
    auto* pool = find_pool(snapshot, in.name<PoolName>());
    core::RunningDeployment deployment;
    deployment.id = in.number();
    deployment.version = in.text();
    deployment.started_by = in.text();
    deployment.age = in.millis();
    deployment.hold_left = still_left(in.maybe_millis());
    if (const auto flip = in.maybe_number()) deployment.flip = FlipId{*flip};
    if (in.failed())
      add_damage(snapshot, "deployment", cell_of(rows, i, 1), cell_of(rows, i, 0));
    else if (pool != nullptr)
      pool->deployment = std::move(deployment);
  }
}

}  // namespace jobflip::store
