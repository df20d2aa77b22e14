#pragma once
/// Reads exports in the formats json and jsonl.

#include <optional>
#include <set>
#include <string>

#include "audit/byte_window.hpp"
#include "jobflip/audit/export_reader.hpp"

namespace jobflip::audit {

class JsonExport {
 public:
  explicit JsonExport(ByteWindow& in) : in_(in) {}

  /// True: `event` is the next one. False: the end, or, if why() is not empty, an error.
  bool next(core::AuditEvent& event);
  const std::string& why() const noexcept { return why_; }
  const LogEnds& ends() const noexcept { return ends_; }
  /// Known after the first call of next().
  bool is_lines() const noexcept { return where_ == Where::lines; }

 private:
  enum class Where { beginning, document, events, lines, end };
  bool fail(std::string why);
  bool begin();
  bool next_in_document(core::AuditEvent& event);
  bool next_in_lines(core::AuditEvent& event);
  bool read_key();
  bool read_value(const std::string& key);
  bool read_heads(const std::string& key, std::vector<core::ChainHead>& heads);
  bool end_document();
  bool read_one(core::AuditEvent& event);
  bool read_line(core::AuditEvent& event);
  std::optional<view::Json> take_object();

  ByteWindow& in_;
  Where where_{Where::beginning};
  std::set<std::string> keys_;
  std::vector<core::ChainHead> begins_;
  LogEnds ends_;
  std::size_t events_{0};
  bool has_lines_{true};  // an event a line, so far
  std::string why_;
};

}  // namespace jobflip::audit
