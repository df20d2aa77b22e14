#include "jobflip/view/evidence_view.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "jobflip/base/escape.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::view {
namespace {

constexpr std::size_t kMostOfAKind = 20;  // queues, rules or candidates

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? printable(found->get<std::string>(), 600)
                                                     : "";
}

std::optional<std::int64_t> number_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

bool truth_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

/// The objects of a list, the first of them if there are many.
std::vector<Json> objects_at(const Json& object, const char* key) {
  std::vector<Json> out;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return out;
  for (const auto& one : *found) {
    if (out.size() == kMostOfAKind) break;
    if (one.is_object()) out.push_back(one);
  }
  return out;
}

std::string change_of(const std::vector<Json>& newest_first, const char* key) {
  const auto newest = number_at(newest_first.front(), key);
  const auto oldest = number_at(newest_first.back(), key);
  if (!newest || !oldest) return "";
  return *newest == *oldest ? fmt::format("{} {}", key, *newest)
                            : fmt::format("{} {} -> {}", key, *oldest, *newest);
}

/// "in 20 readings: runnable 336 -> 344, running 0, done 21"
std::string readings_text(const std::vector<Json>& newest_first) {
  if (newest_first.size() < 2) return "";
  std::string out;
  for (const char* key : {"runnable", "running", "done", "failed"})
    if (const auto change = change_of(newest_first, key); !change.empty())
      out += (out.empty() ? "" : ", ") + change;
  return out.empty() ? "" : fmt::format("; in {} readings: {}", newest_first.size(), out);
}

std::string queue_text_of(const Json& queue) {
  auto out = fmt::format("queue {}: {}", text_at(queue, "queue"), text_at(queue, "verdict"));
  if (const auto age = number_at(queue, "verdict_age_ms"); age && *age >= 0)
    out += " for " + short_duration(Millis{*age});
  if (const auto reason = text_at(queue, "reason"); !reason.empty()) out += ": " + reason;
  return out + readings_text(objects_at(queue, "samples_newest_first"));
}

void add_rules(const Json& evidence, std::vector<std::string>& out) {
  std::string allowed;
  for (const auto& gate : objects_at(evidence, "gates")) {
    const auto rule = text_at(gate, "rule");
    if (truth_at(gate, "allows"))
      allowed += (allowed.empty() ? "" : ", ") + rule;
    else
      out.push_back(fmt::format("{} {}: {}", rule,
                                truth_at(gate, "applies") ? "blocked it" : "was overridden by hand",
                                text_at(gate, "text")));
  }
  if (!allowed.empty()) out.push_back("rules that allowed it: " + allowed);
}

/// Those that are in the record and not shown, and those that are not in it.
void add_left_out(const Json& evidence, const char* list, std::string_view what,
                  std::vector<std::string>& out) {
  const auto found = evidence.find(list);
  if (found != evidence.end() && found->is_array() && found->size() > kMostOfAKind)
    out.push_back(fmt::format("{} more {} are not shown", found->size() - kMostOfAKind, what));
  const auto key = std::string{list} + "_left_out";
  if (const auto count = number_at(evidence, key.c_str()); count && *count > 0)
    out.push_back(fmt::format("{} more {} were left out of the record", *count, what));
}

std::string asked_text(const Json& evidence) {
  const auto asked = evidence.find("asked");
  if (truth_at(evidence, "automatic") || asked == evidence.end() || !asked->is_object()) return "";
  std::string out;
  if (const auto from = text_at(*asked, "from"); !from.empty()) out += " --from " + from;
  if (const auto to = text_at(*asked, "to"); !to.empty()) out += " --to " + to;
  if (truth_at(*asked, "host_is_off")) out += " --host-is-off";
  return out.empty() ? "" : "asked for with" + out;
}

std::string crash_loop_text_of(const Json& evidence) {
  const auto loop = evidence.find("crash_loop");
  if (loop == evidence.end() || !loop->is_object()) return "";
  return fmt::format("the workers of {} ended by themselves {} times, most recently: {}",
                     text_at(*loop, "node"), number_at(*loop, "ends").value_or(0),
                     text_at(*loop, "reason"));
}

}  // namespace

std::vector<std::string> evidence_texts(std::string_view document) {
  std::vector<std::string> out;
  const auto evidence = parse_json(document);
  if (!evidence || !evidence->is_object()) return out;
  const auto add = [&out](std::string text) {
    if (!text.empty()) out.push_back(std::move(text));
  };
  add(asked_text(*evidence));
  for (const auto& queue : objects_at(*evidence, "queues")) add(queue_text_of(queue));
  add_left_out(*evidence, "queues", "queues", out);
  add(crash_loop_text_of(*evidence));
  add_rules(*evidence, out);
  for (const auto& one : objects_at(*evidence, "candidates"))
    add(fmt::format("{} {}: {}", text_at(one, "node"),
                    truth_at(one, "eligible") ? "could take over" : "could not take over",
                    text_at(one, "text")));
  add_left_out(*evidence, "candidates", "candidates", out);
  return out;
}

}  // namespace jobflip::view
