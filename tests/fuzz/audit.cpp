/// The verifier of the audit log. The first byte chooses: an export as a file, a correct chain
/// that is then changed in one place, or two events. An export that was read is written and read
/// again without a change, in each format; every change of a chain is detected; two different
/// events have different forms.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <sstream>

#include "fuzz/input.hpp"
#include "fuzz/must.hpp"
#include "fuzz/terminal.hpp"
#include "jobflip/audit/chain.hpp"
#include "jobflip/audit/export_reader.hpp"

namespace jobflip::fuzz {
namespace {

using core::AuditEvent;

bool same(const AuditEvent& a, const AuditEvent& b) {
  return audit::canonical_form(a) == audit::canonical_form(b) &&
         a.previous_hash == b.previous_hash && a.hash == b.hash;
}

struct Read {
  audit::LogEnds ends;
  std::vector<AuditEvent> events;
};

Result<Read> read_all(std::string_view text) {
  std::istringstream in{std::string{text}};
  audit::ExportReader reader{in, "some.json"};
  Read out;
  for (AuditEvent event;;) {
    const auto more = reader.next(event);
    if (!more) return more.error();
    if (!*more) break;
    out.events.push_back(event);
  }
  out.ends = reader.ends();
  return out;
}

std::string written(const Read& file, audit::ExportFormat format) {
  std::ostringstream out;
  std::optional<audit::ExportPart> part;
  if (file.ends.is_part) part.emplace().begins = *file.ends.begins;
  audit::ExportWriter writer{out, format, file.ends.heads.value_or(std::vector<core::ChainHead>{}),
                             part};
  writer.add(file.events);
  writer.finish();
  return out.str();
}

/// As one of its formats, and read again.
void try_again(const Read& file, audit::ExportFormat format) {
  const auto again = read_all(written(file, format));
  if (file.events.empty() && format == audit::ExportFormat::jsonl) return;  // an empty file
  MUST(again.has_value());
  MUST(again->events.size() == file.events.size());
  for (std::size_t i = 0; i < file.events.size(); ++i) MUST(same(file.events[i], again->events[i]));
  if (format != audit::ExportFormat::json) return;
  MUST(again->ends.heads == file.ends.heads || !file.ends.heads);
  MUST(again->ends.is_part == file.ends.is_part);
  MUST(again->ends.begins == file.ends.begins || !file.ends.begins);
}

void try_export(std::string_view text) {
  const auto file = read_all(text);
  if (!file) {
    MUST(file.error().code == ErrorCode::config);
    MUST(file.error().text.starts_with("some.json is not an audit export: "));
    return;
  }
  using enum audit::ExportFormat;
  for (const auto format : {json, jsonl, csv}) try_again(*file, format);
  for (const auto& event : file->events) {
    MUST(event.hash.size() == 32 && event.previous_hash.size() == 32);
    MUST(why_not_shown(rfc3339(event.at)).empty());
    // If a number of the file were not the event's, it would be verified as another event's.
    MUST(text.find(std::to_string(event.seq)) != text.npos);
  }
  audit::LogCheck check;
  for (const auto& event : file->events) check.add(event);
  for (const auto& chain : check.finish(file->ends)) MUST(chain.flaw || chain.begin.seq >= 0);
}

AuditEvent read_event(Input& input) {
  AuditEvent e;
  e.chain = "mail";
  e.at = WallTime{Micros{input.number()}};
  e.kind = input.text();
  if (input.flag()) e.node = input.text();
  if (input.flag()) e.flip = input.number();
  if (input.flag()) e.epoch = input.number();
  e.session_user = input.text();
  if (input.flag()) e.actor = input.text();
  e.reason = input.text();
  e.payload = input.text();
  return e;
}

std::vector<AuditEvent> whole_chain(Input& input, std::size_t length) {
  std::vector<AuditEvent> events;
  std::string previous(32, '\0');
  for (std::size_t i = 0; i < length; ++i) {
    auto e = read_event(input);
    e.seq = static_cast<std::int64_t>(i + 1);
    e.previous_hash = previous;
    e.hash = previous = audit::audit_hash(previous, e);
    events.push_back(std::move(e));
  }
  return events;
}

void toggle(std::optional<std::string>& field) {
  if (field)
    field.reset();
  else
    field.emplace();
}

/// A change that a chain must not survive.
void touch(std::vector<AuditEvent>& events, std::size_t at, int what) {
  auto& e = events[at];
  switch (what % 13) {
    case 0:
      return void(e.kind += 'x');
    case 1:
      return toggle(e.node);
    case 2:
      return e.flip ? e.flip.reset() : void(e.flip.emplace());
    case 3:
      return void(e.epoch = e.epoch.value_or(0) ^ 1);
    case 4:
      return void(e.session_user.insert(0, 1, '\0'));
    case 5:
      return toggle(e.actor);
    case 6:
      return void(e.reason += '\xff');
    case 7:
      return void(e.payload += ' ');
    case 8:
      return void(e.at = WallTime{Micros{e.at.time_since_epoch().count() ^ 1}});
    case 9:
      return void(e.hash[at % 32] ^= 1);
    case 10:
      return void(e.previous_hash[at % 32] ^= 1);
    case 11:
      return void(events.erase(events.begin() + static_cast<std::ptrdiff_t>(at)));
    default:  // the value is moved to another field
      e.reason.swap(e.payload);
      if (e.reason == e.payload) e.kind += 'x';
  }
}

void try_touch(Input input) {
  const int what = input.byte();
  const auto length = static_cast<std::size_t>(input.number(1, 8));
  const auto at = static_cast<std::size_t>(input.number(0, static_cast<std::int64_t>(length) - 1));
  auto events = whole_chain(input, length);
  const std::vector<core::ChainHead> heads{{"mail", events.back().seq, events.back().hash}};
  MUST(audit::verify_chains(events, heads).empty());
  touch(events, at, what);
  MUST(!audit::verify_chains(events, heads).empty());
}

void try_two(Input input) {
  const auto one = read_event(input);
  const auto other = read_event(input);
  const bool equal = one.at == other.at && one.kind == other.kind && one.node == other.node &&
                     one.flip == other.flip && one.epoch == other.epoch &&
                     one.session_user == other.session_user && one.actor == other.actor &&
                     one.reason == other.reason && one.payload == other.payload;
  MUST(equal == (audit::canonical_form(one) == audit::canonical_form(other)));
}

}  // namespace
}  // namespace jobflip::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jobflip::fuzz;
  Input input{data, size};
  switch (input.byte()) {
    case 'j':
      try_export(input.rest());
      break;
    case 'c':
      try_touch(input);
      break;
    case '2':
      try_two(input);
      break;
    default:
      break;
  }
  return 0;
}
