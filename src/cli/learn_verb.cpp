/// learn: what is normal for a queue, from its history, at once.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/pool_outages.hpp"
#include "cli/queue_advice.hpp"
#include "cli/readings.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/core/job_history.hpp"
#include "jobflip/core/presets.hpp"
#include "jobflip/view/learned_view.hpp"

namespace jobflip::cli {
namespace {

using Json = nlohmann::ordered_json;

/// What the history showed, before it is put together with what is known.
struct Lesson {
  core::Rhythm rhythm;
  bool of_jobs{false};  // else of readings
  std::size_t count{0};
  Millis span{};
  std::string sentence;  // "from 1,204 completed jobs of River, ..."
};
using LessonOrCode = std::variant<Lesson, ExitCode>;

const core::Preset* preset_of(const core::QueueSettings& queue) {
  return queue.preset ? core::find_preset(*queue.preset) : nullptr;
}

/// A pool file that is not applied is learned from without a store.
bool needs_store(const Session& session) {
  return !session.options().dry_run || session.options().path.empty();
}

ExitCode no_completed_job(Session& session, const core::Preset& preset, const QueueName& queue,
                          std::size_t left_out) {
  const std::string most = fmt::format("the newest {} at most are read", core::kMostFinishedJobs);
  if (left_out > 0)
    return session.error(
        ExitCode::failed,
        fmt::format("each of the {} completed jobs of queue {} waited or ran while its pool was "
                    "flipped",
                    left_out, queue.str()),
        most, "wait until jobs have completed without a flip");
  return session.error(
      ExitCode::failed,
      fmt::format("{} has no completed job of queue {} of the last 14 days", preset.title,
                  queue.str()),
      fmt::format("older ones are not read, and of those {}; it keeps {}", most, preset.history),
      "wait until jobs have completed, or learn from the store's readings with --readings");
}

std::string sentence_of(const core::HistoryLesson& seen, const core::Preset& preset,
                        std::size_t flips) {
  const double hours = std::max(1.0, static_cast<double>(seen.span.count())) / 3.6e6;
  std::string out = fmt::format("from {} completed job{} of {}, {} back ({:.3g} an hour)",
                                seen.jobs, seen.jobs == 1 ? "" : "s", preset.title,
                                short_duration(seen.span), static_cast<double>(seen.jobs) / hours);
  if (seen.jobs + seen.left_out >= core::kMostFinishedJobs)
    out += fmt::format("; only the newest {} are read", core::kMostFinishedJobs);
  if (seen.left_out > 0)
    out += fmt::format("; {} more waited or ran during {} of the pool, and {} left out",
                       seen.left_out, flips == 1 ? "a flip" : fmt::format("{} flips", flips),
                       seen.left_out == 1 ? "is" : "are");
  if (!seen.has_starts) out += "; it does not keep when they began: no run times";
  return out;
}

LessonOrCode learn_from_table(Session& session, const ChosenQueue& chosen) {
  const auto& queue = chosen.settings;
  const auto source = open_source(session, queue);
  if (const auto* failed = std::get_if<ExitCode>(&source)) return *failed;
  const auto jobs = std::get<OpenSource>(source).source->finished_jobs(queue);
  if (!jobs) {
    auto error = jobs.error();
    error.hint += std::string{error.hint.empty() ? "" : "; "} +
                  "or learn from the store's readings with --readings";
    return session.fail(error);
  }
  auto outages = Result<std::vector<core::Outage>>{std::vector<core::Outage>{}};
  if (needs_store(session)) outages = outages_of(session, chosen.pool);
  if (!outages) return session.fail(outages.error());
  const auto& preset = *preset_of(queue);
  const auto seen = core::learn_from_jobs(queue, *jobs, session.host().wall(), *outages);
  if (seen.jobs == 0) return no_completed_job(session, preset, queue.name, seen.left_out);
  return Lesson{seen.rhythm, true, seen.jobs, seen.span,
                sentence_of(seen, preset, outages->size())};
}

LessonOrCode learn_from_readings(Session& session, const core::QueueSettings& queue) {
  auto source = reading_source(session);
  if (!source && source.error().code == ErrorCode::not_found && !session.options().path.empty())
    return session.error(
        ExitCode::failed,
        "queue " + queue.name.str() + " is not applied, so the store has no readings of it",
        source.error().text, "apply the file: a supervisor reads it then, and learns as it goes");
  if (!source) return session.fail(source.error());
  backtest::Replay replay{core::without_limits(queue), Millis{30'000}};
  Lesson out;
  std::optional<Millis> first;
  const auto read = each_reading(session, *source, [&](const backtest::Reading& reading) {
    replay.next(reading);
    ++out.count;
    if (!first) first = reading.at;
    out.span = reading.at - *first;
  });
  if (!read) return session.fail(read.error());
  if (out.count == 0)
    return session.error(ExitCode::failed,
                         "the store has kept no reading of queue " + queue.name.str(), "",
                         kWhenReadingsAreKept);
  out.rhythm = replay.rhythm();
  out.sentence = fmt::format("from {} reading{} that the store has kept, over {}", out.count,
                             out.count == 1 ? "" : "s", short_duration(out.span));
  return out;
}

LessonOrCode learn_from_history(Session& session, const ChosenQueue& chosen) {
  const auto& queue = chosen.settings;
  const auto* preset = preset_of(queue);
  if (!session.options().readings && preset != nullptr && preset->has_history)
    return learn_from_table(session, chosen);
  if (preset != nullptr && !preset->has_history)
    session.notice(fmt::format("{} keeps no history: {}", preset->title, preset->history));
  return learn_from_readings(session, queue);
}

struct Combined {
  core::Rhythm rhythm;
  bool with_known{false};  // something was known before
};

/// With what is known already, taught once more than that.
Result<Combined> put_together(Session& session, const ChosenQueue& chosen,
                              const core::Rhythm& lesson) {
  if (!needs_store(session)) return Combined{lesson, false};
  const auto store = session.reader();
  if (!store) return store.error();
  const auto document = (*store)->learned(chosen.pool, chosen.settings.name);
  if (!document) return document.error();
  const auto known = core::parse_rhythm_document(document->empty() ? "{}" : *document);
  Combined out{known ? core::merged(*known, lesson) : lesson, known && known->watched > Millis{}};
  out.rhythm.taught = known ? known->taught + 1 : 1;
  return out;
}

void show(Session& session, const ChosenQueue& chosen, const Lesson& lesson,
          const Combined& combined, const Result<core::OperatorAnswer>& answer) {
  const auto& rhythm = combined.rhythm;
  const auto advice = view::advice_on_queue(chosen.pool, chosen.settings, rhythm);
  if (session.format() == Format::json)
    return session.print(Json{{"schema", 1},
                              {"pool", chosen.pool.str()},
                              {"queue", chosen.settings.name.str()},
                              {"source", lesson.of_jobs ? "jobs" : "readings"},
                              {"count", lesson.count},
                              {"span_ms", lesson.span.count()},
                              {"combined_with_known", combined.with_known},
                              {"learned", view::learned_json(chosen.settings, rhythm)},
                              {"warnings", view::advice_json(advice)},
                              {"dry_run", session.options().dry_run},
                              {"kept", answer && answer->accepted && answer->changed}});
  session.line(chosen.pool.str() + "/" + chosen.settings.name.str() + ": " + lesson.sentence);
  if (combined.with_known)
    session.line("- combined with what was known before: the figures are of both", Style::plain, 2);
  for (const auto& sentence : view::learned_sentences(chosen.settings, rhythm))
    session.line("- " + sentence, Style::plain, 2);
  show_advice(session, advice);
}

}  // namespace

ExitCode perform_learn(Session& session) {
  const auto& options = session.options();
  if (options.queue.empty())
    return session.usage("which queue?", "such as: jobflip learn email --dry-run");
  auto found = choose_named_queue(session);
  if (const auto* failed = std::get_if<ExitCode>(&found)) return *failed;
  const auto& chosen = std::get<ChosenQueue>(found);
  const auto by =
      session.person_or("learn " + chosen.pool.str() + "/" + chosen.settings.name.str());
  if (!by) return session.fail(by.error());
  const auto history = learn_from_history(session, chosen);
  if (const auto* failed = std::get_if<ExitCode>(&history)) return *failed;
  const auto& lesson = std::get<Lesson>(history);
  const auto combined = put_together(session, chosen, lesson.rhythm);
  if (!combined) return session.fail(combined.error());
  Result<core::OperatorAnswer> answer = core::OperatorAnswer{};
  if (!options.dry_run) {
    auto store = session.operator_store();
    if (!store) return session.fail(store.error());
    answer = (*store)->learn(
        {chosen.pool, chosen.settings.name, core::rhythm_document(combined->rhythm)}, *by);
  }
  if (!answer) return session.fail_change(answer.error(), "look with `jobflip learn --dry-run`");
  show(session, chosen, lesson, *combined, answer);
  if (options.dry_run) {
    session.notice("nothing was kept: --dry-run");
    return ExitCode::done;
  }
  if (!answer->accepted)
    return session.error(ExitCode::refused, "refused: " + answer->rule, answer->sentence,
                         "run it again");
  session.notice("kept: the leading supervisor takes it in within 5 minutes");
  return ExitCode::done;
}

}  // namespace jobflip::cli
