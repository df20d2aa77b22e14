#pragma once
/// An export of the audit log: JSON with every field of every event; hashes are in hex. `payload`
/// is for readers and `payload_text`, the very text that the store has, is what was hashed; so are
/// `at` and `at_us`.

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/json_view.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/core/history.hpp"

namespace jobflip::cli {

inline constexpr std::size_t kExportMax = 256 * 1024 * 1024;

struct AuditExport {
  std::vector<core::ChainHead> heads;
  std::vector<core::AuditEvent> events;
};

Json event_json(const core::AuditEvent& event);
Json head_json(const core::ChainHead& head);

/// An export that can't be read is an error of the file; one whose fields contradict each other,
/// too.
Result<AuditExport> read_audit_export(const std::string& path);
Result<AuditExport> read_audit_export(std::istream& in, const std::string& name);

}  // namespace jobflip::cli
