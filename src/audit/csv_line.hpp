#pragma once
/// Events as lines of CSV (RFC 4180): a header, CRLF at the end of each line, and quotes around
/// what has a comma, a quote or a line break in it. An absent field is empty; an empty text is "".
/// A text that a spreadsheet could take for a formula gets a ' in front, and so does one that
/// begins with ': so the first ' of a text always goes when it is read.

#include <string>
#include <string_view>
#include <vector>

#include "jobflip/core/audit.hpp"

namespace jobflip::audit {

/// With its line end.
std::string csv_header();
std::string csv_line(const core::AuditEvent& event);

/// A field as it stood in a line, without its quotes. Valid as long as the bytes of the line.
struct CsvField {
  std::string_view text;
  bool is_quoted{false};
  bool is_ascii{false};  // false: not known
};

inline constexpr std::size_t kCsvFields = 14;
inline constexpr std::size_t kCsvFirstHash = 12;  // the last two

/// False: the fields are not those of an event, or contradict each other.
bool read_csv_fields(const std::vector<CsvField>& fields, core::AuditEvent& event);

}  // namespace jobflip::audit
