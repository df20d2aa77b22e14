#include "jobflip/probe/queue_probe.hpp"

#include <array>
#include <utility>

#include "jobflip/core/back_off.hpp"
#include "jobflip/pg/connection.hpp"
#include "probe/probe_row.hpp"

namespace jobflip::probe {
namespace {

/// Without what would end the statement inside of the one that limits it.
std::string_view trimmed(std::string_view query) {
  while (!query.empty() && (query.back() == ';' || query.back() == ' ' || query.back() == '\n' ||
                            query.back() == '\t' || query.back() == '\r'))
    query.remove_suffix(1);
  return query;
}

ProbeAnswer answer_of(const pg::Rows& rows) {
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
  rules.most_bytes = 8 << 20;
  return rules;
}

/// The query, limited where it runs: to a few rows, none of them long. libpq can't refuse a cell
/// before it has all of it. `offset 0`: or an expression might be computed twice.
std::string limited(std::string_view query) {
  const auto bytes = std::string{"pg_catalog.octet_length(row(probe.*)::text)"};
  const auto fails = "('a row of the query has ' operator(pg_catalog.||) " + bytes +
                     "::text operator(pg_catalog.||) ' bytes')::integer is null";
  // a column list with two of one name can't be a table's: the query's own error is clearer then
  return "select * from (select * from (\n" + std::string{query} +
         "\n) as query offset 0) as probe where case when " + bytes +
         " operator(pg_catalog.<=) 100000 then true else " + fails + " end limit " +
         std::to_string(kProbeRowLimit + 1);
}

/// One connection, made when its first queue is sampled; never a transaction that stays open. What
/// one queue's query changes of the session is undone before another's runs.
class PgQueueSource final : public ports::QueueSource {
 public:
  explicit PgQueueSource(pg::Settings settings) : connection_(std::move(settings), probe_rules()) {}

  Result<core::QueueSample> sample(const core::QueueSettings& queue) override {
    const auto sql = limited(trimmed(queue.query));
    auto rows = connection_.query_read_only("queue " + queue.name.str(), sql.c_str());
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
