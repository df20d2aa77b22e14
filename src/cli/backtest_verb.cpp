/// backtest: a queue's readings through the detector.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/backtest_sweep.hpp"
#include "cli/output_file.hpp"
#include "cli/readings.hpp"
#include "cli/verbs.hpp"
#include "jobflip/backtest/document.hpp"
#include "jobflip/backtest/plot.hpp"
#include "jobflip/backtest/spacing.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/base/exact_duration.hpp"
#include "jobflip/config/duration.hpp"
#include "jobflip/core/alarms.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

constexpr std::size_t kMostPoints = 2'000'000;
constexpr std::size_t kMostChanges = 20'000;  // a table is printed as a whole
constexpr std::size_t kMostReason = 2000;

using Show = std::function<void(const backtest::Reading&, const backtest::ReplayVerdict&)>;

/// Runs the readings through it.
Result<backtest::Replay> replay(Session& session, const ReadingSource& source,
                                const core::QueueSettings& settings, Millis hold_down,
                                const Show& show) {
  backtest::Replay run{settings, hold_down};
  const auto read = each_reading(session, source, [&](const backtest::Reading& reading) {
    const auto said = run.next(reading);
    if (show) show(reading, said);
  });
  if (!read) return read.error();
  return run;
}

/// The store's readings have a clock; those of a CSV are counted in its own seconds.
std::string time_text(const ReadingSource& source, Millis at) {
  if (source.is_of_store()) return view::clock_text(source.since + at);
  return fmt::format("{}", static_cast<double>(at.count()) / 1000);
}

std::string end_text(const backtest::WantedFlip& flip) {
  if (flip.moved && flip.moved->flip)
    return fmt::format("was flipped (flip {})", flip.moved->flip->value);
  if (flip.moved) return "was taken over";
  return flip.ended_by_itself ? "by itself after " + short_duration(*flip.ended_by_itself) : "no";
}

void show_flips(Session& session, const ReadingSource& source, const backtest::Replay& run) {
  if (session.format() != Format::table) return;
  const auto& flips = run.flips();
  session.out() << fmt::format("\n{} flip{} wanted\n", flips.size(), flips.size() == 1 ? "" : "s");
  if (flips.empty()) return;
  Table table{{"AT", "STUCK", "ENDED", "REASON"}, {}};
  for (const auto& flip : flips)
    table.rows.push_back({time_text(source, flip.at), short_duration(flip.stuck_for),
                          end_text(flip), printable(flip.reason, kMostReason)});
  session.print(table);
}

/// The changes of the verdict; of a long replay the first ones.
class Changes {
 public:
  explicit Changes(bool brief) : brief_(brief) {}

  void add(const backtest::ReplayVerdict& said) {
    if (!said.changed || (brief_ && !core::alarm_of(said.verdict))) return;
    if (changes_.size() < kMostChanges)
      changes_.push_back(said);
    else
      ++not_shown_;
  }
  std::int64_t not_shown() const { return not_shown_; }

  /// As TSV a row for each wanted flip is among them: there is one table only.
  Table table(const ReadingSource& source, const std::vector<backtest::WantedFlip>& flips) const {
    Table out{{"AT", "VERDICT", "REASON"}, {}};
    auto flip = flips.begin();
    const auto add_flips_before = [&](std::optional<Millis> at) {
      for (; flip != flips.end() && (!at || flip->at < *at); ++flip)
        out.rows.push_back(
            {time_text(source, flip->at), "FLIP-WANTED",
             fmt::format("stuck for {}; ended: {}; {}", short_duration(flip->stuck_for),
                         end_text(*flip), printable(flip->reason, kMostReason))});
    };
    for (const auto& said : changes_) {
      add_flips_before(said.at);
      out.rows.push_back({time_text(source, said.at), std::string{core::name_of(said.verdict)},
                          printable(said.reason, kMostReason)});
    }
    add_flips_before(std::nullopt);
    return out;
  }

 private:
  bool brief_;
  std::vector<backtest::ReplayVerdict> changes_;
  std::int64_t not_shown_{0};
};

ExitCode write_plot(Session& session, const std::vector<backtest::Point>& points,
                    const backtest::Replay& run) {
  const auto drawn = write_file(session.options().plot, "name a file with --plot",
                                [&](std::ostream& out) -> Result<void> {
                                  out << backtest::plot_svg(points, run.flips());
                                  return {};
                                });
  return drawn ? ExitCode::done : session.fail(drawn.error());
}

ExitCode run_one(Session& session, const ReadingSource& source, const core::QueueSettings& settings,
                 Millis hold_down) {
  const bool json = session.format() == Format::json;
  const bool plots = !session.options().plot.empty();
  std::optional<backtest::DocumentWriter> document;
  if (json)
    document.emplace(session.out(),
                     source.is_of_store() ? std::optional{source.since} : std::nullopt);
  Changes changes{session.options().brief};
  std::vector<backtest::Point> points;
  std::int64_t compared = 0;
  std::int64_t differ = 0;
  const auto run =
      replay(session, source, settings, hold_down, [&](const auto& reading, const auto& said) {
        if (document) document->add(said);
        compared += reading.live ? 1 : 0;
        differ += reading.live && *reading.live != said.verdict ? 1 : 0;
        if (!json) changes.add(said);
        if (!plots || points.size() >= kMostPoints) return;
        const bool read = reading.sample.has_value();
        points.push_back({said.at, said.verdict, read, read ? reading.sample->runnable : 0,
                          read ? reading.sample->running : 0});
      });
  if (!run) return session.fail(run.error());
  if (document) document->finish(run->flips());
  using Flips = std::vector<backtest::WantedFlip>;
  if (!json)
    session.print(changes.table(source, session.format() == Format::tsv ? run->flips() : Flips{}));
  if (changes.not_shown() > 0)
    session.notice(
        fmt::format("the first {} changes are shown, and {} are not: --format json has "
                    "each reading",
                    kMostChanges, changes.not_shown()));
  show_flips(session, source, *run);
  if (compared > 0 && session.format() == Format::table)
    session.line(
        fmt::format("{} of {} readings had another verdict when they were made (a flip, "
                    "another supervisor or other settings begin a watch again)",
                    differ, compared));
  return plots ? write_plot(session, points, *run) : ExitCode::done;
}

struct SweepCounts {
  std::int64_t alone{0};
  std::int64_t moved{0};
  std::int64_t stuck{0};  // readings
};

nlohmann::ordered_json sweep_json(const Sweep& sweep, const Variant& variant,
                                  const ReadingSource& source,
                                  const std::vector<backtest::WantedFlip>& flips,
                                  const SweepCounts& counts) {
  nlohmann::ordered_json one;
  for (std::size_t i = 0; i < sweep.keys.size(); ++i)
    one["settings"][sweep.keys[i]] = variant.values[i];
  one["flips"] = flips.size();
  one["ended_by_themselves"] = counts.alone;
  if (source.is_of_store()) one["were_flipped"] = counts.moved;
  one["first_at_s"] = nullptr;
  if (!flips.empty()) one["first_at_s"] = static_cast<double>(flips.front().at.count()) / 1000;
  if (source.is_of_store()) {
    one["first_at"] = nullptr;
    if (!flips.empty()) one["first_at"] = rfc3339(source.since + flips.front().at);
  }
  one["stuck_readings"] = counts.stuck;
  return one;
}

ExitCode run_sweep(Session& session, const ReadingSource& source, const Sweep& sweep,
                   Millis hold_down) {
  Table table{sweep.keys, {}};
  for (const char* title :
       {"FLIPS", "ENDED BY ITSELF", "WAS FLIPPED", "FIRST AT", "STUCK READINGS"})
    table.header.emplace_back(title);
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Variant& variant : sweep.variants) {
    SweepCounts counts;
    const auto run =
        replay(session, source, variant.settings, hold_down, [&](const auto&, const auto& said) {
          counts.stuck += core::is_stuck(said.verdict) ? 1 : 0;
        });
    if (!run) return session.fail(run.error());
    const auto& flips = run->flips();
    for (const auto& flip : flips) {
      counts.alone += flip.ended_by_itself ? 1 : 0;
      counts.moved += flip.moved ? 1 : 0;
    }
    std::vector<Cell> row{variant.values.begin(), variant.values.end()};
    row.emplace_back(std::to_string(flips.size()));
    row.emplace_back(std::to_string(counts.alone));
    row.emplace_back(source.is_of_store() ? std::to_string(counts.moved) : "-");
    row.emplace_back(flips.empty() ? "-" : time_text(source, flips.front().at));
    row.emplace_back(std::to_string(counts.stuck));
    table.rows.push_back(std::move(row));
    rows.push_back(sweep_json(sweep, variant, source, flips, counts));
  }
  if (session.format() == Format::json)
    session.print(nlohmann::ordered_json{{"schema", 1}, {"sweep", std::move(rows)}});
  else
    session.print(table);
  return ExitCode::done;
}

/// How often a CSV's readings are counted as one reading, and whether that can be right.
void say_pace(Session& session, const ReadingSource& source, const Sweep& sweep) {
  if (!source.spacing) return;
  const auto spacing = exact_duration(*source.spacing);
  const auto is_far = [&](const Variant& variant) {
    return backtest::is_far_from(variant.settings.sample_every, *source.spacing);
  };
  if (!sweep.variants.front().sets_pace && *source.spacing != core::QueueSettings{}.sample_every)
    session.notice(fmt::format(
        "sample_every = \"{}\": the readings of the file are so far apart (median)", spacing));
  const auto far = std::ranges::find_if(sweep.variants, is_far);
  if (far == sweep.variants.end()) return;
  session.warning(
      fmt::format("sample_every = \"{}\", but the readings of the file are {} apart (median): the "
                  "verdicts are not those of a supervisor that reads them",
                  exact_duration(far->settings.sample_every), spacing));
  session.hint("leave sample_every out: it is taken from the file");
}

/// What the options alone show.
std::optional<ExitCode> refuse_options(Session& session) {
  const auto& options = session.options();
  const auto swept = swept_settings(options);
  if (swept == 0) return std::nullopt;
  if (swept > kMostSweptSettings)
    return session.usage(fmt::format("{} settings have several values", swept),
                         "one or two may have several at once");
  if (!options.plot.empty())
    return session.usage("--plot draws one replay, but --set has several values",
                         "give one value, or leave --plot out");
  if (options.csv == "-")
    return session.usage("several values of --set read the readings several times",
                         "name a file with --csv");
  return std::nullopt;
}

}  // namespace

ExitCode perform_backtest(Session& session) {
  const auto& options = session.options();
  if (const auto refused = refuse_options(session)) return *refused;
  const auto source = reading_source(session);
  if (!source) return session.fail(source.error());
  Millis hold_down = source->hold_down;
  if (!options.length.empty()) {
    const auto given = config::parse_duration(options.length);
    if (!given) return session.usage("--hold-down: " + given.error().text, given.error().hint);
    hold_down = *given;
  }
  const auto sweep = read_sweep(options, source->settings);
  if (!sweep) return show_errors(session, sweep.error());
  const auto any = has_readings(session, *source);
  if (!any) return session.fail(any.error());
  if (!*any)
    return session.error(ExitCode::failed,
                         "the store has kept no reading of queue " + source->settings.name.str(),
                         "", kWhenReadingsAreKept);
  say_pace(session, *source, *sweep);
  if (sweep->keys.empty())
    return run_one(session, *source, sweep->variants.front().settings, hold_down);
  return run_sweep(session, *source, *sweep, hold_down);
}

}  // namespace jobflip::cli
