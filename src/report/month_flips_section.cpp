/// Flips by what asked for them and by what came of them, holds, deployments.
#include <fmt/format.h>

#include "jobflip/core/flip.hpp"
#include "report/month_sections.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

constexpr std::size_t kMostRules = 30;

std::int64_t count_of(const FlipCounts& counts, const std::string& outcome) {
  const auto found = counts.by_outcome.find(outcome);
  return found == counts.by_outcome.end() ? 0 : found->second;
}

/// As FlipCounts has them: how a flip ended, then what has not ended or was never made.
std::vector<std::string> outcomes() {
  using core::FlipState;
  std::vector<std::string> out;
  for (const auto state : {FlipState::verified, FlipState::ineffective, FlipState::unverified,
                           FlipState::failed, FlipState::aborted})
    out.emplace_back(core::name_of(state));
  for (const auto* other : {kOutcomeOpen, kOutcomeHeld, kOutcomeRefused}) out.emplace_back(other);
  return out;
}

Table flips_table(const MonthReview& review) {
  const auto all = outcomes();
  Table table{"By trigger and outcome", {"Trigger", "Flips"}, {}};
  for (const auto& outcome : all) table.header.push_back(capitalised(outcome));
  for (std::size_t i = 0; i < review.flips.size(); ++i) {
    const auto& counts = review.flips.at(i);
    std::vector<Cell> row{{std::string{name_of(static_cast<FlipTrigger>(i))}, Tone::plain},
                          {std::to_string(counts.flips), Tone::plain}};
    for (const auto& outcome : all)
      row.push_back({std::to_string(count_of(counts, outcome)), Tone::plain});
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table holds_table(const MonthReview& review) {
  Table table{"What held flips back", {"Rule", "Held"}, {}};
  for (const auto& [rule, count] : review.holds) {
    if (table.rows.size() == kMostRules) break;
    table.rows.push_back({{rule, Tone::plain}, {std::to_string(count), Tone::plain}});
  }
  return table;
}

}  // namespace

Section month_flips_section(const MonthFacts& facts, const MonthReview& review) {
  Section out{"flips", "Flips", {}};
  std::int64_t restarts = 0;
  for (const auto& counts : review.flips) restarts += counts.restarts;
  std::string text =
      fmt::format("{} and takeovers, {} in the month before.",
                  counted(review.all_flips.month, "flip", "flips"), review.all_flips.before);
  if (restarts > 0)
    text += fmt::format(" {} on the node that held the pool.",
                        counted(restarts, "was a restart", "were restarts"));
  out.blocks.emplace_back(Paragraph{std::move(text)});
  out.blocks.emplace_back(flips_table(review));
  if (!review.holds.empty()) out.blocks.emplace_back(holds_table(review));
  if (facts.log_since && *facts.log_since > facts.month.days.from())
    out.blocks.emplace_back(
        Paragraph{fmt::format("The audit log begins at {} UTC: flips that were held or refused "
                              "before that are not counted.",
                              utc_text(*facts.log_since)),
                  Tone::bad});
  return out;
}

Section month_deployments_section(const MonthFacts& facts, const MonthReview& review) {
  Section out{"deployments", "Deployments", {}};
  Table table{"Started in the month", {"Deployments", "This month", "Month before", "Change"}, {}};
  Compared all;
  constexpr std::array kNames{"running", "done", "rolled back",
                              "expired: nobody said how it ended"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    all.month += review.deployments.at(i).month;
    all.before += review.deployments.at(i).before;
    table.rows.push_back(compared_row(kNames.at(i), review.deployments.at(i)));
  }
  table.rows.push_back(compared_row("all", all));
  if (all.month + all.before == 0)
    out.blocks.emplace_back(Paragraph{"None was marked, in this month or the month before."});
  else
    out.blocks.emplace_back(std::move(table));
  if (facts.month.deployments_left_out > 0)
    out.blocks.emplace_back(Paragraph{
        fmt::format("{} more of the month are not counted.", facts.month.deployments_left_out),
        Tone::bad});
  return out;
}

}  // namespace jobflip::report
