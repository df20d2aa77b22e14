#pragma once
/// Reads an export, event by event, in any of its formats and in any form in which programs may
/// have rewritten its JSON: sorted keys, other white space. An event whose fields contradict each
/// other is an error of the file: what a reader sees must be what is verified.
///
/// Invariants: memory does not grow with the file. An event may have at most kEventTextMax bytes.
/// Lines as ExportWriter writes them are read by a faster way, which reads nothing that the other
/// one would refuse.

#include <cstddef>
#include <iosfwd>
#include <memory>
#include <string>

#include "jobflip/audit/export.hpp"
#include "jobflip/audit/verification.hpp"
#include "jobflip/base/result.hpp"

namespace jobflip::audit {

inline constexpr std::size_t kEventTextMax = 16 * 1024 * 1024;

class ExportReader {
 public:
  /// `name` is what errors call the input. Requires: `in` outlives the reader.
  ExportReader(std::istream& in, std::string name);
  ~ExportReader();

  /// Reads the next event into `event`, whose texts are used again. False at the end of the export.
  Result<bool> next(core::AuditEvent& event);

  /// After the end: what the export says beside its events.
  const LogEnds& ends() const;
  ExportFormat format() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace jobflip::audit
