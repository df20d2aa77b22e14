#include "jobflip/core/log_event.hpp"

#include <algorithm>

#include "jobflip/base/escape.hpp"

namespace jobflip::core {
namespace {

/// In quotes. A quote inside becomes a single one: so it can't end the text, whatever backslashes
/// come before it, and stays easy to read.
std::string as_one_field(std::string_view raw) {
  auto text = printable(raw);
  std::ranges::replace(text, '"', '\'');
  return '"' + text + '"';
}

}  // namespace

LogEvent event_of_failed_call(const Error& error) {
  LogEvent out;
  switch (error.code) {
    case ErrorCode::store_denied:
    case ErrorCode::not_found:
    case ErrorCode::refused:
    case ErrorCode::usage:
    case ErrorCode::schema_missing:
    case ErrorCode::schema_old:
    case ErrorCode::schema_new:
      out.kind = LogEventKind::refused;
      out.sentence = "the store refuses: " + printable(error.text, 500);
      if (!error.hint.empty()) out.sentence += "; " + printable(error.hint, 300);
      return out;
    default:
      out.kind = LogEventKind::store_away;
      out.sentence = "the store failed: " + printable(error.text, 500);
      return out;
  }
}

std::string line_of(const LogEvent& log_event, int repeats) {
  std::string line{row_of(log_event.kind).name};
  const auto field = [&line](std::string_view name, std::string_view value) {
    line.append(" ").append(name).append("=").append(value);
  };
  if (!log_event.pool.empty()) field("pool", log_event.pool.str());
  if (log_event.flip) field("flip", std::to_string(log_event.flip->value));
  if (log_event.epoch.value > 0) field("epoch", std::to_string(log_event.epoch.value));
  if (!log_event.verdict.empty()) field("verdict", printable(log_event.verdict, 80));
  if (!log_event.chain.empty()) {
    field("chain", printable(log_event.chain, 80));
    field("seq", std::to_string(log_event.seq));
    field("hash", printable(log_event.hash, 80));
  }
  if (!log_event.sentence.empty() && log_event.chain.empty())
    field("reason", as_one_field(log_event.sentence));
  if (repeats > 0) field("repeats", std::to_string(repeats));
  return line;
}

}  // namespace jobflip::core
