#include "audit/json_export.hpp"

#include <fmt/format.h>

#include <cstring>

#include "audit/event_text.hpp"
#include "audit/json_pieces.hpp"
#include "audit/quick_event.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::audit {
namespace {

constexpr std::size_t kHeadMax = 4096;
constexpr std::size_t kPartMax = 4096;
constexpr std::size_t kLineLook = 512 * 1024;  // longer lines go the other way

}  // namespace

bool JsonExport::fail(std::string why) {
  why_ = std::move(why);
  where_ = Where::end;
  return false;
}

bool JsonExport::next(core::AuditEvent& event) {
  if (where_ == Where::beginning && !begin()) return false;
  if (where_ == Where::lines) return next_in_lines(event);
  return where_ != Where::end && next_in_document(event);
}

/// A document begins with one of its keys, a line of jsonl with one of an event's.
bool JsonExport::begin() {
  if (peek_past_space(in_) != '{') return fail("it is not a JSON object");
  std::size_t quote = 1;
  const auto look = [&](char until) {
    for (;; ++quote) {
      if (quote == kHeadMax || (quote == in_.view().size() && !in_.more())) return false;
      if (in_.view()[quote] == until) return true;
    }
  };
  if (!look('"')) return fail("it is not a JSON object");
  const auto from = ++quote;
  if (!look('"')) return fail("it is not a JSON object");
  const auto key = in_.view().substr(from, quote - from);
  const std::set<std::string_view> of_document{"schema", "part", "begins", "heads", "events"};
  if (!of_document.contains(key)) {
    where_ = Where::lines;
    return true;
  }
  in_.take(1);
  where_ = Where::document;
  return true;
}

bool JsonExport::next_in_document(core::AuditEvent& event) {
  while (where_ == Where::document)
    if (!read_key()) return false;
  if (where_ != Where::events) return false;
  if (take_past_space(in_, ']')) {
    where_ = Where::document;
    return next_in_document(event);
  }
  if (events_ > 0 && !take_past_space(in_, ',')) return fail("it is not a JSON object");
  return read_one(event);
}

bool JsonExport::next_in_lines(core::AuditEvent& event) {
  return peek_past_space(in_) >= 0 && read_one(event);
}

/// The next key of the document with its value, or its end. False: nothing comes behind it.
bool JsonExport::read_key() {
  if (take_past_space(in_, '}')) return end_document();
  if (!keys_.empty() && !take_past_space(in_, ',')) return fail("it is not a JSON object");
  const auto key = take_key(in_);
  if (!key) return fail("it is not a JSON object");
  if (!keys_.insert(*key).second)
    return fail(fmt::format("one of its objects has the key \"{}\" twice", printable(*key, 60)));
  return read_value(*key);
}

bool JsonExport::read_value(const std::string& key) {
  if (key == "events") {
    if (!take_past_space(in_, '[')) return fail("it has no lists of heads and events");
    where_ = Where::events;
    return true;
  }
  if (key == "heads") {
    ends_.heads.emplace();
    return read_heads(key, *ends_.heads);
  }
  if (key == "begins") return read_heads(key, begins_);
  if (key != "schema" && key != "part")
    return fail("it has more than schema, part, begins, heads and events");
  if (peek_past_space(in_) < 0) return fail("it is not a JSON object");
  const auto end = end_of_value(in_, kPartMax);
  if (!end) return fail(fmt::format("its {} does not hold", key));
  const auto value = view::parse_json(in_.view().substr(0, *end));
  in_.take(*end);
  if (key == "schema" && value != view::Json(1)) return fail("its schema is not 1");
  if (!value || (key == "part" && !value->is_object())) return fail("its part is not an object");
  return true;
}

bool JsonExport::read_heads(const std::string& key, std::vector<core::ChainHead>& heads) {
  if (!take_past_space(in_, '[')) return fail("it has no lists of heads and events");
  while (!take_past_space(in_, ']')) {
    if (!heads.empty() && !take_past_space(in_, ',')) return fail("it is not a JSON object");
    if (heads.size() == LogCheck::kMostChains) return fail("it has too many chains");
    const auto object = take_object();
    if (!object) return false;
    const auto head = read_head(*object);
    if (!head)
      return fail(fmt::format("{} {} does not hold", key == "heads" ? "head" : "beginning",
                              heads.size() + 1));
    heads.push_back(*head);
  }
  return true;
}

bool JsonExport::end_document() {
  if (peek_past_space(in_) >= 0) return fail("something follows its end");
  if (!keys_.contains("schema")) return fail("its schema is not 1");
  if (!keys_.contains("heads") || !keys_.contains("events"))
    return fail("it has no lists of heads and events");
  if (keys_.contains("part") != keys_.contains("begins"))
    return fail("a part needs both, part and begins");
  ends_.is_part = keys_.contains("part");
  ends_.begins = std::move(begins_);
  where_ = Where::end;
  return false;
}

/// Of a head, or of an event that the quick way does not read.
std::optional<view::Json> JsonExport::take_object() {
  const auto nothing = [&](std::string why) {
    (void)fail(std::move(why));
    return std::nullopt;
  };
  if (peek_past_space(in_) < 0) return nothing("it ends before its last event does");
  const auto end = end_of_value(in_, kEventTextMax);
  if (!end && in_.view().size() > kEventTextMax)
    return nothing(
        fmt::format("event {} is longer than {} MiB", events_ + 1, kEventTextMax / 1024 / 1024));
  if (!end) return nothing("it ends in the middle of an event");
  std::string why;
  auto object = read_object(in_.view().substr(0, *end), why);
  in_.take(*end);
  if (!object) return nothing(std::move(why));
  return object;
}

bool JsonExport::read_one(core::AuditEvent& event) {
  ++events_;
  if (peek_past_space(in_) >= 0 && has_lines_ && read_line(event)) return true;
  const auto object = take_object();
  if (!object) return false;
  if (!read_event(*object, event))
    return fail(
        fmt::format("event {} lacks a field or has one too many, or its fields contradict "
                    "each other",
                    events_));
  return true;
}

/// The line as ExportWriter writes it. False: it is not such a line, and nothing was taken.
bool JsonExport::read_line(core::AuditEvent& event) {
  std::size_t at = 0;
  std::size_t length = 0;
  while (length == 0) {
    const auto view = in_.view();
    const auto* end =
        static_cast<const char*>(std::memchr(view.data() + at, '\n', view.size() - at));
    at = view.size();
    if (end != nullptr) length = static_cast<std::size_t>(end - view.data());
    if (end == nullptr && at > kLineLook) {  // then later events are not in lines either
      has_lines_ = false;
      return false;
    }
    if (end == nullptr && !in_.more()) length = at;
  }
  const auto taken = quick_event(in_.view().substr(0, length), event);
  in_.take(taken);
  return taken > 0;
}

}  // namespace jobflip::audit
