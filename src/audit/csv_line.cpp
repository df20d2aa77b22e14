#include "audit/csv_line.hpp"

#include <array>
#include <charconv>

#include "audit/event_text.hpp"
#include "audit/hash_field.hpp"
#include "audit/time_field.hpp"
#include "jobflip/base/hex.hpp"
#include "jobflip/base/utf8.hpp"

namespace jobflip::audit {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::array<std::string_view, kCsvFields> kColumns{
    "chain", "seq",          "at",    "at_us",  "kind",         "node",          "flip",
    "epoch", "session_user", "actor", "reason", "payload_text", "previous_hash", "hash"};

bool may_be_formula(std::string_view text) {
  return !text.empty() && std::string_view{"=+-@\t\r\n'"}.find(text[0]) != std::string_view::npos;
}

void add_csv_text(std::string& line, std::string_view text) {
  const bool is_marked = may_be_formula(text);
  const bool is_quoted = text.empty() || text.find_first_of(",\"\r\n") != std::string_view::npos;
  if (is_quoted) line += '"';
  if (is_marked) line += '\'';
  for (const char c : text) {
    if (c == '"') line += '"';
    line += c;
  }
  if (is_quoted) line += '"';
}

void add_csv_text(std::string& line, const std::optional<std::string>& text) {
  if (text) add_csv_text(line, std::string_view{*text});
}

bool read_csv_number(const CsvField& field, std::int64_t& out) {
  const auto* end = field.text.data() + field.text.size();
  const auto read = std::from_chars(field.text.data(), end, out);
  return read.ec == std::errc{} && read.ptr == end;
}

bool read_csv_number(const CsvField& field, std::optional<std::int64_t>& out) {
  if (field.text.empty() && !field.is_quoted) return out.reset(), true;
  return read_csv_number(field, out.emplace());
}

bool read_csv_text(const CsvField& field, std::string& out) {
  if (field.text.empty() && !field.is_quoted) return false;
  out.assign(field.text, field.text.starts_with('\'') ? 1 : 0);
  return field.is_ascii || is_utf8(out);
}

bool read_csv_text(const CsvField& field, std::optional<std::string>& out) {
  if (field.text.empty() && !field.is_quoted) return out.reset(), true;
  if (!out) out.emplace();
  return read_csv_text(field, *out);
}

bool read_csv_hash(const CsvField& field, std::string& out) {
  return field.text.size() == kHashDigits && read_hash_digits(field.text.data(), out);
}

}  // namespace

std::string csv_header() {
  std::string out;
  for (const auto column : kColumns) {
    if (!out.empty()) out += ',';
    out += column;
  }
  out += kLineEnd;
  return out;
}

std::string csv_line(const core::AuditEvent& e) {
  std::string out;
  const auto number = [&](const std::optional<std::int64_t>& value) {
    if (value) out += std::to_string(*value);
    out += ',';
  };
  const auto text = [&](const auto& value) {
    add_csv_text(out, value);
    out += ',';
  };
  text(std::string_view{e.chain});
  number(e.seq);
  out += rfc3339(e.at) + ',';
  number(std::int64_t{e.at.time_since_epoch().count()});
  text(std::string_view{e.kind});
  text(e.node);
  number(e.flip);
  number(e.epoch);
  text(std::string_view{e.session_user});
  text(e.actor);
  text(std::string_view{e.reason});
  text(std::string_view{e.payload});
  out += hex_of_bytes(e.previous_hash) + ',';
  out += hex_of_bytes(e.hash);
  out += kLineEnd;
  return out;
}

bool read_csv_fields(const std::vector<CsvField>& f, core::AuditEvent& e) {
  std::int64_t micros{};
  if (f.size() != kCsvFields || !read_csv_text(f[0], e.chain) || !read_csv_number(f[1], e.seq) ||
      !read_csv_number(f[3], micros))
    return false;
  e.at = WallTime{Micros{micros}};
  return is_in_range(e.at) && is_time_text(f[2].text, e.at) && read_csv_text(f[4], e.kind) &&
         read_csv_text(f[5], e.node) && read_csv_number(f[6], e.flip) &&
         read_csv_number(f[7], e.epoch) && read_csv_text(f[8], e.session_user) &&
         read_csv_text(f[9], e.actor) && read_csv_text(f[10], e.reason) &&
         read_csv_text(f[11], e.payload) && read_csv_hash(f[12], e.previous_hash) &&
         read_csv_hash(f[13], e.hash);
}

}  // namespace jobflip::audit
