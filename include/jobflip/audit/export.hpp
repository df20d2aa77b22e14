#pragma once
/// An export of the audit log: JSON with every field of every event. The payload stays the very
/// text that was hashed; hashes are in hex; `at` is for people and `at_us` is what was hashed.

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
