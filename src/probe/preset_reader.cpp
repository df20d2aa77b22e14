#include "probe/preset_reader.hpp"

#include <algorithm>

#include "jobflip/base/check.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/base/lines.hpp"
#include "jobflip/core/left_behind.hpp"
#include "probe/embedded_sql.hpp"
#include "probe/preset_choice.hpp"
#include "probe/preset_rows.hpp"
#include "probe/query_fault.hpp"
#include "probe/query_plan.hpp"

namespace jobflip::probe {
namespace {

constexpr std::string_view kCatalogFile = "catalog.sql";
constexpr auto kPath = pg::SearchPath::catalog_only;

std::string_view sql_of(std::string_view file) {
  const auto found = std::ranges::find(embedded_sql(), file, &EmbeddedSql::name);
  JF_CHECK(found != embedded_sql().end());
  return found->text;
}

std::set<std::string> set_of_lines(std::string_view text) {
  const auto lines = lines_of(text);
  return {lines.begin(), lines.end()};
}

/// Names go to the server as parameters, one a line: an identifier has no line break.
std::string lines(const PresetNames& names) {
  std::string out;
  for (const auto& [key, name] : names.tables) out += (out.empty() ? "" : "\n") + name;
  return out;
}

/// $1 is the queue's name, in the statements that use it.
pg::Parameters parameters_of(const std::string& sql, const core::QueueSettings& queue) {
  pg::Parameters parameters;
  if (sql.find("$1") != sql.npos) parameters.emplace_back(queue.name.str());
  return parameters;
}

/// A few, none of them long, wherever they come from.
std::string bounded_ids(const std::string& statement) {
  return "select pg_catalog.left(r.id::text, " + std::to_string(core::kMostRunningIdBytes) +
         ") from (\n" + statement + "\nlimit " + std::to_string(core::kMostRunningIds) + ") r (id)";
}

class PresetReader {
 public:
  PresetReader(pg::Connection& connection, const core::QueueSettings& queue,
               const core::Preset& preset, const Shape& shape)
      : connection_(connection),
        queue_(queue),
        preset_(preset),
        shape_(shape),
        names_(names_of(queue, preset, shape)) {}

  Result<PresetReading> read() {
    const auto generation = find_generation();
    if (!generation) return generation.error();
    auto rows = ask(limited(rendered(sql_of((*generation)->file))));
    if (!rows) return failed(rows.error());
    auto answer = row_of_queue(answer_of(*rows), queue_.name);
    if (!answer) return answer.error();
    if (answer->rows.empty()) return no_such_queue();
    auto sample = read_probe(*answer, queue_.name);
    if (!sample) return sample.error();
    const auto running = (*generation)->running;
    return PresetReading{std::move(*sample), running.empty() ? "" : bounded_ids(rendered(running))};
  }

  Result<ports::SourceStatement> statement() {
    const auto generation = find_generation();
    if (!generation) return generation.error();
    std::string sql = rendered(sql_of((*generation)->file));
    const auto name = "'" + queue_.name.str() + "'";  // which has no quote in it
    for (auto at = sql.find("$1"); at != sql.npos; at = sql.find("$1", at + name.size()))
      sql.replace(at, 2, name);
    return ports::SourceStatement{
        std::move(sql), std::string{preset_.title} + ", " + std::string{(*generation)->title}};
  }

  Result<std::string> explain() {
    const auto generation = find_generation();
    if (!generation) return generation.error();
    auto plan = read_plan(limited(rendered(sql_of((*generation)->file))),
                          [this](const std::string& sql) { return ask(sql); });
    if (!plan) return failed(plan.error());
    return plan;
  }

  Result<std::vector<core::FinishedJob>> history() {
    if (shape_.history.empty())
      return Error{ErrorCode::probe_failed, what() + " has no history",
                   std::string{preset_.history}};
    const auto generation = find_generation();
    if (!generation) return generation.error();
    const auto rows = ask(rendered(sql_of(shape_.history)));
    if (!rows) return failed(rows.error());
    return jobs_of(*rows);
  }

 private:
  Result<std::vector<core::FinishedJob>> jobs_of(const pg::Rows& rows) const {
    std::vector<core::FinishedJob> out;
    const int most = static_cast<int>(core::kMostFinishedJobs);
    for (int i = 0; i < std::min(rows.size(), most); ++i) {
      auto in = rows.row(i);
      core::FinishedJob job;
      job.due = in.time();
      job.started = in.maybe_time();
      job.ended = in.time();
      if (in.failed())
        return Error{ErrorCode::probe_failed, what() + ": a time of a job can't be read",
                     "docs/presets.md says what the preset reads"};
      out.push_back(job);
    }
    return out;
  }

  Result<const Generation*> find_generation() {
    if (auto read = read_catalog(); !read) return read.error();
    const auto choice = choose(names_, preset_, shape_, catalog_);
    if (choice.is_no_queue) return no_such_queue();
    if (choice.generation == nullptr) return no_statement(choice);
    return choice.generation;
  }

  std::string what() const {
    return "queue " + queue_.name.str() + ": preset " + std::string{preset_.name};
  }
  std::string rendered(std::string_view text) const {
    return render(text, names_, shape_, catalog_);
  }

  Result<pg::Rows> ask(const std::string& sql) {
    return connection_.query_read_only(what(), sql.c_str(), parameters_of(sql, queue_), kPath);
  }

  Result<void> read_catalog() {
    const auto rows = connection_.query_read_only(what(), std::string{sql_of(kCatalogFile)}.c_str(),
                                                  {names_.schema, lines(names_)}, kPath);
    if (!rows) return failed(rows.error());
    for (int i = 0; i < rows->size(); ++i) {
      auto cells = rows->row(i);
      catalog_.login = cells.text();
      catalog_.database = cells.text();
      catalog_.time_zone = cells.text();
      catalog_.has_schema = cells.flag();
      catalog_.may_use_schema = cells.flag();
      auto& table = catalog_.tables[cells.text()];
      table.oid = cells.number();
      table.hides_rows = cells.flag();
      table.readable = set_of_lines(cells.text());
      table.unreadable = set_of_lines(cells.text());
      table.elsewhere = cells.text();
      if (cells.failed())
        return Error{ErrorCode::probe_failed, what() + ": the catalog can't be read",
                     "write a query instead of the preset"};
    }
    return {};
  }

  Error no_statement(const Choice& choice) {
    auto error = choice.error;
    error.text = what() + ": " + error.text;
    if (choice.is_of_version && !shape_.version.empty())
      if (const auto rows = ask(rendered(shape_.version)); rows && rows->size() == 1)
        if (const auto version = rows->cell(0, 0))
          error.text += "; its version is " + printable(*version, 40);
    return error;
  }

  Error no_such_queue() {
    std::string names;
    if (!shape_.queues.empty())
      if (const auto rows = ask(rendered(shape_.queues)))
        for (int i = 0; i < rows->size(); ++i)
          if (const auto name = rows->cell(i, 0))
            names += (names.empty() ? "" : ", ") + queue_name_of(*name);
    return {ErrorCode::probe_failed,
            what() + ": " + std::string{preset_.title} + " has no queue of this name",
            names.empty() ? "it has no queue at all" : "it has: " + printable(names, 300)};
  }

  Error failed(Error error) const { return explained(std::move(error), queue_, connection_); }

  pg::Connection& connection_;
  const core::QueueSettings& queue_;
  const core::Preset& preset_;
  const Shape& shape_;
  PresetNames names_;
  Catalog catalog_;
};

/// Without what would end the statement inside of the one that limits it.
std::string_view trimmed(std::string_view query) {
  while (!query.empty() && (query.back() == ';' || query.back() == ' ' || query.back() == '\n' ||
                            query.back() == '\t' || query.back() == '\r'))
    query.remove_suffix(1);
  return query;
}

/// The settings come from the store: who wrote them may know more presets, or check less.
std::optional<Error> fault_of(const core::QueueSettings& queue) {
  const auto fault = core::check_source(queue);
  if (!fault) return std::nullopt;
  return Error{ErrorCode::probe_failed,
               "queue " + queue.name.str() + ": " + fault->field + " " + fault->text, fault->hint};
}

PresetReader reader_of(pg::Connection& connection, const core::QueueSettings& queue) {
  return {connection, queue, *core::find_preset(*queue.preset), *find_shape(*queue.preset)};
}

}  // namespace

Result<PresetReading> read_preset(pg::Connection& connection, const core::QueueSettings& queue) {
  if (const auto fault = fault_of(queue)) return *fault;
  return reader_of(connection, queue).read();
}

Result<std::vector<std::string>> read_running(pg::Connection& connection,
                                              const core::QueueSettings& queue,
                                              const std::string& statement) {
  const auto rows =
      connection.query_read_only("running jobs of queue " + queue.name.str(), statement.c_str(),
                                 parameters_of(statement, queue), kPath);
  if (!rows) return rows.error();
  std::vector<std::string> ids;
  for (int i = 0; i < rows->size() && ids.size() < core::kMostRunningIds; ++i)
    if (const auto id = rows->cell(i, 0)) ids.push_back(printable(*id, core::kMostRunningIdBytes));
  return ids;
}

Result<ports::SourceStatement> preset_statement(pg::Connection& connection,
                                                const core::QueueSettings& queue) {
  if (const auto fault = fault_of(queue)) return *fault;
  return reader_of(connection, queue).statement();
}

Result<std::string> explain_preset(pg::Connection& connection, const core::QueueSettings& queue) {
  if (const auto fault = fault_of(queue)) return *fault;
  return reader_of(connection, queue).explain();
}

Result<std::vector<core::FinishedJob>> read_history(pg::Connection& connection,
                                                    const core::QueueSettings& queue) {
  if (!queue.preset)
    return Error{ErrorCode::probe_failed, "queue " + queue.name.str() + " has no preset", ""};
  if (const auto fault = fault_of(queue)) return *fault;
  return reader_of(connection, queue).history();
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

std::string limited(std::string_view query) {
  const auto bytes = std::string{"pg_catalog.octet_length(row(probe.*)::text)"};
  const auto fails = "('a row of the query has ' operator(pg_catalog.||) " + bytes +
                     "::text operator(pg_catalog.||) ' bytes')::integer is null";
  // a column list with two of one name can't be a table's: the query's own error is clearer then
  return "select * from (select * from (\n" + std::string{trimmed(query)} +
         "\n) as query offset 0) as probe where case when " + bytes +
         " operator(pg_catalog.<=) 100000 then true else " + fails + " end limit " +
         std::to_string(kProbeRowLimit + 1);
}

}  // namespace jobflip::probe
