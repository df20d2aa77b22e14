#include "report/month_review.hpp"

#include <algorithm>

namespace jobflip::report {
namespace {

using core::HistoryKind;

bool is_moved(const core::HistoryEntry& entry) {
  return entry.kind == HistoryKind::flip || entry.kind == HistoryKind::takeover;
}

FlipTrigger trigger_of(const core::HistoryEntry& entry) {
  if (entry.kind == HistoryKind::takeover) return FlipTrigger::takeover;
  // no person may claim such a name (jobflip.require_person)
  return entry.actor.starts_with("supervisor ") ? FlipTrigger::supervisor : FlipTrigger::person;
}

std::string outcome_of(const core::HistoryEntry& entry) {
  const auto state = core::parse_flip_state(entry.outcome);
  // a takeover of 0.1.0 is not a flip, and nobody looked whether it helped
  const auto ended = state.value_or(core::FlipState::unverified);
  return core::has_ended(ended) ? std::string{core::name_of(ended)} : kOutcomeOpen;
}

void count_entry(const core::HistoryEntry& entry, MonthReview& review) {
  if (entry.kind == HistoryKind::hold) {
    ++review.holds[entry.outcome];
    ++review.flips.at(static_cast<std::size_t>(FlipTrigger::supervisor)).by_outcome[kOutcomeHeld];
    return;
  }
  auto& counts = review.flips.at(static_cast<std::size_t>(trigger_of(entry)));
  if (entry.kind == HistoryKind::refused) ++counts.by_outcome[kOutcomeRefused];
  if (!is_moved(entry)) return;
  ++counts.flips;
  ++counts.by_outcome[outcome_of(entry)];
  if (!entry.from.empty() && entry.from == entry.to) ++counts.restarts;
}

bool is_nothing_known(const MonthFacts& facts, const MonthReview& review) {
  const auto is_known = [](const Watched& one) { return one.month.uptime().has_value(); };
  return std::ranges::none_of(review.pools, is_known) &&
         std::ranges::none_of(review.services, is_known) && facts.month.incidents.empty() &&
         facts.month.entries.empty() && facts.month.deployments.empty();
}

}  // namespace

std::string_view name_of(FlipTrigger trigger) {
  switch (trigger) {
    case FlipTrigger::supervisor:
      return "supervisor";
    case FlipTrigger::person:
      return "person";
    case FlipTrigger::takeover:
      return core::name_of(HistoryKind::takeover);
  }
  return "?";
}

void review_flips(const MonthFacts& facts, MonthReview& review) {
  for (const auto& entry : facts.month.entries) count_entry(entry, review);
  review.all_flips.month = std::ranges::count_if(facts.month.entries, is_moved);
  review.all_flips.before = std::ranges::count_if(facts.before.entries, is_moved);
  for (const auto& one : facts.month.deployments)
    ++review.deployments.at(static_cast<std::size_t>(one.state)).month;
  for (const auto& one : facts.before.deployments)
    ++review.deployments.at(static_cast<std::size_t>(one.state)).before;
}

MonthReview review_of(const MonthFacts& facts) {
  MonthReview review;
  const auto& days = facts.month.days;
  review.so_far = facts.now < days.to();
  review.until = std::clamp(facts.now, days.from(), days.to());
  review_uptime(facts, review);
  review_incidents(facts, review);
  review_flips(facts, review);
  review.is_empty = is_nothing_known(facts, review);
  return review;
}

}  // namespace jobflip::report
