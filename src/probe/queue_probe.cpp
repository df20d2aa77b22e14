#include "jobflip/probe/queue_probe.hpp"

#include <optional>
#include <utility>

#include "jobflip/core/back_off.hpp"
#include "jobflip/pg/connection.hpp"
#include "probe/preset_reader.hpp"
#include "probe/query_fault.hpp"
#include "probe/query_plan.hpp"
#include "probe/reading_error.hpp"

namespace jobflip::probe {
namespace {

constexpr std::size_t kMostUnanswered = 20;

/// Read-only by the session and, for what can change that, by the role that operations give it.
/// Any version of the server will do, since the query is not ours.
pg::SessionRules probe_rules() {
  pg::SessionRules rules;
  rules.options = "-c default_transaction_read_only=on -c lock_timeout=500ms";
  rules.meanings = kMeanings;
  rules.most_bytes = 8 << 20;
  return rules;
}

/// One connection, made when its first queue is sampled; never a transaction that stays open. What
/// one queue's query changes of the session is undone before another's runs.
class PgQueueSource final : public ports::QueueSource {
 public:
  explicit PgQueueSource(pg::Settings settings) : connection_(std::move(settings), probe_rules()) {}

  Result<core::QueueSample> sample(const core::QueueSettings& queue) override {
    end_unanswered();
    running_of_.reset();
    if (queue.preset) {
      auto reading = read_preset(connection_, queue);
      if (!reading) return reading.error();
      if (!reading->running.empty()) running_of_ = {queue, std::move(reading->running)};
      return std::move(reading->sample);
    }
    auto rows =
        connection_.query_read_only("queue " + queue.name.str(), limited(queue.query).c_str());
    if (!rows) return explained(rows.error(), queue, connection_);
    return read_probe(answer_of(*rows), queue.name);
  }

  Result<std::vector<std::string>> running_ids(const core::QueueSettings& queue) override {
    if (!running_of_ || running_of_->queue != queue) return std::vector<std::string>{};
    return read_running(connection_, queue, running_of_->statement);
  }

  Result<ports::SourceStatement> statement(const core::QueueSettings& queue) override {
    if (queue.preset) return preset_statement(connection_, queue);
    return ports::SourceStatement{queue.query, ""};
  }

  Result<std::string> plan(const core::QueueSettings& queue) override {
    if (queue.preset) return explain_preset(connection_, queue);
    auto plan = read_plan(limited(queue.query), [&](const std::string& sql) {
      return connection_.query_read_only("queue " + queue.name.str(), sql.c_str());
    });
    if (!plan) return explained(plan.error(), queue, connection_);
    return plan;
  }

  Result<std::vector<core::FinishedJob>> finished_jobs(const core::QueueSettings& queue) override {
    return read_history(connection_, queue);
  }

  void cancel() noexcept override { connection_.cancel(); }

 private:
  /// What catches its own cancellation goes on without us: a process more for each reading, until
  /// the server has none left for anybody. Its own role may end it.
  void end_unanswered() {
    if (const auto pid = connection_.take_unanswered(); pid && unanswered_.size() < kMostUnanswered)
      unanswered_.push_back(*pid);
    if (unanswered_.empty()) return;
    std::string pids;
    for (const int pid : unanswered_) pids += (pids.empty() ? "{" : ",") + std::to_string(pid);
    const auto ended =
        connection_.query_read_only("end what does not answer",
                                    "select pg_terminate_backend(pid) from pg_stat_activity "
                                    "where pid = any($1::integer[]) and usename = current_user",
                                    {pids + "}"}, pg::SearchPath::catalog_only);
    if (ended) unanswered_.clear();
  }

  struct Running {
    core::QueueSettings queue;
    std::string statement;
  };

  pg::Connection connection_;
  std::optional<Running> running_of_;  // of the queue that was read last
  std::vector<int> unanswered_;        // processes of the server
};

class PgQueueProbe final : public ports::QueueProbe {
 public:
  PgQueueProbe(const std::map<std::string, std::string>& databases, Millis call_deadline,
               const std::shared_ptr<pg::ConnectPace>& pace, std::uint64_t seed) {
    for (const auto& [name, conninfo] : databases) {
      const auto back_off = [spread = seed ^ core::seed_of(name)](int failures) {
        return core::back_off(core::kConnections, failures, spread);
      };
      sources_[name] = std::make_shared<PgQueueSource>(
          pg::Settings{conninfo, call_deadline, "jobflip-probe", pace, back_off});
    }
  }

  Result<std::shared_ptr<ports::QueueSource>> source_of(const core::QueueSettings& queue) override {
    const auto source = sources_.find(queue.database);
    if (source != sources_.end()) return source->second;
    return Error{
        ErrorCode::probe_failed,
        "queue " + queue.name.str() + ": there is no database \"" + queue.database + "\" here",
        "add [databases." + queue.database + "] to supervisor.toml"};
  }

 private:
  std::map<std::string, std::shared_ptr<ports::QueueSource>> sources_;
};

}  // namespace

std::unique_ptr<ports::QueueProbe> open_queue_probe(
    const std::map<std::string, std::string>& databases, Millis call_deadline,
    const std::shared_ptr<pg::ConnectPace>& pace, std::uint64_t seed) {
  return std::make_unique<PgQueueProbe>(databases, call_deadline, pace, seed);
}

}  // namespace jobflip::probe
