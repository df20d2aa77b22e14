#include "jobflip/core/log_event.hpp"

#include "jobflip/base/escape.hpp"

namespace jobflip::core {
namespace {

/// In quotes, with every quote inside escaped.
std::string in_quotes(std::string_view raw) {
  std::string out = "\"";
  for (const char c : printable(raw)) {
    if (c == '"') {
      out += "\\x22";
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

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
    field("reason", in_quotes(log_event.sentence));
  if (repeats > 0) field("repeats", std::to_string(repeats));
  return line;
}

}  // namespace jobflip::core
