#include "report/decision.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "jobflip/view/black_box_document.hpp"

namespace jobflip::report {
namespace {

using view::Document;

std::string text_in(const Document& of, const char* key) {
  const auto& value = view::value_of(of, key);
  return value.is_string() ? view::shown(value, 1000) : std::string{};
}

bool truth_in(const Document& of, const char* key) {
  return view::value_of(of, key) == true;
}

std::optional<Millis> length_in(const Document& of, const char* key) {
  const auto ms = view::count_of(of, key);
  if (!ms || *ms > static_cast<std::uint64_t>(kLengthMax.count())) return std::nullopt;
  return Millis{static_cast<std::int64_t>(*ms)};
}

std::optional<std::int64_t> small_count_in(const Document& of, const char* key) {
  const auto count = view::count_of(of, key);
  if (!count || *count > 1'000'000'000) return std::nullopt;
  return static_cast<std::int64_t>(*count);
}

DecisionGate gate_of(const Document& gate) {
  return {text_in(gate, "rule"), truth_in(gate, "allows"), truth_in(gate, "applies"),
          text_in(gate, "text")};
}

DecisionCandidate candidate_of(const Document& one) {
  return {text_in(one, "node"), truth_in(one, "eligible"), text_in(one, "text"),
          small_count_in(one, "priority"), small_count_in(one, "crashes").value_or(0)};
}

DecisionQueue queue_of(const Document& queue) {
  return {text_in(queue, "queue"),
          text_in(queue, "verdict"),
          length_in(queue, "verdict_age_ms"),
          length_in(queue, "window_ms"),
          length_in(queue, "quiet_ms"),
          text_in(queue, "reason")};
}

/// The objects of a list, the first of them if there are many.
template <class Read>
auto read_list(const Document& of, const char* key, std::int64_t& left_out, Read read) {
  std::vector<decltype(read(of))> out;
  for (const auto& one : view::list_of(of, key)) {
    if (!one.is_object()) continue;
    if (out.size() < kMostOfAList)
      out.push_back(read(one));
    else
      ++left_out;
  }
  return out;
}

const DecisionCandidate* find_target(const Decision& decision) {
  const auto found =
      std::ranges::find(decision.candidates, decision.target, &DecisionCandidate::node);
  return found == decision.candidates.end() ? nullptr : &*found;
}

/// Of two that could both take over.
std::string compared(const DecisionCandidate& one, const DecisionCandidate& target) {
  if (one.crashes > 0 && target.crashes == 0)
    return fmt::format("could take over, but its workers crashed {} times in a row: it comes last",
                       one.crashes);
  if (!one.priority || !target.priority) return "could take over; its priority is not recorded";
  if (*one.priority > *target.priority)
    return fmt::format("could take over, but has priority {}, and {} has {}: the lower comes first",
                       *one.priority, target.node, *target.priority);
  if (*one.priority == *target.priority && one.node > target.node)
    return fmt::format("could take over, and has the same priority ({}): {} comes first by name",
                       *one.priority, target.node);
  return "could take over";
}

/// core::explain_choice() recorded it with the decision; 0.1.0 did not.
bool says_why(std::string_view text) {
  return text.find("; chosen: ") != text.npos || text.find("; not chosen: ") != text.npos;
}

std::string why_chosen(const Decision& decision, const DecisionCandidate& target) {
  if (!decision.asked_to.empty()) return "a person named it: --to " + target.node;
  if (decision.restart) return "it holds the pool, and the pool restarts first";
  const auto others = std::ranges::count_if(decision.candidates, [&](const auto& one) {
    return one.eligible && one.node != target.node;
  });
  if (others == 0) return "it was the only candidate that could take over";
  if (!target.priority) return "it comes first by priority, then by name";
  const auto equals = std::ranges::count_if(decision.candidates, [&](const auto& one) {
    return one.eligible && one.node != target.node && one.priority == target.priority;
  });
  if (equals > 0)
    return fmt::format("of {} that could take over with priority {}, it comes first by name",
                       equals + 1, *target.priority);
  return fmt::format("of {} that could take over, it has the lowest priority number ({})",
                     others + 1, *target.priority);
}

}  // namespace

bool DecisionQueue::is_stuck() const {
  const auto state = core::parse_queue_state(verdict);
  return state && core::is_stuck(*state);
}

std::optional<Decision> read_decision(std::string_view document) {
  const auto evidence = view::read_document(document);
  if (!evidence || evidence->empty()) return std::nullopt;
  const auto& asked = view::value_of(*evidence, "asked");
  Decision out;
  out.automatic = truth_in(*evidence, "automatic");
  out.holder = text_in(*evidence, "holder");
  out.asked_from = text_in(asked, "from");
  out.asked_to = text_in(asked, "to");
  out.target = text_in(*evidence, "to");
  out.restart = truth_in(*evidence, "restart");
  out.gates = read_list(*evidence, "gates", out.left_out, gate_of);
  out.candidates = read_list(*evidence, "candidates", out.left_out, candidate_of);
  out.queues = read_list(*evidence, "queues", out.left_out, queue_of);
  for (const char* key : {"candidates_left_out", "queues_left_out"})
    out.left_out += small_count_in(*evidence, key).value_or(0);
  if (out.gates.empty() && out.candidates.empty() && out.queues.empty()) return std::nullopt;
  return out;
}

std::string why_chosen_or_not(const Decision& decision, const DecisionCandidate& one) {
  const auto* target = find_target(decision);
  if (says_why(one.text)) return one.text;
  if (target == &one) return why_chosen(decision, one) + (one.text.empty() ? "" : "; " + one.text);
  if (!one.eligible) return one.text.empty() ? "could not take over" : one.text;
  if (target == nullptr) return "could take over; no target is recorded";
  if (!decision.asked_to.empty()) return "could take over, but a person named " + target->node;
  if (decision.restart) return "could take over, but the pool restarts first";
  return compared(one, *target);
}

std::optional<Millis> stuck_for(const Decision& decision) {
  std::optional<Millis> longest;
  for (const DecisionQueue& queue : decision.queues)
    if (queue.is_stuck() && queue.verdict_age)
      longest = std::max(longest.value_or(Millis{}), *queue.verdict_age);
  return longest;
}

}  // namespace jobflip::report
