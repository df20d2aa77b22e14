#pragma once
/// An export of the audit log: JSON with every field of every event; hashes are in hex. `payload`
/// and `at` are for readers. `payload_text`, the exact text in the store, and `at_us` are what was
/// hashed.

#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "jobflip/audit/verification.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::audit {

inline constexpr std::size_t kExportMax = 256 * 1024 * 1024;

struct Export {
  std::vector<core::ChainHead> heads;
  std::vector<core::AuditEvent> events;
};

view::Json event_json(const core::AuditEvent& event);
view::Json head_json(const core::ChainHead& head);
/// "sound", and each chain with where it is broken.
view::Json checks_json(std::span<const ChainCheck> checks);

/// Writes an export as the events come, an event a line.
class ExportWriter {
 public:
  ExportWriter(std::ostream& out, std::span<const core::ChainHead> heads);
  void add(std::span<const core::AuditEvent> events);
  void finish();

 private:
  std::ostream& out_;
  bool is_first_{true};
};

/// An export that can't be read is an error of the file; one whose fields contradict each other,
/// too. `name` is what the Error calls it.
Result<Export> read_export(std::istream& in, const std::string& name);

}  // namespace jobflip::audit
