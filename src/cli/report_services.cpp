#include "cli/report_services.hpp"

#include <algorithm>
#include <map>

#include "cli/month_pages.hpp"

namespace jobflip::cli {
namespace {

using report::MonthService;

core::ServiceQuery query_of(const report::MonthFacts& facts) {
  return {"", facts.before.days.from(), facts.month.days.to(), kRowsOfCall};
}

Result<void> read_maintenance(ports::ReaderStore& store, report::MonthFacts& facts) {
  auto query = query_of(facts);
  const auto left_out = read_newest(
      query.until, report::kMostMonthSpells,
      [&](WallTime until) {
        query.until = until;
        return store.maintenance(query);
      },
      [](const core::Maintenance& window) { return window.from; }, facts.maintenance);
  if (!left_out) return left_out.error();
  facts.maintenance_left_out = *left_out;
  return {};
}

Result<std::vector<core::ServiceSpell>> spells_of_months(ports::ReaderStore& store,
                                                         report::MonthFacts& facts) {
  auto query = query_of(facts);
  std::vector<core::ServiceSpell> spells;
  const auto left_out = read_newest(
      query.until, report::kMostMonthSpells,
      [&](WallTime until) {
        query.until = until;
        auto rows = store.service_spells(query);
        if (rows)
          for (auto& spell : *rows) spell.sentence.clear();
        return rows;
      },
      [](const core::ServiceSpell& spell) { return spell.from; }, spells);
  if (!left_out) return left_out.error();
  facts.spells_left_out = *left_out;
  std::ranges::reverse(spells);
  return spells;
}

}  // namespace

Result<void> read_services(ports::ReaderStore& store, report::MonthFacts& facts) {
  const auto services = store.services();
  if (!services) return services.error();
  if (const auto read = read_maintenance(store, facts); !read) return read.error();
  auto spells = spells_of_months(store, facts);
  if (!spells) return spells.error();
  std::map<std::string, MonthService> found;
  for (auto& spell : *spells) found[spell.service].spells.push_back(std::move(spell));
  for (auto& [name, service] : found) service.exists = false;
  for (const auto& status : *services) {
    auto& service = found[status.settings.name.str()];
    service.target = status.settings.target_percent;
    service.exists = true;
  }
  for (auto& [name, service] : found) {
    service.service = name;
    facts.services.push_back(std::move(service));
  }
  return {};
}

}  // namespace jobflip::cli
