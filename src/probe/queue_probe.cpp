#include "jobflip/ports/queue_probe.hpp"

#include "jobflip/core/back_off.hpp"
#include "jobflip/store/open.hpp"
#include "store/connection.hpp"
#include "store/probe_row.hpp"

namespace jobflip::store {
namespace {

/// Without what would end the statement inside of the one that limits it.
std::string_view trimmed(std::string_view query) {
  while (!query.empty() && (query.back() == ';' || query.back() == ' ' || query.back() == '\n' ||
                            query.back() == '\t' || query.back() == '\r'))
    query.remove_suffix(1);
  return query;
}

ProbeAnswer answer_of(const Rows& rows) {
  ProbeAnswer answer{rows.columns(), {}};
  for (int i = 0; i < rows.size(); ++i) {
    auto& row = answer.rows.emplace_back();
    for (int column = 0; column < static_cast<int>(answer.columns.size()); ++column) {
      const auto cell = rows.cell(i, column);
      row.push_back(cell ? std::optional{std::string{*cell}} : std::nullopt);
    }
  }
  return answer;
}

/// One connection a database, made when its first queue is sampled. Read-only by the session and,
/// for what can change that, by the role that operations give it; never a transaction that stays
/// open.
class PgQueueProbe final : public ports::QueueProbe {
 public:
  PgQueueProbe(std::map<std::string, std::string> databases, Millis call_deadline,
               std::shared_ptr<ConnectPace> pace, std::uint64_t seed) {
    for (auto& [name, conninfo] : databases)
      connections_.try_emplace(name,
                               StoreSettings{std::move(conninfo), call_deadline, "jobflip-probe",
                                             pace, seed ^ core::seed_of(name)},
                               Purpose::probe);
  }

  Result<core::QueueSample> sample(const core::QueueSettings& queue) override {
    const auto connection = connections_.find(queue.database);
    if (connection == connections_.end())
      return Error{
          ErrorCode::probe_failed,
          "queue " + queue.name.str() + ": there is no database \"" + queue.database + "\" here",
          "add [databases." + queue.database + "] to supervisor.toml"};
    // a column list with two of one name can't be a table's: the query's own error is clearer then
    const auto sql = "select * from (\n" + std::string{trimmed(queue.query)} +
                     "\n) as probe limit " + std::to_string(kProbeRowLimit + 1);
    auto rows = connection->second.query("queue " + queue.name.str(), sql.c_str());
    if (!rows) {
      auto error = rows.error();
      error.code = ErrorCode::probe_failed;
      if (error.hint.empty() || error.hint.starts_with("run `jobflip"))
        error.hint = "try the query by hand, in database " + queue.database;
      return error;
    }
    return read_probe(answer_of(*rows), queue.name);
  }

  void cancel() noexcept override {
    for (auto& [name, connection] : connections_) connection.cancel();
  }

 private:
  std::map<std::string, Connection> connections_;
};

}  // namespace

std::unique_ptr<ports::QueueProbe> open_queue_probe(std::map<std::string, std::string> databases,
                                                    Millis call_deadline,
                                                    std::shared_ptr<ConnectPace> pace,
                                                    std::uint64_t seed) {
  return std::make_unique<PgQueueProbe>(std::move(databases), call_deadline, std::move(pace), seed);
}

}  // namespace jobflip::store
