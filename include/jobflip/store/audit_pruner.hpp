#pragma once
/// Opens the port through which the owner of the database removes old events of the audit log.

#include <memory>

#include "jobflip/ports/audit_pruner.hpp"
#include "jobflip/store/settings.hpp"

namespace jobflip::store {

std::unique_ptr<ports::AuditPruner> open_audit_pruner(StoreSettings settings);

}  // namespace jobflip::store
