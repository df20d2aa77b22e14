/// What each decision saw: verdicts, gates, candidates.
#include <fmt/format.h>

#include <algorithm>

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
  std::stable_partition(order.begin(), order.end(),
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

/// A takeover asks nobody, and has no evidence.
Paragraph takeover_verdict(const Facts& facts, const core::FlipView& flip) {
  return {fmt::format("No verdict and no rule: at {} the lease of {} had run out. {}",
                      moment_text(facts, flip.taken_at.value_or(flip.requested_at)),
                      flip.from.str(), sentence_text(flip.reason)),
          Tone::plain};
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
    if (flip.flip.takeover) {
      out.blocks.emplace_back(takeover_verdict(facts, flip.flip));
      continue;
    }
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
    if (flip.flip.takeover) {
      out.blocks.emplace_back(
          Paragraph{"The first candidate that saw the lease run out took it; a takeover weighs no "
                    "candidates.",
                    Tone::plain});
      continue;
    }
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

}  // namespace jobflip::report
