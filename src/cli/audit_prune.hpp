#pragma once
/// Which events `audit prune` removes, and how it makes sure that the export has them.

#include <string>
#include <vector>

#include "cli/audit_export.hpp"
#include "jobflip/ports/audit_pruner.hpp"

namespace jobflip::cli {

/// "2025-01" as its beginning. An error if it is not a month, or has not begun.
Result<WallTime> parse_month(const std::string& text, WallTime now);

/// The month "2025-01" that a time is in.
std::string month_of(WallTime at);

/// The beginning of the month that is so many before this one: so many whole months stay.
WallTime begin_of_kept_months(int kept, WallTime now);

/// FOLDER/audit-before-2025-01.json. If a run failed halfway, that file has what the run removed,
/// so the next one gets a number: audit-before-2025-01.2.json. An error if there is no such folder.
Result<std::string> new_export_in(const std::string& folder, WallTime before);

struct PrunePlan {
  std::vector<ports::AuditSeal> seals;  // of each chain that loses events; no sha256 yet
  ExportPlan exported;
};

/// Of each chain the events from its first one up to the last one in front of the first that
/// happened at `before` or later: what is left has no gap, even if the store's clock was set back.
Result<PrunePlan> plan_prune(ports::ReaderStore& store, WallTime before);

/// Writes the export, reads it again, and compares it with the plan. Answers its SHA-256.
Result<std::string> export_for_good(ports::ReaderStore& store, const PrunePlan& plan,
                                    const std::string& path);

}  // namespace jobflip::cli
