#include "jobflip/core/note.hpp"

#include "jobflip/base/escape.hpp"

namespace jobflip::core {
namespace {

/// Between quotes, with no way out of them.
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

std::string line_of(const Note& note, int repeats) {
  std::string line{row_of(note.kind).name};
  const auto field = [&line](std::string_view name, std::string_view value) {
    line.append(" ").append(name).append("=").append(value);
  };
  if (!note.pool.empty()) field("pool", note.pool.str());
  if (note.flip) field("flip", std::to_string(note.flip->value));
  if (note.epoch.value > 0) field("epoch", std::to_string(note.epoch.value));
  if (!note.verdict.empty()) field("verdict", printable(note.verdict, 80));
  if (!note.chain.empty()) {
    field("chain", printable(note.chain, 80));
    field("seq", std::to_string(note.seq));
    field("hash", printable(note.hash, 80));
  }
  if (!note.sentence.empty() && note.chain.empty()) field("reason", in_quotes(note.sentence));
  if (repeats > 0) field("repeats", std::to_string(repeats));
  return line;
}

}  // namespace jobflip::core
