#pragma once
/// What `audit export` and `audit prune` write.

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "jobflip/audit/export.hpp"
#include "jobflip/ports/reader_store.hpp"

namespace jobflip::cli {

/// The chains that an export has: where each ends, and where those begin that it does not have from
/// their origin on.
struct ExportPlan {
  std::vector<core::ChainHead> heads;
  std::optional<audit::ExportPart> part;  // empty: the whole log
};

/// A part of a chain has no gap: it goes from its first event at `since` or later to its last one
/// before `until`. If the store's clock was set back between them, the events of that time are in
/// it, too.
Result<ExportPlan> plan_export(ports::ReaderStore& store, const std::string& chain,
                               const core::EventFilter& filter);

Result<void> write_export(ports::ReaderStore& store, const ExportPlan& plan,
                          audit::ExportFormat format, std::ostream& out);

}  // namespace jobflip::cli
