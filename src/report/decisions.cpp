/// What each decision saw: verdicts, gates, candidates; and the flips that were not made.
#include <fmt/format.h>

#include <algorithm>

#include "jobflip/view/black_box_document.hpp"
#include "jobflip/view/event_text.hpp"
#include "report/decision.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

std::string length_text(const std::optional<Millis>& length) {
  return length ? short_duration(*length) : "-";
}

Table verdicts_table(const Decision& decision) {
  Table table{"The queues, as the decision saw them",
              {"Queue", "Verdict", "For", "Quiet for", "Limit", "Reason"},
              {}};
  for (const auto& queue : decision.queues)
    table.rows.push_back({{queue.queue, Tone::plain},
                          {queue.verdict, queue.is_stuck() ? Tone::bad : Tone::plain},
                          {length_text(queue.verdict_age), Tone::plain},
                          {length_text(queue.quiet), Tone::plain},
                          {length_text(queue.window), Tone::plain},
                          {queue.reason, Tone::plain}});
  return table;
}

Table gates_table(const Decision& decision) {
  Table table{"Every rule, with its figures at the decision", {"Rule", "Said", "Figures"}, {}};
  for (const auto& gate : decision.gates) {
    const auto* said = gate.allows ? "allowed" : gate.applies ? "blocked" : "overridden by hand";
    table.rows.push_back({{gate.rule, Tone::plain},
                          {said, gate.allows ? Tone::good : Tone::bad},
                          {gate.text, Tone::plain}});
  }
  return table;
}

/// The chosen one first.
Table candidates_table(const Decision& decision) {
  Table table{"Every candidate, and what decided",
              {"Node", "Chosen", "Could take over", "Priority", "Why"},
              {}};
  auto order = std::vector<const DecisionCandidate*>{};
  for (const auto& one : decision.candidates) order.push_back(&one);
  std::ranges::stable_partition(order,
                                [&](const auto* one) { return one->node == decision.target; });
  for (const auto* one : order) {
    const bool chosen = one->node == decision.target;
    table.rows.push_back({{one->node, Tone::plain},
                          {chosen ? "yes" : "no", chosen ? Tone::good : Tone::plain},
                          {one->node == decision.holder && !one->eligible ? "held it"
                           : one->eligible                                ? "yes"
                                                                          : "no",
                           Tone::plain},
                          {one->priority ? std::to_string(*one->priority) : "-", Tone::plain},
                          {why_chosen_or_not(decision, *one), Tone::plain}});
  }
  return table;
}

void add_left_out(const Decision& decision, Section& section) {
  if (decision.left_out > 0)
    section.blocks.emplace_back(
        Paragraph{fmt::format("{} of the record did not fit.",
                              counted(decision.left_out, "more row", "more rows")),
                  Tone::muted});
}

Paragraph no_evidence() {
  return {"Its evidence can't be read, or there is none.", Tone::muted};
}

/// "it was the only candidate ..." as a sentence about the target.
std::string target_sentence(const Decision& decision) {
  if (decision.target.empty()) return "No node could take over.";
  const auto found =
      std::ranges::find(decision.candidates, decision.target, &DecisionCandidate::node);
  if (found == decision.candidates.end()) return fmt::format("{} was chosen.", decision.target);
  return fmt::format("{} was chosen: {}.", decision.target, why_chosen_or_not(decision, *found));
}

}  // namespace

Section verdict_section(const Facts& facts) {
  Section out{"verdict", "The verdict and the rules", {}};
  if (facts.flips.empty()) out.blocks.emplace_back(Paragraph{"No flip was decided.", Tone::plain});
  for (const auto& flip : facts.flips) {
    out.blocks.emplace_back(Subheading{flip_title(flip)});
    const auto decision = read_decision(flip.evidence);
    if (!decision) {
      out.blocks.emplace_back(no_evidence());
      continue;
    }
    out.blocks.emplace_back(Paragraph{
        fmt::format("Decided at {} by {}: {}", moment_text(facts, flip.flip.requested_at),
                    flip.flip.actor.empty() ? "somebody" : flip.flip.actor, flip.flip.reason),
        Tone::plain});
    out.blocks.emplace_back(verdicts_table(*decision));
    out.blocks.emplace_back(gates_table(*decision));
    add_left_out(*decision, out);
  }
  return out;
}

Section target_section(const Facts& facts) {
  Section out{"target", "Why this target and not another", {}};
  if (facts.flips.empty()) out.blocks.emplace_back(Paragraph{"No flip was decided.", Tone::plain});
  for (const auto& flip : facts.flips) {
    out.blocks.emplace_back(Subheading{flip_title(flip)});
    const auto decision = read_decision(flip.evidence);
    if (!decision) {
      out.blocks.emplace_back(no_evidence());
      continue;
    }
    out.blocks.emplace_back(Paragraph{target_sentence(*decision), Tone::plain});
    if (flip.flip.to.str() != decision->target && !flip.flip.to.empty())
      out.blocks.emplace_back(Paragraph{
          fmt::format(
              "The store recorded {} as the target: the evidence is older than the request.",
              flip.flip.to.str()),
          Tone::bad});
    out.blocks.emplace_back(candidates_table(*decision));
  }
  return out;
}

Section holds_section(const Facts& facts) {
  Section out{"holds", "What was held or refused, and why", {}};
  Table table{"Flips that were wanted and not made", {"UTC", "What", "Rule", "By", "Why"}, {}};
  for (const auto& event : facts.events) {
    const bool held = is_kind(event, core::AuditKind::hold);
    const bool refused = is_kind(event, core::AuditKind::flip_refused) ||
                         is_kind(event, core::AuditKind::abort_refused);
    if (!held && !refused) continue;
    const auto payload = view::read_document(event.payload);
    auto rule = payload ? view::shown(view::value_of(*payload, "rule"), 60) : std::string{};
    table.rows.push_back({{utc_text(event.at), Tone::plain},
                          {held ? "held" : "refused", Tone::bad},
                          {rule.empty() ? "-" : rule, Tone::plain},
                          {view::event_actor(event), Tone::plain},
                          {view::event_text(event), Tone::plain}});
  }
  if (table.rows.empty())
    out.blocks.emplace_back(Paragraph{"Nothing: no flip was held back or refused.", Tone::plain});
  else
    out.blocks.emplace_back(std::move(table));
  return out;
}

}  // namespace jobflip::report
