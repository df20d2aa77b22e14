#include "jobflip/probe/queue_probe.hpp"

#include <array>
#include <utility>

#include "jobflip/core/back_off.hpp"
#include "jobflip/pg/connection.hpp"
#include "probe/preset_reader.hpp"

namespace jobflip::probe {
namespace {

// the query is somebody else's: the server's own words help most, and a try by hand
constexpr std::array kMeanings{
    pg::Meaning{"42501", ErrorCode::probe_failed,
                "grant the login of [databases] what the query reads"},
    pg::Meaning{"42", ErrorCode::probe_failed, ""},
    pg::Meaning{"3F000", ErrorCode::probe_failed, ""},
};

/// Read-only by the session and, for what can change that, by the role that operations give it.
/// Whatever version the server has will do: what runs there is the query of whoever configured it.
pg::SessionRules probe_rules() {
  pg::SessionRules rules;
  rules.options = "-c default_transaction_read_only=on -c lock_timeout=500ms";
  rules.meanings = kMeanings;
  return rules;
}

/// One connection, made when its first queue is sampled; never a transaction that stays open.
class PgQueueSource final : public ports::QueueSource {
 public:
  explicit PgQueueSource(pg::Settings settings) : connection_(std::move(settings), probe_rules()) {}

  Result<core::QueueSample> sample(const core::QueueSettings& queue) override {
    if (queue.preset) return read_preset(connection_, queue);
    auto rows = connection_.query("queue " + queue.name.str(), limited(queue.query).c_str());
    if (!rows) {
      auto error = rows.error();
      error.code = ErrorCode::probe_failed;
      if (error.hint.empty()) error.hint = "try the query by hand, in database " + queue.database;
      return error;
    }
    return read_probe(answer_of(*rows), queue.name);
  }

  void cancel() noexcept override { connection_.cancel(); }

 private:
  pg::Connection connection_;
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
