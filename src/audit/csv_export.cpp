#include "audit/csv_export.hpp"

#include <fmt/format.h>

#include <cstring>

#include "audit/hash_field.hpp"
#include "audit/plain_bytes.hpp"
#include "jobflip/audit/export_reader.hpp"

namespace jobflip::audit {

bool CsvExport::fail(std::string why) {
  why_ = std::move(why);
  is_over_ = true;
  return false;
}

bool CsvExport::begin() {
  has_begun_ = true;
  const auto header = csv_header();
  const std::string_view wanted{header.data(), header.size() - 2};
  while (in_.view().size() < header.size() && in_.more()) {
  }
  if (!in_.view().starts_with(wanted)) return fail("its first line is not the header of one");
  in_.take(wanted.size());
  if (in_.peek() == '\r') in_.take(1);
  if (in_.peek() != '\n') return fail("its first line is not the header of one");
  in_.take(1);
  return true;
}

/// `at` is at the field, and then at what ends it.
CsvExport::Cut CsvExport::cut_field(std::string_view view, std::size_t& at, bool is_hash,
                                    CsvField& field) {
  field.is_quoted = at < view.size() && view[at] == '"';
  if (field.is_quoted) return cut_quoted(view, at, field);
  if (is_hash && view.size() - at > kHashDigits && ends_csv_run(view[at + kHashDigits])) {
    field.text = view.substr(at, kHashDigits);  // whether they are digits is looked at later
    at += kHashDigits;
    return Cut::line;
  }
  const auto from = at;
  std::uint64_t seen = 0;  // the high bits tell whether all is ASCII
  while (view.size() - at >= 8) {
    const auto word = word_at(view.data() + at);
    const auto marks = csv_marks_of(word);
    seen |= word;
    at += marks == 0 ? 8U : bytes_before(marks);
    if (marks == 0) continue;
    if (ends_csv_run(view[at])) break;
    ++at;
  }
  for (; at < view.size() && !ends_csv_run(view[at]); ++at)
    seen |= static_cast<std::uint64_t>(static_cast<unsigned char>(view[at]));
  if (at == view.size()) return Cut::unfinished;
  field.is_ascii = (seen & kHighBits) == 0;
  field.text = view.substr(from, at - from);
  return view[at] == '"' ? Cut::wrong : Cut::line;
}

/// Writes the field into scratch_, at the place that it has in the view: what is written is never
/// longer than what is read, so the fields of a line don't touch each other.
CsvExport::Cut CsvExport::cut_quoted(std::string_view view, std::size_t& at, CsvField& field) {
  const char* from = view.data() + at + 1;
  const char* const end = view.data() + view.size();
  char* const begin = scratch_.data() + at;
  char* to = begin;
  std::uint64_t seen = 0;  // the high bits tell whether all is ASCII
  const auto is_end = [&] { return *from == '"' && (end - from < 2 || from[1] != '"'); };
  bool has_ended = false;
  while (!has_ended && end - from >= 8) {
    const auto word = word_at(from);
    std::memcpy(to, from, 8);
    seen |= word;
    const auto marks = marks_of(word, '"');
    const auto plain = marks == 0 ? 8U : bytes_before(marks);
    from += plain;
    to += plain;
    if (marks == 0) continue;
    has_ended = is_end();
    if (has_ended) continue;
    *to++ = '"';
    from += 2;
  }
  for (; !has_ended && from < end; ++to, ++from) {
    has_ended = is_end();
    if (has_ended) break;
    if (*from == '"') ++from;
    *to = *from;
    seen |= static_cast<std::uint64_t>(static_cast<unsigned char>(*from));
  }
  if (!has_ended) return Cut::unfinished;
  at = static_cast<std::size_t>(from - view.data()) + 1;
  field.text = {begin, static_cast<std::size_t>(to - begin)};
  field.is_ascii = (seen & kHighBits) == 0;
  return at < view.size() ? Cut::line : Cut::unfinished;
}

CsvExport::Cut CsvExport::cut_line(std::size_t& length) {
  constexpr std::size_t kSlack = 8;  // a word is written as a whole
  const auto view = in_.view();
  if (scratch_.size() < view.size() + kSlack) scratch_.resize(view.size() + kSlack);
  std::size_t at = 0;
  for (std::size_t i = 0; i < kCsvFields; ++i) {
    if (const auto cut = cut_field(view, at, i >= kCsvFirstHash, fields_[i]); cut != Cut::line)
      return cut;
    if (view[at] == '\r' && ++at == view.size()) return Cut::unfinished;
    if (view[at] != (i + 1 == kCsvFields ? '\n' : ',')) return Cut::wrong;
    ++at;
  }
  length = at;
  return Cut::line;
}

/// The next line as fields_.
bool CsvExport::take_line() {
  for (;;) {
    std::size_t length = 0;
    const auto cut = cut_line(length);
    if (cut == Cut::wrong)
      return fail(
          fmt::format("event {} does not have the {} fields of the header", events_, kCsvFields));
    if (cut == Cut::line) return in_.take(length), true;
    if (in_.view().size() > kEventTextMax)
      return fail(
          fmt::format("event {} is longer than {} MiB", events_, kEventTextMax / 1024 / 1024));
    if (!in_.more()) return fail("it ends in the middle of an event");
  }
}

bool CsvExport::next(core::AuditEvent& event) {
  if (is_over_ || (!has_begun_ && !begin())) return false;
  if (in_.peek() < 0) return false;
  ++events_;
  if (!take_line()) return false;
  if (!read_csv_fields(fields_, event))
    return fail(
        fmt::format("event {} has a field that does not hold, or its fields contradict "
                    "each other",
                    events_));
  return true;
}

}  // namespace jobflip::audit
