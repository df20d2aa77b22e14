#include "jobflip/audit/export_reader.hpp"

#include <fmt/format.h>

#include <optional>

#include "audit/byte_window.hpp"
#include "audit/csv_export.hpp"
#include "audit/json_export.hpp"
#include "audit/json_pieces.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::audit {

class ExportReader::Impl {
 public:
  Impl(std::istream& in, std::string name)
      : in_(in), name_(std::move(name)), json_(in_), csv_(in_) {}

  Result<bool> next(core::AuditEvent& event) {
    if (!is_csv_) {
      const int first = peek_past_space(in_);
      if (in_.is_bad()) return wrong("it can't be read to its end: is it a folder?");
      if (first < 0) return wrong("it is empty");
      is_csv_ = first != '{' && first != '[';
    }
    const bool has_event = *is_csv_ ? csv_.next(event) : json_.next(event);
    if (has_event) return true;
    if (in_.is_bad()) return wrong("it can't be read to its end: is it a folder?");
    const auto& why = *is_csv_ ? csv_.why() : json_.why();
    if (!why.empty()) return wrong(why);
    return false;
  }

  const LogEnds& ends() const { return json_.ends(); }  // of csv: nothing

  ExportFormat format() const {
    if (is_csv_.value_or(false)) return ExportFormat::csv;
    return json_.is_lines() ? ExportFormat::jsonl : ExportFormat::json;
  }

 private:
  Error wrong(std::string_view why) const {
    return Error{ErrorCode::config,
                 fmt::format("{} is not an audit export: {}", printable(name_), why),
                 "`jobflip audit export` writes one"};
  }

  ByteWindow in_;
  std::string name_;
  JsonExport json_;
  CsvExport csv_;
  std::optional<bool> is_csv_;
};

ExportReader::ExportReader(std::istream& in, std::string name)
    : impl_(std::make_unique<Impl>(in, std::move(name))) {}
ExportReader::~ExportReader() = default;

Result<bool> ExportReader::next(core::AuditEvent& event) {
  return impl_->next(event);
}
const LogEnds& ExportReader::ends() const {
  return impl_->ends();
}
ExportFormat ExportReader::format() const {
  return impl_->format();
}

}  // namespace jobflip::audit
