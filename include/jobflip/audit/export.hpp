#pragma once
/// An export of the audit log: every field of every event, hashes in hex, in one of three formats.
///
///   json   one document: the heads of the chains, then the events, an event a line
///   jsonl  an event a line, with the same keys; it does not say where the chains end
///   csv    RFC 4180 with a header; no `payload`, and it does not say where the chains end either
///
/// `payload` and `at` are for readers. `payload_text`, the exact text in the store, and `at_us` are
/// what was hashed. An export of a part (a time, a chain) says so in json, and where it begins; in
/// the other formats its first number says it.

#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/audit/verification.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::audit {

enum class ExportFormat { json, jsonl, csv };
std::string_view name_of(ExportFormat format) noexcept;
std::optional<ExportFormat> parse_export_format(std::string_view name) noexcept;

/// What a part was asked for, and where it begins: the event before the first one of each of its
/// chains, seq 0 if there is none.
struct ExportPart {
  std::string chain;  // "": all
  std::optional<WallTime> since;
  std::optional<WallTime> until;
  std::vector<core::ChainHead> begins;
};

view::Json event_json(const core::AuditEvent& event);
view::Json head_json(const core::ChainHead& head);
/// "sound", and each chain with its end, and where it is broken.
view::Json checks_json(std::span<const ChainCheck> checks);

/// Writes an export as the events come.
class ExportWriter {
 public:
  /// `heads`: the last event that will come of each chain.
  ExportWriter(std::ostream& out, ExportFormat format, std::span<const core::ChainHead> heads,
               const std::optional<ExportPart>& part = {});
  void add(std::span<const core::AuditEvent> events);
  void finish();

 private:
  std::ostream& out_;
  ExportFormat format_;
  bool is_first_{true};
};

}  // namespace jobflip::audit
