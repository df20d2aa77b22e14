#include "jobflip/report/month_page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/month_sections.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

std::string zone_name(const MonthFacts& facts) {
  return facts.zone.name.empty() ? "UTC" : facts.zone.name;
}

std::string subtitle_of(const MonthFacts& facts, const MonthReview& review) {
  const auto& days = facts.month.days;
  auto out = fmt::format("From {} to {}, {}", local_date_text(facts.zone, days.from()),
                         local_date_text(facts.zone, review.until), zone_name(facts));
  if (!facts.zone.name.empty())
    out += fmt::format(" ({} to {} UTC)", utc_text(days.from()).substr(0, 16),
                       utc_text(review.until).substr(0, 16));
  if (!facts.only.empty()) out += fmt::format(". Pool {} only", facts.only.str());
  return out + (review.so_far ? ". The month is not over: these are its figures so far." : ".");
}

/// The earliest moment of which anything is known; empty if nothing is.
std::optional<WallTime> known_since(const MonthFacts& facts) {
  std::optional<WallTime> out;
  const auto take = [&](WallTime at) { out = out ? std::min(*out, at) : at; };
  if (facts.pools_since) take(*facts.pools_since);
  for (const auto& service : facts.services)
    if (!service.spells.empty()) take(service.spells.front().from);
  return out;
}

void count_missed(const std::vector<Watched>& all, std::int64_t& known, std::int64_t& missed) {
  for (const Watched& one : all) {
    if (one.month.uptime()) ++known;
    if (!one.is_met()) ++missed;
  }
}

Paragraph target_sentence(const MonthReview& review) {
  std::int64_t known = 0, missed = 0;
  count_missed(review.services, known, missed);
  count_missed(review.pools, known, missed);
  if (known == 0) return {"The uptime of no pool and no service is known.", Tone::bad};
  if (missed == 0)
    return {fmt::format("{} met its target, as far as it was watched.",
                        known == 1 ? "The one pool or service with data"
                                   : fmt::format("Each of {}", known)),
            Tone::good};
  return {fmt::format("{} of {} pools and services missed the target.", missed, known), Tone::bad};
}

Tiles tiles_of(const MonthReview& review) {
  Tiles out;
  const auto add = [&](std::string value, std::string label, Tone tone = Tone::plain) {
    out.tiles.push_back({std::move(value), std::move(label), tone});
  };
  if (!review.services.empty())
    add(percent_text(review.services_all.of_time), "uptime of services, share of time");
  if (!review.pools.empty())
    add(percent_text(review.pools_all.of_time), "uptime of pools, share of time");
  add(std::to_string(review.incidents.month),
      fmt::format("incidents ({} in the month before)", review.incidents.before));
  add(std::to_string(review.downtimes.month),
      fmt::format("of them downtime ({} in the month before)", review.downtimes.before));
  add(length_or_unknown(review.response.progress.median), "without progress, median");
  add(std::to_string(review.all_flips.month), "flips and takeovers");
  return out;
}

void add_left_out(std::int64_t count, const char* what, std::size_t most, Bullets& items) {
  if (count > 0)
    items.items.push_back({fmt::format("{} more {} are not in the figures, which have at most {}.",
                                       count, what, most),
                           Tone::bad});
}

std::string pruned_text(const MonthFacts& facts) {
  std::vector<std::string> names;
  for (const auto& pool : facts.pools)
    if (pool.pruned && !pool.known.empty() && pool.known.front().from > facts.before.days.from())
      names.push_back(pool.pool.str());
  if (names.empty()) return "";
  return fmt::format(
      "Old events of the audit log were exported and removed. Before the first event that is left "
      "it is not known when {} {} there, and no uptime is computed.",
      names_text(names), names.size() == 1 ? "was" : "were");
}

}  // namespace

Section month_summary_section(const MonthFacts& facts, const MonthReview& review) {
  Section out{"summary", "Summary", {}};
  if (review.is_empty) {
    const auto since = known_since(facts);
    out.blocks.emplace_back(Paragraph{
        fmt::format("No data for this month.{}",
                    since ? fmt::format(" What is known begins at {} UTC.", utc_text(*since)) : ""),
        Tone::bad});
    return out;
  }
  out.blocks.emplace_back(target_sentence(review));
  out.blocks.emplace_back(tiles_of(review));
  return out;
}

Section month_about_section(const MonthFacts& facts, const MonthReview& review) {
  Bullets items;
  items.items = {
      {"Downtime of a pool: the standstills of its incidents that are downtime, by rule or by a "
       "person's decision, each from its onset to its first job. Where they overlap, time counts "
       "once."},
      {"Uptime: what is not down of the time that is known. A pool is known from when it was first "
       "applied until it was removed; a service as long as its checks could be made, outside of "
       "planned maintenance."},
      {"While no supervisor led, no verdict opened an incident: such time counts as up for pools."},
      {"Every time is the store's clock. Days are those of " + zone_name(facts) + "."}};
  if (facts.incidents_kept_since && *facts.incidents_kept_since > facts.before.days.from())
    items.items.push_back(
        {fmt::format("The store has kept incidents since {} UTC: nothing is known of "
                     "the uptime of pools before that.",
                     utc_text(*facts.incidents_kept_since)),
         Tone::bad});
  if (auto pruned = pruned_text(facts); !pruned.empty())
    items.items.push_back({std::move(pruned), Tone::bad});
  if (review.set_back > 0)
    items.items.push_back(
        {fmt::format("{} left out: the clock went back meanwhile.",
                     counted(review.set_back, "standstill is", "standstills are")),
         Tone::bad});
  add_left_out(facts.month.incidents_left_out, "incidents", kMostMonthIncidents, items);
  add_left_out(facts.month.entries_left_out, "flips and holds of each kind", kMostMonthEntries,
               items);
  add_left_out(facts.around_left_out, "incidents that were opened before or after both months",
               kMostAroundMonth, items);
  add_left_out(facts.before.incidents_left_out, "incidents of the month before",
               kMostMonthIncidents, items);
  add_left_out(facts.before.entries_left_out, "flips and holds of the month before",
               kMostMonthEntries, items);
  add_left_out(facts.spells_left_out, "states of services", kMostMonthSpells, items);
  add_left_out(facts.maintenance_left_out, "windows of maintenance", kMostMonthSpells, items);
  add_left_out(facts.pools_left_out, "pools", kMostMonthPools, items);
  for (const auto& remark : facts.remarks) items.items.push_back({remark, Tone::bad});
  return {"about", "How to read this report", {std::move(items)}};
}

Page month_page(const MonthFacts& facts) {
  const auto review = review_of(facts);
  Page page;
  page.title = fmt::format("Report: {}{}", month_title(facts.month.days.month),
                           review.so_far ? ", so far" : "");
  page.subtitle = subtitle_of(facts, review);
  page.since = facts.month.days.from();
  page.until = facts.month.days.to();
  page.sections.push_back(month_summary_section(facts, review));
  if (!review.is_empty) {
    page.sections.push_back(month_uptime_section(facts, review, page));
    page.sections.push_back(month_incidents_section(facts, review, page));
    page.sections.push_back(month_response_section(review));
    page.sections.push_back(month_flips_section(facts, review));
    page.sections.push_back(month_deployments_section(facts, review));
    page.sections.push_back(month_queues_section(review));
  }
  page.sections.push_back(month_about_section(facts, review));
  page.footer = fmt::format("Made by jobflip {} at {} UTC.", facts.version, utc_text(facts.now));
  return page;
}

}  // namespace jobflip::report
