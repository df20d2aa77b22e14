/// probe: one queue, read by hand.

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/queue_choice.hpp"
#include "cli/split.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/core/detector.hpp"
#include "jobflip/core/presets.hpp"
#include "jobflip/core/sample_document.hpp"
#include "jobflip/core/sample_fields.hpp"
#include "jobflip/view/json_text.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const core::SampleField& field, const core::QueueSample& sample) {
  struct Text {
    const core::QueueSample& sample;
    std::string operator()(std::int64_t core::QueueSample::*m) const {
      return std::to_string(sample.*m);
    }
    std::string operator()(std::optional<std::int64_t> core::QueueSample::*m) const {
      return sample.*m ? std::to_string(*(sample.*m)) : "-";
    }
    std::string operator()(std::optional<Millis> core::QueueSample::*m) const {
      return sample.*m ? short_duration(*(sample.*m)) : "-";
    }
    std::string operator()(std::optional<WallTime> core::QueueSample::*m) const {
      return sample.*m ? view::clock_text(*(sample.*m)) : "-";
    }
    std::string operator()(std::optional<bool> core::QueueSample::*m) const {
      return sample.*m ? (*(sample.*m) ? "yes" : "no") : "-";
    }
    std::string operator()(std::optional<std::string> core::QueueSample::*m) const {
      return sample.*m ? printable(*(sample.*m), 200) : "-";
    }
  };
  return std::visit(Text{sample}, field.member);
}

/// Markdown without its marks.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != '*' && c != '`') out += c;
  return out;
}

void show_row(Session& session, const core::QueueSample& sample) {
  Table table{{"COLUMN", "VALUE", "MEANING"}, {}};
  for (const auto& field : core::sample_fields())
    table.rows.push_back({core::column_of(field), text_of(field, sample), plain(field.text)});
  session.print(table);
}

/// A preset's row for a queue of which the system has nothing. Most systems have no list of their
/// queues, so the name may be a wrong one.
bool is_unknown(const core::QueueSettings& queue, const core::QueueSample& sample) {
  const bool counts_others = queue.done_kind == core::DoneKind::table;
  return sample.runnable + sample.unpromoted + sample.running + sample.failed == 0 &&
         sample.blocked.value_or(0) + sample.deferred.value_or(0) == 0 &&
         (counts_others || sample.done == 0) && !sample.last_done_at && !sample.expected_next;
}

/// What is worth knowing before anything has moved.
std::vector<std::string> remarks(const core::QueueSettings& queue, const core::QueueSample& sample,
                                 WallTime read_at) {
  std::vector<std::string> out;
  if (auto ahead = core::future_completion(sample, read_at); !ahead.empty())
    out.push_back(std::move(ahead));
  const auto* preset = queue.preset ? core::find_preset(*queue.preset) : nullptr;
  if (preset != nullptr && is_unknown(queue, sample))
    out.push_back("there is no job of this queue: none at the moment, or " +
                  std::string{preset->title} + " has another name for it");
  if (preset != nullptr) {
    out.push_back("stop its workers: " + std::string{preset->stop});
    out.push_back("it can't see: " + std::string{preset->cannot_see});
    out.push_back("claims of a dead worker: " + std::string{preset->rescue});
  }
  if (!sample.marker && preset == nullptr)
    out.emplace_back("there is no marker: an attempt that fails may move nothing else");
  if (!sample.paused)
    out.emplace_back("paused is NULL: workers that stop on purpose look like a stall");
  if (!queue.stall_after)
    out.emplace_back("stall_after is not set: it is learned, and 2 hours until then");
  return out;
}

/// For people the lines themselves; for programs a document, or a table of the lines.
void show_lines(Session& session, const core::QueueSettings& queue, const char* what,
                const std::string& text) {
  std::vector<std::string> lines;
  for (const auto& line : split(text, '\n')) lines.push_back(printable(line, 100'000));
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  if (session.format() == Format::json)
    return session.print(Json{{"schema", 1}, {"queue", queue.name.str()}, {what, lines}});
  if (session.format() == Format::tsv) session.out() << what << '\n';
  for (const auto& line : lines) session.out() << line << '\n';
}

void show_statement(Session& session, const core::QueueSettings& queue,
                    const ports::SourceStatement& statement) {
  const auto& made_for = statement.made_for;
  if (session.format() == Format::json)
    return session.print(Json{{"schema", 1},
                              {"queue", queue.name.str()},
                              {"made_for", view::text_json(made_for)},
                              {"sql", statement.sql}});
  const auto text = made_for.empty() ? statement.sql
                                     : "-- " + made_for +
                                           "; jobflip reads it after: set local search_path = "
                                           "pg_catalog, pg_temp\n" +
                                           statement.sql;
  show_lines(session, queue, "sql", text);
}

class Probe {
 public:
  Probe(Session& session, core::QueueSettings queue, std::shared_ptr<ports::QueueSource> source)
      : session_(session), queue_(std::move(queue)), source_(std::move(source)) {}

  ExitCode show_statement() {
    const auto statement = source_->statement(queue_);
    if (!statement) return session_.fail(statement.error());
    cli::show_statement(session_, queue_, *statement);
    return ExitCode::done;
  }

  ExitCode show_plan() {
    const auto plan = source_->plan(queue_);
    if (!plan) return session_.fail(plan.error());
    show_lines(session_, queue_, "plan", *plan);
    return ExitCode::done;
  }

  ExitCode read_once() {
    const auto began = session_.host().now();
    const auto sample = source_->sample(queue_);
    if (!sample) return session_.fail(sample.error());
    const auto took = std::chrono::duration_cast<Millis>(session_.host().now() - began);
    if (session_.format() == Format::json) {
      session_.print(Json{{"schema", 1},
                          {"queue", queue_.name.str()},
                          {"took_ms", took.count()},
                          {"row", Json::parse(core::sample_document(*sample))},
                          {"remarks", remarks(queue_, *sample, session_.host().wall())}});
      return ExitCode::done;
    }
    show_row(session_, *sample);
    if (session_.format() != Format::table) return ExitCode::done;
    session_.out() << '\n';
    session_.line("read in " + short_duration(took) + "; a verdict needs more readings: --watch");
    for (const auto& remark : remarks(queue_, *sample, session_.host().wall()))
      session_.line("- " + remark, Style::plain, 2);
    return ExitCode::done;
  }

  /// Until it is interrupted.
  ExitCode watch() {
    auto state = core::first_detector_state(queue_, {}, session_.host().now());
    if (session_.format() == Format::tsv) session_.print(Table{{"AT", "VERDICT", "REASON"}, {}});
    while (!session_.host().interrupted()) {
      const auto sample = source_->sample(queue_);
      const auto now = session_.host().now();
      auto seen = core::detect(queue_, std::move(state), sample, now, session_.host().wall());
      state = std::move(seen.next);
      show_verdict(sample, state, core::reason_of(queue_, state, now));
      session_.host().wait(queue_.sample_every);
    }
    return ExitCode::done;
  }

 private:
  /// A line for each reading, whatever the format: whoever reads along need not wait for an end.
  void show_verdict(const Result<core::QueueSample>& sample, const core::DetectorState& state,
                    const std::string& reason) {
    const auto at = session_.host().wall();
    if (session_.format() == Format::json) {
      Json line{{"schema", 1},
                {"queue", queue_.name.str()},
                {"read_at", rfc3339(at)},
                {"verdict", core::name_of(state.state)},
                {"reason", reason},
                {"row", nullptr},
                {"error", nullptr}};
      if (sample)
        line["row"] = Json::parse(core::sample_document(*sample));
      else
        line["error"] = {{"text", sample.error().text}, {"hint", sample.error().hint}};
      session_.out() << view::json_text(line, -1) << std::endl;
      return;
    }
    const auto verdict = core::name_of(state.state);
    const auto said = printable(reason, 2000);
    session_.out() << (session_.format() == Format::tsv
                           ? fmt::format("{}\t{}\t{}", view::clock_text(at), verdict, said)
                           : fmt::format("{}  {:<10}  {}", view::clock_text(at), verdict, said))
                   << std::endl;
  }

  Session& session_;
  core::QueueSettings queue_;
  std::shared_ptr<ports::QueueSource> source_;
};

}  // namespace

ExitCode perform_probe(Session& session) {
  const auto& options = session.options();
  if (options.queue.empty())
    return session.usage("which queue?", "such as: jobflip probe email --file mail.toml");
  const auto chosen = choose_named_queue(session);
  if (const auto* failed = std::get_if<ExitCode>(&chosen)) return *failed;
  const auto& queue = std::get<ChosenQueue>(chosen).settings;
  if (options.show_sql && !queue.preset) {  // what is written in the file needs no database
    show_statement(session, queue, {queue.query, ""});
    return ExitCode::done;
  }
  const auto source = open_source(session, queue);
  if (const auto* failed = std::get_if<ExitCode>(&source)) {
    if (options.show_sql)
      session.notice("the statement of a preset depends on the tables that its database has");
    return *failed;
  }
  Probe reading{session, queue, std::get<OpenSource>(source).source};
  if (options.show_sql) return reading.show_statement();
  if (options.show_plan) return reading.show_plan();
  return options.watch ? reading.watch() : reading.read_once();
}

}  // namespace jobflip::cli
