/// learn: what is normal for a queue, from its history, at once.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

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

LessonOrCode learn_from_table(Session& session, const core::QueueSettings& queue) {
  const auto source = open_source(session, queue);
  if (const auto* failed = std::get_if<ExitCode>(&source)) return *failed;
  const auto jobs = std::get<OpenSource>(source).source->finished_jobs(queue);
  if (!jobs) {
    auto error = jobs.error();
    error.hint += std::string{error.hint.empty() ? "" : "; "} +
                  "or learn from the store's readings with --readings";
    return session.fail(error);
  }
  const auto& preset = *preset_of(queue);
  const auto seen = core::learn_from_jobs(queue, *jobs, session.host().wall());
  if (seen.jobs == 0)
    return session.error(
        ExitCode::failed,
        fmt::format("{} has no completed job of queue {}", preset.title, queue.name.str()),
        "it keeps " + std::string{preset.history},
        "wait until jobs have completed, or learn from the store's readings with --readings");
  Lesson out{seen.rhythm, true, seen.jobs, seen.span, ""};
  const double hours = std::max(1.0, static_cast<double>(seen.span.count())) / 3.6e6;
  out.sentence = fmt::format("from {} completed job{} of {}, {} back ({:.3g} an hour)", seen.jobs,
                             seen.jobs == 1 ? "" : "s", preset.title, short_duration(seen.span),
                             static_cast<double>(seen.jobs) / hours);
  if (!seen.has_starts) out.sentence += "; it does not keep when they began: no run times";
  return out;
}

LessonOrCode learn_from_readings(Session& session, const core::QueueSettings& queue) {
  auto source = reading_source(session);
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
                         "a supervisor keeps them while it runs; --since says how far back");
  out.rhythm = replay.rhythm();
  out.sentence = fmt::format("from {} reading{} that the store has kept, over {}", out.count,
                             out.count == 1 ? "" : "s", short_duration(out.span));
  return out;
}

LessonOrCode learn_from_history(Session& session, const core::QueueSettings& queue) {
  const auto* preset = preset_of(queue);
  if (!session.options().readings && preset != nullptr && preset->has_history)
    return learn_from_table(session, queue);
  if (preset != nullptr && !preset->has_history)
    session.notice(fmt::format("{} keeps no history: {}", preset->title, preset->history));
  return learn_from_readings(session, queue);
}

/// With what is known already, taught once more than that.
Result<core::Rhythm> put_together(Session& session, const ChosenQueue& chosen,
                                  const core::Rhythm& lesson) {
  if (session.options().dry_run && !session.options().path.empty()) return lesson;
  const auto store = session.reader();
  if (!store) return store.error();
  const auto document = (*store)->learned(chosen.pool, chosen.settings.name);
  if (!document) return document.error();
  const auto known = core::parse_rhythm_document(document->empty() ? "{}" : *document);
  core::Rhythm out = known ? core::merged(*known, lesson) : lesson;
  out.taught = known ? known->taught + 1 : 1;
  return out;
}

void show(Session& session, const ChosenQueue& chosen, const Lesson& lesson,
          const core::Rhythm& rhythm, const Result<core::OperatorAnswer>& answer) {
  const auto advice = view::advice_on_queue(chosen.pool, chosen.settings, rhythm);
  if (session.format() == Format::json)
    return session.print(Json{{"schema", 1},
                              {"pool", chosen.pool.str()},
                              {"queue", chosen.settings.name.str()},
                              {"source", lesson.of_jobs ? "jobs" : "readings"},
                              {"count", lesson.count},
                              {"span_ms", lesson.span.count()},
                              {"learned", view::learned_json(rhythm)},
                              {"warnings", view::advice_json(advice)},
                              {"dry_run", session.options().dry_run},
                              {"kept", answer && answer->accepted && answer->changed}});
  session.line(chosen.pool.str() + "/" + chosen.settings.name.str() + ": " + lesson.sentence);
  for (const auto& sentence : view::learned_sentences(rhythm))
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
  const auto history = learn_from_history(session, chosen.settings);
  if (const auto* failed = std::get_if<ExitCode>(&history)) return *failed;
  const auto& lesson = std::get<Lesson>(history);
  const auto rhythm = put_together(session, chosen, lesson.rhythm);
  if (!rhythm) return session.fail(rhythm.error());
  Result<core::OperatorAnswer> answer = core::OperatorAnswer{};
  if (!options.dry_run) {
    auto store = session.operator_store();
    if (!store) return session.fail(store.error());
    answer =
        (*store)->learn({chosen.pool, chosen.settings.name, core::rhythm_document(*rhythm)}, *by);
  }
  if (!answer) return session.fail_change(answer.error(), "look with `jobflip learn --dry-run`");
  show(session, chosen, lesson, *rhythm, answer);
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
