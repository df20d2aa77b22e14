#include "jobflip/ports/operator_store.hpp"

#include "jobflip/store/open.hpp"
#include "store/deployments.hpp"
#include "store/fleet_json.hpp"
#include "store/flip_request.hpp"
#include "store/freed.hpp"
#include "store/session.hpp"
#include "store/wire.hpp"

namespace jobflip::store {
namespace {

class PgOperatorStore final : public ports::OperatorStore {
 public:
  explicit PgOperatorStore(const StoreSettings& settings)
      : connection_(settings, session_rules(settings, Purpose::change)) {}

  Result<std::vector<std::string>> apply(const core::Fleet& fleet, const core::OperatorContext& by,
                                         bool dry_run) override {
    const auto json = fleet_json(fleet);
    if (!json) return json.error();
    const auto rows = freed(connection_, [&] {
      return connection_.query("apply", "select refused, line from jobflip.apply($1, $2, $3, $4)",
                               {*json, by.claimed_name, by.reason, dry_run ? "t" : "f"});
    });
    if (!rows) return rows.error();
    std::vector<std::string> lines;
    for (int i = 0; i < rows->size(); ++i) {
      auto in = rows->row(i);
      const bool refused = in.flag();
      auto line = in.text();
      if (refused) return Error{ErrorCode::refused, "apply: " + line, ""};
      lines.push_back(std::move(line));
    }
    return lines;
  }

  Result<core::FlipAnswer> request_flip(const core::FlipRequest& request) override {
    return store::request_flip(connection_, request);
  }

  Result<core::OperatorAnswer> abort_flip(FlipId flip, const core::OperatorContext& by) override {
    return answer("abort",
                  "select accepted, changed, rule, sentence from jobflip.abort_flip($1, $2, $3)",
                  {std::to_string(flip.value), by.claimed_name, by.reason});
  }

  Result<core::OperatorAnswer> pause(const PoolName& pool, std::optional<Millis> length,
                                     const core::OperatorContext& by) override {
    std::optional<std::string> ms;
    if (length) ms = std::to_string(length->count());
    return answer(length ? "pause" : "resume",
                  "select accepted, changed, rule, sentence from jobflip.pause($1, $2, $3, $4)",
                  {pool.str(), ms, by.claimed_name, by.reason});
  }

  Result<core::OperatorAnswer> drain(const NodeName& node, bool drained,
                                     const core::OperatorContext& by) override {
    return answer(drained ? "drain" : "undrain",
                  "select accepted, changed, rule, sentence from jobflip.drain($1, $2, $3, $4)",
                  {node.str(), drained ? "t" : "f", by.claimed_name, by.reason});
  }

  Result<core::OperatorAnswer> acknowledge(const PoolName& pool,
                                           const core::OperatorContext& by) override {
    return answer("ack",
                  "select accepted, changed, rule, sentence from jobflip.acknowledge($1, $2, $3)",
                  {pool.str(), by.claimed_name, by.reason});
  }

  Result<core::OperatorAnswer> learn(const core::Learned& learned,
                                     const core::OperatorContext& by) override {
    return answer(
        "learn", "select accepted, changed, rule, sentence from jobflip.learn($1, $2, $3, $4, $5)",
        {learned.pool.str(), learned.queue.str(), learned.document, by.claimed_name, by.reason});
  }

  Result<core::OperatorAnswer> open_incident(const PoolName& pool, core::IncidentClass kind,
                                             const core::OperatorContext& by) override {
    return answer(
        "incident open",
        "select accepted, changed, rule, sentence from jobflip.open_by_hand($1, $2, $3, $4)",
        {pool.str(), std::string{name_of(kind)}, by.claimed_name, by.reason});
  }

  Result<core::OperatorAnswer> change_incident(const core::IncidentChange& change,
                                               const core::OperatorContext& by) override {
    return answer(
        "incident",
        "select accepted, changed, rule, sentence from jobflip.change_incident($1, $2, $3, $4, $5)",
        {std::to_string(change.incident.value), std::string{name_of(change.what)}, change.value,
         by.claimed_name, by.reason});
  }

  Result<core::DeploymentAnswer> mark_deployment(const core::DeploymentMark& mark,
                                                 const core::OperatorContext& by) override {
    auto answer = store::mark_deployment(connection_, mark, by);
    if (answer && answer->flip_back) wake(mark.pool);
    return answer;
  }

  Result<core::OperatorAnswer> plan_maintenance(const core::MaintenancePlan& plan,
                                                const core::OperatorContext& by) override {
    const auto micros = [](WallTime at) { return std::to_string(at.time_since_epoch().count()); };
    return answer(
        "service maintenance",
        "select accepted, changed, rule, sentence from "
        "jobflip.plan_maintenance($1, $2, $3, $4, $5)",
        {plan.service, micros(plan.from), micros(plan.until), by.claimed_name, by.reason});
  }

  Result<core::OperatorAnswer> remove_maintenance(std::int64_t maintenance,
                                                  const core::OperatorContext& by) override {
    return answer(
        "service maintenance",
        "select accepted, changed, rule, sentence from jobflip.remove_maintenance($1, $2, $3)",
        {std::to_string(maintenance), by.claimed_name, by.reason});
  }

  void wake(const PoolName& pool) override {
    [[maybe_unused]] const auto told =
        connection_.query("wake", "select jobflip.wake($1)", {pool.str()});
  }

 private:
  Result<core::OperatorAnswer> answer(std::string_view what, const char* sql,
                                      const pg::Parameters& parameters) {
    const auto rows = freed(connection_, [&] { return connection_.query(what, sql, parameters); });
    if (!rows) return rows.error();
    auto in = rows->row(0);
    core::OperatorAnswer answer;
    answer.accepted = in.flag();
    answer.changed = in.flag();
    answer.rule = in.text();
    answer.sentence = in.text();
    if (in.failed()) return unreadable(what);
    return answer;
  }

  pg::Connection connection_;
};

}  // namespace

std::unique_ptr<ports::OperatorStore> open_operator_store(const StoreSettings& settings) {
  return std::make_unique<PgOperatorStore>(settings);
}

}  // namespace jobflip::store
