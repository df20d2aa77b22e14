#pragma once
/// Everything that a login with the reader's role may see. Read-only.

#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::ports {

class ReaderStore {
 public:
  virtual ~ReaderStore() = default;
  virtual Result<core::Snapshot> snapshot() = 0;
  virtual Result<std::vector<core::HistoryEntry>> history(const PoolName& pool,
                                                          int limit) = 0;  // newest first
  virtual Result<core::FlipTimeline> timeline(FlipId flip) = 0;
  virtual Result<std::vector<core::AuditEvent>> audit(const core::AuditQuery& query) = 0;
  /// Every audit chain with the last seq and hash of its head row.
  virtual Result<std::vector<core::ChainHead>> audit_heads() = 0;
};

}  // namespace jobflip::ports
