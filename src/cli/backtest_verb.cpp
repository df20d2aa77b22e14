/// backtest: a queue's readings through the detector.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/output_file.hpp"
#include "cli/readings.hpp"
#include "cli/split.hpp"
#include "cli/verbs.hpp"
#include "jobflip/backtest/document.hpp"
#include "jobflip/backtest/plot.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/duration.hpp"
#include "jobflip/config/files.hpp"
#include "jobflip/core/settings_fields.hpp"

namespace jobflip::cli {
namespace {

constexpr std::size_t kMostVariants = 400;
constexpr std::size_t kMostPoints = 2'000'000;
constexpr std::size_t kMostChanges = 20'000;  // a table is printed as a whole

struct Variant {
  std::vector<std::string> values;  // one for each setting that is swept
  core::QueueSettings settings;
};

struct Sweep {
  std::vector<std::string> keys;
  std::vector<Variant> variants;  // at least one
};

using Show = std::function<void(const backtest::Reading&, const backtest::ReplayVerdict&)>;

/// The lines of the file, without the keys that are set beside it.
std::string without_keys(const std::string& text, const std::vector<std::string>& keys) {
  std::string out;
  for (const std::string& line : split(text, '\n')) {
    auto key = line.substr(0, line.find('='));
    while (!key.empty() && (key.back() == ' ' || key.back() == '\t')) key.pop_back();
    key.erase(0, key.find_first_not_of(" \t"));
    const bool replaced = std::ranges::find(keys, key) != keys.end();
    out += (replaced ? "" : line) + "\n";
  }
  return out;
}

/// The keys that the lines set.
std::vector<std::string> keys_of(const std::string& text) {
  std::vector<std::string> keys;
  for (const std::string& line : split(text, '\n')) {
    const auto first = line.find_first_not_of(" \t");
    const auto end = line.find_first_of(" \t=", first);
    if (first != std::string::npos && line[first] != '#' && end != std::string::npos)
      keys.push_back(line.substr(first, end - first));
  }
  return keys;
}

/// `base` with those keys of `other`.
core::QueueSettings overlaid(core::QueueSettings base, const core::QueueSettings& other,
                             const std::vector<std::string>& keys) {
  for (const auto& field : core::fields_of<core::QueueSettings>()) {
    if (std::ranges::find(keys, field.key) == keys.end()) continue;
    std::visit(
        [&](const auto& member) {
          if constexpr (std::is_member_object_pointer_v<std::decay_t<decltype(member)>>)
            base.*member = other.*member;
          else
            member.set(base, member.get(other));
        },
        field.member);
  }
  return base;
}

/// What is wrong with KEY=VALUE before its value is read.
std::optional<config::ConfigError> fault_of_set(const std::string& set) {
  constexpr std::array<std::string_view, 7> kSources{"name",   "database", "preset", "schema",
                                                     "prefix", "table",    "query"};
  const auto such_as = std::string{"such as --set stall_after=90s"};
  const auto equals = set.find('=');
  const auto key = set.substr(0, equals);
  if (equals == std::string::npos || key.empty())
    return config::ConfigError{"--set", 0, printable(set, 60), "is no KEY=VALUE", such_as};
  if (std::ranges::count(kSources, key) > 0)
    return config::ConfigError{"--set", 0, key,
                               "says where a queue is read, and changes nothing about readings",
                               "leave it out; --set is for settings such as stall_after"};
  const auto values = split(set.substr(equals + 1), ',');
  if (std::ranges::count(values, "") > 0)
    return config::ConfigError{"--set", 0, key, "has no value", such_as};
  return std::nullopt;
}

/// Every combination of the values of --set, over the settings file.
config::Parsed<Sweep> read_sweep(const Options& options, const core::QueueSettings& base_settings) {
  const auto file = options.settings.empty() ? config::Parsed<std::string>{std::string{}}
                                             : config::read_queue_settings(options.settings);
  if (!file) return file.error();
  Sweep sweep;
  std::vector<std::string> all_keys;
  std::vector<std::vector<std::string>> values;
  for (const std::string& set : options.set) {
    if (const auto fault = fault_of_set(set)) return config::ConfigErrors{{*fault}};
    const auto equals = set.find('=');
    all_keys.push_back(set.substr(0, equals));
    values.push_back(split(set.substr(equals + 1), ','));
  }
  std::size_t count = 1;
  for (const auto& one : values) count *= one.size();
  if (count > kMostVariants)
    return config::ConfigErrors{{{"--set", 0, "", fmt::format("{} combinations", count),
                                  fmt::format("at most {} at once", kMostVariants)}}};
  const auto base = without_keys(*file, all_keys);
  const auto name = options.settings.empty() ? "--set" : options.settings;
  for (std::size_t place = 0; place < count; ++place) {
    Variant variant;
    std::string text = base;
    for (std::size_t i = 0, rest = place; i < values.size(); rest /= values[i].size(), ++i) {
      const auto& value = values[i][rest % values[i].size()];
      text += all_keys[i] + " = " + value + "\n";
      if (values[i].size() > 1) variant.values.push_back(value);
    }
    auto settings = config::parse_queue_settings(text, name);
    if (!settings) return settings.error();
    variant.settings = overlaid(base_settings, *settings, keys_of(text));
    sweep.variants.push_back(std::move(variant));
  }
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i].size() > 1) sweep.keys.push_back(all_keys[i]);
  return sweep;
}

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

std::string time_text(Millis at) {
  return fmt::format("{}", static_cast<double>(at.count()) / 1000);
}

void show_flips(Session& session, const backtest::Replay& run) {
  if (session.format() != Format::table) return;
  const auto& flips = run.flips();
  session.out() << fmt::format("\n{} flip{} wanted\n", flips.size(), flips.size() == 1 ? "" : "s");
  if (flips.empty()) return;
  Table table{{"AT", "STUCK", "ENDED BY ITSELF", "REASON"}, {}};
  for (const auto& flip : flips)
    table.rows.push_back({time_text(flip.at), short_duration(flip.stuck_for),
                          flip.ended_by_itself ? "after " + short_duration(*flip.ended_by_itself)
                                               : std::string{"no"},
                          printable(flip.reason, 2000)});
  session.print(table);
}

ExitCode run_one(Session& session, const ReadingSource& source, const core::QueueSettings& settings,
                 Millis hold_down) {
  const bool json = session.format() == Format::json;
  std::optional<backtest::DocumentWriter> document;
  if (json) document.emplace(session.out());
  Table changes{{"AT", "VERDICT", "REASON"}, {}};
  std::vector<backtest::Point> points;
  std::int64_t not_shown = 0;
  std::int64_t compared = 0;
  std::int64_t differ = 0;
  const auto run =
      replay(session, source, settings, hold_down, [&](const auto& reading, const auto& said) {
        if (document) document->add(said);
        compared += reading.live ? 1 : 0;
        differ += reading.live && *reading.live != said.verdict ? 1 : 0;
        if (said.changed && !json && changes.rows.size() < kMostChanges)
          changes.rows.push_back({time_text(said.at), std::string{core::name_of(said.verdict)},
                                  printable(said.reason, 2000)});
        else if (said.changed && !json)
          ++not_shown;
        if (session.options().plot.empty() || points.size() >= kMostPoints) return;
        const bool read = reading.sample.has_value();
        points.push_back({said.at, said.verdict, read, read ? reading.sample->runnable : 0,
                          read ? reading.sample->running : 0});
      });
  if (!run) return session.fail(run.error());
  if (document) document->finish(run->flips());
  if (!json) session.print(changes);
  if (not_shown > 0)
    session.notice(
        fmt::format("the first {} changes are shown, and {} are not: --format json has "
                    "each reading",
                    kMostChanges, not_shown));
  show_flips(session, *run);
  if (compared > 0 && session.format() == Format::table)
    session.line(
        fmt::format("{} of {} readings had another verdict when they were made (a flip, "
                    "another supervisor or other settings begin a watch again)",
                    differ, compared));
  if (session.options().plot.empty()) return ExitCode::done;
  const auto drawn = write_file(session.options().plot, "name a file with --plot",
                                [&](std::ostream& out) -> Result<void> {
                                  out << backtest::plot_svg(points, run->flips());
                                  return {};
                                });
  return drawn ? ExitCode::done : session.fail(drawn.error());
}

ExitCode run_sweep(Session& session, const ReadingSource& source, const Sweep& sweep,
                   Millis hold_down) {
  if (session.options().csv == "-")
    return session.usage("several values of --set read the readings several times",
                         "name a file with --csv");
  Table table{sweep.keys, {}};
  for (const char* title : {"FLIPS", "ENDED BY ITSELF", "FIRST AT", "STUCK READINGS"})
    table.header.emplace_back(title);
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Variant& variant : sweep.variants) {
    std::int64_t stuck = 0;
    const auto run = replay(
        session, source, variant.settings, hold_down,
        [&](const auto&, const auto& said) { stuck += core::is_stuck(said.verdict) ? 1 : 0; });
    if (!run) return session.fail(run.error());
    const auto& flips = run->flips();
    const auto alone = std::ranges::count_if(
        flips, [](const auto& flip) { return flip.ended_by_itself.has_value(); });
    std::vector<Cell> row{variant.values.begin(), variant.values.end()};
    row.emplace_back(std::to_string(flips.size()));
    row.emplace_back(std::to_string(alone));
    row.emplace_back(flips.empty() ? "-" : time_text(flips.front().at));
    row.emplace_back(std::to_string(stuck));
    table.rows.push_back(std::move(row));
    nlohmann::ordered_json one;
    for (std::size_t i = 0; i < sweep.keys.size(); ++i)
      one["settings"][sweep.keys[i]] = variant.values[i];
    one["flips"] = flips.size();
    one["ended_by_themselves"] = alone;
    one["first_at_s"] = nullptr;
    if (!flips.empty()) one["first_at_s"] = static_cast<double>(flips.front().at.count()) / 1000;
    one["stuck_readings"] = stuck;
    rows.push_back(std::move(one));
  }
  if (session.format() == Format::json)
    session.print(nlohmann::ordered_json{{"schema", 1}, {"sweep", std::move(rows)}});
  else
    session.print(table);
  return ExitCode::done;
}

}  // namespace

ExitCode perform_backtest(Session& session) {
  const auto& options = session.options();
  const auto source = reading_source(session);
  if (!source) return session.fail(source.error());
  Millis hold_down{30'000};
  if (!options.length.empty()) {
    const auto given = config::parse_duration(options.length);
    if (!given) return session.usage("--hold-down: " + given.error().text, given.error().hint);
    hold_down = *given;
  }
  const auto sweep = read_sweep(options, source->settings);
  if (!sweep) return show_errors(session, sweep.error());
  if (sweep->keys.empty())
    return run_one(session, *source, sweep->variants.front().settings, hold_down);
  return run_sweep(session, *source, *sweep, hold_down);
}

}  // namespace jobflip::cli
