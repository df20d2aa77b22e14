#pragma once
/// Reads exports in the format csv. Lines may end with LF, too, and any field may have quotes.

#include <cstddef>
#include <string>
#include <vector>

#include "audit/byte_window.hpp"
#include "audit/csv_line.hpp"

namespace jobflip::audit {

class CsvExport {
 public:
  explicit CsvExport(ByteWindow& in) : in_(in), fields_(kCsvFields) {}

  /// True: `event` is the next one. False: the end, or, if why() is not empty, an error.
  bool next(core::AuditEvent& event);
  const std::string& why() const noexcept { return why_; }

 private:
  enum class Cut { line, unfinished, wrong };
  bool fail(std::string why);
  bool begin();
  bool take_line();
  Cut cut_line(std::size_t& length);
  Cut cut_field(std::string_view view, std::size_t& at, bool is_hash, CsvField& field);
  Cut cut_quoted(std::string_view view, std::size_t& at, CsvField& field);

  ByteWindow& in_;
  std::vector<CsvField> fields_;
  std::string scratch_;  // for the fields of a line without their quotes; only grows
  bool has_begun_{false};
  bool is_over_{false};
  std::size_t events_{0};
  std::string why_;
};

}  // namespace jobflip::audit
