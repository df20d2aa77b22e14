#include "jobflip/ports/supervisor_store.hpp"

#include "jobflip/core/sample_document.hpp"
#include "jobflip/store/open.hpp"
#include "store/audit_heads.hpp"
#include "store/flip_request.hpp"
#include "store/session.hpp"
#include "store/snapshot.hpp"
#include "store/wire.hpp"

namespace jobflip::store {
namespace {

/// Whoever made them has left no line break in them.
std::string lines_of(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : "\n") + text;
  return out;
}

class PgSupervisorStore final : public ports::SupervisorStore {
 public:
  explicit PgSupervisorStore(const StoreSettings& settings)
      : connection_(settings, session_rules(settings, Purpose::change)) {}

  Result<core::Snapshot> snapshot() override { return read_snapshot(connection_); }

  Result<core::FlipAnswer> request_flip(const core::FlipRequest& request) override {
    return store::request_flip(connection_, request);
  }

  Result<bool> publish(const core::VerdictReport& report) override {
    std::vector<std::string> queues, verdicts, reasons, samples, running;
    for (const auto& queue : report.queues) {
      queues.push_back(queue.queue.str());
      verdicts.push_back(queue.verdict);
      reasons.push_back(queue.reason);
      samples.push_back(queue.sample ? core::sample_document(*queue.sample) : "");
      running.push_back(lines_of(queue.running_ids));
    }
    return still_leads(
        "publish",
        connection_.query(
            "publish",
            "select jobflip.publish_running($1, $2, $3, $4::text[], $5::text[], $6::text[], "
            "$7::text[], $8::text[])",
            {report.supervisor.str(), std::to_string(report.supervisor_epoch.value),
             report.pool.str(), array_of(queues), array_of_texts(verdicts), array_of_texts(reasons),
             array_of_texts(samples), array_of_texts(running)}));
  }

  Result<bool> record_hold(const core::HoldRecord& hold) override {
    return still_leads(
        "record_hold",
        connection_.query("record_hold", "select jobflip.record_hold($1, $2, $3, $4, $5, $6)",
                          {hold.supervisor.str(), std::to_string(hold.supervisor_epoch.value),
                           hold.pool.str(), hold.rule, hold.reason, hold.evidence}));
  }

  Result<bool> record_flip_outcome(const core::FlipOutcome& step) override {
    return still_leads(
        "record_flip_outcome",
        connection_.query(
            "record_flip_outcome", "select jobflip.record_flip_outcome($1, $2, $3, $4, $5)",
            {step.supervisor.str(), std::to_string(step.supervisor_epoch.value),
             std::to_string(step.flip.value), std::string{name_of(step.event)}, step.sentence}));
  }

  Result<bool> record_incident(const core::IncidentReport& report) override {
    std::optional<std::string> ago;
    if (report.ago) ago = std::to_string(report.ago->count());
    return still_leads(
        "record_incident",
        connection_.query("record_incident",
                          "select jobflip.record_incident($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                          {report.supervisor.str(), std::to_string(report.supervisor_epoch.value),
                           report.pool.str(), std::string{name_of(report.what)},
                           std::string{name_of(report.kind)}, std::string{name_of(report.cause)},
                           report.sentence, ago, std::to_string(report.flip.value)}));
  }

  Result<std::vector<core::ChainHead>> audit_heads() override {
    return read_audit_heads(connection_);
  }

  void cancel() noexcept override { connection_.cancel(); }

 private:
  pg::Connection connection_;
};

}  // namespace

std::unique_ptr<ports::SupervisorStore> open_supervisor_store(const StoreSettings& settings) {
  return std::make_unique<PgSupervisorStore>(settings);
}

}  // namespace jobflip::store
