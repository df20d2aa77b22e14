#include "jobflip/view/evidence_view.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "jobflip/base/time.hpp"
#include "jobflip/view/black_box_document.hpp"

namespace jobflip::view {
namespace {

constexpr std::size_t kMostOfAKind = 20;  // queues, rules or candidates

std::string text_at(const Document& of, const char* key) {
  const auto& value = value_of(of, key);
  return value.is_string() ? shown(value, 600) : "";
}

std::optional<std::int64_t> number_at(const Document& of, const char* key) {
  const auto& value = value_of(of, key);
  return value.is_number_integer() ? std::optional{value.get<std::int64_t>()} : std::nullopt;
}

bool truth_at(const Document& of, const char* key) {
  return value_of(of, key) == true;
}

/// The objects of a list, the first of them if there are many.
std::vector<const Document*> objects_at(const Document& of, const char* key) {
  std::vector<const Document*> out;
  for (const auto& one : list_of(of, key))
    if (one.is_object() && out.size() < kMostOfAKind) out.push_back(&one);
  return out;
}

std::string change_of(const std::vector<const Document*>& newest_first, const char* key) {
  const auto newest = number_at(*newest_first.front(), key);
  const auto oldest = number_at(*newest_first.back(), key);
  if (!newest || !oldest) return "";
  return *newest == *oldest ? fmt::format("{} {}", key, *newest)
                            : fmt::format("{} {} -> {}", key, *oldest, *newest);
}

/// "in 20 readings: runnable 336 -> 344, running 0, done 21"
std::string readings_text(const std::vector<const Document*>& newest_first) {
  if (newest_first.size() < 2) return "";
  std::string out;
  for (const char* key : {"runnable", "running", "done", "failed"})
    if (const auto change = change_of(newest_first, key); !change.empty())
      out += (out.empty() ? "" : ", ") + change;
  return out.empty() ? "" : fmt::format("; in {} readings: {}", newest_first.size(), out);
}

std::string queue_text_of(const Document& queue) {
  auto out = fmt::format("queue {}: {}", text_at(queue, "queue"), text_at(queue, "verdict"));
  if (const auto age = number_at(queue, "verdict_age_ms"); age && *age >= 0)
    out += " for " + short_duration(Millis{*age});
  if (const auto reason = text_at(queue, "reason"); !reason.empty()) out += ": " + reason;
  return out + readings_text(objects_at(queue, "samples_newest_first"));
}

void add_rules(const Document& evidence, std::vector<std::string>& out) {
  std::string allowed;
  for (const auto* gate : objects_at(evidence, "gates")) {
    const auto rule = text_at(*gate, "rule");
    if (truth_at(*gate, "allows"))
      allowed += (allowed.empty() ? "" : ", ") + rule;
    else
      out.push_back(fmt::format(
          "{} {}: {}", rule, truth_at(*gate, "applies") ? "blocked it" : "was overridden by hand",
          text_at(*gate, "text")));
  }
  if (!allowed.empty()) out.push_back("rules that allowed it: " + allowed);
}

/// Those that are in the record and not shown, and those that are not in it.
void add_left_out(const Document& evidence, const char* list, std::vector<std::string>& out) {
  if (const auto count = list_of(evidence, list).size(); count > kMostOfAKind)
    out.push_back(fmt::format("{} more {} are not shown", count - kMostOfAKind, list));
  const auto key = fmt::format("{}_left_out", list);
  if (const auto count = number_at(evidence, key.c_str()); count && *count > 0)
    out.push_back(fmt::format("{} more {} were left out of the record", *count, list));
}

std::string asked_text(const Document& evidence) {
  if (truth_at(evidence, "automatic")) return "";
  const auto& asked = value_of(evidence, "asked");
  std::string out;
  if (const auto from = text_at(asked, "from"); !from.empty()) out += " --from " + from;
  if (const auto to = text_at(asked, "to"); !to.empty()) out += " --to " + to;
  if (truth_at(asked, "host_is_off")) out += " --host-is-off";
  return out.empty() ? "" : "asked for with" + out;
}

std::string crash_loop_text_of(const Document& evidence) {
  const auto& loop = value_of(evidence, "crash_loop");
  if (!loop.is_object()) return "";
  return fmt::format("the workers of {} ended by themselves {} times, most recently: {}",
                     text_at(loop, "node"), number_at(loop, "ends").value_or(0),
                     text_at(loop, "reason"));
}

}  // namespace

std::vector<std::string> evidence_texts(std::string_view document) {
  std::vector<std::string> out;
  const auto evidence = read_document(document);
  if (!evidence) return out;
  const auto add = [&out](std::string text) {
    if (!text.empty()) out.push_back(std::move(text));
  };
  add(asked_text(*evidence));
  for (const auto* queue : objects_at(*evidence, "queues")) add(queue_text_of(*queue));
  add_left_out(*evidence, "queues", out);
  add(crash_loop_text_of(*evidence));
  add_rules(*evidence, out);
  for (const auto* one : objects_at(*evidence, "candidates"))
    add(fmt::format("{} {}: {}", text_at(*one, "node"),
                    truth_at(*one, "eligible") ? "could take over" : "could not take over",
                    text_at(*one, "text")));
  add_left_out(*evidence, "candidates", out);
  return out;
}

}  // namespace jobflip::view
