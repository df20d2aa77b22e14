#include "jobflip/pg/errors.hpp"

#include <algorithm>
#include <array>

#include "jobflip/base/escape.hpp"

namespace jobflip::pg {
namespace {

constexpr const char* kHowToWrite =
    "connect to the primary; if it is the primary: alter system reset "
    "default_transaction_read_only, then select pg_reload_conf()";

// first match wins
constexpr std::array kMeanings{
    Meaning{"28", ErrorCode::store_denied, "check the login, its password file and pg_hba.conf"},
    Meaning{"3D000", ErrorCode::store_denied, "check the database's name in the connection string"},
    Meaning{"25006", ErrorCode::store_read_only, kHowToWrite},
    Meaning{"53100", ErrorCode::store_full, "free space on the database's disk"},
    Meaning{"53300", ErrorCode::store_full,
            "all connections are taken: raise max_connections, or limit the workers' roles"},
    Meaning{"53", ErrorCode::store_full, "the database is out of a resource: see its log"},
    Meaning{"40", ErrorCode::store_conflict, "it is tried again"},
    Meaning{"55P03", ErrorCode::store_conflict,
            "somebody holds a lock: nothing was changed, try it again"},
    Meaning{"57014", ErrorCode::store_timeout, ""},
    Meaning{"57P", ErrorCode::store_unreachable, "the database is stopping or starting"},
    Meaning{"08", ErrorCode::store_unreachable, ""},
};

const Meaning* meaning_of(std::string_view sqlstate, std::span<const Meaning> own) {
  if (sqlstate.empty()) return nullptr;
  for (const auto meanings : {own, std::span<const Meaning>{kMeanings}})
    for (const auto& meaning : meanings)
      if (sqlstate.starts_with(meaning.sqlstate)) return &meaning;
  return nullptr;
}

bool is_sqlstate(std::string_view text) {
  if (text.size() != 5) return false;
  for (const char c : text)
    if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'))) return false;
  return true;
}

/// "FATAL:  28P01: password ..." -> "28P01"; "" if libpq itself says what is wrong.
std::string_view sqlstate_in(std::string_view text) {
  for (std::size_t at = text.find(":  "); at != text.npos; at = text.find(":  ", at + 1)) {
    const auto word = text.substr(at + 3, 5);
    if (is_sqlstate(word) && text.substr(at + 8, 2) == ": ") return word;
  }
  return {};
}

bool says(std::string_view text, std::string_view word) {
  return text.find(word) != text.npos;
}

/// How the parts behind the message of a verbose text begin. Those without a place are left out.
struct Part {
  std::string_view label;
  std::string ServerWords::*place;
};

constexpr std::array kParts{
    Part{"LINE ", nullptr},
    Part{"DETAIL:  ", &ServerWords::detail},
    Part{"HINT:  ", &ServerWords::hint},
    Part{"QUERY:  ", nullptr},
    Part{"CONTEXT:  ", nullptr},
    Part{"SCHEMA NAME:  ", nullptr},
    Part{"TABLE NAME:  ", nullptr},
    Part{"COLUMN NAME:  ", nullptr},
    Part{"DATATYPE NAME:  ", nullptr},
    Part{"CONSTRAINT NAME:  ", nullptr},
    Part{"LOCATION:  ", nullptr},
};

}  // namespace

std::string in_one_line(std::string_view text) {
  std::string line{text};
  if (const auto state = sqlstate_in(line); !state.empty()) {
    const auto at = static_cast<std::size_t>(state.data() - line.data());
    line.erase(at - 1, state.size() + 2);  // ":  28000: x" becomes ": x"
  }
  line.erase(line.find_last_not_of(" \t\n") + 1);
  std::string out;
  for (const char c : line) {
    if (c == '\n' && !out.empty() && out.back() != ' ') {
      out += "; ";  // libpq's lines are sentences of their own
      continue;
    }
    const bool blank = c == '\n' || c == '\t' || c == ' ';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

Error error_of_statement(std::string_view what, const ServerWords& words,
                         std::span<const Meaning> own) {
  const auto* meaning = meaning_of(words.sqlstate, own);
  Error error;
  error.code = meaning != nullptr ? meaning->code : ErrorCode::store_failed;
  error.text = std::string{what} + ": " + printable(words.message);
  if (!words.detail.empty()) error.text += " (" + printable(words.detail) + ")";
  if (meaning == nullptr) error.text += " [" + words.sqlstate + "]";
  if (meaning != nullptr) error.hint = meaning->hint;
  if (!words.hint.empty()) error.hint = printable(words.hint);
  return error;
}

ServerWords words_of_verbose(std::string_view text) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  ServerWords words;
  const auto sqlstate = sqlstate_in(text);
  if (sqlstate.empty()) {
    words.message = text;
    return words;
  }
  words.sqlstate = sqlstate;
  text.remove_prefix(static_cast<std::size_t>(sqlstate.end() - text.begin()) + 2);
  auto place = &ServerWords::message;
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto* part = std::find_if(kParts.begin(), kParts.end(),
                                    [&](const Part& p) { return line.starts_with(p.label); });
    if (part != kParts.end()) {
      place = part->place;
      line.remove_prefix(part->label.size());
    }
    if (place == nullptr) continue;
    auto& kept = words.*place;
    kept += (kept.empty() ? "" : "\n") + std::string{line};
  }
  return words;
}

Error error_of_connecting(std::string_view text, std::span<const Meaning> own) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  // with VERBOSE there are lines behind the message that tell where the server's source says so
  const auto shown = printable(in_one_line(text.substr(0, text.find("\nLOCATION:"))));
  if (says(text, "not read-write") || says(text, "session is read-only") ||
      says(text, "hot standby mode"))
    return {ErrorCode::store_read_only, shown, kHowToWrite};
  const auto* meaning = meaning_of(sqlstate_in(text), own);
  if (meaning != nullptr) return {meaning->code, shown, std::string{meaning->hint}};
  if (says(text, "no password supplied"))
    return {
        ErrorCode::store_denied, shown,
        "check the password file (chmod 600): passfile= of the connection string, else ~/.pgpass"};
  if (says(text, "could not translate host name"))
    return {ErrorCode::store_unreachable, shown,
            "is the name right, and does this host resolve it? try `getent hosts NAME`"};
  // libpq's own word, since it has no SQLSTATE: of a service file or the environment, as a rule
  if (sqlstate_in(text).empty() &&
      (says(text, "definition of service") || says(text, "service file") || says(text, "invalid")))
    return {ErrorCode::config, shown,
            "fix the value where it stands: in the connection string, in a variable such as "
            "PGSSLMODE, or in libpq's service file ($PGSERVICEFILE, ~/.pg_service.conf)"};
  if (says(text, "invalid")) return {ErrorCode::store_denied, shown, "check the connection string"};
  return {ErrorCode::store_unreachable, shown, "is the database up, and the address right?"};
}

// a server that accepts a connection and says nothing can't be asked what it waits for
Error error_of_silence(std::string_view where, Millis deadline) {
  return {ErrorCode::store_unreachable,
          "connect: no answer from " + std::string{where} + " within " + short_duration(deadline),
          "a server that hangs, a host that is off or a firewall: can another program log in, such "
          "as psql? is the server's process alive there?"};
}

}  // namespace jobflip::pg
