#include "jobflip/store/audit_pruner.hpp"

#include <algorithm>

#include "jobflip/base/hex.hpp"
#include "store/admin_session.hpp"

namespace jobflip::store {
namespace {

constexpr Millis kRemovalDeadline{600'000};  // of some million events

class PgAuditPruner final : public ports::AuditPruner {
 public:
  explicit PgAuditPruner(StoreSettings settings) : settings_(std::move(settings)) {
    settings_.call_deadline = std::max(settings_.call_deadline, kRemovalDeadline);
  }

  Result<void> seal(const ports::AuditSeal& seal) override {
    return in_admin_session(settings_, {"prune", "audit prune", "the owner of the database"},
                            [&seal](pqxx::work& session) -> Result<void> {
                              session.exec_params(
                                  "select jobflip.seal_audit($1, $2, $3, $4, $5, $6, $7, $8)",
                                  seal.chain, seal.up_to, hex_of_bytes(seal.hash), seal.events,
                                  seal.sha256, std::int64_t{seal.before.time_since_epoch().count()},
                                  seal.actor, seal.reason);
                              return {};
                            });
  }

 private:
  StoreSettings settings_;
};

}  // namespace

std::unique_ptr<ports::AuditPruner> open_audit_pruner(StoreSettings settings) {
  return std::make_unique<PgAuditPruner>(std::move(settings));
}

}  // namespace jobflip::store
