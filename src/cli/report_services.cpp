#include "cli/report_services.hpp"

#include <algorithm>
#include <map>

#include "cli/month_pages.hpp"

namespace jobflip::cli {
namespace {

using report::MonthService;

Result<std::vector<core::ServiceSpell>> spells_of_months(ports::ReaderStore& store,
                                                         report::MonthFacts& facts) {
  core::ServiceQuery query{"", facts.before.days.from(), facts.month.days.to(), kRowsOfCall};
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
  const core::ServiceQuery query{"", facts.before.days.from(), facts.month.days.to(), kRowsOfCall};
  auto maintenance = store.maintenance(query);
  if (!maintenance) return maintenance.error();
  auto spells = spells_of_months(store, facts);
  if (!spells) return spells.error();
  std::map<std::string, MonthService> found;
  for (const auto& status : *services) {
    auto& service = found[status.settings.name.str()];
    service.target = status.settings.target_percent;
  }
  for (auto& spell : *spells) found[spell.service].spells.push_back(std::move(spell));
  for (auto& [name, service] : found) {
    service.service = name;
    facts.services.push_back(std::move(service));
  }
  facts.maintenance = std::move(*maintenance);
  return {};
}

}  // namespace jobflip::cli
